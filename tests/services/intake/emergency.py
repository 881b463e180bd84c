"""An emergency by example: what is declared on a Friday, from Monday on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from services.intake.rules.emergencies import Declared
from shared.worktime import VN
from tests.system.running import A_DOSSIER

MONDAY = date(2026, 6, 8)
LAST = MONDAY + timedelta(days=14)
MONDAY_MORNING = datetime(2026, 6, 8, 7, 5, tzinfo=VN)
NINE = datetime(2026, 6, 8, 9, 0, tzinfo=VN)
HALF = timedelta(minutes=30)
"""The length of a slot."""
URGENT, OTHER = "1.001193", "1.001612"
"""A birth; a household business, three working days."""
A_BUSINESS: dict[str, Any] = A_DOSSIER | {"procedure": OTHER, "papers": ["giay_de_nghi"]}
A_DECLARATION: dict[str, Any] = {
    "act": "16/CT-TTg",
    "article": "Điều 1",
    "first_day": MONDAY.isoformat(),
    "last_day": LAST.isoformat(),
    "urgent": [URGENT, "1.000656"],
    "roster": "12/LT-UBND",
    "inside": 4,
    "per_slot": 2,
    "notices": ["mask", "distance"],
}
SUSPENDED = {"deadlines": "suspended", "deadlines_act": "84/NQ-CP"}
A_LIFT = {"act": "19/CT-TTg", "article": "Điều 1"}


def declared(**changed: Any) -> Declared:
    """As the rules see it."""
    values: dict[str, Any] = {
        "emergency_id": "e-1",
        "first_day": MONDAY,
        "last_day": LAST,
        "urgent": frozenset({URGENT}),
        "inside": 4,
        "slot_minutes": 30,
        "per_slot": 2,
    }
    return Declared(**values | changed)


def a_booking(**changed: Any) -> dict[str, Any]:
    """A visit for a birth, on Monday at nine."""
    return {"procedure": URGENT, "slot_at": NINE.isoformat()} | changed
