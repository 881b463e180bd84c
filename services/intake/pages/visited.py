"""A visit to the counter as pages show it: values in, words in the reader's language out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from services.intake.pages import procedures
from services.intake.pages.doors import COUNTER
from services.intake.rules import NotLinked, VisitStatus
from services.intake.settings import Policy
from services.intake.tables import Visit
from shared.events.visit import Purpose, VisitOutcome
from shared.web.language import N_, Words
from shared.web.words import Language, clock, number

VISITS = f"{COUNTER}/visits"
PURPOSES: Mapping[Purpose, str] = {
    "file": N_("Nộp hồ sơ"),
    "collect": N_("Nhận kết quả"),
    "ask": N_("Hỏi, xin hướng dẫn"),
}
STATUSES: Mapping[VisitStatus, tuple[str, str]] = {
    "waiting": (N_("Đang chờ"), ""),
    "called": (N_("Đã gọi"), "near"),
    "closed": (N_("Đã khép lại"), "done"),
}
"""What a pill says, and its colour."""
OUTCOMES: Mapping[VisitOutcome, str] = {
    "received": N_("Đã nhận hồ sơ"),
    "guided": N_("Đã hướng dẫn bằng văn bản"),
    "refused": N_("Đã từ chối bằng văn bản"),
    "served": N_("Đã xong việc"),
    "waited": N_("Hết giờ mà chưa được gọi"),
    "left": N_("Đã gọi mà không có mặt"),
    "unrecorded": N_("Đã gọi, không ai ghi kết quả"),
}
TO_VISITOR: Mapping[VisitOutcome, str] = {
    "left": N_("Chúng tôi đã gọi số này mà không thấy ai. Nếu Ông/Bà còn ở đây, hãy lấy số mới."),
    "waited": N_("Quầy đóng cửa khi chưa gọi đến số này. Chúng tôi xin lỗi Ông/Bà."),
}
"""What an end means to whoever holds the ticket, where it needs a sentence."""
NOT_LINKED: Mapping[NotLinked, str] = {
    "unknown_code": N_("Không có lần đến nào mang mã này, nên lần này tính là lần đầu. Ông/Bà vẫn được phục vụ."),
    "not_guided": N_(
        "Mã này không phải mã trên danh sách giấy tờ, nên lần này tính là lần đầu. Ông/Bà vẫn được phục vụ."
    ),
    "already_linked": N_("Mã này đã được dùng một lần, nên lần này tính là lần đầu. Ông/Bà vẫn được phục vụ."),
}
MINUTES = N_("%(n)s phút")


def row_of(row: Visit, now: datetime, policy: Policy, _: Words, desk: str = "") -> dict[str, Any]:
    """As the counter lists it: the number, what for, how long it has waited, and the desk it was called to. `desk` is
    the reader's own, where that is known."""
    title = procedures.title_of(policy.catalogue, row.procedure, now, _.language) if row.procedure else ""
    return {
        "ticket": row.ticket,
        "href": f"{VISITS}/{row.visit_id}" + (f"?desk={desk}" if desk else ""),
        "purpose": _(PURPOSES[row.visited().purpose]),
        "procedure": title,
        "trip": _("lần đến thứ %(n)s", n=row.trip) if row.trip > 1 else "",
        "slot_at": row.slot_at,
        "waits": minutes_of(row.opened_at, row.called_at or now, _),
        "desk": row.desk,
    }


def minutes_of(since: datetime, until: datetime, _: Words) -> str:
    """`23 phút`, whole minutes."""
    return _.many(MINUTES, max(0, int((until - since).total_seconds() // 60)))


def two_decimals(value: float, lang: Language) -> str:
    """`1,50`; in English `1.50`."""
    whole, _, rest = f"{value:.2f}".partition(".")
    return f"{number(int(whole), lang)}{',' if lang == 'vi' else '.'}{rest}"


def option_of(session: Session, visit_id: str, _: Words) -> list[dict[str, str]]:
    """The visit that a dossier is received for, for `ui.checks`, with the slot of whoever booked and the desk that it
    was called to; none when there is no such visit."""
    row = session.get(Visit, visit_id)
    if row is None:
        return []
    label = _("Lượt số %(ticket)s", ticket=row.ticket)
    if row.slot_at is not None:
        label = _("Lượt số %(ticket)s, đặt lịch lúc %(clock)s", ticket=row.ticket, clock=clock(row.slot_at))
    elif row.booking_id is not None:
        label = _("Lượt số %(ticket)s, có đặt lịch", ticket=row.ticket)
    called = _("Đã gọi đến bàn %(desk)s.", desk=row.desk) if row.desk else ""
    return [{"value": row.visit_id, "label": label, "why": called, "desk": row.desk or ""}]
