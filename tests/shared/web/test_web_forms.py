"""Forms: read within limits, kept as typed, refused in plain words, filed once."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from pydantic import BaseModel, Field, ValidationError, field_validator

from shared.web.checks import hidden_fields
from shared.web.forms import Form, blank, clean, field_errors
from shared.web.language import SHARED_ENGLISH, Words, read_english
from shared.web.security import SAME_ORIGIN

FORM = {"name": "Nguyễn Thị Hường", "pid": "019194001234", "copies": "1", "papers": ["form", "proxy"]}


class Sample(BaseModel):
    name: str = Field(min_length=2, max_length=5)
    copies: int = Field(ge=1)
    age: int = 0
    papers: list[str] = Field(default=[], min_length=1)
    born: str = ""

    @field_validator("born")
    @classmethod
    def _known(cls, value: str) -> str:
        if value == "?":
            raise ValueError("Không có trang này")
        return value


def errors_of(lang: str, **typed: object) -> dict[str, str]:
    words = Words("en" if lang == "en" else "vi", read_english(SHARED_ENGLISH))
    try:
        Sample(**typed)  # type: ignore[arg-type]  # wrong on purpose
    except ValidationError as error:
        return field_errors(error, words, {"name": "họ và tên", "copies": "số bản", "papers": "giấy tờ"})
    return {}


def test_errors_are_plain_sentences_in_both_languages() -> None:
    wrong = {"copies": 0, "age": "x", "papers": [], "born": "?"}
    assert errors_of("vi", **wrong) == {
        "name": "Hãy nhập họ và tên.",
        "copies": "Số bản phải từ 1 trở lên.",
        "age": "Age phải là một số.",
        "papers": "Hãy chọn ít nhất 1 mục: giấy tờ.",
        "born": "Không có trang này",
    }
    assert errors_of("en", name="x" * 9, copies=1, papers=["a"], born="?") == {
        "name": "Họ và tên is longer than 5 characters: please shorten it.",
        "born": "There is no such page",
    }


def test_what_is_typed_becomes_one_spelling() -> None:
    assert clean(unicodedata.normalize("NFD", "  Đại Phúc\r\nxã\x00 ")) == "Đại Phúc\nxã"


def test_blanks_are_missing_and_lists_are_lists() -> None:
    form = Form({"a": ("",), "b": ("1", "2"), "csrf": ("t",), "once": ("k",)})
    assert form.data("b", "c") == {"b": ["1", "2"], "c": []}
    assert form["nothing"] == "" and form.has("b", 2)
    assert blank(n=1, several=["x", "y"], none=None).values == {"n": ("1",), "several": ("x", "y")}


def test_a_refused_form_keeps_what_was_typed_and_its_key(browser) -> None:
    page = browser.get("/x")
    answer = browser.send(page, "/x", name="Nguyễn", pid="0191 94", papers="proxy", note="một\nhai <i>")
    assert answer.status_code == 422
    assert "<title>Lỗi: " in answer.text
    assert 'value="0191 94"' in answer.text and "một\nhai &lt;i&gt;" in answer.text
    assert 'value="proxy" checked' in answer.text
    assert '<a href="#pid">Số định danh chưa đúng.</a>' in answer.text
    assert 'aria-describedby="pid-hint pid-error" aria-invalid="true"' in answer.text
    assert hidden_fields(answer.text)["once"] == hidden_fields(page.text)["once"]


def test_a_double_click_files_once(browser) -> None:
    page = browser.get("/x")
    first, second = browser.send(page, "/x", **FORM), browser.send(page, "/x", **FORM)
    assert first.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert browser.send(browser.get("/x"), "/x", **FORM).headers["location"] != first.headers["location"]


@pytest.mark.parametrize("bad", ["", "short", "x" * 65, "<script>" * 4])
def test_a_key_that_is_no_key_is_replaced(browser, bad: str) -> None:
    answer = browser.send(browser.get("/x"), "/x", once=bad)
    assert hidden_fields(answer.text)["once"] != bad
    assert len(hidden_fields(answer.text)["once"]) >= 16


@pytest.mark.parametrize(
    "typed", [{"note": "x" * 70_000}, {"note": "x" * 10_001}, {f"f{n}": "x" for n in range(300)}], ids=len
)
def test_too_much_is_refused(browser, typed: dict[str, str]) -> None:
    assert browser.send(browser.get("/x"), "/x", **typed).status_code in (400, 413)


def test_a_file_where_none_is_asked_for_is_refused(browser) -> None:
    fields = hidden_fields(browser.get("/x").text)
    headers = SAME_ORIGIN | {"Accept": "text/html"}
    answer = browser.ask("POST", "/x", data=fields, files={"f": ("a.txt", b"x")}, headers=headers)
    assert answer.status_code == 400


def test_what_is_no_form_is_refused(browser) -> None:
    headers = SAME_ORIGIN | {"Accept": "text/html"}
    assert browser.ask("POST", "/x", json={}, headers=headers).status_code == 400


def test_every_form_that_keeps_a_draft_has_a_page_that_ends_it() -> None:
    services = Path(__file__).parents[3] / "services"
    for folder in services.glob("*/pages/templates"):
        html = "".join(each.read_text("utf-8") for each in folder.glob("*.html"))
        drafts = set(re.findall(r'data-draft="(.+?)"', html))
        assert drafts == set(re.findall(r'data-draft-done="(.+?)"', html)), folder
