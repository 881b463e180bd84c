"""What the same person brought before: which of it may be the same case, and which papers of it lie here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.rulebook import Catalogue, Procedure, load
from services.intake.rulebook import earlier as rulebook
from services.intake.rulebook.declarations import this_release as declarations
from services.intake.rulebook.states import FilingStatus, Status
from services.intake.rules import earlier
from services.intake.rules.earlier import Before, Hint
from shared.dated import WrongRow
from shared.errors import Refused
from shared.events import Event
from shared.events.intake import (
    DossierReceived,
    DossierSupplemented,
    DossierSupplementRequested,
    DossierTakenUp,
    DossierWithdrawn,
)
from tests.services.intake.office import FRIDAY

CATALOGUE, REUSES = load(), rulebook.load()
BIRTH, BIRTH_ABROAD, WEDDING = "1.001193", "2.000528", "1.000894"
HOME, STAY, ADOPTION = "1.004222", "1.004194", "2.001263"
"""The first two ask for the same proof of a dwelling, which lasts; of the third's papers two are good for months."""
RELEASED = Path(rulebook.__file__).with_name("earlier.toml").read_text(encoding="utf-8")
LIVE = {"dossier": (2, 4, 5, 6, 9), "filing": (1, 5)}
"""Transcribed from the domain's table (§2.3), not from the rules."""


def in_force(day: date, reuses: rulebook.Reuses = REUSES) -> rulebook.Reuse:
    """The row of a day."""
    found = reuses.on(day)
    assert found is not None
    return found


REUSE = in_force(FRIDAY.date())


def a_procedure(code: str, catalogue: Catalogue = CATALOGUE) -> Procedure:
    found = catalogue.in_force(code, FRIDAY.date())
    assert found is not None
    return found


def before(id: str = "d-1", procedure: str = BIRTH, status: int = 2, at: datetime = FRIDAY, **more: Any) -> Before:
    values: dict[str, Any] = {
        "kind": "dossier",
        "id": id,
        "number": f"H55.27.05-{id}",
        "procedure": procedure,
        "version": a_procedure(procedure).version,
        "status": status,
        "at": at,
        "due_at": at + timedelta(days=1),
        "leads_to": at + timedelta(days=1),
        "applicant_ref": f"prs_{id}",
    }
    return Before(**values | more)


def received(*papers: str, at: datetime = FRIDAY) -> DossierReceived:
    return DossierReceived.sample().model_copy(update={"papers": list(papers), "received_at": at})


def asked(*papers: str, at: datetime = FRIDAY) -> DossierSupplementRequested:
    return DossierSupplementRequested.sample().model_copy(update={"papers": list(papers), "requested_at": at})


def brought(*papers: str, at: datetime = FRIDAY) -> DossierSupplemented:
    return DossierSupplemented.sample().model_copy(update={"papers": list(papers), "supplemented_at": at})


def hinted(
    procedure: str,
    *dossiers: tuple[Before, Sequence[Event]],
    reuse: rulebook.Reuse = REUSE,
    catalogue: Catalogue = CATALOGUE,
) -> list[Hint]:
    return earlier.hints(a_procedure(procedure, catalogue), dossiers, catalogue, reuse, FRIDAY)


def rows_of(tmp_path: Path, text: str) -> rulebook.Reuses:
    file = tmp_path / "earlier.toml"
    file.write_text(text, encoding="utf-8")
    return rulebook.load(file)


# --- the rulebook


LASTING = {"cho_o_hop_phap", "giay_to_dat", "ly_hon_khai_tu"}
"""A home, land, a marriage that was over: what says of the same person what it said before."""
FOR_MONTHS = {(ADOPTION, "kham_suc_khoe"): 6, (ADOPTION, "hoan_canh_gia_dinh"): 6}
"""Transcribed from the domain's table (§12): at most six months old."""


def test_few_papers_last_and_a_row_says_that_the_choice_is_ours() -> None:
    assert (REUSE.years, REUSE.confidence, set(REUSE.lasting)) == (5, "design", LASTING)
    assert REUSES.on(date(2025, 6, 30)) is None and REUSES.on(date(2025, 7, 1)) == REUSE


