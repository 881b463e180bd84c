"""What working time did to other systems, each as a test that names where it happened. Times are +07:00.

Read in their own issue threads; ideas only, no code of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from shared.worktime import (
    POLICE_HOURS,
    VN,
    Calendar,
    DayHours,
    Limit,
    LimitKind,
    Override,
    SupplementClock,
    Wait,
    WorkingHours,
    add_working_days,
    due_through,
    elapsed,
    next_working_moment,
    outcome_of,
    promise,
    reminder_moment,
    working_minutes_between,
)

OFFICE = Calendar.vietnam()
PAUSE = SupplementClock.PAUSE
ONE_HOUR, EIGHT_HOURS, THREE_DAYS = (
    Limit(LimitKind.WORKING_HOUR, 1),
    Limit(LimitKind.WORKING_HOUR, 8),
    Limit.working_days(3),
)


def at(text: str) -> datetime:
    """A moment of June 2026: "05 15:01" is Friday the fifth, just after three."""
    return datetime.fromisoformat(f"2026-06-{text.replace(' ', 'T')}+07:00")


def due(limit: Limit, received: str, calendar: Calendar = OFFICE) -> str:
    return promise(limit, at(received), calendar).due_at.strftime("%d %H:%M")


def paused(limit: Limit, received: str, *waits: tuple[str, str]) -> datetime:
    asked = [Wait(at(since), at(until)) for since, until in waits]
    made = due_through(limit, at(received), asked, OFFICE, PAUSE)
    assert made is not None
    return made.due_at


def every_week(*sessions: str) -> Calendar:
    """An office with these sessions on all seven days, which knows no holidays in June."""
    day = DayHours.parse(*sessions, same_day_before=sessions[0].partition("-")[2])
    return Calendar.vietnam(hours=WorkingHours((day,) * 7, day))


def year(number: int) -> Iterator[date]:
    return (date(number, 1, 1) + timedelta(days=day) for day in range(365))


# Holidays


@pytest.mark.parametrize("day", ["8/3", "27/7", "19/8", "10/10", "20/10", "20/11", "22/12", "24/12", "25/12", "31/12"])
def test_a_day_that_people_keep_and_no_law_gives_is_worked(day: str) -> None:
    """Zammad #390: a feed of holidays that nobody had checked brought St Martin's and a day of mourning, and six days
    instead of four."""
    for which in (2025, 2026, 2027):
        kept = date(which, int(day.split("/")[1]), int(day.split("/")[0]))
        assert OFFICE.is_working_day(kept) is (kept.weekday() < 5)


def test_every_day_off_of_three_years_has_its_law_or_its_document() -> None:
    """Zammad #390, again: nothing is off that Article 112 or a decision does not name, 15 weekdays a year at most."""
    for which in (2025, 2026, 2027):
        off = [day for day in year(which) if day.weekday() < 5 and not OFFICE.is_working_day(day)]
        assert 10 <= len(off) <= 15
        assert all(OFFICE.day_off_reason(day) not in (None, OFFICE.day_off_reason(date(2026, 6, 6))) for day in off)


def test_forty_eight_hours_are_six_full_days_and_not_two_by_the_clock() -> None:
    """Zammad #390, the sum itself: its 48 hours begun at 23:00, by days of eight hours with lunch."""
    assert due(Limit(LimitKind.WORKING_HOUR, 48), "03 23:00") == "11 17:00"


def test_a_list_of_holidays_edited_later_does_not_count_a_promise_anew() -> None:
    """Frappe Helpdesk #2449: the times of open tickets were updated when their list of holidays was changed."""
    made = promise(THREE_DAYS, at("05 10:00"), OFFICE)
    edited = Calendar.declared([Override(date(2026, 6, day), "OFF", "QĐ 1") for day in (8, 9, 10)])
    kept = type(made).from_data(made.as_data())
    assert kept.due_at == made.due_at == at("10 10:00") and kept.because() == made.because()
    assert promise(THREE_DAYS, at("05 10:00"), edited).due_at == at("15 10:00"), "only what is promised from now on"


