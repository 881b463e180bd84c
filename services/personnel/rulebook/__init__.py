"""Personnel's dated data: the register a first start opens with, and the pledge's text."""

from __future__ import annotations

from services.personnel.rulebook.pledges import Pledges, PledgeText, load_pledges
from services.personnel.rulebook.register import (
    Department,
    Register,
    RegisteredOfficial,
    load_register,
    seeded_official,
)

__all__ = [
    "Department",
    "PledgeText",
    "Pledges",
    "Register",
    "RegisteredOfficial",
    "load_pledges",
    "load_register",
    "seeded_official",
]
