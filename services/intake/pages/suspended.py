"""The first morning of an emergency in which an act suspends deadlines: the date that each dossier is carried forward
to, and one button for all that were looked at."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.intake import commands
from services.intake.models import CarryForward
from services.intake.pages.dated import MANY, Looked, looked_at, ticked, told_of, with_all_ticked
from services.intake.pages.doors import Rules, desk_page
from services.intake.pages.emergency import EMERGENCY
from services.intake.pages.emergency_words import current, notice_of
from services.intake.pages.refusals import sentence
from services.intake.rules import EMERGENCY_ROLES
from services.intake.settings import Policy
from shared.doors import Door
from shared.errors import Refused, found
from shared.service import Service
from shared.tokens import Official
from shared.web.door import SignedInAs, Web
from shared.web.forms import Form, blank, read_form
from shared.web.pages import Pages, see_other

router = APIRouter(prefix="/counter/emergency")
Head = Annotated[Official, SignedInAs(*EMERGENCY_ROLES["carry_forward"])]


@router.get("/suspended")
async def suspended(
    request: Request,
    web: Web,
    service: Door,
    policy: Rules,
    _who: Head,
    done: Annotated[int, Query(ge=0, le=MANY)] = 0,
) -> Response:
    """Everything that is carried forward is ticked; nothing changes."""
    return await _page(request, web, service, policy, blank(), anew=True, done=done)


@router.post("/carry-forward")
async def carry_forward(request: Request, web: Web, service: Door, policy: Rules, who: Head) -> Response:
    """Carry forward all that are ticked, some at a time: sent again, or by somebody else at once, it goes on, and no
    date is carried forward twice."""
    form, _ = await read_form(request, max_fields=MANY), web.words(request)
    if not (ids := ticked(form)):
        wrong = form.refused({"dossiers": _("Hãy đánh dấu ít nhất một hồ sơ.")})
        return await _page(request, web, service, policy, wrong, status=422)
    done, remaining = 0, 1
    try:
        row = found(await service.db.read(current, service.clock.now()), "emergency").row
        body = CarryForward(dossiers=ids)
        while remaining:
            call = (row.emergency_id, body, who.id, service.clock.now())
            step = await service.db.write(commands.carry_forward, *call)
            done, remaining = done + len(step.carried), step.remaining
    except Refused as no:
        wrong = form.refused({"dossiers": sentence(no, _)})
        return await _page(request, web, service, policy, wrong, status=no.status)
    return see_other(f"{EMERGENCY}/suspended?done={done}")


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
    seen: Looked | None = None
    if held is not None and held.row.suspended_under is not None:
        asked = (held.row.emergency_id, now, _.language)
        seen = await service.db.read(looked_at, commands.suspended_promises, *asked)
    told = told_of(seen, policy, now, _)
    return desk_page(
        web,
        request,
        "suspended.html",
        status=status,
        form=with_all_ticked(form, told["possible"]) if anew else form,
        done=done,
        emergency=notice_of(held, policy, now, _) if seen else None,
        **told,
    )
