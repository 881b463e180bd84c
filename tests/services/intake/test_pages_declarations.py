"""The citizen's own declaration on its page: what is typed is printed or said to be wrong, and stays nowhere."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import structlog
from fastapi import FastAPI
from structlog.testing import capture_logs

from services.intake.pages.declared import sample_of
from services.intake.rulebook.declarations import this_release
from shared.web.security import SAME_ORIGIN
from tests.services.intake.conftest import Visitor
from tests.services.intake.test_declarations import MOST_USED, held
from tests.shared.web.conftest import text_of
from tests.shared.web.pdf_text import pages_of, squeezed, text_of_pdf
from tests.shared.web.test_web_pdf import inflated
from tests.support import client_of

BIRTH = "/intake/procedures/1.001193/declaration"
SECRET = "Đặng Thị Bí Mật"
TYPED = {
    "asker_name": SECRET.lower(),
    "asker_id": "0190 9000 7777",
    "asker_residence": "Xóm Kín, xã Ví Dụ",
    "child_born": "1/6/2026",
    "child_sex": "nu",
    "copies_wanted": "no",
}
PRIVATE = ("Bí Mật", "BÍ MẬT", "bí mật", "7777", "Xóm Kín")


def send(visitor: Visitor, path: str = BIRTH, lang: str = "vi", **typed: str) -> httpx.Response:
    return visitor.submit(visitor.get(f"{path}/page?lang={lang}"), f"{path}/page", **typed)


def printed(answer: httpx.Response) -> str:
    """The text of a PDF that came as the answer."""
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/pdf", answer.text[:500]
    assert answer.headers["cache-control"] == "no-store"
    return text_of_pdf(answer.content)


def test_a_procedure_leads_to_its_form_and_one_without_a_form_does_not(citizen: Visitor) -> None:
    assert f'href="{BIRTH}/page"' in citizen.get("/intake/procedures/1.001193/page").text
    assert "/declaration" not in citizen.get("/intake/procedures/1.001022/page").text


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("code", MOST_USED)
def test_a_page_asks_for_every_place_with_its_hint_and_what_the_sample_family_wrote(
    citizen: Visitor, code: str, lang: str
) -> None:
    page, form = citizen.get(f"/intake/procedures/{code}/declaration/page?lang={lang}"), held(code)
    said = html.unescape(text_of(page.text))
    assert page.status_code == 200
    for _, name, each in form.places():
        assert f'name="{name}"' in page.text
        assert (each.label if lang == "vi" else each.label_en) in said
        assert (each.hint if lang == "vi" else each.hint_en) in said
        assert each.choices or each.kind == "yes_no" or each.sample in said
    assert ('class="pill near"' in page.text) == form.unconfirmed
    assert ("Thông tư" if lang == "vi" else "Circular") in said


def test_a_page_names_the_paper_that_the_form_stands_for(citizen: Visitor) -> None:
    said = text_of(citizen.get("/intake/procedures/1.000894/declaration/page").text)
    assert "dùng cho giấy tờ “Tờ khai đăng ký kết hôn”" in said
    assert "dùng cho giấy tờ" not in text_of(citizen.get(f"{BIRTH}/page").text)


@pytest.mark.parametrize("code", MOST_USED)
def test_a_blank_form_says_everything_that_is_asked_and_a_sample_what_the_family_wrote(
    citizen: Visitor, code: str
) -> None:
    path, form = f"/intake/procedures/{code}/declaration", held(code)
    blank, sample = (citizen.get(f"{path}/{kind}.pdf") for kind in ("blank", "sample"))
    assert blank.headers["content-disposition"].startswith("inline")
    for answer in (blank, sample):
        said = printed(answer)
        assert b"pdfuaid" in inflated(answer.content)
        for words in (form.title.upper(), form.addressee.replace("{unit}", "xã Đại Phúc"), *form.pledge):
            assert squeezed(words) in said
        for section, _, each in form.places():
            assert squeezed(section.title) in said and squeezed(each.label) in said
        for signer in form.signers:
            assert squeezed(signer.name.upper()) in said
    values = [value for name, value in sample_of(form).items() if name not in ticked(code)]
    assert all(squeezed(value) in printed(sample) for value in values)
    assert not any(squeezed(value) in printed(blank) for value in values if len(value) > 6 and value[0].isdigit())
    assert all(squeezed("MẪU ĐIỀN SẴN") in page for page in pages_of(sample.content))
    assert squeezed("MẪU ĐIỀN SẴN") not in printed(blank)
    again = [citizen.get(f"{path}/{kind}.pdf").content for kind in ("blank", "sample")]
    assert again == [blank.content, sample.content]


def ticked(code: str) -> set[str]:
    """The places of a form whose answers are boxes."""
    return {name for _, name, each in held(code).places() if each.choices or each.kind == "yes_no"}


def test_what_was_typed_is_printed_as_the_form_writes_it_and_the_rest_is_left_to_the_hand(citizen: Visitor) -> None:
    answer = send(citizen, **TYPED)
    said = printed(answer)
    assert answer.headers["content-disposition"] == 'attachment; filename="khai_sinh-1.001193.pdf"'
    for words in (
        "Họ, chữ đệm, tên: ĐẶNG THỊ BÍ MẬT",
        "Số định danh cá nhân: 019090007777",
        "Ngày, tháng, năm sinh: 01/06/2026 Ghi bằng chữ: ngày một, tháng sáu, năm hai nghìn không trăm hai mươi sáu",
        "Nam x Nữ",
        "Đề nghị cấp bản sao: Có x Không",
        "Quê quán: Người mẹ",
    ):
        assert squeezed(words) in said
    assert send(citizen, **TYPED).content == answer.content


def test_a_form_sent_empty_is_the_blank_one(citizen: Visitor) -> None:
    assert send(citizen).content == citizen.get(f"{BIRTH}/blank.pdf").content


@pytest.mark.parametrize(
    ("lang", "says"), [("vi", "hãy ghi ngày rồi tháng và năm"), ("en", "write the day, then month")]
)
def test_what_is_wrong_is_said_at_its_field_and_everything_typed_is_kept(
    citizen: Visitor, lang: str, says: str
) -> None:
    answer = send(citizen, lang=lang, **TYPED | {"child_born": "31/02/2026", "mother_born": "xx", "copies": "hai"})
    page = answer.text
    assert answer.status_code == 422 and page.count(says) == 2, "in the summary and at the field"
    assert re.findall(r'<li><a href="#([a-z_]+)">', page) == ["child_born", "mother_born", "copies"]
    assert 'value="31/02/2026"' in page and 'value="đặng thị bí mật"' in page and 'value="0190 9000 7777"' in page
    assert '<option value="nu" selected>' in page
    assert answer.headers["cache-control"] == "no-store"


def test_what_was_typed_is_escaped_on_the_page_and_never_markup_in_the_file(citizen: Visitor) -> None:
    hostile = '"><b>#import "x" *a* $x$'
    page = send(citizen, asker_relation=hostile, child_born="xx").text
    assert "&lt;b&gt;#import" in page and "<b>#import" not in page
    assert squeezed(hostile) in printed(send(citizen, asker_relation=hostile))


def test_an_english_reader_prints_vietnamese_with_english_below(citizen: Visitor) -> None:
    said = printed(send(citizen, lang="en", **TYPED))
    assert squeezed("Họ, chữ đệm, tên (Full name): ĐẶNG THỊ BÍ MẬT") in said


@pytest.mark.parametrize("path", ["page", "blank.pdf", "sample.pdf"])
@pytest.mark.parametrize(
    ("code", "says"), [("1.001022", "Chưa có tờ khai của thủ tục này"), ("9.999999", "không còn hiệu lực")]
)
def test_a_procedure_without_a_form_is_a_page_that_says_so(citizen: Visitor, code: str, path: str, says: str) -> None:
    answer = citizen.get(f"/intake/procedures/{code}/declaration/{path}")
    assert answer.status_code == 404 and says in answer.text


def test_nothing_typed_is_stored_logged_or_stands_in_an_address(
    citizen: Visitor, intake: FastAPI, tmp_path: Path, database_url: str
) -> None:
    before = everything_in(intake)
    structlog.reset_defaults()
    with capture_logs() as lines:
        assert send(citizen, **TYPED).status_code == 200
        assert send(citizen, **TYPED | {"child_born": "xx"}).status_code == 422
    requests = [(line["method"], line["route"], line["status"]) for line in lines if line["event"] == "request"]
    assert requests[1::2] == [("POST", "/procedures/{code}/declaration/page", status) for status in (200, 422)]
    assert not [word for word in PRIVATE if word in str(lines)]
    assert everything_in(intake) == before
    page = citizen.get(f"{BIRTH}/page").text
    assert f'<form method="post" action="{BIRTH}/page"' in page and "data-draft" not in page


def everything_in(intake: FastAPI) -> dict[str, list[Any]]:
    """Every row of every table."""
    tables = sa.MetaData()
    with intake.state.service.db.engine.connect() as connection:
        tables.reflect(connection)
        return {name: [*connection.execute(sa.select(table))] for name, table in tables.tables.items()}


def test_a_form_without_its_token_is_not_printed(citizen: Visitor) -> None:
    citizen.get(f"{BIRTH}/page")
    answer = citizen.ask("POST", f"{BIRTH}/page", data=TYPED, headers=SAME_ORIGIN | {"Accept": "text/html"})
    assert answer.status_code == 403 and "bí mật" in answer.text, "what was typed comes back to be sent again"


def test_printing_is_slowed_down(citizen: Visitor) -> None:
    answers = [citizen.get(f"{BIRTH}/{kind}.pdf").status_code for kind in ("blank", "sample") * 15]
    assert set(answers) == {200} and send(citizen, **TYPED).status_code == 429


@pytest.mark.parametrize("code", MOST_USED)
async def test_the_api_tells_the_form_as_data(intake: FastAPI, tmp_path: Path, code: str) -> None:
    async with client_of(intake, tmp_path) as client:
        told = (await client.get(f"/procedures/{code}/declaration")).json()
    form = held(code)
    assert (told["code"], told["procedure"], told["version"], told["paper"]) == (
        form.code,
        code,
        form.version,
        form.paper or None,
    )
    assert told["addressee"] == form.addressee.replace("{unit}", "xã Đại Phúc")
    assert (told["confidence"], told["unconfirmed"]) == (form.confidence, form.unconfirmed)
    assert [law["number"] for law in told["legal"]] == [law.number for law in this_release().laws_of(form)]
    assert [(section["times"], [each["key"] for each in section["fields"]]) for section in told["sections"]] == [
        (section.times, [each.key for each in section.fields]) for section in form.sections
    ]
    assert [each["identified"] for each in told["signers"]] == [each.identified for each in form.signers]
    first = told["sections"][0]["fields"][0]
    assert first["kind"] == "name" and first["hint"] and first["hint_en"] and first["sample"]


@pytest.mark.parametrize(("code", "why"), [("1.001022", "declaration_not_found"), ("9.999999", "unknown_procedure")])
async def test_the_api_says_that_there_is_no_form(intake: FastAPI, tmp_path: Path, code: str, why: str) -> None:
    async with client_of(intake, tmp_path) as client:
        answer = await client.get(f"/procedures/{code}/declaration")
    assert (answer.status_code, answer.json()["code"]) == (404, why)
