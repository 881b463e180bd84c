"""The forms that citizens fill in: whole in both languages, with a sample that is right; and how typed text is read."""

from __future__ import annotations

import unicodedata
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import rulebook
from services.intake.pages.declared import BY_HAND, SAY, as_written, read_declaration, sample_of
from services.intake.rulebook import this_release as catalogue
from services.intake.rulebook.declarations import HINTED, Choice, Declaration, Field, Kind, load, this_release
from services.intake.rules.declarations import declaration_for
from shared.dated import WrongRow
from shared.errors import Refused
from shared.web.forms import Form, blank, clean
from shared.web.language import Words
from shared.web.pdf import printable

FOLDER = Path(rulebook.__file__).with_name("declarations")
FORMS = this_release().rows
PLACES = [(form, section, name, each) for form in FORMS for section, name, each in form.places()]
DAY = date(2026, 11, 23)
VI = Words("vi", {})
MOST_USED = ("1.001193", "1.000894", "1.000656", "1.004873", "2.000635", "1.004222", "1.004194", "1.001612")
FORM = """
[[declaration]]
code = "thu"
title = "Tờ khai thử"
title_en = "Trial form"
procedures = ["1.000894"]
paper = "to_khai"
addressee = "Ủy ban nhân dân {unit}"
legal = ["tt-04-2020-btp"]
confidence = "M"
valid_from = 2026-01-01
pledge = ["Tôi cam đoan."]
pledge_en = ["I affirm."]
signers = [{ name = "Người khai", name_en = "The person who declares" }]

[[declaration.sections]]
title = "Người khai"
title_en = "The person"
fields = [
    { key = "whose", kind = "name", label = "Tên", label_en = "Name", hint = "In.", hint_en = "Caps.", sample = "MẪU" },
    { key = "sex", kind = "choice", label = "Giới", label_en = "Sex", choices = [SEX], sample = "nam" },
]
""".replace("SEX", '{ code = "nam", label = "Nam", label_en = "Male" }')


def field(kind: Kind, **more: object) -> Field:
    choices = (Choice(code="nam", label="Nam", label_en="Male"),) if kind == "choice" else ()
    words = {"label": "A", "label_en": "A", "hint": "B", "hint_en": "B", "sample": "C"}
    return Field(**{"key": "a", "kind": kind, "choices": choices} | words | more)  # type: ignore[arg-type]  # some of them


def held(code: str) -> Declaration:
    return declaration_for(catalogue(), this_release(), code, DAY)[1]


def read(declaration: Declaration, form: Form) -> dict[str, str]:
    written, wrong = read_declaration(declaration, form, VI)
    return written | {name: f"! {said}" for name, said in wrong.items()}


def test_the_eight_most_used_procedures_have_their_form_and_both_residences_the_same() -> None:
    found = {code: held(code).code for code in MOST_USED}
    assert len(set(found.values())) == 7 and found["1.004222"] == found["1.004194"] == "ct01"
    assert sorted(code for form in FORMS for code in form.procedures) == sorted(MOST_USED)


def test_a_form_holds_from_its_first_day_and_a_procedure_without_one_is_refused() -> None:
    first = held("1.001193").valid_from
    assert this_release().in_force("1.001193", first - timedelta(days=1)) is None
    for code, day, why in (
        ("1.001022", DAY, "declaration_not_found"),
        ("9.999999", DAY, "unknown_procedure"),
        ("1.001193", first - timedelta(days=1), "unknown_procedure"),
    ):
        with pytest.raises(Refused) as no:
            declaration_for(catalogue(), this_release(), code, day)
        assert (no.value.code, no.value.status) == (why, 404)


@pytest.mark.parametrize("code", MOST_USED)
def test_a_form_stands_for_the_paper_of_its_procedure_where_that_lists_one(code: str) -> None:
    procedure, form = declaration_for(catalogue(), this_release(), code, DAY)
    paper = form.paper_of(procedure)
    listed = [each.code for each in procedure.papers if each.code in ("to_khai", "ct01", "giay_de_nghi")]
    assert [paper.code] == listed if paper else not listed
    assert listed or code in ("1.001193", "1.000656"), "a birth and a death list no form among their papers"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_a_form_has_both_languages_its_texts_of_law_and_says_when_it_was_not_seen(form: Declaration) -> None:
    laws = this_release().laws_of(form)
    assert [law.code for law in laws] == list(form.legal) and all(law.date for law in laws)
    assert form.confidence in ("M", "L") and form.unconfirmed == (form.confidence == "L")
    texts = [form.title, form.title_en, *form.pledge, *form.pledge_en]
    texts += [text for each in (*form.sections, *form.signers) for text in vars(each).values() if isinstance(text, str)]
    assert all(printable(text) and unicodedata.is_normalized("NFC", text) for text in texts)
    assert all(bool(section.lead) == bool(section.lead_en) for section in form.sections)


