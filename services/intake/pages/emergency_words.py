"""An emergency as pages say it: who comes in, how everybody else is served, what is asked of whoever comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, get_args

from sqlmodel import Session

from services.intake.models import DoorFigures
from services.intake.pages.procedures import name_of
from services.intake.rulebook import Procedure
from services.intake.rules.bookings import Stage
from services.intake.rules.emergencies import OtherWay, first_after, is_restricted
from services.intake.settings import Policy
from services.intake.tables import Emergency, working_calendar
from services.intake.tables.emergencies import open_emergency
from shared.errors import Refused
from shared.events.emergency import Deadlines, Notice, NotPassed
from shared.web.language import N_, Words
from shared.web.words import clock, number, plain_day
from shared.worktime import VN

NOTICES: Mapping[Notice, str] = {
    "mask": N_("Đeo khẩu trang"),
    "distance": N_("Giữ khoảng cách với người khác"),
    "disinfect": N_("Sát khuẩn tay khi vào"),
    "declare_health": N_("Khai báo y tế ở cửa"),
}
OUTCOMES: Mapping[NotPassed, str] = {
    "served_outside": N_("Phục vụ ngay bên ngoài"),
    "by_relative": N_("Người nhà đến làm thay"),
    "by_phone": N_("Làm qua điện thoại"),
}
NEXT: Mapping[NotPassed, str] = {
    "served_outside": N_("Hãy ra ngoài và nhận hồ sơ của người này tại chỗ, ngay bây giờ."),
    "by_relative": N_("Hãy dặn người này để người nhà mang đủ giấy tờ đến. Người nhà đến thì nhận hồ sơ."),
    "by_phone": N_("Hãy gọi cho người này, hỏi việc và hướng dẫn từng giấy tờ. Giấy tờ đến thì nhận hồ sơ."),
}
"""What the clerk does now."""
NO_PHONE = N_("Chưa có số điện thoại của người này: hãy hỏi ngay ở cửa.")
UNTIL = N_("Làm trước %(clock)s hôm nay.")
STAGES: Mapping[Stage, tuple[str, str]] = {
    "booked": (N_("Đã đặt, chưa đến"), ""),
    "cancelled": (N_("Đã hủy"), "done"),
    "arrived": (N_("Đã đến, chờ kiểm tra"), "near"),
    "inside": (N_("Đã vào, chờ gọi số"), "near"),
    "called": (N_("Đã gọi"), "near"),
    "closed": (N_("Đã khép lại"), "done"),
    "served_outside": (N_("Chờ phục vụ bên ngoài"), "near"),
    "by_relative": (N_("Người nhà đến làm thay"), "done"),
    "by_phone": (N_("Làm qua điện thoại"), "done"),
    "served": (N_("Đã phục vụ"), "done"),
    "waited": (N_("Hết giờ mà chưa được kiểm tra"), "done"),
    "unrecorded": (N_("Chờ bên ngoài, không ai ghi kết quả"), "done"),
}
"""Where a visit is, and the colour of its pill."""
OFFERS: Mapping[OtherWay, str] = {
    "online": N_("nộp trực tuyến"),
    "post": N_("gửi qua bưu điện"),
    "booking": N_("đặt lịch đến từ %(day)s"),
    "at_door": N_("nhận tại cửa"),
}
DEADLINES: Mapping[Deadlines, str] = {
    "go_on": N_("Vẫn tính như thường"),
    "suspended": N_("Tạm dừng theo văn bản"),
}
assert set(NOTICES) == set(get_args(Notice))


def to_do(outcome: NotPassed, phone_left: bool, closes: datetime | None, _: Words) -> str:
    """What the clerk does now for whoever does not come in, whom to ring, and until when: before the counter closes,
    `closes`, if that is still to come."""
    said = [_(NEXT[outcome])]
    if outcome == "by_phone" and not phone_left:
        said.append(_(NO_PHONE))
    if outcome != "served_outside" and closes is not None:
        said.append(_(UNTIL, clock=clock(closes)))
    return " ".join(said)


def figures_of(figures: DoorFigures | None, _: Words) -> list[tuple[str, str]]:
    """How many were checked at the door and what became of each who did not pass, for `ui.facts`; nothing before
    anybody was."""
    if figures is None or not figures.screened:
        return []
    checked = [(N_("Đã kiểm tra"), figures.screened), (N_("Được vào"), figures.passed)]
    others = [(OUTCOMES[outcome], count) for outcome, count in figures.outcomes.items()]
    found = [*checked, (N_("Không được vào"), figures.not_passed), *others]
    return [(_(words), number(count, _.language)) for words, count in found]


def inside_of(figures: DoorFigures | None, _: Words) -> str:
    """How many are inside of how many may be; nothing while nobody is checked."""
    if figures is None or figures.inside_now is None:
        return ""
    counts = {"now": number(figures.inside_now, _.language), "most": number(figures.inside, _.language)}
    return _("Đang ở bên trong: %(now)s người. Được vào cùng lúc: %(most)s người.", **counts)


def closing_of(session: Session, now: datetime) -> datetime | None:
    """When the counter closes today, if that is still to come."""
    calendar, today = working_calendar(session), now.astimezone(VN).date()
    closes = calendar.closing(today) if calendar.is_working_day(today) else None
    return closes if closes is not None and now < closes else None


def other_way(no: Refused, _: Words) -> str:
    """How whoever brings what is not urgent is served instead, from the refusal that says so."""
    offers, first = no.more["offers"], no.more["booking_from"]
    assert isinstance(offers, list)
    day = date.fromisoformat(first) if isinstance(first, str) else None
    return _(
        "Việc này chưa cấp thiết. Hãy mời người dân chọn: %(ways)s. Muốn nhận ngay thì đánh dấu ô Nhận tại cửa.",
        ways=ways(offers, day, _),
    )


def ways(offers: Sequence[OtherWay], first: date | None, _: Words) -> str:
    """`nộp trực tuyến, gửi qua bưu điện, đặt lịch đến từ 23/06/2026, nhận tại cửa`."""
    day = plain_day(first, _.language) if first else ""
    return ", ".join(_(OFFERS[each], day=day) if each == "booking" else _(OFFERS[each]) for each in offers)


@dataclass(frozen=True)
class Current:
    """The emergency that is declared and not over, and the first working day after it, if that is known."""

    row: Emergency
    after: date | None


def current(session: Session, now: datetime) -> Current | None:
    """The emergency that is declared and not over."""
    row = open_emergency(session, now.astimezone(VN).date())
    return Current(row, first_after(row.last_day, working_calendar(session))) if row else None


def notice_of(held: Current | None, policy: Policy, now: datetime, _: Words) -> dict[str, Any] | None:
    """What a page says of an emergency; none when there is none."""
    if held is None:
        return None
    row, today = held.row, now.astimezone(VN).date()
    return {
        "emergency_id": row.emergency_id,
        "basis": row.basis,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "after": held.after,
        "urgent": _names(row.urgent, policy, today, _),
        "notices": [_(words) for code, words in NOTICES.items() if code in row.notices],
        "suspended": row.suspended_under or "",
    }


def is_other(held: Current | None, procedure: Procedure, now: datetime) -> bool:
    """Whether a procedure is served another way than in person now."""
    return is_restricted(held.row.declared() if held else None, procedure.code, now.astimezone(VN).date())


def _names(codes: Sequence[str], policy: Policy, today: date, _: Words) -> list[Any]:
    found = [policy.catalogue.in_force(code, today) for code in codes]
    return sorted((name_of(each, _.language) for each in found if each is not None), key=str)