# Midnight


def test_an_office_that_never_closes_does_not_close_for_a_minute_at_midnight() -> None:
    """Zammad #3180: 00:00-23:59 counted as closed for a minute each night, and 24:00 could not be said."""
    always = every_week("00:00-24:00")
    for nights in range(1, 15):
        assert promise(Limit(LimitKind.WORKING_HOUR, 24 * nights), at("01 23:30"), always).due_at == at(
            "01 23:30"
        ) + timedelta(days=nights)
    assert working_minutes_between(at("01 23:59"), at("02 00:01"), always) == 2
    assert next_working_moment(at("02 00:00"), always) == at("02 00:00")


def test_a_session_that_ends_at_23_59_means_it_and_loses_one_minute_a_night() -> None:
    """Zammad #3180, the other way round, and Chatwoot's full closing minute: what is written is what counts."""
    assert due(Limit(LimitKind.WORKING_HOUR, 48), "01 00:00", every_week("00:00-23:59")) == "03 00:02"


@pytest.mark.parametrize("second", [0, 1, 59])
def test_what_comes_at_23_59_is_due_when_what_comes_at_midnight_is(second: int) -> None:
    """The last minute of the day is nobody's: neither a minute of work nor a day of its own."""
    last = at("03 23:59").replace(second=second)
    for limit in (Limit.same_day(), ONE_HOUR, EIGHT_HOURS, THREE_DAYS, Limit(LimitKind.CALENDAR_DAY, 5)):
        assert promise(limit, last, OFFICE).due_at == promise(limit, at("04 00:00"), OFFICE).due_at


# Hours


def test_an_hour_on_friday_at_half_past_four_ends_on_monday() -> None:
    """Chatwoot #13392: until January 2026 it was Friday 17:30, by the clock on the wall, business hours or not."""
    assert due(ONE_HOUR, "05 16:30") == "08 07:30"
    assert due(ONE_HOUR, "05 06:00") == "05 08:00", "before opening it counts from opening"


@pytest.mark.parametrize("limit", [Limit.same_day(), ONE_HOUR, EIGHT_HOURS, THREE_DAYS])
def test_lunch_is_no_working_time(limit: Limit) -> None:
    """Frappe Helpdesk #2212, tracked in #1528: the timer ran on through lunch, when nobody was there."""
    began = {promise(limit, at(f"04 {text}"), OFFICE).due_at for text in ("11:31", "12:30", "13:29", "13:30")}
    assert len(began) == 1
    assert working_minutes_between(at("04 11:30"), at("04 13:30"), OFFICE) == 0


def test_a_day_may_have_as_many_sessions_as_the_door_says() -> None:
    """Chatwoot #14009: one period a day, so that 12:30 was within 08:00-18:00."""
    split = every_week("08:00-12:00", "13:30-15:00", "15:15-18:00", "19:00-20:00")
    assert due(ONE_HOUR, "04 11:45", split) == "04 14:15"
    assert due(ONE_HOUR, "04 14:30", split) == "04 15:45"
    assert due(ONE_HOUR, "04 17:30", split) == "04 19:30"
    assert due(ONE_HOUR, "04 19:30", split) == "05 08:30"


def test_twenty_four_minutes_are_twenty_four_minutes_and_say_so() -> None:
    """Frappe Helpdesk #2214: an agreement of 24 minutes showed a resolution in two hours."""
    made = promise(Limit.wall_minutes(24), at("04 16:50"), OFFICE)
    assert made.due_at == at("04 17:14")
    assert "24 phút" in made.because("vi")[1] and "24 minutes" in made.because("en")[1]


# Reminders


def test_no_reminder_falls_on_a_night_a_lunch_or_a_day_off() -> None:
    """Zammad #4432: reminders at midnight and on Sundays, with service times from Monday to Friday, 9 to 17."""
    for calendar in (OFFICE, Calendar.vietnam(hours=POLICE_HOURS)):
        for hour in range(0, 90 * 24, 5):
            moment = reminder_moment(datetime(2026, 1, 5, tzinfo=VN) + timedelta(hours=hour), 1, calendar)
            assert any(opens <= moment <= closes for opens, closes in calendar.working_intervals(moment.date()))