@pytest.mark.parametrize("procedure", [each.code for each in CATALOGUE.procedures])
def test_of_a_procedure_the_papers_that_are_pointed_at_are_named_and_no_other(procedure: str) -> None:
    """A paper that a new version brings is in neither list, until somebody has thought about it."""
    held = a_procedure(procedure)
    assert {each.code: each.reuse_months for each in earlier.lasting(held, REUSE)} == {
        each.code: FOR_MONTHS.get((procedure, each.code))
        for each in held.papers
        if each.code in LASTING or (procedure, each.code) in FOR_MONTHS
    }


@pytest.mark.parametrize(
    ("procedure", "days", "pointed_at"),
    [
        (ADOPTION, 0, ["kham_suc_khoe", "hoan_canh_gia_dinh"]),
        (ADOPTION, 6 * 31, ["kham_suc_khoe", "hoan_canh_gia_dinh"]),
        (ADOPTION, 501, []),  # of 7 July 2025, looked for on 20 November 2026
        (BIRTH, 0, []),  # another child's certificate, a letter of authority for another errand
    ],
)
def test_a_paper_that_cannot_serve_again_is_not_pointed_at(procedure: str, days: int, pointed_at: list[str]) -> None:
    all_of_it, at = [each.code for each in a_procedure(procedure).papers], FRIDAY - timedelta(days=days)
    found = hinted(procedure, (before(procedure=procedure, at=at), [received(*all_of_it, at=at)]))
    assert [each.paper for each in found] == pointed_at


def test_of_two_rows_each_holds_from_its_first_day(tmp_path: Path) -> None:
    """A change is a row added: what it says is asked of the day, here and by whoever works at the counter."""
    later = """
[[reuse]]
years = 2
lasting = ["ct01"]
basis = "thử"
confidence = "design"
valid_from = 2026-06-06
"""
    reuses = rows_of(tmp_path, RELEASED + later)
    before_it, from_it = (in_force(date(2026, 6, day), reuses) for day in (5, 6))
    assert before_it == REUSE and (from_it.years, from_it.lasting) == (2, ("ct01",))
    at = FRIDAY - timedelta(days=3 * 366)
    old = (before(procedure=HOME), [received("ct01", "cho_o_hop_phap", at=at), brought("ct01")])
    older = (before(procedure=HOME), [received("ct01", "cho_o_hop_phap", at=at)])
    assert [each.paper for each in hinted(HOME, old, reuse=before_it)] == ["cho_o_hop_phap"]
    assert [each.paper for each in hinted(HOME, old, reuse=from_it)] == ["ct01"]
    assert hinted(HOME, older, reuse=from_it) == []


def test_no_declaration_of_the_office_is_pointed_at() -> None:
    """Whatever a form of ours is printed for is written anew each time, by whichever row."""
    written = {each.paper for each in declarations().rows if each.paper}
    assert written and not [row for row in REUSES.rows if written & set(row.lasting)]


@pytest.mark.parametrize(
    ("found", "wrong", "why"),
    [
        ("years = 5", "years = 0", "years is a whole number"),
        ('"giay_to_dat",', '"ct99",', "ct99 is none of its papers"),
        ('"giay_to_dat",', '"cho_o_hop_phap",', "paper cho_o_hop_phap stands there 2 times"),
        ('confidence = "design"', 'confidence = "sure"', "confidence is one of"),
        ("years = 5", 'years = 5\nanew = ["don"]', "unexpected keyword argument 'anew'"),
    ],
)
def test_a_wrong_row_is_refused_by_its_name(tmp_path: Path, found: str, wrong: str, why: str) -> None:
    assert found in RELEASED
    with pytest.raises(WrongRow, match=why):
        rows_of(tmp_path, RELEASED.replace(found, wrong))


# --- duplicates


