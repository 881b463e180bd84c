"""The check at the door: one screen, two buttons; and for whoever does not come in, what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from sqlmodel import Session

from services.intake import commands
from services.intake.models import BookingView, DoorFigures, NewScreening, Screened
from services.intake.pages.bookings import leads_to, row_of
from services.intake.pages.doors import COUNTER, Rules, desk_page
from services.intake.pages.emergency_words import OUTCOMES, closing_of, figures_of, inside_of, to_do
from services.intake.pages.refusals import sentence
from services.intake.rules import EMERGENCY_ROLES
from services.intake.rules.door import is_full
from services.intake.settings import Policy
from services.intake.tables.emergencies import emergency_on
from shared.doors import Door
from shared.errors import Refused
from shared.service import Service
from shared.tokens import Official
from shared.web.door import SignedInAs, Web, once
from shared.web.forms import Form, blank, read_form
from shared.web.language import N_, Words
from shared.web.pages import Pages, see_other
from shared.worktime import VN

router = APIRouter(prefix="/counter/door")
DOOR = f"{COUNTER}/door"
Keeper = Annotated[Official, SignedInAs(*EMERGENCY_ROLES["screen"])]
IN = "in"
LET_IN, NOT_LET_IN = N_("Đã ghi: được vào."), N_("Đã ghi: không vào, đã có cách phục vụ.")


@router.get("")
async def door(
    request: Request,
    web: Web,
    service: Door,
    policy: Rules,
    _who: Keeper,
    booking: str = "",
    done: str = "",
    visit: str = "",
    of: str = "",
) -> Response:
    """Whether this visitor comes in, a booked one by the link of their visit; the number of `visit`, to be called out
    to whoever has just come in; and what the clerk does now for whoever did not, with the booking `of` theirs."""
    form = blank(booking_id=booking[:64] or None)
    return await _page(request, web, service, policy, form, done=done, came_in=visit[:64], of=of[:64])


@router.post("")
async def screen(request: Request, web: Web, service: Door, policy: Rules, who: Keeper) -> Response:
    """Written down once for its form. Of whoever does not pass the outcome is asked first, and once as many are inside
    as may be, whether one more comes in all the same: nothing is kept without."""
    form, _ = await read_form(request), web.words(request)
    if form["passed"] == "no" and form["outcome"] not in OUTCOMES:
        return await _page(request, web, service, policy, form, asking=True)
    try:
        body = NewScreening(
            passed=form["passed"] == "yes",
            outcome=form["outcome"] or None,
            booking_id=form["booking_id"] or None,
            although_full=form["although_full"] == "yes",
        )
        call = (commands.screen, body, who.id, policy, service.clock.now())
        screened = await once(service, request, form, who.id, Screened, *call)
    except ValidationError:
        return await _page(request, web, service, policy, blank(), status=422)
    except Refused as no:
        if no.code == "door_full":
            return await _page(request, web, service, policy, form, full=True, status=no.status)
        said = sentence(no, _)
        return await _page(request, web, service, policy, blank(), note=said, status=no.status)
    whose = f"&visit={screened.visit_id}" if screened.visit_id else ""
    if screened.outcome is not None and screened.booking_id is not None:
        whose = f"&of={screened.booking_id}"
    return see_other(f"{DOOR}?done={screened.outcome or IN}{whose}")


async def _page(
    request: Request,
    web: Pages,
    service: Service,
    policy: Policy,
    form: Form,
    *,
    asking: bool = False,
    full: bool = False,
    note: str = "",
    done: str = "",
    came_in: str = "",
    of: str = "",
    status: int = 200,
) -> Response:
    now, _ = service.clock.now(), web.words(request)
    listed, figures, closes = await service.db.read(_seen, service)
    came = next((each for each in listed if came_in and each.visit_id == came_in), None)
    waiting = [row_of(each, policy, now, _) for each in listed if each.stage in ("booked", "arrived")]
    values: dict[str, Any] = {
        "in_force": figures is not None,
        "figures": figures_of(figures, _),
        "inside": inside_of(figures, _),
        "is_full": figures is not None and is_full(figures.inside, figures.inside_now or 0),
        "full": full,
        "visit": next((row for row in waiting if row["booking_id"] == form["booking_id"]), None),
        "waiting": waiting,
        "asking": asking,
        "outcomes": [(code, _(words)) for code, words in OUTCOMES.items()],
        "done": _(LET_IN) if done == IN else _(NOT_LET_IN) if done in OUTCOMES else "",
        "came": came,
        "out": _out(done, of, listed, policy, now, closes, _),
    }
    return desk_page(web, request, "door.html", status=status, form=form, note=note, **values)


def _out(
    done: str,
    of: str,
    listed: Sequence[BookingView],
    policy: Policy,
    now: datetime,
    closes: datetime | None,
    _: Words,
) -> dict[str, Any] | None:
    """What the clerk does now for whoever was not let in, and where their dossier is received; none after another
    check, and once a booking `of` theirs has come further."""
    outcome = next((code for code in OUTCOMES if code == done), None)
    if outcome is None:
        return None
    said: dict[str, Any] = {"outcome": _(OUTCOMES[outcome])}
    if not of:
        unknown = {"slot_at": None, "rings": False, "receive": COUNTER}
        return said | unknown | {"to_do": to_do(outcome, False, closes, _)}
    theirs = next((each for each in listed if each.booking_id == of and each.stage == outcome), None)
    return said | row_of(theirs, policy, now, _) | leads_to(theirs, closes, _) if theirs else None


def _seen(session: Session, service: Service) -> tuple[list[BookingView], DoorFigures | None, datetime | None]:
    """The visits of today, the figures of the emergency in force (none without one), and when the counter closes."""
    now = service.clock.now()
    today = now.astimezone(VN).date()
    row = emergency_on(session, today)
    figures = commands.door_figures(session, row.emergency_id, now) if row else None
    return commands.day_list(session, today, now), figures, closing_of(session, now)
