"""A number is known however it was typed."""

from __future__ import annotations

import pytest

from services.hotline.models.merging import Merging
from services.hotline.models.numbers import as_printed

PRINTED = "PA-260605-0001"


@pytest.mark.parametrize(
    "typed", [PRINTED, "pa-260605-0001", " PA - 260605 - 0001\t", "PA–260605—0001", "pa−260605‑0001"]
)
def test_blanks_small_letters_and_other_hyphens_are_the_same_number(typed: str) -> None:
    assert as_printed(typed) == PRINTED == Merging(into=typed).into


def test_what_is_no_number_is_bounded() -> None:
    assert as_printed("x" * 1000) == "X" * 64
