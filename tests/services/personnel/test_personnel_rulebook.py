"""The register and the pledge texts agree with themselves, or the office does not open."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from services.personnel import rulebook
from services.personnel.rulebook import Register, load_pledges, load_register, seeded_official
from shared.dated import WrongRow
from shared.events.personnel import Role

REGISTER = load_register()


def changed(who: str, /, **values: Any) -> Register:
    """The register with one official changed."""
    officials = (replace(each, **values) if each.official_id == who else each for each in REGISTER.officials)
    return Register(REGISTER.departments, tuple(officials))


def test_the_register_has_two_departments_and_six_officials() -> None:
    assert [each.department_id for each in REGISTER.departments] == ["dep-hanh-chinh-cong", "dep-kinh-te"]
    assert len(REGISTER.officials) == 6


@pytest.mark.parametrize("role", get_args(Role))
def test_every_role_has_an_official_to_try_it_with(role: str) -> None:
    official = REGISTER.official(seeded_official(role))
    assert official is not None
    assert role in official.roles


def test_a_role_that_does_not_exist_has_no_official() -> None:
    with pytest.raises(LookupError, match="king"):
        seeded_official("king")


def test_only_the_chair_is_headed_by_nobody() -> None:
    assert [each.official_id for each in REGISTER.officials if each.heads_up_to is None] == ["off-leader-1"]


@pytest.mark.parametrize(
    ("official_id", "values", "says"),
    [
        ("off-clerk-1", {"official_id": "off-head-1"}, "stands there twice"),
        ("off-clerk-1", {"department_id": "dep-x"}, "dep-x is not known"),
        ("off-clerk-1", {"heads_up_to": "off-x"}, "off-x is not known"),
        ("off-clerk-1", {"relatives": ("off-head-1",)}, "off-head-1 does not name off-clerk-1"),
        ("off-clerk-1", {"relatives": ("off-clerk-1",)}, "relative"),
        ("off-leader-1", {"heads_up_to": "off-clerk-1"}, "heads themselves"),
        ("off-head-1", {"heads_up_to": "off-head-1"}, "heads themselves"),
    ],
)
def test_a_register_that_contradicts_itself_is_refused(official_id: str, values: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        changed(official_id, **values)


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ('["clerk"]', '["king"]', "official off-clerk-1: roles is one of clerk, .+, not 'king'"),
        ('["clerk"]', '"clerk"', "official off-clerk-1: roles is a list, not 'clerk'"),
        ("post = ", "pots = ", "official off-leader-1: got an unexpected keyword argument 'pots'"),
        ("2025-07-01T00:00:00+07:00", "2025-07-01", "department dep-hanh-chinh-cong: opened_at is a moment, written "),
        ("[[official]]", "[[officials]]", "officials is none of its tables, which are: department, official"),
    ],
)
def test_a_row_of_a_register_that_cannot_be_is_named(right: str, wrong: str, says: str, tmp_path: Path) -> None:
    source = Path(str(rulebook.__file__)).with_name("register.toml").read_text(encoding="utf-8")
    edited = tmp_path / "register.toml"
    edited.write_text(source.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(WrongRow, match=f"{edited}[,:] {says}"):
        load_register(edited)


def test_the_text_in_force_is_the_one_whose_days_hold_the_day() -> None:
    pledges = load_pledges()
    old = replace(pledges.texts[0], valid_to=date(2027, 1, 1))
    new = replace(pledges.texts[0], version="2027-01", valid_from=date(2027, 1, 1))
    both = replace(pledges, texts=(old, new))
    assert both.in_force(date(2025, 6, 30)) is None
    assert both.in_force(date(2026, 12, 31)) is old
    assert both.in_force(date(2027, 1, 1)) is new


def test_a_text_changed_in_place_is_refused(tmp_path: Path) -> None:
    source = Path(str(rulebook.__file__)).with_name("pledge.toml").read_text(encoding="utf-8")
    edited = tmp_path / "pledge.toml"
    edited.write_text(source.replace("Không nhận quà", "Chỉ nhận quà"), encoding="utf-8")
    with pytest.raises(ValueError, match="not the one that was hashed"):
        load_pledges(edited)


def test_the_pledge_is_nfc_and_says_what_the_domain_asks() -> None:
    text = load_pledges().texts[0].text
    assert unicodedata.is_normalized("NFC", text)
    for promise in ("giấy tờ", "đi lại nhiều lần", "quà", "4 xin", "4 luôn", "đúng hẹn", "xin lỗi"):
        assert promise in text