def test_a_reminder_keeps_the_hour_of_the_date_even_where_the_date_was_carried_over_a_night() -> None:
    """GLPI #22678: four hours begun at 17:00 end on the next day, and their reminder was set to 00:00 of that day."""
    carried = promise(Limit(LimitKind.WORKING_HOUR, 4), at("04 16:00"), OFFICE).due_at
    assert carried == at("05 10:00")
    assert reminder_moment(carried, 1, OFFICE) == at("04 10:00")
    assert reminder_moment(carried, 0, OFFICE) == at("05 10:00")


def test_a_reminder_is_the_same_whatever_zone_the_date_was_written_in() -> None:
    """LimeSurvey #206: a time zone sent invitations too early."""
    promised = at("08 06:30")
    for zone in (UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-10))):
        assert reminder_moment(promised.astimezone(zone), 1, OFFICE) == reminder_moment(promised, 1, OFFICE)


def test_counting_back_is_the_other_way_than_counting_on() -> None:
    """Zammad #3389 and #4459: a sign the wrong way round, and sixty days of waiting became for ever."""
    for day in year(2026):
        for count in (1, 5, 60):
            later = add_working_days(day, count, OFFICE)
            assert add_working_days(later, -count, OFFICE) <= day < later
    assert working_minutes_between(at("05 16:00"), at("08 08:00"), OFFICE) == 120
    assert working_minutes_between(at("08 08:00"), at("05 16:00"), OFFICE) == -120


# Which moment counts


def test_what_comes_on_a_day_off_is_answered_from_the_first_working_minute() -> None:
    """Frappe Helpdesk #2075: raised on a free day, answered on Monday morning, and shown as more than a day."""
    assert promise(ONE_HOUR, at("06 10:00"), OFFICE).counted_from == at("08 07:00")
    both = elapsed(at("06 10:00"), at("08 07:40"), [], OFFICE)
    assert (both.citizen, both.office) == (40, 40)


def test_what_comes_in_tet_is_answered_from_the_first_working_minute_after_it() -> None:
    """Frappe Helpdesk #2075 and #2449, over a holiday: nine free days, and the time begins after them."""
    tet, after = datetime(2026, 2, 17, 9, tzinfo=VN), datetime(2026, 2, 23, 8, tzinfo=VN)
    assert elapsed(tet, after, [], OFFICE).office == 60


def test_nothing_that_happens_later_restarts_a_clock() -> None:
    """DIGIT: `now - lastModifiedTime`, so that any comment restarted escalation and the window for reopening. Here the
    date is counted from the receipt; that no other event touches it, tests/services/test_promised_dates.py shows."""
    made = promise(THREE_DAYS, at("05 10:00"), OFFICE)
    assert (made.received_at, made.counted_from, made.due_at) == (at("05 10:00"), at("05 10:00"), at("10 10:00"))
    office = [elapsed(at("05 10:00"), at(f"{day:02} 10:00"), [], OFFICE).office for day in (5, 8, 9, 10)]
    assert office == [0, 480, 960, 1440], "and so are its minutes"


def test_a_shorter_limit_beside_it_does_not_pull_a_promise_forward() -> None:
    """Zammad #5177: an update time shorter than the first response took its place before anybody had responded. Each
    limit is a promise of its own, and the time after a supplement has no date before the supplement is there."""
    long, received = Limit.working_days(15), at("05 10:00")
    assert promise(ONE_HOUR, received, OFFICE).due_at < promise(long, received, OFFICE).due_at == at("26 10:00")
    assert due_through(long, received, [Wait(at("08 10:00"))], OFFICE, PAUSE) is None


def test_early_is_by_the_day_of_the_office_and_not_within_twenty_four_hours() -> None:
    """DIGIT CCRS #1462 and #1483: "created today" meant the last 24 hours."""
    assert outcome_of(at("07 23:30"), at("08 07:00")) == "early"
    assert outcome_of(at("08 00:10"), at("08 17:00")) == "on_time"
    assert outcome_of(datetime(2026, 6, 7, 17, 10, tzinfo=UTC), at("08 17:00")) == "on_time", "00:10 here"


