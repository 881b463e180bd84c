"""Until when papers are asked for, and how long the citizen has, where the law of a field says more than for all."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from services.intake.rulebook import load
from services.intake.rulebook.states import load as load_moves
from services.intake.rules import ask_by, looked_at_since, time_to_bring
from shared.events import Event
from shared.events.intake import DossierReceived, DossierSupplemented, DossierTakenUp
from shared.mechanism import event_log
from shared.worktime import VN, Calendar, Limit, LimitKind
from tests.services.intake.office import FRIDAY, Office
from tests.services.intake.test_rulebook import CHANGED, refused_with
from tests.shared.line import rows
from tests.support import SetClock, app_of
from tests.system.running import A_DOSSIER

CATALOGUE, MOVES = load(), load_moves()
HOUSE, ADOPTION, BIRTH = "1.013225", "2.001263", "1.001193"
A_HOUSE = A_DOSSIER | {"procedure": HOUSE, "papers": ["don", "giay_to_dat", "ban_ve"]}
LACKS = {"papers": ["ban_ve"], "reason_code": "papers_unclear"}


@pytest.mark.parametrize(
    ("code", "rounds", "until"),
    [
        (HOUSE, 0, datetime(2026, 6, 16, 8, 0, tzinfo=VN)),
        (HOUSE, 1, datetime(2026, 6, 12, 8, 0, tzinfo=VN)),
        (HOUSE, 2, None),
        (ADOPTION, 0, datetime(2026, 6, 8, 8, 0, tzinfo=VN)),
        (BIRTH, 0, None),
    ],
)
def test_papers_are_asked_for_within_the_working_days_of_their_round(
    code: str, rounds: int, until: datetime | None
) -> None:
    """From Friday the fifth at eight: seven of them, then five; one for an adoption (domain §2.1, §12)."""
    procedure = CATALOGUE.in_force(code, FRIDAY.date())
    assert procedure is not None
    assert ask_by(procedure, rounds, FRIDAY, Calendar()) == until


def test_the_office_has_what_it_has_since_the_papers_that_came_last() -> None:
    received = DossierReceived.sample().model_copy(update={"received_at": FRIDAY})
    later = [FRIDAY + timedelta(days=days) for days in (3, 9)]
    came = [DossierSupplemented.sample().model_copy(update={"supplemented_at": at}) for at in later]
    facts: list[Event] = [received, DossierTakenUp.sample(), *came]
    assert looked_at_since(facts[:2]) == FRIDAY and looked_at_since(facts) == later[1]
    with pytest.raises(LookupError):
        looked_at_since(facts[1:2])


LONGER = CHANGED + "supplement_days = 30\n"


@pytest.mark.parametrize("step", ["supplement", "resubmit"])
def test_a_citizen_has_as_long_as_the_procedure_says_or_as_all(
    step: Literal["supplement", "resubmit"], tmp_path: Path
) -> None:
    path = tmp_path / "procedures.toml"
    path.write_text(LONGER, encoding="utf-8")
    (longer,), ordinary = load(path).procedures, CATALOGUE.in_force(BIRTH, FRIDAY.date())
    days = [time_to_bring(each, MOVES, step, FRIDAY.date()) for each in (longer, ordinary, None)]
    assert days == [Limit(LimitKind.WORKING_DAY, n) for n in (30, 15, 15)]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (CHANGED + "ask_within = [7, 5]\n", "ask_within has a number for each of its supplement_rounds."),
        (CHANGED + "ask_within = [0]\n", "ask_within is a whole number, 1 and more, not 0."),
        (CHANGED + "supplement_days = 0\n", "supplement_days is a whole number, 1 and more, not 0."),
    ],
)
def test_a_term_that_cannot_be_is_one_sentence_with_its_file_and_procedure(tmp_path: Path, row: str, why: str) -> None:
    path = tmp_path / "procedures.toml"
    assert refused_with(path, row) == f"{path}, procedure 1.001193 from 2098-01-01: {why}"


def asked_by(office: Office) -> list[str | None]:
    """Until when each round could be asked for, as it was told."""
    facts = [json.loads(row["body"]) for row in rows(office.url, event_log)]
    return [each["data"]["ask_by"] for each in facts if "DossierSupplementRequested" in each["type"]]


async def test_whoever_asks_late_is_not_refused_and_it_is_told_until_when_it_could_be_asked(office: Office) -> None:
    path = await office.receives("take-up", body=A_HOUSE)
    office.clock.goes_to(FRIDAY + timedelta(days=12))
    assert (await office.post("clerk", f"{path}/ask-supplement", LACKS))["status_code"] == 5
    office.clock.goes_to(datetime(2026, 6, 22, 8, 0, tzinfo=VN))
    await office.post("clerk", f"{path}/supplement", {"papers": ["ban_ve"]})
    await office.post("clerk", f"{path}/ask-supplement", LACKS)
    assert asked_by(office) == ["2026-06-16T08:00:00+07:00", "2026-06-29T08:00:00+07:00"]


async def test_where_the_law_sets_no_limit_none_is_told(office: Office) -> None:
    path = await office.receives("take-up")
    await office.post("clerk", f"{path}/ask-supplement", LACKS | {"papers": ["giay_chung_sinh"]})
    assert asked_by(office) == [None]


async def test_the_days_of_a_procedure_hold_for_its_dossiers(database_url: str, tmp_path: Path) -> None:
    """Thirty working days from Friday the fifth of June."""
    file, clock = tmp_path / "longer.toml", SetClock()
    text = LONGER.replace("2098-01-01", "2026-06-01")
    file.write_text(text.replace("[]", '[{ code = "giay_chung_sinh", name = "Giấy chứng sinh" }]'), encoding="utf-8")
    clock.goes_to(FRIDAY)
    app = app_of("intake", database_url, tmp_path, clock, procedures_file=file)
    office = Office(app, tmp_path, clock, database_url)
    path = await office.receives("take-up")
    asked = await office.post("clerk", f"{path}/ask-supplement", LACKS | {"papers": ["giay_chung_sinh"]})
    assert asked["supplement_by"] == "2026-07-17T08:00:00+07:00"
    app.state.service.db.close()