@pytest.mark.parametrize("status", Status)
def test_a_dossier_is_a_duplicate_until_its_result_is_handed_over_or_it_ends(status: Status) -> None:
    same = status in LIVE["dossier"]
    assert earlier.duplicates(BIRTH, [before(status=status)]) == ([before(status=status)] if same else [])
    assert earlier.duplicates(WEDDING, [before(status=status)]) == []


@pytest.mark.parametrize("status", FilingStatus)
def test_a_filing_is_a_duplicate_until_it_is_a_dossier_or_ends(status: FilingStatus) -> None:
    filing = before(kind="filing", status=status)
    assert earlier.duplicates(BIRTH, [filing]) == ([filing] if status in LIVE["filing"] else [])


BEFORE = st.builds(
    before,
    id=st.uuids().map(str),
    procedure=st.sampled_from([BIRTH, BIRTH_ABROAD, WEDDING]),
    status=st.integers(1, 10),
    at=st.integers(0, 400).map(lambda days: FRIDAY - timedelta(days=days)),
    kind=st.sampled_from(["dossier", "filing"]),
)


@given(st.lists(BEFORE, max_size=12), st.randoms())
def test_duplicates_are_what_is_live_the_newest_first_in_whatever_order_it_was_found(
    found: list[Before], dice: Any
) -> None:
    same = earlier.duplicates(BIRTH, found)
    assert set(same) == {each for each in found if each.procedure == BIRTH and each.status in LIVE[each.kind]}
    assert all(one.at >= other.at for one, other in pairwise(same))
    assert earlier.duplicates(BIRTH, dice.sample(found, len(found))) == same


@given(st.lists(BEFORE, max_size=6), st.sets(st.integers(0, 5)))
def test_what_may_be_the_same_is_asked_about_unless_all_of_it_was_seen(same: list[Before], chosen: set[int]) -> None:
    seen = [each.id for number, each in enumerate(same) if number in chosen]
    if all(each.id in seen for each in same):
        earlier.check_seen(same, [*seen, "another"])
    else:
        with pytest.raises(Refused) as no:
            earlier.check_seen(same, seen)
        assert (no.value.code, no.value.status) == ("possible_duplicate", 409)


# --- papers that lie here


@pytest.mark.parametrize(
    ("facts", "held"),
    [
        ([received("a", "b")], {"a": 0, "b": 0}),
        ([received("a"), DossierTakenUp.sample()], {"a": 0}),
        ([received("a", "b"), asked("a", at=FRIDAY + timedelta(1))], {"b": 0}),
        ([received("a"), asked("a"), brought("a", at=FRIDAY + timedelta(2))], {"a": 2}),
        ([received(), asked("c"), brought("c", at=FRIDAY + timedelta(3))], {"c": 3}),
        ([received("a"), DossierWithdrawn.sample()], {}),
        ([], {}),
    ],
)
def test_a_dossier_holds_what_came_with_it_but_not_what_was_asked_for_again_or_taken_back(
    facts: list[Event], held: dict[str, int]
) -> None:
    assert earlier.papers_in(facts) == {code: FRIDAY + timedelta(days) for code, days in held.items()}


@pytest.mark.parametrize(
    ("procedure", "of", "papers", "pointed_at"),
    [
        (HOME, HOME, ["ct01", "cho_o_hop_phap"], ["cho_o_hop_phap"]),
        (BIRTH, BIRTH_ABROAD, ["giay_chung_sinh"], []),  # of another child
        (WEDDING, WEDDING, ["to_khai"], []),  # written anew
        ("2.000815", "2.000815", ["ban_chinh", "ban_sao"], []),  # shown and handed back
        (STAY, HOME, ["ct01", "cho_o_hop_phap"], ["cho_o_hop_phap"]),  # the same paper by name
        ("1.013225", "1.012812", ["don", "giay_to_dat"], []),  # one code, two papers
        ("1.013225", "1.013225", ["don", "giay_to_dat", "ban_ve"], ["giay_to_dat"]),
        ("2.000806", ADOPTION, ["kham_suc_khoe"], []),  # of one code, and no paper of this one is good for months
        (HOME, HOME, [], []),
    ],
)
def test_a_paper_is_pointed_at_where_it_is_the_very_same(
    procedure: str, of: str, papers: list[str], pointed_at: list[str]
) -> None:
    found = hinted(procedure, (before(procedure=of), [received(*papers)]))
    assert [each.paper for each in found] == pointed_at
    assert {(each.number, each.day) for each in found} <= {("H55.27.05-d-1", FRIDAY.date())}
    assert not pointed_at or of in earlier.sharing(a_procedure(procedure), CATALOGUE, REUSE)


