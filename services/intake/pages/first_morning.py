"""The first morning of an emergency: whose dates fall into it, the new date of each, and one button that apologises."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from services.intake import commands
from services.intake.models import Apologies
from services.intake.pages.dated import MANY, Looked, looked_at, ticked, told_of, with_all_ticked
from services.intake.pages.doors import Rules, desk_page
from services.intake.pages.emergency import EMERGENCY
from services.intake.pages.emergency_words import current, notice_of
from services.intake.pages.refusals import sentence
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
from shared.web.moments import typed_day
from shared.web.pages import Pages, see_other
from shared.web.words import plain_day

router = APIRouter(prefix="/counter/emergency")
Head = Annotated[Official, SignedInAs(*EMERGENCY_ROLES["apologise"])]


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
    return await _page(request, web, service, policy, blank(until=until[:10] or None), anew=True, done=done)


@router.post("/apologise")
async def apologise(request: Request, web: Web, service: Door, policy: Rules, who: Head) -> Response:
    """Apologise to all that are ticked, some at a time: sent again, or by somebody else at once, it goes on, and nobody
    is apologised to twice. While no end is known it counts the dates anew first, where that was asked for, and where
    the day is another one than the dates on the page were counted with."""
    form, _ = await read_form(request, max_fields=MANY), web.words(request)
    if form["do"] == "count":
        return see_other(f"{EMERGENCY}/promises?{urlencode({'until': form['until'][:10]})}")
    if typed_day(form["until"]) != typed_day(form["counted"]):
        wrong = form.refused({"until": _("Ngày mới đã tính lại đến ngày này. Hãy xem, rồi gửi lại.")})
        return await _page(request, web, service, policy, wrong, status=422)
    if not (ids := ticked(form)):
        wrong = form.refused({"dossiers": _("Hãy đánh dấu ít nhất một hồ sơ.")})
        return await _page(request, web, service, policy, wrong, status=422)
    done, remaining = 0, 1
    try:
        row = found(await service.db.read(current, service.clock.now()), "emergency").row
        body = Apologies(dossiers=ids, until=typed_day(form["until"]))
        while remaining:
            call = (row.emergency_id, body, who.id, policy, service.clock.now())
            step = await service.db.write(commands.apologise, *call)
            done, remaining = done + len(step.apologised), step.remaining
    except Refused as no:
        name = "until" if no.code in ("end_unknown", "until_out_of_range") else "dossiers"
        return await _page(request, web, service, policy, form.refused({name: sentence(no, _)}), status=no.status)
    until = {"until": form["until"]} if typed_day(form["until"]) else {}
    return see_other(f"{EMERGENCY}/promises?{urlencode({'done': done, **until})}")


async def _page(
    request: Request,
    web: Pages,
    service: Service,
    policy: Policy,
    form: Form,
    *,
    anew: bool = False,
    done: int = 0,
    status: int = 200,
) -> Response:
    now, _ = service.clock.now(), web.words(request)
    held = await service.db.read(current, now)
    if held is not None and held.row.suspended_under is not None:
        return see_other(f"{EMERGENCY}/suspended")
    seen: Looked | None = None
    counted = form["counted"] if form.again else form["until"]
    try:
        seen = await _seen(held.row if held else None, counted, service, policy, _)
    except Refused as no:
        form, status = form.refused({"until": sentence(no, _)}), no.status
    told = told_of(seen, policy, now, _)
    if held is not None and held.row.last_day is None:
        told["enter"] = ("do", "count")
    return desk_page(
        web,
        request,
        "first_morning.html",
        status=status,
        form=with_all_ticked(form, told["possible"]) if anew else form,
        done=done,
        emergency=notice_of(held, policy, now, _),
        known=seen is not None,
        counted=counted,
        such_day=plain_day(now, _.language),
        **told,
    )


async def _seen(row: Emergency | None, counted: str, service: Service, policy: Policy, _: Words) -> Looked | None:
    """The dossiers, with dates until the end; none while there is no emergency, or nobody has said until when it
    lasts."""
    if row is None or (row.last_day is None and not counted):
        return None
    asked = (row.emergency_id, typed_day(counted) if counted else None, policy, service.clock.now(), _.language)
    return await service.db.read(looked_at, commands.promises_in, *asked)