def test_receipt_and_page_state_the_same_moment() -> None:
    """DIGIT CCRS #925 and #1252: the window was one hour on the server and another on the screen."""
    made = promise(THREE_DAYS, at("05 10:00"), OFFICE)
    assert made.because("vi")[-1] == "Hạn: 10:00 thứ Tư 10/6/2026"
    assert made.because("en")[-1] == "Due: 10:00 on Wednesday 10 June 2026"
    assert made.days()[-1].day == made.due_at.date()


def test_a_moment_without_a_zone_is_refused_and_not_guessed() -> None:
    """Frappe Helpdesk reckons with naive datetimes."""
    for ask in (
        lambda naive: promise(THREE_DAYS, naive, OFFICE),
        lambda naive: elapsed(at("05 10:00"), naive, [], OFFICE),
        Wait,
    ):
        with pytest.raises(ValueError, match="timezone-aware"):
            ask(datetime(2026, 6, 5, 10, 0))


# Waiting


def test_time_on_hold_is_taken_from_the_end_and_not_added_to_the_beginning() -> None:
    """Frappe Helpdesk #2449, and ERPNext #47029, #47172, #47884, #49414 and #51111: the time on hold was added to the
    creation, which is wrong on days off, and to the end as well, which counts it twice.

    Brought on Saturday, 8 hours counted from Monday 07:00, on hold from 09:00 to 11:00: due on Tuesday at 09:00. Added
    to the beginning it is nothing (Saturday noon), and Monday 17:00; by the clock on the wall at both ends, 11:00."""
    assert paused(EIGHT_HOURS, "06 10:00", ("08 09:00", "08 11:00")) == at("09 09:00")


def test_a_hold_over_a_weekend_takes_no_working_time() -> None:
    """GLPI #14937: waiting was measured with closing hours and days off in it. Friday 17:00 to Monday 07:00 is none."""
    assert paused(THREE_DAYS, "04 10:00", ("05 17:00", "08 07:00")) == at("09 10:00")
    assert paused(EIGHT_HOURS, "05 16:00", ("05 16:30", "08 07:30")) == at("08 17:00"), "half an hour on either side"


def test_while_a_dossier_is_on_hold_the_offices_minutes_do_not_grow() -> None:
    """Frappe Helpdesk #1554: the page said "paused", and the time ticked on in the background."""
    hold = [Wait(at("05 09:00"))]
    assert {elapsed(at("05 08:00"), at(f"{day:02} 16:00"), hold, OFFICE).office for day in range(5, 20)} == {60}
    citizen = [elapsed(at("05 08:00"), at(f"{day:02} 16:00"), hold, OFFICE).citizen for day in (5, 8, 9, 10)]
    assert citizen == sorted(set(citizen)), "the citizen's go on"


def test_the_date_is_counted_again_after_every_hold() -> None:
    """Frappe Helpdesk #1675: the resolution kept the hours it had when the ticket was raised."""
    dates = [
        paused(THREE_DAYS, "01 09:00"),
        paused(THREE_DAYS, "01 09:00", ("01 10:00", "02 10:00")),
        paused(THREE_DAYS, "01 09:00", ("01 10:00", "02 10:00"), ("02 14:00", "03 14:00")),
        paused(THREE_DAYS, "01 09:00", ("01 10:00", "02 10:00"), ("02 14:00", "03 14:00"), ("04 07:00", "08 07:00")),
    ]
    assert dates == [at("04 09:00"), at("05 09:00"), at("08 09:00"), at("10 09:00")]


def test_a_hold_asked_for_after_the_date_does_not_hide_that_it_was_missed() -> None:
    """Frappe Helpdesk showed "paused" on tickets whose time had run out (its fix #2232)."""
    assert paused(THREE_DAYS, "01 09:00", ("04 09:00", "08 09:00")) == at("04 09:00")
