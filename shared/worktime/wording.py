"""The arithmetic in Vietnamese and in plain English, one sentence a step, without full stops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from shared.worktime.calendars import ONE_DAY, DayNote, Language, NoteCode
from shared.worktime.steps import Step, StepCode

WEEKDAYS: Mapping[Language, tuple[str, ...]] = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

SENTENCES: Mapping[Language, Mapping[StepCode, str]] = {
    "vi": {
        StepCode.RECEIVED: "Nhận lúc {at}, trong giờ làm việc: tính từ lúc nhận",
        StepCode.RECEIVED_BEFORE_OPENING: "Nhận lúc {at}, trước giờ mở cửa: tính từ {to_clock} cùng ngày",
        StepCode.RECEIVED_AT_LUNCH: "Nhận lúc {at}, trong giờ nghỉ trưa: tính từ {to_clock} cùng ngày",
        StepCode.RECEIVED_AFTER_CLOSING: "Nhận lúc {at}, sau giờ đóng cửa {mark}: tính từ {to}",
        StepCode.RECEIVED_LATE: "Nhận lúc {at}, {after_mark}, sát giờ đóng cửa: tính từ {to}",
        StepCode.RECEIVED_AFTER_CUTOFF: "Nhận lúc {at}, {after_mark}: tính sang ngày làm việc kế tiếp",
        StepCode.RECEIVED_ON_DAY_OFF: "Nhận lúc {at}, không phải ngày làm việc ({reason}): tính từ {to}",
        StepCode.RECEIVED_SUSPENDED: "Nhận lúc {at}, khi thời hạn {reason}: tính từ {to}",
        StepCode.RECEIVED_ANY_TIME: "Nhận lúc {at}: tính ngay từ lúc nhận",
        StepCode.REVIEWED: "Cán bộ xem xét lại lúc {at}: tính từ {to}",
        StepCode.SAME_DAY: "Giải quyết trong ngày, đến hết giờ làm việc: {to}",
        StepCode.WORKING_DAYS: "Cộng {amount} ngày làm việc, giữ nguyên giờ: {to}",
        StepCode.CALENDAR_DAYS: "Cộng {amount} ngày, kể cả ngày nghỉ: {to_day}",
        StepCode.WORKING_HOURS: "Cộng {amount} giờ làm việc{parts}: {to}",
        StepCode.WALL_MINUTES: "Cộng {duration} liên tục, kể cả đêm và ngày nghỉ: {to}",
        StepCode.REMAINING_MINUTES: "Cộng {duration} làm việc còn lại{parts}: {to}",
        StepCode.PAUSED_MINUTES: (
            "Yêu cầu bổ sung lúc {at}, khi còn {duration} làm việc: thời hạn dừng đến khi bổ sung đủ"
        ),
        StepCode.PAUSED_DAYS: "Yêu cầu bổ sung lúc {at}, khi còn {amount} ngày: thời hạn dừng đến khi bổ sung đủ",
        StepCode.RESTARTED: "Yêu cầu bổ sung lúc {at}: thời hạn tính lại từ đầu khi bổ sung đủ",
        StepCode.SUSPENDED_MINUTES: (
            "Thời hạn {reason}, bắt đầu {at_day}, khi còn {duration} làm việc: tính tiếp từ {to}"
        ),
        StepCode.SUSPENDED_DAYS: "Thời hạn {reason}, bắt đầu {at_day}, khi còn {amount} ngày: dừng đến hết {to_day}",
        StepCode.TO_CLOSING: "Hết hạn khi hết giờ làm việc của ngày cuối cùng: {to}",
        StepCode.ROLLED_FROM_DAY_OFF: (
            "Ngày cuối cùng, {at_day}, không phải ngày làm việc ({reason}): "
            "chuyển đến hết giờ làm việc của ngày làm việc kế tiếp, {to}"
        ),
        StepCode.ROLLED_FROM_SUSPENDED: (
            "Ngày cuối cùng, {at_day}, thời hạn {reason}: chuyển đến hết giờ làm việc của ngày làm việc kế tiếp, {to}"
        ),
        StepCode.ROLLED_FROM_CLOSED_HOUR: "{at} ngoài giờ làm việc: chuyển sang {to}",
    },
    "en": {
        StepCode.RECEIVED: "Received at {at}, in working hours: counted from receipt",
        StepCode.RECEIVED_BEFORE_OPENING: "Received at {at}, before opening: counted from {to_clock} the same day",
        StepCode.RECEIVED_AT_LUNCH: "Received at {at}, during the lunch break: counted from {to_clock} the same day",
        StepCode.RECEIVED_AFTER_CLOSING: "Received at {at}, after closing at {mark}: counted from {to}",
        StepCode.RECEIVED_LATE: "Received at {at}, {after_mark}, close to closing time: counted from {to}",
        StepCode.RECEIVED_AFTER_CUTOFF: "Received at {at}, {after_mark}: counted from the next working day",
        StepCode.RECEIVED_ON_DAY_OFF: "Received at {at}, not a working day ({reason}): counted from {to}",
        StepCode.RECEIVED_SUSPENDED: "Received at {at}, while time limits are {reason}: counted from {to}",
        StepCode.RECEIVED_ANY_TIME: "Received at {at}: counted from receipt",
        StepCode.REVIEWED: "Reviewed at {at}: counted from {to}",
        StepCode.SAME_DAY: "Done the same day, by closing time: {to}",
        StepCode.WORKING_DAYS: "Plus {amount} working {days}, at the same time of day: {to}",
        StepCode.CALENDAR_DAYS: "Plus {amount} {days}, days off included: {to_day}",
        StepCode.WORKING_HOURS: "Plus {amount} working {hours}{parts}: {to}",
        StepCode.WALL_MINUTES: "Plus {duration} without a break, nights and days off included: {to}",
        StepCode.REMAINING_MINUTES: "Plus the remaining {duration} of working time{parts}: {to}",
        StepCode.PAUSED_MINUTES: (
            "Supplement asked for at {at}, with {duration} of working time left: the clock stops until it is complete"
        ),
        StepCode.PAUSED_DAYS: (
            "Supplement asked for at {at}, with {amount} {days} left: the clock stops until it is complete"
        ),
        StepCode.RESTARTED: "Supplement asked for at {at}: the time counts anew once it is complete",
        StepCode.SUSPENDED_MINUTES: (
            "The time limit is {reason} from {at_day}, with {duration} of working time left: it goes on from {to}"
        ),
        StepCode.SUSPENDED_DAYS: (
            "The time limit is {reason} from {at_day}, with {amount} {days} left: it stands still through {to_day}"
        ),
        StepCode.TO_CLOSING: "It ends at closing time of the last day: {to}",
        StepCode.ROLLED_FROM_DAY_OFF: (
            "The last day, {at_day}, is not a working day ({reason}): "
            "moved to closing time of the next working day, {to}"
        ),
        StepCode.ROLLED_FROM_SUSPENDED: (
            "The last day, {at_day}, is {reason}: moved to closing time of the next working day, {to}"
        ),
        StepCode.ROLLED_FROM_CLOSED_HOUR: "{at} is outside working hours: moved to {to}",
    },
}


class _Words(NamedTuple):
    """The small phrases around the sentences."""

    due: str
    skipped: str
    made_up: str
    at_mark: str
    after_mark: str
    until: str


WORDS: Mapping[Language, _Words] = {
    "vi": _Words("Hạn: {}", "Không tính: {}", "Có tính ngày làm bù: {}", "từ {} trở đi", "sau {}", "{} đến {}"),
    "en": _Words(
        "Due: {}", "Not counted: {}", "Counted as make-up working day: {}", "at or after {}", "after {}", "{} to {}"
    ),
}


def day_words(day: date, language: Language) -> str:
    """ "thứ Sáu 5/6/2026" or "Friday 5 June 2026"."""
    weekday = WEEKDAYS[language][day.weekday()]
    if language == "vi":
        return f"{weekday} {day.day}/{day.month}/{day.year}"
    return f"{weekday} {day.day} {MONTHS[day.month - 1]} {day.year}"


def moment_words(at: datetime, language: Language) -> str:
    """ "15:01 thứ Sáu 5/6/2026" or "15:01 on Friday 5 June 2026"."""
    between = " " if language == "vi" else " on "
    return f"{at:%H:%M}{between}{day_words(at.date(), language)}"


def short_day(day: date, language: Language) -> str:
    """ "5/6" or "5 June"."""
    return f"{day.day}/{day.month}" if language == "vi" else f"{day.day} {MONTHS[day.month - 1]}"


def duration_words(minutes: int, language: Language) -> str:
    """ "1 giờ 30 phút" or "1 hour 30 minutes"; "0 phút" or "0 minutes" when there is nothing."""
    hours, rest = divmod(minutes, 60)
    if not minutes:
        return "0 phút" if language == "vi" else "0 minutes"
    if language == "vi":
        parts = [f"{hours} giờ" if hours else "", f"{rest} phút" if rest else ""]
    else:
        parts = [_plural(hours, "hour"), _plural(rest, "minute")]
    return " ".join(part for part in parts if part)


def _plural(count: int, noun: str) -> str:
    return "" if count == 0 else f"{count} {_noun(count, noun)}"


def _noun(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


def sentences(steps: Sequence[Step], due_at: datetime, language: Language) -> list[str]:
    """One sentence a step, those for days passed over and made up in their place, the due moment last."""
    return list(_sentences(tuple(steps), due_at, language))


@lru_cache(maxsize=1024)
def _sentences(steps: tuple[Step, ...], due_at: datetime, language: Language) -> tuple[str, ...]:
    """Remembered: what came in one minute for one procedure has the same arithmetic. Moments are local ones."""
    lines: list[str] = []
    for step in steps:
        said, passed = [_sentence(step, language)], _days_passed(step.notes, language)
        if "{reason}" in SENTENCES[language][step.code]:
            lines += said + (passed if len(step.notes) > 1 else [])
        else:
            lines += passed + said if step.amount else said + passed
    return *lines, WORDS[language].due.format(moment_words(due_at, language))


def _sentence(step: Step, language: Language) -> str:
    words = WORDS[language]
    at_mark = step.mark == f"{step.at:%H:%M}"
    return SENTENCES[language][step.code].format(
        at=moment_words(step.at, language),
        to=moment_words(step.to, language),
        at_day=day_words(step.at.date(), language),
        to_day=day_words(step.to.date(), language),
        to_clock=f"{step.to:%H:%M}",
        mark=step.mark,
        after_mark=(words.at_mark if at_mark else words.after_mark).format(step.mark),
        reason=step.notes[0].reason(language) if step.notes else "",
        amount=step.amount,
        days=_noun(step.amount, "day"),
        hours=_noun(step.amount, "hour"),
        duration=duration_words(step.amount, language),
        parts=_parts(step, language),
    )


def _parts(step: Step, language: Language) -> str:
    """Where the working time was spent: " (1 giờ ngày 5/6 + 7 giờ ngày 8/6)", or nothing when there was none."""
    off = {note.day for note in step.notes if note.off}
    day, parts = step.at.date(), []
    for minutes in step.minutes:
        while day in off:
            day += timedelta(days=1)
        if minutes:
            on = " ngày " if language == "vi" else " on "
            parts.append(duration_words(minutes, language) + on + short_day(day, language))
        day += timedelta(days=1)
    return f" ({' + '.join(parts)})" if parts else ""


def _days_passed(notes: Sequence[DayNote], language: Language) -> list[str]:
    """What was not counted, grouped by reason, and what was counted although its weekday rests."""
    words = WORDS[language]
    off = [note for note in notes if note.off]
    lines = [words.skipped.format(_grouped(off, language))] if off else []
    made_up = [f"{day_words(note.day, language)} ({note.reason(language)})" for note in notes if not note.off]
    return lines + ([words.made_up.format("; ".join(made_up))] if made_up else [])


def _grouped(notes: Sequence[DayNote], language: Language) -> str:
    groups: dict[str, list[str]] = {}
    for first, last in _runs(notes):
        days = short_day(first.day, language)
        if last != first:
            days = WORDS[language].until.format(days, short_day(last.day, language))
        groups.setdefault(first.reason(language), []).append(days)
    return "; ".join(f"{reason} ({', '.join(days)})" for reason, days in groups.items())


def _runs(notes: Sequence[DayNote]) -> list[tuple[DayNote, DayNote]]:
    """Each note as first and last; suspended days in a row for one reason together: they may be many."""
    runs: list[tuple[DayNote, DayNote]] = []
    for note in notes:
        if runs and note.code is NoteCode.SUSPENDED and note == replace(runs[-1][1], day=runs[-1][1].day + ONE_DAY):
            runs[-1] = (runs[-1][0], note)
        else:
            runs.append((note, note))
    return runs
