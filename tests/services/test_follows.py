"""What a service follows it uses, and what it would use it follows: a fact that is handed over for nothing, and a row
that no fact ever reaches, show nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deploy import office
from shared.events import Event, Recorded, every_event, newest

WHEN = datetime(2026, 6, 5, 8, 1, tzinfo=UTC)


def changes_a_row(service: str, fact: type[Event]) -> bool:
    recorded: Recorded[Event] = Recorded(fact.sample(), "id", "dai-phuc", 1, WHEN, WHEN)
    return any(office.projection(service)(recorded))


@pytest.mark.parametrize("service", office.SERVICES)
def test_every_fact_that_is_followed_changes_a_row_or_has_a_handler(service: str) -> None:
    follows = office.follows(service)
    assert [fact for fact in follows if follows[fact] is None and not changes_a_row(service, fact)] == []


@pytest.mark.parametrize("service", office.SERVICES)
def test_every_fact_of_others_that_changes_a_row_is_followed(service: str) -> None:
    foreign = {newest(each) for each in every_event() if each.service != service}
    assert {fact for fact in foreign if changes_a_row(service, fact)} <= set(office.follows(service))