@pytest.mark.parametrize(("form", "section", "name", "each"), PLACES, ids=lambda it: it if isinstance(it, str) else "")
def test_a_place_has_both_languages_a_hint_where_it_is_written_wrong_and_a_sample_that_is_right(
    form: Declaration, section: object, name: str, each: Field
) -> None:
    assert each.label and each.label_en and bool(each.hint) == bool(each.hint_en)
    assert each.hint or each.kind not in HINTED
    assert each.sample or (each.hint and not each.required), "left empty, and nobody says when it is not"
    if each.sample:
        assert as_written(each, each.sample) == each.sample, "the sample is written as the form writes it"
        assert len(each.sample) <= each.max_length and printable(each.sample)
    said = [getattr(each, it.name) for it in fields(each) if isinstance(getattr(each, it.name), str)]
    assert all(printable(text) and unicodedata.is_normalized("NFC", text) for text in said)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_a_sample_reads_as_it_stands_and_every_place_is_kept_when_a_form_is_sent_again(form: Declaration) -> None:
    sample = sample_of(form)
    assert sample and read(form, blank(**sample)) == sample
    everything = blank(**{name: "a" for _, name, _ in form.places()})
    assert {name for name, _ in everything.kept()} == {name for _, name, _ in form.places()}


@pytest.mark.parametrize(
    ("kind", "typed", "written"),
    [
        ("name", "nguyễn văn mẫu", "NGUYỄN VĂN MẪU"),
        ("name", "nguye\u0302\u0303n  văn", "NGUYỄN VĂN"),
        ("name", "đinh h'bia", "ĐINH H'BIA"),
        ("date", "5/6/2026", "05/06/2026"),
        ("date", "05062026", "05/06/2026"),
        ("date", "29.02.2024", "29/02/2024"),
        ("day_month_year", "1936", "1936"),
        ("day_month_year", "6/1936", "06/1936"),
        ("day_month_year", "5-6-1936", "05/06/1936"),
        ("citizen_id", "0190 9000 0001", "019090000001"),
        ("citizen_id", "090.123.456", "090123456"),
        ("place", "Xóm  Mẫu,\nxã Ví Dụ", "Xóm Mẫu, xã Ví Dụ"),
        ("choice", "nam", "nam"),
        ("text", "một\n\n  hai  ba", "một\nhai ba"),
        ("phone", "+84 900 000 001", "+84 900 000 001"),
        ("number", "50.000.000 đ", "50.000.000"),
        ("number", "50000000", "50.000.000"),
        ("number", "02", "2"),
        ("yes_no", "no", "no"),
    ],
)
def test_what_people_type_is_written_as_the_form_wants_it(kind: Kind, typed: str, written: str) -> None:
    assert as_written(field(kind), typed) == written


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("name", "019090000001"),
        ("name", "Nguyễn Văn 2"),
        ("name", "-"),
        ("date", "31/02/2026"),
        ("date", "2026-06-05"),
        ("date", "06/2026"),
        ("date", "hôm qua"),
        ("date", "05/06/0026"),
        ("day_month_year", "13/1936"),
        ("day_month_year", "0036"),
        ("day_month_year", "36"),
        ("citizen_id", "01909000001"),
        ("citizen_id", "01909000000a"),
        ("place", "123"),
        ("choice", "nu"),
        ("phone", "gọi sau"),
        ("number", "hai"),
        ("number", "-1"),
        ("number", "1,5"),
        ("yes_no", "có"),
    ],
)
def test_a_wrong_shape_is_none_of_its_kind(kind: Kind, typed: str) -> None:
    with pytest.raises(ValueError):
        as_written(field(kind), typed)


def test_everything_wrong_is_said_at_once_by_its_section_in_the_order_of_the_page() -> None:
    typed = {"child_born": "31/02/2026", "asker_id": "12", "mother_name": "漢字", "copies": "9999", "father_name": "Ba"}
    written, wrong = read_declaration(held("1.001193"), blank(**typed), VI)
    assert written == {"father_name": "BA"}
    assert list(wrong) == ["asker_id", "child_born", "mother_name", "copies"]
    assert wrong["child_born"] == f"Người được khai sinh · Ngày, tháng, năm sinh: {SAY['date']}"
    assert "viết tay" in wrong["mother_name"] and "dài quá 3 ký tự" in wrong["copies"]


def test_the_second_row_of_a_table_is_called_by_its_number() -> None:
    _, wrong = read_declaration(held("1.004222"), blank(**{"member_born-2": "hôm qua", "member_born": "x"}), VI)
    assert "sinh: " in wrong["member_born"] and "sinh (2): " in wrong["member_born-2"]


def test_what_nobody_sees_is_left_out_and_what_is_nowhere_on_the_form_is_not_read() -> None:
    typed = {"asker_name": "\u202eMẫu\u200b", "asker_relation": "\u200b", "csrf": "x", "con_dau": "đỏ"}
    assert read(held("1.001193"), blank(**typed)) == {"asker_name": "MẪU"}


def test_a_name_whose_capitals_our_printing_has_not_is_left_to_the_hand() -> None:
    for typed, says in (("µ", BY_HAND), ("ß" * 150, "dài quá 200 ký tự")):
        assert says in read(held("1.001193"), blank(asker_name=typed))["asker_name"]


