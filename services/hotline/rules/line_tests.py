"""The call that tries the line out every night: values and `now` in, events or Refused out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.hotline.rulebook.calls import CallBook, LineTestRule
from shared.errors import Refused
from shared.events.calls import LineTestOpened, LineTestRecorded
from shared.worktime import VN


@dataclass(frozen=True)
class TriedOut:
    """What the rules need to know of a test."""

    test_id: str
    opened_at: datetime
    record_by: datetime
    recorded: bool


def id_of_night(night: date) -> str:
    """The id of a night's test."""
    return f"line-test-{night.isoformat()}"


def line_test_rule(book: CallBook, night: date) -> LineTestRule:
    """The row in force on the day on whose evening a night begins. Raises Refused `no_rule_in_force` (422)."""
    rule = book.line_test(night)
    if rule is None:
        raise Refused("no_rule_in_force", "On this day no test of the line was asked for.", status=422)
    return rule


def tonight(book: CallBook, now: datetime) -> LineTestOpened | None:
    """The test of the night that it is now; none by day, and before the first row."""
    today = now.astimezone(VN).date()
    for night in (today, today - timedelta(days=1)):
        rule = book.line_test(night)
        opens = datetime.combine(night, rule.opens_at, VN) if rule else None
        if rule and opens and opens <= now < opens + timedelta(hours=rule.open_hours):
            return LineTestOpened(
                test_id=id_of_night(night),
                night=night,
                opened_at=now.astimezone(VN),
                record_by=opens + timedelta(hours=rule.open_hours),
                rule=rule.version,
            )
    return None


def record_test(
    test: TriedOut, rule: LineTestRule, *, seconds: int | None, on_shift: str | None, by: str, now: datetime
) -> LineTestRecorded:
    """Somebody called: it was answered within so many seconds, or not at all (none). Raises Refused
    `test_recorded`, `test_over`, `own_shift` (403)."""
    if test.recorded:
        raise Refused("test_recorded", "The outcome of this test stands already.")
    if now >= test.record_by:
        raise Refused("test_over", "That night is over: the test of the next one is to come.")
    if by == on_shift:
        detail = "Whose shift it is does not test themselves: somebody else calls."
        raise Refused("own_shift", detail, status=403)
    return LineTestRecorded(
        test_id=test.test_id,
        answered=seconds is not None,
        seconds=seconds,
        in_time=seconds is not None and seconds <= rule.answered_within_seconds,
        recorded_by=by,
        recorded_at=now.astimezone(VN),
    )
