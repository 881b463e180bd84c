"""A dossier and its promise as pages show them: values in, words in the reader's language out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from typing import Any, assert_never

from markupsafe import Markup

from services.intake.rules import Status, is_open
from services.intake.tables import Dossier
from shared.events import Event, Recorded, intake
from shared.web.language import N_, Words
from shared.web.words import money
from shared.worktime import VN, Calendar, DayLine, Limit, LimitKind, Promise, StepCode, working_days_between

REASONS = {
    "verification_pending": N_("đang chờ kết quả xác minh"),
    "other_agency_late": N_("cơ quan phối hợp trả lời chậm"),
    "system_outage": N_("hệ thống gặp sự cố"),
    "staff_absent": N_("cán bộ phụ trách vắng mặt"),
    "emergency": N_("tình trạng khẩn cấp"),
}


SUPPLEMENT_REASONS = {
    "papers_missing": N_("còn thiếu giấy tờ"),
    "papers_unclear": N_("giấy tờ không đọc được, không rõ"),
    "papers_invalid": N_("giấy tờ không còn giá trị"),
    "data_differ": N_("thông tin trên giấy tờ không khớp nhau"),
}
STOP_REASONS = {
    "not_eligible": N_("không đủ điều kiện"),
    "supplement_lapsed": N_("quá hạn bổ sung giấy tờ"),
    "fee_unpaid": N_("chưa nộp tiền theo quy định"),
    "act_changed": N_("quy định đã thay đổi"),
    "ordered_by_court": N_("theo yêu cầu của tòa án"),
    "other_agency_refused": N_("cơ quan phối hợp không đồng ý"),
}
CORRECTION_REASONS = {
    "typing_error": N_("gõ nhầm"),
    "citizen_asked": N_("người dân đề nghị"),
    "document_shows": N_("theo giấy tờ"),
}
PAID = {"cash": N_("tiền mặt"), "transfer": N_("chuyển khoản"), "online": N_("trực tuyến")}


def _status_words(status: Status) -> str:
    match status:
        case Status.RECEIVED:
            return N_("Đã nhận, chờ người giải quyết")
        case Status.IN_PROGRESS:
            return N_("Đang giải quyết")
        case Status.SUPPLEMENT_AWAITED:
            return N_("Chờ bổ sung giấy tờ")
        case Status.FEE_AWAITED:
            return N_("Chờ nộp tiền")
        case Status.WITHDRAWN:
            return N_("Đã rút hồ sơ")
        case Status.STOPPED:
            return N_("Đã dừng giải quyết")
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
        case Status.SUPPLEMENT_AWAITED:
            return N_("Chờ người dân bổ sung giấy tờ")
        case Status.FEE_AWAITED:
            return N_("Chờ người dân nộp tiền")
        case Status.COMPLETED:
            return N_("Chờ người dân đến nhận kết quả")
        case Status.WITHDRAWN | Status.STOPPED | Status.HANDED_OVER:
            return None
        case _:
            assert_never(status)


STATUSES = {status: _status_words(status) for status in Status}
WAITING = {status: words for status in Status if (words := _waiting_words(status)) is not None}
COLLECTED = {
    "applicant": N_("người nộp nhận"),
    "representative": N_("người khác nhận thay"),
    "post": N_("qua bưu điện"),
    "hamlet": N_("tại nhà trưởng xóm"),
}
HANDED_OVER = N_("Đã trả kết quả cho người dân")
TO_CITIZEN = {
    WAITING[Status.SUPPLEMENT_AWAITED]: N_("Chờ Ông/Bà bổ sung giấy tờ"),
    WAITING[Status.FEE_AWAITED]: N_("Chờ Ông/Bà nộp tiền"),
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


def worked_words(minutes: int, calendar: Calendar, _: Words) -> str:
    """`2 ngày làm việc, 3 giờ làm việc, 5 phút`: working time, in full days of this office."""
    days, rest = divmod(minutes, calendar.hours.makeup.minutes)
    parts = ((LIMITS[LimitKind.WORKING_DAY], days), (LIMITS[LimitKind.WORKING_HOUR], rest // 60))
    said = [_.many(words, n) for words, n in (*parts, (LIMITS[LimitKind.WALL_MINUTE], rest % 60)) if n]
    return ", ".join(said) or _.many(LIMITS[LimitKind.WALL_MINUTE], 0)


def strip(promise: Promise, now: datetime, _: Words) -> list[dict[str, Any]]:
    """The days from receipt to promise, for `ui.days`."""
    today, lines = now.astimezone(VN).date(), promise.days(_.language)
    running = list(accumulate(line.kind == "count" for line in lines))
    by_day = promise.count.code in (StepCode.WORKING_DAYS, StepCode.CALENDAR_DAYS)  # else hours and minutes are counted
    return [
        _day(line, line.counted if by_day else number, promise, today, _)
        for line, number in zip(lines, running, strict=True)
    ]


def _day(line: DayLine, number: int, promise: Promise, today: date, _: Words) -> dict[str, Any]:
    text = _day_words(line, number, promise, _)
    if line.day == today and line.kind != "start":
        text = " · ".join((text, _("hôm nay")))
    return {
        "date": line.day,
        "text": text,
        "kind": "" if line.kind == "start" else line.kind,
        "today": line.day == today,
    }


def _day_words(line: DayLine, number: int, promise: Promise, _: Words) -> str:
    if line.kind == "end":
        return _("hạn %(clock)s", clock=f"{promise.due_at:%H:%M}")
    if line.kind == "start":
        return _("nhận %(clock)s", clock=f"{promise.received_at:%H:%M}")
    return line.reason or (_("ngày %(n)s", n=number) if number else "")


def because(promise: Promise, _: Words) -> list[str]:
    """The arithmetic in sentences; the due moment itself stands elsewhere, and large."""
    return promise.because(_.language)[:-1]


def state_of(dossier: Dossier, now: datetime, calendar: Calendar, _: Words) -> State:
    """How a dossier stands now. While papers are awaited its own clock stands still: it is not late."""
    status = Status(dossier.status)
    said = _(STATUSES[status])
    if not is_open(status):
        return State("done", said, "")
    if (until := _awaited_until(dossier)) is not None:
        if now > until:
            return State("near", _("Đã quá hạn bổ sung"), "")
        return State("near", said, _left_words(until, now, calendar, _))
    if now > dossier.due_at:
        return State("late", _("Đã trễ hẹn"), _late_words(dossier.due_at, now, calendar, _))
    left = _left_words(dossier.due_at, now, calendar, _)
    if status is Status.FEE_AWAITED:
        return State("near", said, left)
    if dossier.rescheduled:
        return State("near", _("Đã hẹn lại"), left)
    return State("", said, left)


def waiting_of(dossier: Dossier, now: datetime, calendar: Calendar, _: Words) -> State:
    """How long a result has waited for its citizen, and whether they were to be reminded."""
    since = dossier.completed_at or now
    days = working_days_between(since.astimezone(VN).date(), now.astimezone(VN).date(), calendar)
    waits = _.many(N_("chờ %(n)s ngày làm việc"), days) if days else _("có hôm nay")
    if dossier.uncollected_told:
        return State("near", _("%(waits)s, đã nhắc người dân", waits=waits), "")
    return State("done", waits, "")


def _awaited_until(dossier: Dossier) -> datetime | None:
    """Until when papers are awaited; none when they are not."""
    return dossier.supplement_by if dossier.status == Status.SUPPLEMENT_AWAITED else None


def _left_words(until: datetime, now: datetime, calendar: Calendar, _: Words) -> str:
    left = working_days_between(now.astimezone(VN).date(), until.astimezone(VN).date(), calendar)
    return _.many(N_("còn %(n)s ngày làm việc"), left) if left else _("ngay hôm nay")


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
        until = _awaited_until(dossier)
        steps.append({"what": _(waiting), "at": until, "who": _("chậm nhất") if until else "", "state": "now"})
    if is_open(status) and status is not Status.SUPPLEMENT_AWAITED:
        due = {"what": _("Trả kết quả"), "at": dossier.due_at, "who": _("chậm nhất"), "state": "next"}
        steps.append(due)
    return steps


def _step(fact: Recorded[Event], _: Words, name: Callable[[str], str] | None) -> dict[str, Any] | None:
    match fact.event:
        case intake.DossierReceived(taken_over=True, received_by=who):
            what = _("Đã nhận từ hệ thống của tỉnh, giữ mã và ngày hẹn")
        case intake.DossierReceived(entered_late=True, received_by=who):
            what = _("Đã nhận đủ hồ sơ trên giấy, hẹn ngày; ghi vào sau")
        case intake.DossierReceived(received_by=who):
            what = _("Đã nhận đủ hồ sơ, hẹn ngày")
        case intake.DossierTakenUp(official_id=who):
            what = _("Đã có người nhận việc")
        case intake.DossierAssigned(assigned_by=who, official_id=to):
            if name is None:
                return None
            what = _("Đã giao việc cho %(who)s", who=Markup(name(to)).striptags())  # its own, as plain text
        case intake.DossierSupplementRequested(requested_by=who, reason_code=reason, requested_at=at, ask_by=until):
            what = _("Đã yêu cầu bổ sung: %(reason)s", reason=_(SUPPLEMENT_REASONS[reason]))
            if until is not None and at > until:
                what = _("%(what)s (muộn hơn luật cho)", what=what)
        case intake.DossierSupplemented(received_by=who, old_due_at=old, due_at=due):
            moved = due != old  # not when the date had come before anything was asked for
            what = _("Đã nhận đủ giấy tờ bổ sung, hẹn ngày mới") if moved else _("Đã nhận đủ giấy tờ bổ sung")
        case intake.DossierFeeRequested(requested_by=who, amount=amount):
            what = _("Đã yêu cầu nộp %(amount)s", amount=money(amount, _.language))
        case intake.DossierFeePaid(recorded_by=who, amount=amount, paid_by=how):
            what = _("Đã nộp %(amount)s (%(how)s)", amount=money(amount, _.language), how=_(PAID[how]))
        case intake.DossierCorrected(corrected_by=who):
            what = _("Đã sửa thông tin ghi sai")
        case intake.DossierStopped(decided_by=who, reason_code=reason):
            what = _("Đã dừng giải quyết: %(reason)s", reason=_(STOP_REASONS[reason]))
        case intake.DossierWithdrawn(recorded_by=who):
            what = _("Người dân đã rút hồ sơ") if name else _("Ông/Bà đã rút hồ sơ")
        case intake.DossierOverdue():
            return {"what": _("Đã quá ngày hẹn"), "at": fact.time, "who": "", "state": ""}
        case intake.ResultUncollected():
            what = _("Đã nhắc người dân đến nhận kết quả") if name else _("Đã nhắc Ông/Bà đến nhận kết quả")
            return {"what": what, "at": fact.time, "who": "", "state": ""}
        case intake.DossierRescheduled(decided_by=who, reason_code=reason):
            what = _("Đã xin lỗi và hẹn lại: %(reason)s", reason=_(REASONS[reason]))
        case intake.DossierDeadlineSuspended(reviewed_by=reviewed, basis=act):
            what = _("Thời hạn tạm dừng theo %(act)s, ngày hẹn chuyển về sau", act=act)
            who = reviewed or ""
        case intake.DossierDateGivenBack(reviewed_by=who, basis=act):
            what = _("Tạm dừng thời hạn theo %(act)s là ghi sai, ngày hẹn đưa về sớm hơn", act=act)
        case intake.DossierCompleted(completed_by=who):
            what = _("Đã có kết quả")
        case intake.ResultHandedOver(handed_over_by=who):
            what = _(HANDED_OVER if name else TO_CITIZEN[HANDED_OVER])
        case _other:
            return None
    return {"what": what, "at": fact.time, "who": name(who) if name and who else "", "state": ""}


def apology_of(moved: Event | None, _: Words) -> tuple[datetime, str] | None:
    """The date promised before, and why it was not kept; none when the present one was given without an apology."""
    if isinstance(moved, intake.DossierRescheduled):
        return moved.old_due_at, _(REASONS[moved.reason_code])
    return None
