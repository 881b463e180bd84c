"""The catalogue: a changed procedure is a row added, and a row that cannot be is refused by its name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.intake import rulebook
from services.intake.rulebook import load
from services.intake.rulebook.laws import load_fields, load_laws
from services.personnel.rulebook import load_register
from shared.dated import WrongRow
from shared.worktime import Limit

FOLDER = Path(rulebook.__file__).with_name("procedures")
RELEASED = (FOLDER / "ho_tich.toml").read_text(encoding="utf-8")
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


def variant(english: str) -> str:
    return f'{{ code = "a", name = "A", name_en = "{english}", limit = {{ kind = "WORKING_DAY", amount = 3 }} }}'


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


def refused_with(path: Path, row: str) -> str:
    """What is said of a file with this row, which cannot be."""
    path.write_text(row, encoding="utf-8")
    with pytest.raises(WrongRow) as refused:
        load(path)
    return str(refused.value)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (CHANGED.replace('fee = "Miễn phí"\n', ""), "missing 1 required keyword-only argument: 'fee'."),
        (CHANGED.replace("papers = []\n", ""), "papers is missing."),
        (CHANGED.replace("amount", "number"), "amount is missing."),
        (CHANGED.replace('["counter"]', '["fax"]'), "channels is one of counter, online, post, not 'fax'."),
        (CHANGED.replace('["counter"]', "[]"), "channels is a list of one and more, not ()."),
        (CHANGED.replace('"M"', '"X"'), "confidence is one of H, M, L, design, not 'X'."),
        (CHANGED.replace("amount = 3", "amount = 3, note = 1"), "a limit has a kind and an amount, and no note."),
        (CHANGED.replace("amount = 3", "amount = 3.5"), "the amount of a limit is a whole number, not 3.5."),
        (CHANGED.replace("[]", '[{ code = "a", name = "" }]'), "name is a text, without space around it, not ''."),
        (
            CHANGED.replace("[]", '[{ code = "a", name = "A", required = "no" }]'),
            "required is true or false, not 'no'.",
        ),
        (CHANGED.replace("fee =", "con_dau ="), "got an unexpected keyword argument 'con_dau'."),
        (CHANGED.replace('basis = "thử"\n', ""), "missing 1 required keyword-only argument: 'basis'."),
        (
            CHANGED.replace("[]", '[{ code = "a", name = "A" }, { code = "a", name = "B" }]'),
            "paper a stands there 2 times.",
        ),
        (CHANGED + "supplement_rounds = 0\n", "supplement_rounds is a whole number, 1 and more, not 0."),
        (CHANGED + 'supplement_clock = "STOP"\n', "supplement_clock is one of PAUSE, RESTART, not 'STOP'."),
        (CHANGED + "at_one_sitting = true\n", "what is returned at one sitting has a limit of SAME_DAY."),
        (CHANGED + 'at_one_sitting = "no"\n', "what is returned at one sitting has a limit of SAME_DAY."),
        (CHANGED + f"variants = [{variant('')}]\n", "name_en is a text, without space around it, not ''."),
        (CHANGED + f"variants = [{variant('A')}, {variant('B')}]\n", "variant a stands there 2 times."),
        (
            CHANGED + f"variants = [{variant('A').replace('= 3', '= 0')}]\n",
            "a limit in WORKING_DAY is at least 1, not 0.",
        ),
        (CHANGED + 'variants = [{ code = "a", name = "A", name_en = "A" }]\n', "limit is missing."),
    ],
)
def test_a_row_that_cannot_be_is_one_sentence_with_its_file_and_procedure(tmp_path: Path, row: str, why: str) -> None:
    path = tmp_path / "procedures.toml"
    assert refused_with(path, PROCEDURES + row) == f"{path}, procedure 1.001193 from 2098-01-01: {why}"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (CHANGED.replace('"Hộ tịch"', '"Ho tich"'), r"field is one of Hộ tịch, Chứng thực, .+, not 'Ho tich'\.$"),
        (CHANGED + 'legal = ["nd-1-1900"]\n', r"nd-1-1900 is none of its legal texts \(laws\.toml\), which are: luat-"),
    ],
)
def test_a_field_or_a_law_that_nobody_named_is_refused(tmp_path: Path, row: str, why: str) -> None:
    path = tmp_path / "procedures.toml"
    path.write_text(row, encoding="utf-8")
    with pytest.raises(WrongRow, match=rf"procedures\.toml, procedure 1\.001193 from 2098-01-01: {why}"):
        load(path)


def test_a_folder_is_read_whole_and_a_row_that_stands_in_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(PROCEDURES, encoding="utf-8")
    (tmp_path / "b.toml").write_text(CHANGED, encoding="utf-8")
    assert [each.version for each in load(tmp_path).procedures] == ["2025-07-01", "2098-01-01"]
    (tmp_path / "c.toml").write_text(CHANGED, encoding="utf-8")
    with pytest.raises(WrongRow) as refused:
        load(tmp_path)
    why = "b.toml has a row of that day too, and only one of them would hold."
    assert str(refused.value) == f"{tmp_path / 'c.toml'}, procedure 1.001193 from 2098-01-01: {why}"


def test_a_folder_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongRow, match=r"it has no \.toml file\.$"):
        load(tmp_path)


def test_a_basis_is_made_of_the_laws_unless_the_row_has_its_own(tmp_path: Path) -> None:
    path = tmp_path / "procedures.toml"
    named = 'legal = ["luat-60-2014", "nd-123-2015"]\n'
    path.write_text(CHANGED.replace('basis = "thử"\n', named), encoding="utf-8")
    assert load(path).procedures[0].basis == "Luật Hộ tịch 60/2014/QH13; Nghị định 123/2015/NĐ-CP"
    path.write_text(CHANGED + named, encoding="utf-8")
    assert load(path).procedures[0].basis == "thử"


@pytest.mark.parametrize(
    ("law", "why"),
    [
        ('kind = "Sắc lệnh"', "kind is one of Luật, Nghị định, Thông tư, Quyết định, not 'Sắc lệnh'."),
        ('date = "1945-09-02"', "date is a day, written 2027-01-31 without quotes, not '1945-09-02'."),
        ('number = ""', "number is a text, without space around it, not ''."),
        ('so = "1"', "got an unexpected keyword argument 'so'."),
    ],
)
def test_a_law_that_cannot_be_is_one_sentence_with_its_file_and_code(tmp_path: Path, law: str, why: str) -> None:
    values = {
        "code": '"x"',
        "kind": '"Luật"',
        "number": '"1"',
        "name": '"Luật"',
        "name_en": '"Law"',
        "confidence": '"M"',
    }
    key, _, value = law.partition(" = ")
    path = tmp_path / "laws.toml"
    path.write_text(
        "\n".join(["[[law]]", *(f"{k} = {v}" for k, v in (values | {key: value}).items())]), encoding="utf-8"
    )
    with pytest.raises(WrongRow) as refused:
        load_laws(path)
    assert str(refused.value) == f"{path}, law x: {why}"


def test_a_field_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fields.toml"
    path.write_text('field = [{ name = "A", name_en = "A" }, { name = "A", name_en = "B" }]', encoding="utf-8")
    with pytest.raises(WrongRow, match=r"fields\.toml: field A stands there 2 times\.$"):
        load_fields(path)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "procedures.toml"
    path.write_text("[[procedure\n", encoding="utf-8")
    with pytest.raises(WrongRow, match=r"procedures\.toml: .+ \(at line 1"):
        load(path)


def test_every_procedure_is_handled_by_a_department_of_the_register() -> None:
    departments = {each.department_id for each in load_register().departments}

    assert {each.department for each in load().procedures} <= departments
