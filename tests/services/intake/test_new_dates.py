"""Lists of dates: as many as one shows, those that have nothing to do with it passed by, and how many are left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from services.intake.commands import new_dates
from services.intake.models import MOST_DATES, Apologies, CarryForward, GiveBack
from services.intake.rules import Case
from services.intake.tables import Dossier
from shared.errors import Refused
from shared.events.intake import DossierRescheduled
from shared.worktime import VN, Calendar, Limit, promise

WHEN = datetime(2026, 6, 10, 8, 0, tzinfo=VN)
PROMISE = promise(Limit.working_days(3), WHEN, Calendar()).as_data()
MOVED = DossierRescheduled.sample().model_copy(update={"due_arithmetic": PROMISE})


def a_dossier(number: int) -> Dossier:
    values = {"unit": "u", "procedure_version": "2025-07-01", "channel": "counter", "applicant_ref": "prs_1"}
    values |= {"lookup_sha256": "", "received_by": "off-1", "department": "dep-1", "event_id": "e"}
    moments = {"received_at": WHEN, "due_at": WHEN, "due_arithmetic": {}}
    return Dossier(dossier_id=f"d-{number}", number=str(number), procedure="1.001612", status=2, **values, **moments)


def theirs(case: Case) -> Sequence[DossierRescheduled]:
    """Every third dossier has to do with the list."""
    if int(case.dossier_id.removeprefix("d-")) % 3:
        raise Refused("nothing_suspended", "Not this one.")
    return [MOVED]


@pytest.mark.parametrize(
    ("there", "shown", "passed"),
    [(0, 0, 0), (7, 3, 4), (3 * MOST_DATES - 2, MOST_DATES, 2 * MOST_DATES - 2), (4 * MOST_DATES, MOST_DATES, 998)],
)
def test_a_list_is_filled_however_many_before_have_nothing_to_do_with_it(there: int, shown: int, passed: int) -> None:
    rows = [a_dossier(number) for number in range(there)]
    asked = []

    def some(limit: int, offset: int) -> list[Dossier]:
        asked.append((limit, offset))
        return rows[offset : offset + limit]

    found, others = new_dates.first_of(some, theirs, "vi", none="nothing_suspended")
    assert (len(found), others) == (shown, passed)
    assert [each.dossier_id for each in found] == [f"d-{number}" for number in range(0, 3 * shown, 3)]
    assert asked == [(MOST_DATES, MOST_DATES * each) for each in range(len(asked))]


def test_what_is_refused_for_another_reason_is_shown_with_it() -> None:
    rows = [a_dossier(number) for number in range(3)]
    found, others = new_dates.first_of(lambda limit, offset: rows[offset:], theirs, "vi", none="clock_stands")
    assert [each.refused for each in found] == [None, "nothing_suspended", "nothing_suspended"] and others == 0


@pytest.mark.parametrize("model", [Apologies, CarryForward, GiveBack])
def test_as_many_are_asked_for_at_once_as_a_list_shows(model: type[Apologies | CarryForward | GiveBack]) -> None:
    ids = [f"d-{number}" for number in range(MOST_DATES + 1)]
    assert len(model(dossiers=ids[:-1]).dossiers) == MOST_DATES
    with pytest.raises(ValueError, match="at most"):
        model(dossiers=ids)
