"""Who opens a denunciation, who may write one down, and when envelopes are given out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hotline.rulebook.denunciations import DenunciationBook, Holder, Recipient, RecipientCode, load
from services.hotline.rules import Person, conflict
from services.hotline.rules import denunciations as rules
from shared.dated import WrongRow
from shared.errors import Refused
from shared.sealed import new_keys
from shared.worktime import VN
from tests.services.hotline.denouncing import recipients_file
from tests.services.hotline.desk import NOW

NAMES = ["a", "b", "c", "d", "e"]
officials = st.sampled_from(NAMES)
offices = st.dictionaries(
    officials, st.builds(Person, st.none() | officials, st.frozensets(officials, max_size=2)), min_size=5
)


def recipient(code: RecipientCode, *holders: str) -> Recipient:
    return Recipient(code, tuple(Holder(each, new_keys()[1], each) for each in holders))


@given(offices, st.none() | officials, st.lists(officials, min_size=2, max_size=3, unique=True), st.booleans())
def test_no_key_holder_opens_what_is_said_of_them_of_who_heads_them_or_of_a_relative(
    people: dict[str, Person], accused: str | None, holders: list[str], province: bool
) -> None:
    found = [recipient("commune_chair", *holders)]
    if province:
        found.append(Recipient("province_chair", (Holder("x", new_keys()[1]), Holder("y", new_keys()[1]))))
    rows = load()
    book = DenunciationBook(rows.competences, rows.releases, {each.code: each for each in found})
    row = rules.competence(book, "official", NOW)
    try:
        chosen = rules.recipient_of(book, row, accused, people)
    except Refused as no:
        assert no.code == "not_taken_here" and not province
        assert accused and [each for each in holders if conflict(each, accused, people)]
    else:
        assert not [each for each in chosen.officials if accused and conflict(each, accused, people)]


@given(offices, officials, st.none() | officials)
def test_nobody_writes_down_what_is_said_of_themselves_their_line_or_a_relative(
    people: dict[str, Person], writer: str, accused: str | None
) -> None:
    for row in load().all_on(NOW.date()):
        try:
            rules.check_writer(row, writer, accused, people)
        except Refused as no:
            assert no.code == "not_by_this_desk" and (row.heads_us or conflict(writer, str(accused), people))
        else:
            assert row.code not in ("chair", "vice_chair")
            assert accused is None or conflict(writer, accused, people) is None


def test_the_chair_is_never_who_opens_what_is_said_of_the_chair() -> None:
    for row in load().all_on(NOW.date()):
        assert "commune_chair" not in (row.recipient, row.above) or not row.heads_us
        assert row.where_vi and row.where_en


def test_without_recipients_it_is_said_where_to_go_and_nothing_is_taken() -> None:
    book = load()
    for row in book.all_on(NOW.date()):
        with pytest.raises(Refused) as no:
            rules.recipient_of(book, row, None, {})
        assert no.value.code == "not_taken_here" and row.where_en in no.value.detail
    assert rules.is_release_due(book, None, NOW) is None


@given(st.integers(0, 50), st.integers(0, 6), st.booleans())
def test_envelopes_are_given_out_every_third_day_and_their_number_tells_nothing(
    waiting: int, days: int, first: bool
) -> None:
    rows = load()
    book = DenunciationBook(rows.competences, rows.releases, {"commune_chair": recipient("commune_chair", "a", "b")})
    now = datetime(2026, 6, 5, 0, 0, 1, tzinfo=VN) + timedelta(days=days)
    rule = rules.is_release_due(book, None if first else date(2026, 6, 5), now)
    assert (rule is not None) == (first or days >= 3)
    if rule:
        many = rules.envelopes_at_once(waiting, rule)
        assert many % rule.envelopes == 0 and waiting <= many < waiting + rule.envelopes + (waiting == 0)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("commune_chair", "village_chair"), "code is one of commune_chair, province_chair"),
        (("province_chair", "commune_chair"), "a recipient stands in it twice"),
        (("name = ", "nome = "), "nome"),
        (('key = "', 'key = "00'), "64 small hexadecimal digits"),
        (("[[recipient]]", "[[empfaenger]]"), "none of its tables"),
    ],
)
def test_a_file_of_recipients_that_is_wrong_is_refused_by_name(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    path = recipients_file(tmp_path)
    assert set(load(path).recipients) == {"commune_chair", "province_chair"}
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(WrongRow, match=says):
        load(path)


def test_one_person_never_holds_two_keys_and_nobody_opens_alone(tmp_path: Path) -> None:
    path = recipients_file(tmp_path)
    written = path.read_text(encoding="utf-8")
    first, second = [line for line in written.splitlines() if line.startswith("key")][:2]
    path.write_text(written.replace(second, first), encoding="utf-8")
    with pytest.raises(WrongRow, match="twice"):
        load(path)
    alone = written.split("[[recipient.holder]]")
    path.write_text("[[recipient.holder]]".join(alone[:2]), encoding="utf-8")
    with pytest.raises(WrongRow, match="2 or 3 holders"):
        load(path)