def test_of_two_the_newest_is_told_and_a_paper_that_came_later_counts_from_then() -> None:
    old, new = (before(id, HOME, at=FRIDAY - timedelta(days)) for id, days in (("d-1", 9), ("d-2", 2)))
    with_old = (old, [received("cho_o_hop_phap", at=old.at)])
    with_new = (new, [received("cho_o_hop_phap", at=new.at)])
    assert [each.dossier_id for each in hinted(HOME, with_old, with_new)] == ["d-2"]
    again = (old, [*with_old[1], asked("cho_o_hop_phap"), brought("cho_o_hop_phap")])
    (hint,) = hinted(HOME, again, with_new)
    assert (hint.dossier_id, hint.day) == ("d-1", FRIDAY.date())


def test_a_paper_older_than_the_years_of_the_row_is_not_told_of() -> None:
    last = FRIDAY - timedelta(days=366 * REUSE.years)
    for at, told in ((last, 1), (last - timedelta(seconds=1), 0)):
        assert len(hinted(HOME, (before(procedure=HOME, at=at), [received("cho_o_hop_phap", at=at)]))) == told


OF_THE_PROVINCE = """
[[procedure]]
code = "9.000001"
name = "Hỗ trợ tiền thuê nhà"
name_en = "Help with a rent"
field = "Hộ tịch"
limit = { kind = "WORKING_DAY", amount = 3 }
fee = "Miễn phí"
basis = "Quyết định số 12/2026/QĐ-UBND"
channels = ["counter"]
confidence = "H"
department = "dep-hanh-chinh-cong"
valid_from = 2026-01-01
papers = [
    { code = "hop_dong", name = "Hợp đồng thuê nhà", name_en = "Lease", reuse_months = 6 },
    { code = "don_rieng", name = "Đơn theo mẫu của tỉnh", name_en = "The province's own form" },
    { code = "cho_o_hop_phap", name = "Giấy tờ chứng minh chỗ ở hợp pháp", name_en = "Proof of a lawful dwelling" },
    { code = "giay_chung_sinh", name = "Giấy chứng sinh", name_en = "Certificate of live birth", reuse_months = 12 },
    { code = "to_khai", name = "Tờ khai", name_en = "Declaration", reuse_months = 1 },
    { code = "ct01", name = "Tờ khai CT01", name_en = "Form CT01" },
]
"""
RENT, ALL_OF_IT = "9.000001", ["hop_dong", "don_rieng", "cho_o_hop_phap", "giay_chung_sinh", "to_khai", "ct01"]


def with_theirs(tmp_path: Path, text: str = OF_THE_PROVINCE) -> Catalogue:
    """The catalogue with a province's own file."""
    file = tmp_path / "theirs.toml"
    file.write_text(text, encoding="utf-8")
    return load().with_versions(file)


@pytest.mark.parametrize(
    ("days", "pointed_at"),
    [
        (0, ["hop_dong", "cho_o_hop_phap", "giay_chung_sinh", "to_khai"]),
        (31, ["hop_dong", "cho_o_hop_phap", "giay_chung_sinh", "to_khai"]),
        (32, ["hop_dong", "cho_o_hop_phap", "giay_chung_sinh"]),
        (6 * 31, ["hop_dong", "cho_o_hop_phap", "giay_chung_sinh"]),
        (6 * 31 + 1, ["cho_o_hop_phap", "giay_chung_sinh"]),
        (12 * 31 + 1, ["cho_o_hop_phap"]),
        (5 * 366, ["cho_o_hop_phap"]),
        (5 * 366 + 1, []),
    ],
)
def test_a_paper_of_a_procedures_file_is_pointed_at_for_its_months_and_an_unknown_one_without_them_never(
    days: int, pointed_at: list[str], tmp_path: Path
) -> None:
    """What the release knows and the file says no months of goes by the row: it lasts, or is never pointed at."""
    catalogue, at = with_theirs(tmp_path), FRIDAY - timedelta(days=days)
    dossier = replace(before(at=at), procedure=RENT, version="2026-01-01")
    found = hinted(RENT, (dossier, [received(*ALL_OF_IT, at=at)]), catalogue=catalogue)
    assert [each.paper for each in found] == pointed_at


