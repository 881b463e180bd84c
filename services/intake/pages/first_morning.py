"""The first morning of an emergency: whose dates fall into it, the new date of each, and one button that apologises."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.intake import commands
from services.intake.models import Apologies, Promises, PutOff
from services.intake.pages import procedures
from services.intake.pages.blanks import typed_day
from services.intake.pages.doors import Rules, desk_page
from services.intake.pages.emergency import EMERGENCY
from services.intake.pages.emergency_words import current, notice_of
from services.intake.pages.refusals import REFUSALS, sentence
from services.intake.rules import EMERGENCY_ROLES
from services.intake.settings import Policy
from services.intake.tables import Emergency
from shared.doors import Door
from shared.errors import Refused, found
from shared.service import Service
from shared.tokens import Official
from shared.web.door import SignedInAs, Web
from shared.web.forms import Form, blank, read_form
from shared.web.language import Words
from shared.web.pages import Pages, see_other
from shared.web.words import plain_day

router = APIRouter(prefix="/counter/emergency")
Head = Annotated[Official, SignedInAs(*EMERGENCY_ROLES["apologise"])]
AN_ID = r"[0-9a-f-]{36}"
MANY = 1_000
"""Fields of a form: a tick for each dossier that is shown, and a few more."""


@router.get("/promises")
async def promises(
    request: Request,
    web: Web,
    service: Door,
    policy: Rules,
    _who: Head,
    until: str = "",
    done: Annotated[int, Query(ge=0, le=MANY)] = 0,
) -> Response:
    """Everything that can be put off is ticked; nothing changes. Where an act suspends deadlines, nobody is put off:
    see `suspended`."""
    return await _page(request, web, service, policy, blank(until=until[:10] or None), ticked=True, done=done)


@router.post("/apologise")
async def apologise(request: Request, web: Web, service: Door, policy: Rules, who: Head) -> Response:
    """Apologise to all that are ticked, some at a time: sent again, or by somebody else at once, it goes on, and nobody
    is apologised to twice."""
    form, _ = await read_form(request, max_fields=MANY), web.words(request)
    if not (ids := [each for each in form.all("dossiers") if re.fullmatch(AN_ID, each)]):
        wrong = form.refused({"dossiers": _("Hãy đánh dấu ít nhất một hồ sơ.")})
        return await _page(request, web, service, policy, wrong, status=422)
    done, remaining = 0, 1
    try:
        row = found(await service.db.read(current, service.clock.now()), "emergency").row
        body = Apologies(dossiers=ids[: commands.MOST], until=typed_day(form["until"]))
        while remaining:
            call = (row.emergency_id, body, who.id, policy, service.clock.now())
            step = await service.db.write(commands.apologise, *call)
            done, remaining = done + len(step.apologised), step.remaining
    except Refused as no:
        name = "until" if no.code in ("end_unknown", "until_out_of_range") else "dossiers"
        return await _page(request, web, service, policy, form.refused({name: sentence(no, _)}), status=no.status)
    until = f"&until={form['until']}" if typed_day(form["until"]) else ""
    return see_other(f"{EMERGENCY}/promises?done={done}{until}")


async def _page(
    request: Request,
    web: Pages,
    service: Service,
    policy: Policy,
    form: Form,
    *,
    ticked: bool = False,
    done: int = 0,
    status: int = 200,
) -> Response:
    now, _ = service.clock.now(), web.words(request)
    held = await service.db.read(current, now)
    if held is not None and held.row.deadlines == "suspended":
        return see_other(f"{EMERGENCY}/suspended")
    found_: Promises | None = None
    try:
        found_ = await _promises(held.row if held else None, form, service, policy, _)
    except Refused as no:
        form, status = form.refused({"until": sentence(no, _)}), no.status
    rows = [row_of(each, policy, now, _) for each in (found_.dossiers if found_ else [])]
    possible = [each for each in rows if not each["why"]]
    if ticked and not form.again:
        form = Form({**form.values, "dossiers": tuple(each["dossier_id"] for each in possible)}, errors=form.errors)
    return desk_page(
        web,
        request,
        "first_morning.html",
        status=status,
        form=form,
        done=done,
        emergency=notice_of(held, policy, now, _),
        known=found_ is not None,
        possible=possible,
        impossible=[each for each in rows if each["why"]],
        more=found_.in_all - len(rows) if found_ else 0,
        such_day=plain_day(now, _.language),
    )


async def _promises(row: Emergency | None, form: Form, service: Service, policy: Policy, _: Words) -> Promises | None:
    """The dossiers; none while there is no emergency, or nobody has said until when it lasts."""
    if row is None or (row.last_day is None and not form["until"]):
        return None
    until = typed_day(form["until"]) if form["until"] else None
    asked = (row.emergency_id, until, policy, service.clock.now(), _.language)
    return await service.db.read(commands.promises_in, *asked)


def row_of(each: PutOff, policy: Policy, now: datetime, _: Words) -> dict[str, Any]:
    """A dossier of the first morning: its old date and its new one, and how that is counted; or why it has none."""
    return {
        "dossier_id": each.dossier_id,
        "number": each.number,
        "name": procedures.title_of(policy.catalogue, each.procedure, now, _.language),
        "due_at": each.due_at,
        "new_due_at": each.new_due_at,
        "because": each.new_due_because[:-1],
        "why": _(REFUSALS[each.refused]) if each.refused else "",
    }
