"""A date that was promised moves when somebody promises another one, and for no other reason.

DIGIT restarts its timers with every change of a row ("last modified"); Frappe Helpdesk #2449 counts open tickets anew
whenever the list of holidays is edited. Here only the facts that promise may name a due date, in every service.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deploy import office
from shared.changes import Change, Drop
from shared.events import Event, Recorded, every_event
from shared.events.personnel import CalendarDayDeclared

PROMISES: dict[str, set[str]] = {
    "intake": {
        "DossierReceived",
        "DossierRescheduled",
        "DossierSupplemented",
        "DossierDeadlineSuspended",
        "DossierDateGivenBack",
    },
    "hotline": {
        "ComplaintFiled",
        "ComplaintReferred",
        "ComplaintReopened",
        "ComplaintSupplementRequested",
        "ComplaintWithheld",
        "ComplaintGuided",
        "ComplaintAdmitted",
        "CompetentBodyAsked",
        "ComplaintSeparated",
    },
    "notifier": {
        "DossierReceived",
        "DossierRescheduled",
        "DossierSupplemented",
        "DossierDeadlineSuspended",
        "DossierDateGivenBack",
        "FollowUpOpened",
        "FollowUpMoved",
        "NoticeIntended",
    },
    "personnel": set(),
    "survey": set(),
}
"""In the hotline a referral and an objection begin the time of the answer anew, as the law says; whoever asks the
reporter for more dates the clock of what is asked for, whoever withholds an answer the clock of its review; guiding
somebody to another body, that body's taking it up, and asking it again date what is awaited from there; what is
separated again goes on by the date it had. Notifier
puts the date on a watch, which moves with the promise, and into a letter, which is written once."""
WHEN = datetime(2026, 6, 5, 8, 1, tzinfo=UTC)


def changes(service: str, event: type[Event]) -> list[Change]:
    recorded: Recorded[Event] = Recorded(event.sample(), "id", "dai-phuc", 1, WHEN, WHEN)
    return list(office.projection(service)(recorded))


@pytest.mark.parametrize("service", office.SERVICES)
def test_only_a_promise_names_a_due_date(service: str) -> None:
    naming = {
        event.__name__
        for event in every_event()
        for change in changes(service, event)
        if not isinstance(change, Drop) and "due_at" in change.columns
    }
    assert naming == PROMISES[service]


@pytest.mark.parametrize("service", office.SERVICES)
def test_a_declared_day_changes_the_calendar_and_nothing_else(service: str) -> None:
    """No other row, and no handler that could promise anew."""
    assert office.follows(service).get(CalendarDayDeclared) is None
    assert {change.table.__name__ for change in changes(service, CalendarDayDeclared)} <= {"CalendarDay"}
