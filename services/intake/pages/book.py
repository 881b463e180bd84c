"""For everybody: a visit is booked, and cancelled by whoever holds its code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from sqlmodel import Session

from services.intake import commands
from services.intake.models import BookingMoved, BookingReceipt, Cancellation, NewBooking, Slots
from services.intake.pages import procedures, visited
from services.intake.pages.bookings import standing_of
from services.intake.pages.doors import SHAPES, Rules
from services.intake.pages.emergency_words import current, notice_of
from services.intake.pages.refusals import sentence
from services.intake.rulebook import Procedure
from services.intake.rules.bookings import Stage
from services.intake.settings import Policy
from services.intake.tables import Emergency, working_calendar
from shared.doors import CITIZEN, Door, Limited
from shared.errors import Refused
from shared.service import Service
from shared.texts import plain_code
from shared.web.door import Web, once
from shared.web.forms import Form, blank, field_errors, read_form
from shared.web.language import N_, Words
from shared.web.pages import Pages
from shared.web.words import short_day
from shared.worktime import VN

router = APIRouter(prefix="/book")
LABELS = {"phone": N_("điện thoại"), "slot_at": N_("giờ đến")}
A_PHONE = SHAPES["phone"]
FEW = "10/minute"
TO_BOOKER: Mapping[Stage, str] = {
    "booked": N_("Mời Ông/Bà đến đúng giờ. Qua cửa thì số của Ông/Bà hiện ở đây."),
    "arrived": N_("Mời Ông/Bà qua cửa: vào rồi thì có số."),
    "inside": N_("Được gọi theo giờ hẹn. Xin Ông/Bà nghe gọi số này."),
    "called": N_("Số này đã được gọi: mời Ông/Bà đến quầy."),
    "served_outside": N_("Xin Ông/Bà chờ bên ngoài: chúng tôi ra phục vụ tại chỗ."),
    "waited": N_(
        "Quầy đóng cửa khi chưa kiểm tra Ông/Bà. Chúng tôi xin lỗi. Mời Ông/Bà lấy số mới, hoặc đặt lịch khác."
    ),
}
"""What whoever booked does now, where there is something to do."""
OVER = N_("Lịch này đã qua. Ông/Bà cứ đến lấy số, hoặc đặt lịch khác.")


@router.get("", dependencies=[Limited("60/minute")])
async def book(
    request: Request, web: Web, service: Door, policy: Rules, procedure: str = "", day: str = ""
) -> Response:
    """What one comes for; then the days, and the slots of one of them, full ones too."""
    form = blank(procedure=procedure[:100] or None, day=day[:10] or None)
    return await _page(request, web, service, policy, form)


@router.post("/visit", dependencies=[Limited(FEW)])
async def booked(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """The visit is booked, once for its form: its code is shown, this once."""
    form, _ = await read_form(request), web.words(request)
    body, errors = _read(form, _)
    if body is None:
        return await _page(request, web, service, policy, form.refused(errors), 422)
    try:
        call = (commands.book, body, policy, service.clock.now())
        receipt = await once(service, request, form, CITIZEN, BookingReceipt, *call)
    except Refused as no:
        return await _page(request, web, service, policy, form.refused({"slot_at": sentence(no, _)}), no.status)
    now = service.clock.now()
    held = await service.db.read(current, now)
    return web.render(
        request,
        "booked.html",
        slot_at=receipt.slot_at,
        title=procedures.title_of(policy.catalogue, receipt.procedure, now, _.language),
        code=receipt.code,
        not_linked=_(visited.NOT_LINKED[receipt.not_linked]) if receipt.not_linked else "",
        notices=(notice_of(held, policy, now, _) or {"notices": []})["notices"],
    )


@router.get("/mine")
async def mine(request: Request, web: Web) -> Response:
    """Whoever booked looks for their number."""
    return web.render(request, "book_mine.html", form=blank(), mine=None)


@router.post("/mine", dependencies=[Limited("30/minute")])
async def looked_up(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """When they come, how far it is, and the number of their ticket; the code is in no address."""
    form, _ = await read_form(request), web.words(request)
    if not form["code"]:
        wrong = form.refused({"code": _("Hãy nhập mã đặt lịch.")})
        return web.render(request, "book_mine.html", status=422, form=wrong, mine=None)
    try:
        booked = await service.db.read(commands.booked_with, plain_code(form["code"])[:40], service.clock.now())
    except Refused as no:
        wrong = form.refused({"code": sentence(no, _)})
        return web.render(request, "book_mine.html", status=no.status, form=wrong, mine=None)
    said = visited.TO_VISITOR.get(booked.outcome) if booked.stage == "closed" and booked.outcome else None
    over = booked.stage == "booked" and booked.slot_at.date() < service.clock.now().astimezone(VN).date()
    said = said or (OVER if over else TO_BOOKER.get(booked.stage))
    status, state = standing_of(booked)
    values: dict[str, Any] = {
        "mine": booked,
        "over": over,
        "stands": _(status),
        "state": state,
        "said": _(said) if said else "",
    }
    values["title"] = procedures.title_of(policy.catalogue, booked.procedure, service.clock.now(), _.language)
    return web.render(request, "book_mine.html", form=blank(), **values)


@router.get("/cancel")
async def cancel(request: Request, web: Web) -> Response:
    """Whoever cannot come."""
    return web.render(request, "book_cancel.html", form=blank(), done=False)


@router.post("/cancel", dependencies=[Limited(FEW)])
async def cancelled(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """The place is free again."""
    form, _ = await read_form(request), web.words(request)
    if not form["code"]:
        wrong = form.refused({"code": _("Hãy nhập mã đặt lịch.")})
        return web.render(request, "book_cancel.html", status=422, form=wrong, done=False)
    try:
        call = (commands.cancel, Cancellation(code=plain_code(form["code"])[:40] or "-"), policy, service.clock.now())
        await once(service, request, form, CITIZEN, BookingMoved, *call)
    except Refused as no:
        wrong = form.refused({"code": sentence(no, _)})
        return web.render(request, "book_cancel.html", status=no.status, form=wrong, done=False)
    return web.render(request, "book_cancel.html", form=blank(), done=True)


def _read(form: Form, _: Words) -> tuple[NewBooking | None, dict[str, str]]:
    typed = {name: form[name] for name in ("procedure", "slot_at", "phone") if form[name]}
    typed |= {"code": plain_code(form["code"])[:40] or "?"} if form["code"] else {}
    if "slot_at" not in typed:
        return None, {"slot_at": _("Hãy chọn giờ đến.")}
    try:
        return NewBooking(**typed), {}
    except ValidationError as error:
        wrong = field_errors(error, _, LABELS)
        if "phone" in wrong:
            wrong["phone"] = _(A_PHONE)
        return None, wrong


def _known(policy: Policy, now: datetime) -> list[Procedure]:
    """What is received in person at all."""
    held = procedures.in_force(policy.catalogue, now)
    return [each for each in held if "counter" in each.channels and not each.restricted]


async def _page(
    request: Request, web: Pages, service: Service, policy: Policy, form: Form, status: int = 200
) -> Response:
    now, _ = service.clock.now(), web.words(request)
    held, known = await service.db.read(current, now), _known(policy, now)
    values: dict[str, Any] = {
        "emergency": notice_of(held, policy, now, _),
        "choices": [procedures.label_of(each, _.language) for each in known],
        "chosen": None,
        "slots": [],
        "days": [],
        "day": None,
        "first": None,
    }
    procedure = procedures.chosen(known, form["procedure"])
    if held is not None and form["procedure"]:
        if procedure is None:
            said = _("Chưa rõ là thủ tục nào. Hãy gõ mã, hoặc thêm vài chữ trong tên.")
            form, status = form.refused({"procedure": said}), 422
        else:
            form, status, more = await _slots(held.row, procedure, service, policy, form, status, _)
            values |= more
    return web.render(request, "book.html", status=status, form=form, **values)


async def _slots(
    row: Emergency, procedure: Procedure, service: Service, policy: Policy, form: Form, status: int, _: Words
) -> tuple[Form, int, dict[str, Any]]:
    """The slots of the day that was chosen, or of the first with room; or why nothing can be booked."""
    now, wanted = service.clock.now(), _day(form["day"])
    try:
        found, days = await service.db.read(_offered, procedure.code, wanted, policy, now)
    except Refused as no:
        return form.refused({"procedure": sentence(no, _)}), no.status, {}
    shown = Form({**form.values, "day": (found.day.isoformat(),)}, errors=form.errors, key=form.key)
    chosen = {
        "code": procedure.code,
        "name": procedures.name_of(procedure, _.language),
        "urgent": procedure.code in row.urgent,
    }
    free = [slot.slot_at for slot in found.slots if slot.left]
    more = {
        "chosen": chosen,
        "slots": found.slots,
        "day": found.day,
        "days": [(each.isoformat(), short_day(each, _.language)) for each in days],
        "first": free[0] if free else None,
    }
    return shown, status, more


def _offered(session: Session, code: str, day: date | None, policy: Policy, now: datetime) -> tuple[Slots, list[date]]:
    found, calendar = commands.slots_of(session, code, day, policy, now), working_calendar(session)
    return found, [each for each in _between(found) if calendar.is_working_day(each)]


def _between(found: Slots) -> Sequence[date]:
    return [found.first_day + timedelta(days=n) for n in range((found.last_day - found.first_day).days + 1)]


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
