"""The catalogue: a changed procedure is a row added, and a row that cannot be is refused by its name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.intake import rulebook
from services.intake.rulebook import load
from services.personnel.rulebook import load_register
from shared.dated import WrongRow
from shared.worktime import Limit

RELEASED = Path(rulebook.__file__).with_name("procedures.toml").read_text(encoding="utf-8")
PROCEDURES = "[[procedure]]".join(RELEASED.split("[[procedure]]")[:2])
"""The first row, whatever rows follow it; the one that the tests add begins later than any."""
CHANGED = """
[[procedure]]
code = "1.001193"
name = "Đăng ký khai sinh"
name_en = "Birth registration"
field = "Hộ tịch"
limit = { kind = "WORKING_DAY", amount = 3 }
fee = "Miễn phí"
basis = "thử"
channels = ["counter"]
confidence = "M"
department = "dep-kinh-te"
valid_from = 2098-01-01
papers = []
"""


def test_a_changed_procedure_holds_from_its_first_day_and_the_old_one_before(tmp_path: Path) -> None:
    path = tmp_path / "procedures.toml"
    path.write_text(PROCEDURES + CHANGED, encoding="utf-8")
    catalogue = load(path)
    before, after = (catalogue.in_force("1.001193", day) for day in (date(2097, 12, 31), date(2098, 1, 1)))

    assert before is not None and before.version == "2025-07-01"
    assert after is not None
    assert (after.version, after.limit, after.department) == ("2098-01-01", Limit.working_days(3), "dep-kinh-te")


def test_a_limit_that_is_none_is_refused_by_the_name_of_its_procedure(tmp_path: Path) -> None:
    path = tmp_path / "procedures.toml"
    path.write_text(CHANGED.replace("WORKING_DAY", "WORKING_DAYS"), encoding="utf-8")

    with pytest.raises(WrongRow, match=r"1\.001193.*WORKING_DAY,.*not 'WORKING_DAYS'"):
        load(path)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (CHANGED.replace('fee = "Miễn phí"\n', ""), "missing 1 required keyword-only argument: 'fee'."),
        (CHANGED.replace("papers = []\n", ""), "papers is missing."),
        (CHANGED.replace("amount", "number"), "amount is missing."),
        (CHANGED.replace('["counter"]', '["fax"]'), "channels is one of counter, online, post, not 'fax'."),
        (CHANGED.replace('["counter"]', "[]"), "channels is a list of one and more, not ()."),
        (CHANGED.replace('"M"', '"X"'), "confidence is one of H, M, design, not 'X'."),
        (CHANGED.replace("amount = 3", "amount = 3, note = 1"), "a limit has a kind and an amount, and no note."),
        (CHANGED.replace("amount = 3", "amount = 3.5"), "the amount of a limit is a whole number, not 3.5."),
        (CHANGED.replace("[]", '[{ code = "a", name = "" }]'), "name is a text, without space around it, not ''."),
        (
            CHANGED.replace("[]", '[{ code = "a", name = "A", required = "no" }]'),
            "required is true or false, not 'no'.",
        ),
        (CHANGED.replace("fee =", "con_dau ="), "got an unexpected keyword argument 'con_dau'."),
    ],
)
def test_a_row_that_cannot_be_is_one_sentence_with_its_file_and_procedure(tmp_path: Path, row: str, why: str) -> None:
    path = tmp_path / "procedures.toml"
    path.write_text(PROCEDURES + row, encoding="utf-8")
    with pytest.raises(WrongRow) as refused:
        load(path)
    assert str(refused.value) == f"{path}, procedure 1.001193 from 2098-01-01: {why}"


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "procedures.toml"
    path.write_text("[[procedure\n", encoding="utf-8")
    with pytest.raises(WrongRow, match=r"procedures\.toml: .+ \(at line 1"):
        load(path)


def test_every_procedure_is_handled_by_a_department_of_the_register() -> None:
    departments = {each.department_id for each in load_register().departments}

    assert {each.department for each in load().procedures} <= departments
