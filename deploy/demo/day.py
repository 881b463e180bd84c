"""The day as data: who comes when, with what, and what becomes of it. Everything follows from the seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.worktime import VN

MORNING = datetime(2026, 6, 5, tzinfo=VN)
"""A Friday: whoever comes after 15:00 is promised Monday."""
DOSSIERS, REPORTS, RATINGS = 200, 20, 80
OPENS, CLOSES = timedelta(hours=7), timedelta(hours=16, minutes=30)

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Lý")
MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Thu", "Hữu", "Ngọc", "Quang", "Thanh", "Xuân")
GIVEN = (
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Hường",
    "Khánh",
    "Lan",
    "Nam",
    "Oanh",
    "Phúc",
    "Quyên",
    "Sơn",
    "Yến",
)
PROCEDURES = {
    "2.000815": (("ban_chinh", "ban_sao"), 45),
    "1.001193": (("giay_chung_sinh",), 25),
    "1.000656": (("giay_bao_tu",), 12),
    "1.000894": (("to_khai",), 10),
    "1.013225": (("don", "giay_to_dat", "ban_ve"), 8),
}
"""Code → the papers it needs, and how often it is asked for, in parts of a hundred."""
REPORTED = (
    ("Rác ở ngõ 3 không được thu gom bốn ngày nay.", "sanitation"),
    ("Đường vào xóm Đồng Cả ngập sau mỗi trận mưa.", "roads"),
    ("Nhà bên cạnh xây lấn ra đường chung.", "building_order"),
    ("Gia đình tôi chưa nhận được trợ cấp tháng này.", "policy_benefits"),
    ("Mốc ranh đất của thửa nhà tôi bị dời.", "land"),
)
HARASSED = "Cán bộ quầy bắt tôi đi lại ba lần và đòi thêm giấy không có trong danh mục."


@dataclass(frozen=True, order=True)
class Visit:
    """One citizen's errand: when they come, and how far it gets today."""

    at: datetime
    number: int
    body: dict[str, Any]
    steps: tuple[tuple[str, timedelta], ...]
    rates: str | None


@dataclass(frozen=True, order=True)
class Report:
    """One report and what the desk does with it."""

    at: datetime
    number: int
    body: dict[str, Any]
    category: str
    conduct: bool
    answered: bool


def plan(morning: datetime, seed: int) -> tuple[list[Visit], list[Report]]:
    """The errands and reports of a day that begins at `morning` (midnight, +07:00)."""
    dice = random.Random(seed)
    rating = set(dice.sample(range(DOSSIERS), DOSSIERS * 55 // 100))
    visits = sorted(_visit(dice, morning, number, number in rating) for number in range(DOSSIERS))
    reports = sorted(_report(dice, morning, number) for number in range(REPORTS))
    return visits, reports


def _moment(dice: random.Random, morning: datetime) -> datetime:
    return morning + OPENS + (CLOSES - OPENS) * dice.random()


def _person(dice: random.Random) -> dict[str, Any]:
    who: dict[str, Any] = {
        "full_name": f"{dice.choice(FAMILY)} {dice.choice(MIDDLE)} {dice.choice(GIVEN)}",
        "citizen_id": f"019{dice.randrange(10**9):09d}",
    }
    if dice.random() < 0.7:
        who["phone"] = f"09{dice.randrange(10**8):08d}"
    return who


def _visit(dice: random.Random, morning: datetime, number: int, rates: bool) -> Visit:
    code = dice.choices(list(PROCEDURES), [share for _, share in PROCEDURES.values()])[0]
    body = {
        "procedure": code,
        "channel": "counter",
        "applicant": _person(dice),
        "papers": list(PROCEDURES[code][0]),
    }
    quick = code != "1.013225"
    waits = (
        ("take-up", timedelta(minutes=dice.uniform(2, 20))),
        ("complete", timedelta(minutes=dice.uniform(5, 70))),
        ("hand-over", timedelta(minutes=dice.uniform(1, 25))),
    )
    reached = 3 if quick and (rates or dice.random() < 0.75) else dice.randrange(2)
    level = dice.choices(("very_satisfied", "satisfied", "dissatisfied"), (55, 35, 10))[0]
    return Visit(_moment(dice, morning), number, body, waits[:reached], level if rates and reached == 3 else None)


def _report(dice: random.Random, morning: datetime, number: int) -> Report:
    conduct = number < 2
    text, category = (HARASSED, "conduct") if conduct else dice.choice(REPORTED)
    body: dict[str, Any] = {"channel": "web", "text": text}
    if dice.random() < 0.5:
        body["reporter"] = {"full_name": _person(dice)["full_name"], "phone": f"09{dice.randrange(10**8):08d}"}
    return Report(_moment(dice, morning), number, body, category, conduct, dice.random() < 0.6)
