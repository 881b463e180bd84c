"""What waits for triage: danger first, then hot categories, then by the clock; by words that nobody reads."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.hotline.commands import undecided as commands
from services.hotline.pages import undecided as pages
from services.hotline.rulebook.first_look import load
from services.hotline.rulebook.risk import load as load_risks
from services.hotline.rules.first_look import FirstLook, before, first_look
from shared.dated import WrongRow
from tests.services.hotline.complaining import step
from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import CONDUCT, filed
from tests.services.hotline.test_pages import Browser, text_of

SIGNS = load().on(date(2026, 6, 5))
HOT = ("land", "site_clearance", "sanitation", "policy_benefits")


@pytest.mark.parametrize(
    ("text", "chosen", "looks"),
    [
        ("Cháy ở chợ", "", FirstLook(danger=True)),
        ("CHAY O CHO, CO NGUOI BI THUONG", "", FirstLook(danger=True)),
        ("Xe chạy ẩu trước cổng trường", "", FirstLook()),
        ("Rác đổ đầy kênh", "", FirstLook(hot="sanitation")),
        ("Đường hỏng", "land", FirstLook(hot="land")),
        ("Đường hỏng", "roads", FirstLook()),
        ("Sạt lở đất sau nhà", "", FirstLook(danger=True, hot="land")),
        ("", "", FirstLook()),
    ],
)
def test_signs_are_words_as_they_are_said_or_what_was_chosen(text: str, chosen: str, looks: FirstLook) -> None:
    assert first_look({"text": text, "service_code": chosen}, SIGNS, HOT) == looks


def test_a_category_that_is_not_hot_on_the_day_puts_nothing_first() -> None:
    assert first_look({"text": "Rác đổ đầy kênh"}, SIGNS, ()) == FirstLook()
    assert first_look({"text": "Rác, cháy"}, [], HOT) == FirstLook(), "no row, no sign"


def test_a_hot_category_without_words_is_known_where_it_was_chosen() -> None:
    signs = [sign for sign in SIGNS if sign.code != "land"]
    assert first_look({"text": "Rác", "service_code": "land"}, signs, HOT) == FirstLook(hot="land")
    assert first_look({"text": "Sổ đỏ"}, signs, HOT) == FirstLook()


@pytest.mark.parametrize("day", sorted({row.valid_from for row in (*load().rows, *load_risks().reasons)}))
def test_every_hot_category_has_words_and_so_has_danger(day: date) -> None:
    """A category that risk.toml makes hot is looked at first only where first_look.toml says by which words."""
    hot = {name for rule in load_risks().reasons_on(day) if rule.code == "hot_category" for name in rule.categories}
    assert {"danger", *hot} <= {row.code for row in load().on(day)}


def test_a_row_for_what_is_no_category_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "first_look.toml"
    row = '[[sign]]\ncode = "lnad"\nwords = ["đất"]\nbasis = "x"\nconfidence = "design"\nvalid_from = 2022-06-23\n'
    file.write_text(row, encoding="utf-8")
    with pytest.raises(WrongRow, match="lnad"):
        load(file)


def test_danger_goes_before_what_is_hot_and_that_before_what_waited_longer() -> None:
    order = [(FirstLook(), 99), (FirstLook(hot="land"), 5), (FirstLook(danger=True), None), (FirstLook(hot="land"), 9)]
    assert [used for _, used in sorted(order, key=lambda each: before(*each))] == [None, 9, 5, 99]


async def undecided(desk: Desk, official: str = "off-operator-1") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await desk.as_(official, "operator").get("/undecided")).json()
    return found


async def test_the_list_is_in_that_order_with_its_reasons_and_reads_nothing(timed: Timed) -> None:
    desk = timed.desk
    old = await filed(desk, text="Đèn đường hỏng")
    timed.clock.goes_to(NOW + timedelta(days=4))
    hot = await filed(desk, text="Rác đổ đầy kênh")
    danger = await filed(desk, text="Dây điện đứt trước trường")
    done = await filed(desk, text="Cháy ở chợ")
    await step(desk, str(done["complaint_id"]), "triage", CONDUCT)
    events = len(await desk.events())
    rows = await undecided(desk)
    assert [row["number"] for row in rows] == [each["number"] for each in (danger, hot, old)]
    assert [(row["danger"], row["hot"]) for row in rows] == [(True, None), (False, "sanitation"), (False, None)]
    assert rows[2]["used"] > rows[1]["used"] == 0 and len(await desk.events()) == events
    assert "kênh" not in str(rows)
    officer = await desk.as_("off-clerk-1", "officer").get("/undecided")
    assert officer.status_code == 403


async def test_a_flood_hides_no_danger_and_the_page_says_how_many_it_does_not_show(
    timed: Timed, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = timed.desk
    for module in (commands, pages):
        monkeypatch.setattr(module, "SHOWN", 3)
    for number in range(4):
        await filed(desk, text=f"Đèn đường hỏng, cột {number}")
    timed.clock.goes_to(NOW + timedelta(days=1))
    danger = await filed(desk, text="Cháy ở chợ")
    rows = await undecided(desk)
    assert len(rows) == 3 and rows[0]["number"] == danger["number"]
    browser = Browser(desk)
    browser.sign_in("off-operator-1", "operator")
    assert "Còn 2 phản ánh nữa" in text_of(await browser.get("/hotline/desk/undecided"))
    await browser.http.aclose()


async def test_whom_the_whole_is_about_finds_no_part_of_it_there(desk: Desk) -> None:
    whole = str((await filed(desk))["complaint_id"])
    await step(desk, whole, "triage", CONDUCT)
    await step(desk, whole, "attribute", {"official_id": "off-leader-2", "conduct": "delay"}, "off-leader-1")
    split = {"rest": "Thái độ.", "parts": [{"text": "Cháy ở chợ"}]}
    await step(desk, whole, "split", split, "off-leader-1")
    assert len(await undecided(desk)) == 1 and await undecided(desk, "off-leader-2") == []


async def test_its_page_says_why_and_the_queue_leads_to_it(timed: Timed) -> None:
    for text in ("Đèn đường hỏng", "Rác đổ đầy kênh", "Dây điện đứt"):
        await filed(timed.desk, text=text)
    browser = Browser(timed.desk)
    browser.sign_in("off-operator-1", "operator")
    assert 'href="/hotline/desk/undecided"' in (await browser.get("/hotline/desk")).text
    page = await browser.get("/hotline/desk/undecided")
    said = text_of(page)
    assert said.index("PA-260605-0003") < said.index("PA-260605-0002") < said.index("PA-260605-0001")
    assert "có thể nguy hiểm" in said and "việc nóng: Vệ sinh môi trường" in said and "Cam kết của đơn vị" in said
    assert "kênh" not in said
    await browser.http.aclose()