@given(st.text(max_size=60), st.sampled_from([each for *_, each in PLACES]))
def test_whatever_is_typed_is_written_once_and_for_all_or_said_to_be_wrong(text: str, each: Field) -> None:
    """What was written is read again as the same, has the letters of our printing, and fits its place."""
    form = next(form for form, _, name, other in PLACES if other is each)
    written, wrong = read_declaration(form, blank(**{each.key: clean(text)}), VI)
    for value in written.values():
        assert printable(value) and unicodedata.is_normalized("NFC", value)
        assert read(form, blank(**{each.key: value})) == {each.key: value}
    assert written.keys() | wrong.keys() <= {each.key} and not (written and wrong)
    assert all(said.endswith((".", "lại.")) and "\n" not in said for said in wrong.values())


def changed(old: str, new: str) -> str:
    assert FORM.count(old) >= 1
    return FORM.replace(old, new, 1)


FIRST = 'sample = "MẪU" },'


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (changed('title = "Tờ khai thử"\n', ""), "missing 1 required keyword-only argument: 'title'."),
        (changed('"tt-04-2020-btp"', '"tt-1-1900"'), "tt-1-1900 is none of its legal texts (laws.toml), which are: "),
        (changed('legal = ["tt-04-2020-btp"]\n', ""), "legal is missing."),
        (changed('"1.000894"', '"9.999999"'), "no procedure 9.999999 is in force on 2026-01-01."),
        (changed('"1.000894"', '"1.000656"'), "1.000656 lists no paper to_khai."),
        (changed("{unit}", "xã"), "addressee has the commune's name at {unit}."),
        (changed('"I affirm."', '"I", "affirm"'), "pledge has as many sentences in English."),
        (changed('"M"', '"X"'), "confidence is one of H, M, L, design, not 'X'."),
        (changed('kind = "name"', 'kind = "colour"'), "kind is one of name, date, "),
        (changed('key = "whose"', 'key = "Whose"'), "key is small letters, digits and _ between them, not 'Whose'."),
        (changed('key = "whose"', 'key = "sex"'), "field sex stands there 2 times."),
        (changed('hint = "In.", hint_en = "Caps.", ', ""), "whose is a name and says in a hint how"),
        (changed('hint_en = "Caps.", ', ""), "whose has its hint in both languages."),
        (changed(FIRST, f"{FIRST[:-3]}, in_words = true }},"), "whose is no date: only a whole day has words."),
        (
            changed(FIRST, "required = true },"),
            "whose has a sample, or is left empty and says in a hint",
        ),
        (changed(FIRST, f"{FIRST[:-3]}, max_length = 0 }},"), "max_length is a whole number, 1 and more, not 0."),
        (changed(FIRST, f"{FIRST[:-3]}, colour = 1 }},"), "got an unexpected keyword argument 'colour'."),
        (changed('label_en = "Name"', 'label_en = ""'), "label_en is a text, without space around it, not ''."),
        (changed('kind = "choice"', 'kind = "text"'), "sex has choices if it is a choice, and then alone."),
        (changed('label_en = "Male" }]', 'label_en = "" }]'), "label_en is a text, without space around it, not ''."),
        (
            changed('title = "Người khai"\ntitle_en', 'title = "Người khai"\ntimes = 0\ntitle_en'),
            "times is a whole number",
        ),
        (changed("[[declaration.sections]]", "[[declaration.parts]]"), "sections is missing."),
        (
            changed('signers = [{ name = "Người khai", ', "signers = [{ "),
            "missing 1 required keyword-only argument: 'name'.",
        ),
    ],
)
def test_a_form_that_cannot_be_is_one_sentence_with_its_file_and_code(tmp_path: Path, row: str, why: str) -> None:
    file = tmp_path / "form.toml"
    file.write_text(row, encoding="utf-8")
    with pytest.raises(WrongRow) as wrong:
        load(file)
    assert str(wrong.value).startswith(f"{file}, declaration thu from 2026-01-01: {why}")
    assert "\n" not in str(wrong.value)


def test_a_new_version_holds_from_its_first_day_and_a_second_form_of_a_procedure_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(FORM + FORM.replace("2026-01-01", "2026-07-01"), encoding="utf-8")
    days = [load(tmp_path).in_force("1.000894", date(2026, month, 1)) for month in (6, 7)]
    assert [form and form.version for form in days] == ["2026-01-01", "2026-07-01"]
    (tmp_path / "b.toml").write_text(FORM.replace('"thu"', '"khac"'), encoding="utf-8")
    with pytest.raises(
        WrongRow, match=r"b\.toml, declaration khac from 2026-01-01: 1\.000894 has a form already: thu\.$"
    ):
        load(tmp_path)
    (tmp_path / "b.toml").write_text(FORM, encoding="utf-8")
    with pytest.raises(WrongRow, match=r"declaration thu from 2026-01-01: a\.toml has a row of that day too"):
        load(tmp_path)


def test_a_folder_without_a_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongRow, match=r"it has no \.toml file\.$"):
        load(tmp_path)
