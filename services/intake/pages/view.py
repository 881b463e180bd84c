"""A dossier and its promise as pages show them: values in, words in the reader's language out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, assert_never

from services.intake.rules import Status, is_open
from services.intake.tables import Dossier
from shared.events import Event, Recorded, intake
from shared.web.language import N_, Words
from shared.worktime import VN, Calendar, DayLine, Limit, LimitKind, Promise, working_days_between

REASONS = {
    "verification_pending": N_("đang chờ kết quả xác minh"),
    "other_agency_late": N_("cơ quan phối hợp trả lời chậm"),
    "system_outage": N_("hệ thống gặp sự cố"),
    "staff_absent": N_("cán bộ phụ trách vắng mặt"),
}


def _status_words(status: Status) -> str:
    match status:
        case Status.RECEIVED:
            return N_("Đã nhận, chờ người giải quyết")
        case Status.IN_PROGRESS:
            return N_("Đang giải quyết")
        case Status.COMPLETED:
            return N_("Đã có kết quả")
        case Status.HANDED_OVER:
            return N_("Đã trả kết quả")
        case _:
            assert_never(status)


def _waiting_words(status: Status) -> str | None:
    """What is awaited; none when the dossier has come to its end."""
    match status:
        case Status.RECEIVED:
            return N_("Chờ người giải quyết")
        case Status.IN_PROGRESS:
            return N_("Đang giải quyết")
        case Status.COMPLETED:
            return N_("Chờ người dân đến nhận kết quả")
        case Status.HANDED_OVER:
            return None
        case _:
            assert_never(status)


STATUSES = {status: _status_words(status) for status in Status}
WAITING = {status: words for status in Status if (words := _waiting_words(status)) is not None}
HANDED_OVER = N_("Đã trả kết quả cho người dân")
TO_CITIZEN = {
    WAITING[Status.COMPLETED]: N_("Chờ Ông/Bà đến nhận kết quả"),
    HANDED_OVER: N_("Đã trả kết quả cho Ông/Bà"),
}
"""What the desk says of the citizen, as the citizen reads it."""
LIMITS = {
    LimitKind.SAME_DAY: N_("trong ngày"),
    LimitKind.WORKING_DAY: N_("%(n)s ngày làm việc"),
    LimitKind.CALENDAR_DAY: N_("%(n)s ngày, kể cả ngày nghỉ"),
    LimitKind.WORKING_HOUR: N_("%(n)s giờ làm việc"),
    LimitKind.WALL_MINUTE: N_("%(n)s phút"),
}
MANY_DAYS = 14
"""A longer strip is folded: its sentences say the same."""


@dataclass(frozen=True)
class State:
    """How a dossier stands: the colour of its parts ("", near, late, done), the pill, and what is left."""

    colour: str
    status: str
    left: str


def limit_words(limit: Limit, _: Words) -> str:
    """`trong ngày`, `20 ngày, kể cả ngày nghỉ`."""
    return _.many(LIMITS[limit.kind], limit.amount)


def strip(promise: Promise, now: datetime, _: Words) -> list[dict[str, Any]]:
    """The days from receipt to promise, for `ui.days`."""
    today = now.astimezone(VN).date()
    return [_day(line, promise, today, _) for line in promise.days(_.language)]


def _day(line: DayLine, promise: Promise, today: date, _: Words) -> dict[str, Any]:
    text = _day_words(line, promise, _)
    if line.day == today and line.kind != "start":
        text = " · ".join((text, _("hôm nay")))
    return {
        "date": line.day,
        "text": text,
        "kind": "" if line.kind == "start" else line.kind,
        "today": line.day == today,
    }


def _day_words(line: DayLine, promise: Promise, _: Words) -> str:
    if line.kind == "end":
        return _("hạn %(clock)s", clock=f"{promise.due_at:%H:%M}")
    if line.kind == "start":
        return _("nhận %(clock)s", clock=f"{promise.received_at:%H:%M}")
    return line.reason or (_("ngày %(n)s", n=line.counted) if line.counted else "")


def because(promise: Promise, _: Words) -> list[str]:
    """The arithmetic in sentences; the due moment itself stands elsewhere, and large."""
    return promise.because(_.language)[:-1]


def state_of(dossier: Dossier, now: datetime, calendar: Calendar, _: Words) -> State:
    """How a dossier stands now."""
    status = _(STATUSES[Status(dossier.status)])
    if not is_open(Status(dossier.status)):
        return State("done", status, "")
    if now > dossier.due_at:
        return State("late", _("Đã trễ hẹn"), _late_words(dossier.due_at, now, calendar, _))
    left = working_days_between(now.astimezone(VN).date(), dossier.due_at.astimezone(VN).date(), calendar)
    words = _.many(N_("còn %(n)s ngày làm việc"), left) if left else _("ngay hôm nay")
    if dossier.rescheduled:
        return State("near", _("Đã hẹn lại"), words)
    return State("", status, words)


def _late_words(due: datetime, now: datetime, calendar: Calendar, _: Words) -> str:
    late = working_days_between(due.astimezone(VN).date(), now.astimezone(VN).date(), calendar)
    return _.many(N_("trễ %(n)s ngày làm việc"), late) if late else _("đã quá giờ hẹn")


def way_of(
    dossier: Dossier, facts: Sequence[Recorded[Event]], _: Words, name: Callable[[str], str] | None = None
) -> list[dict[str, Any]]:
    """The way a dossier went and what comes next, for `ui.way`. At the desk `name` says by whom; without it the reader
    is the citizen."""
    steps = [step for fact in facts if (step := _step(fact, _, name)) is not None]
    status = Status(dossier.status)
    if status in WAITING:
        waiting = WAITING[status] if name else TO_CITIZEN.get(WAITING[status], WAITING[status])
        steps.append({"what": _(waiting), "at": None, "who": "", "state": "now"})
    if is_open(status):
        due = {"what": _("Trả kết quả"), "at": dossier.due_at, "who": _("chậm nhất"), "state": "next"}
        steps.append(due)
    return steps


def _step(fact: Recorded[Event], _: Words, name: Callable[[str], str] | None) -> dict[str, Any] | None:
    match fact.event:
        case intake.DossierReceived(received_by=who):
            what = _("Đã nhận đủ hồ sơ, hẹn ngày")
        case intake.DossierTakenUp(official_id=who):
            what = _("Đã có người nhận việc")
        case intake.DossierRescheduled(decided_by=who, reason_code=reason):
            what = _("Đã xin lỗi và hẹn lại: %(reason)s", reason=_(REASONS[reason]))
        case intake.DossierCompleted(completed_by=who):
            what = _("Đã có kết quả")
        case intake.ResultHandedOver(handed_over_by=who):
            what = _(HANDED_OVER if name else TO_CITIZEN[HANDED_OVER])
        case _other:
            return None
    return {"what": what, "at": fact.time, "who": name(who) if name else "", "state": ""}


def apology_of(facts: Sequence[Recorded[Event]], _: Words) -> tuple[datetime, str] | None:
    """The date promised before, and why it was not kept; none when the first promise stands."""
    for fact in facts:
        if isinstance(fact.event, intake.DossierRescheduled):
            return fact.event.old_due_at, _(REASONS[fact.event.reason_code])
    return None