def test_a_paper_with_months_of_its_own_is_found_where_another_procedure_asks_for_the_same(tmp_path: Path) -> None:
    """And the other one points at none of it: what one procedure says of a paper is no word of another's."""
    catalogue, at = with_theirs(tmp_path), FRIDAY - timedelta(days=200)
    birth = (before(), [received("giay_chung_sinh", at=at)])
    theirs, ours = a_procedure(RENT, catalogue), a_procedure(BIRTH, catalogue)
    assert BIRTH in earlier.sharing(theirs, catalogue, REUSE) and earlier.sharing(ours, catalogue, REUSE) == set()
    assert [each.paper for each in hinted(RENT, birth, catalogue=catalogue)] == ["giay_chung_sinh"]
    long_ago = (before(), [received("giay_chung_sinh", at=FRIDAY - timedelta(days=400))])
    assert hinted(RENT, long_ago, catalogue=catalogue) == hinted(BIRTH, birth, catalogue=catalogue) == []


@pytest.mark.parametrize("months", ["0", "-1", "1.5", '"6"', "true"])
def test_months_are_a_whole_number(months: str, tmp_path: Path) -> None:
    wrong = OF_THE_PROVINCE.replace("reuse_months = 6", f"reuse_months = {months}")
    with pytest.raises(
        WrongRow, match=r"procedure 9\.000001 from 2026-01-01: reuse_months is a whole number, 1 and more"
    ):
        with_theirs(tmp_path, wrong)


def test_a_dossier_of_a_version_that_the_catalogue_has_forgotten_points_at_nothing() -> None:
    assert hinted(HOME, (before(procedure=HOME, version="1999-01-01"), [received("cho_o_hop_phap")])) == []


PAPERS = st.lists(st.sampled_from(["cho_o_hop_phap", "giay_to_dat", "ct01", "don"]), unique=True)
WHEN = st.integers(0, 3000).map(lambda days: FRIDAY - timedelta(days=days))
FACT = st.one_of(
    st.builds(lambda papers, at: brought(*papers, at=at), PAPERS, WHEN),
    st.builds(lambda papers: asked(*papers), PAPERS),
    st.just(DossierWithdrawn.sample()),
)
WITH_FACTS = st.builds(
    lambda dossier, papers, more: (dossier, [received(*papers, at=dossier.at), *more]),
    st.sampled_from([HOME, STAY, WEDDING]).flatmap(lambda code: BEFORE.map(lambda each: replace(each, procedure=code))),
    PAPERS,
    st.lists(FACT, max_size=3),
)


@given(st.lists(WITH_FACTS, max_size=6), st.randoms())
def test_what_is_pointed_at_lies_where_it_is_said_and_nowhere_newer(
    dossiers: list[tuple[Before, list[Event]]], dice: Any
) -> None:
    found = hinted(HOME, *dossiers)
    lies = [(code, at.date(), each.id) for each, facts in dossiers for code, at in earlier.papers_in(facts).items()]
    same = {each.id for each, _ in dossiers if each.procedure != WEDDING}
    assert [each.paper for each in found] == [
        each.code for each in a_procedure(HOME).papers if each.code in {hint.paper for hint in found}
    ]
    for hint in found:
        assert (hint.paper, hint.day, hint.dossier_id) in lies
        assert not [at for code, at, id in lies if code == hint.paper and id in same and at > hint.day]
    assert hinted(HOME, *dice.sample(dossiers, len(dossiers))) == found
