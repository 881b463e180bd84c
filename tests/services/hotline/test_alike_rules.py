"""What makes two reports alike: places, words and days, by example and as properties."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hotline.rulebook.alike import load
from services.hotline.rules import alike
from services.hotline.rules.alike import Said, Traits
from shared.dated import WrongRow
from shared.events.hotline import Category
from shared.worktime import VN

RULE = max(load().rows, key=lambda row: row.valid_from)
FILED = datetime(2026, 6, 5, 21, 10, tzinfo=VN)
HERE = {"lat": "21.5921", "long": "105.8243"}
LIGHTS = "Đèn đường xóm Đồng Cả hỏng ba tối nay"


def traits(text: str, at: datetime = FILED, place: str = "Xóm Đồng Cả") -> Traits:
    said = Said(text, place)
    return alike.traits_of(RULE, said, alike.spots_of(RULE, said), at)


def share(one: str, other: str, apart: timedelta = timedelta()) -> int | None:
    """How much two texts of one place share, in percent; none when they are not alike."""
    found = alike.likeness(RULE, "one", traits(one), "other", traits(other, FILED + apart), "named")
    return found and found.overlap


@pytest.mark.parametrize(
    ("place", "named"),
    [
        ("Xóm Đồng Cả", "dong ca"),
        ("xom dong ca", "dong ca"),
        ("Đồng Cả", "dong ca"),
        ("trước nhà số 12, xóm Đồng Cả, xã Đại Phúc", "dong ca"),
        ("đầu ngõ 3 xóm Đồng Cả cạnh trường học", "dong ca"),
        ("thôn Bình An 2", "binh an 2"),
        ("gần trường học xóm 7", "xom 7"),
        ("tổ 7", "to 7"),
        ("Cầu Đất", "cau dat"),
    ],
)
def test_a_place_is_known_by_its_hamlet_however_it_is_written(place: str, named: str) -> None:
    assert alike.spots_of(RULE, Said("Rác chưa ai dọn", place)).named == named


def test_without_a_place_it_is_looked_for_in_the_text_where_kinds_of_places_count_as_they_are_spelt() -> None:
    assert alike.spots_of(RULE, Said("Rác ở xóm Đồng Cả chưa ai dọn")).named == "dong ca"
    assert alike.spots_of(RULE, Said("Mong cho chúng tôi biết bao giờ dọn")).named is None, "cho is no chợ"
    assert alike.spots_of(RULE, Said("Rác chưa ai dọn")).own() == []


def test_a_cell_has_the_code_that_every_geohash_gives_it() -> None:
    assert alike.cell_of(57.64911, 10.40744, 7).code == "u4pruyd"
    assert alike.cell_of(0, 0, 5).code == "s0000"
    assert alike.cell_of(90, 180, 7).code == "bpbpbpb"


points = st.tuples(st.floats(-89, 89), st.floats(-180, 180))


@given(points, st.floats(-0.001, 0.001), st.floats(-0.001, 0.001))
def test_cells_that_touch_do_so_both_ways(point: tuple[float, float], up: float, right: float) -> None:
    lat, long = point
    one, other = alike.cell_of(lat, long, 7), alike.cell_of(lat + up, long + right, 7)
    assert (other in set(one.around())) == (one in set(other.around()))
    assert len(set(one.around())) == 9 and one in one.around()


def test_a_report_looks_for_its_named_place_and_for_the_cells_around_its_coordinates() -> None:
    spots = alike.spots_of(RULE, Said(LIGHTS, "Xóm Đồng Cả", **HERE))
    assert spots.own() == ["named dong ca", "cell w7g6b4d"]
    assert len(spots.sought()) == 10 and {place for _, place in spots.sought()} == {"named", "near"}
    assert set(spots.own()) <= {spot for spot, _ in spots.sought()}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LIGHTS, "Bóng đèn đường hỏng, tối om ở Đồng Cả"),
        ("Ổ gà to giữa đường, xe máy ngã", "Đường nhiều ổ gà, hai xe ngã hôm qua"),
        ("Rác", "Đề nghị xã cho dọn rác, rác chất đống cả tuần rồi"),
        ("Rác thải đổ đầy đường bốc mùi hôi thối", "rac thai do day duong, boc mui"),
    ],
)
def test_reports_of_one_matter_share_half_the_words_of_the_shorter(one: str, other: str) -> None:
    assert (share(one, other) or 0) >= 50 and share(one, other) == share(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LIGHTS, "Đường ngập nước sau mưa"),
        (LIGHTS, "Ổ gà to giữa đường xóm, xe máy ngã"),
        ("Cống tắc nước chảy ra đường hôi thối", "Ba hôm nay rác không ai thu gom, mùi hôi"),
        ("Tôi rất mong xã xem xét", "Tôi rất mong xã giúp"),
    ],
)
def test_what_is_another_matter_is_not_alike_nor_what_shares_empty_words_alone(one: str, other: str) -> None:
    assert share(one, other) is None


@pytest.mark.parametrize(("days", "is_alike"), [(0, True), (30, True), (30.01, False), (-30, True), (-31, False)])
def test_reports_are_alike_within_thirty_days(days: float, is_alike: bool) -> None:
    assert (share(LIGHTS, LIGHTS, timedelta(days=days)) is not None) == is_alike


@given(st.text(max_size=200), st.text(max_size=200), st.integers(-40, 40))
def test_being_alike_holds_both_ways_whatever_was_written(one: str, other: str, days: int) -> None:
    there = alike.likeness(RULE, "1", traits(one), "2", traits(other, FILED + timedelta(days=days)), "near")
    back = alike.likeness(RULE, "2", traits(other, FILED + timedelta(days=days)), "1", traits(one), "near")
    assert (there is None) == (back is None)
    if there and back:
        assert (there.overlap, there.days) == (back.overlap, back.days) and 50 <= there.overlap <= 100


@given(st.text(max_size=300))
def test_traits_are_read_as_they_were_kept_and_hold_no_word(text: str) -> None:
    kept = alike.written(traits(text))
    assert alike.as_read(kept) == traits(text)
    assert all(len(each) == 8 for each in kept.split()[1:]) and len(kept) <= 12 + 9 * RULE.most_words


def test_the_months_that_are_looked_into_hold_every_day_that_may_be_alike() -> None:
    for day in range(400):
        at = FILED + timedelta(days=day)
        months = alike.months_around(RULE, at)
        assert {alike.month_of(at + timedelta(days=n)) for n in range(-30, 31)} <= set(months) and len(months) <= 4


@pytest.mark.parametrize(
    ("kind", "category", "attributed", "stands"),
    [
        ("pakn", "roads", False, True),
        ("khieu_nai", "land", False, True),
        ("pakn", "conduct", False, False),
        ("pakn", "roads", True, False),
        (None, None, False, False),
    ],
)
def test_what_is_restricted_stands_in_no_cluster(
    kind: str | None, category: str | None, attributed: bool, stands: bool
) -> None:
    assert alike.takes(RULE, kind, category, attributed) is stands


def test_whatever_is_not_about_conduct_may_stand_in_one() -> None:
    """A category that alike.toml does not name is never found to be alike, and nothing else says so."""
    assert set(RULE.categories) == set(get_args(Category)) - {"conduct"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("0987 654 321", "+84 987.654.321"), ("84987654321", "0987654321"), ("Buoi@Example.vn", "buoi@example.vn")],
)
def test_a_way_to_reach_somebody_is_one_however_it_is_written(one: str, other: str) -> None:
    assert alike.contact(one) == alike.contact(other) != alike.contact("0912345678")


def test_a_row_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    file = tmp_path / "alike.toml"
    file.write_text('[[alike]]\ndays = "many"\nvalid_from = 2022-06-23\n')
    with pytest.raises(WrongRow, match="alike from 2022-06-23"):
        load(file)
