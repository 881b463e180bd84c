"""Text from outside, and codes for paper."""

from __future__ import annotations

import hashlib
import re
import time
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.texts import (
    CitizenId,
    Code,
    Email,
    Line,
    Paragraph,
    Phone,
    clean,
    code_sha256,
    first_id,
    new_code,
    new_id,
    new_ref,
    one_line,
    plain_code,
)


def read(kind: Any, text: str) -> str:
    found: str = TypeAdapter(kind).validate_python(text)
    return found


@given(st.text())
def test_what_is_taken_is_nfc_without_controls_and_storable(text: str) -> None:
    try:
        taken = clean(text)
    except ValueError:
        assert any(unicodedata.category(each) in ("Cs", "Cc") for each in text)
        return
    assert taken == clean(taken) == unicodedata.normalize("NFC", taken).strip()
    assert "\0" not in taken.encode().decode()


def test_a_name_typed_in_pieces_is_the_same_name() -> None:
    apart = unicodedata.normalize("NFD", "Nguyễn Văn Ấn")
    assert apart != "Nguyễn Văn Ấn" and read(Line, f"  {apart}\n ") == "Nguyễn Văn Ấn"
    assert one_line("xã\t Đại \n Phúc") == "xã Đại Phúc"


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "a\x1b[31m", "\x7f", "a\u202eb", "\u2067a"])
@pytest.mark.parametrize("kind", [Email, Line, Paragraph, Code, CitizenId, Phone])
def test_what_no_form_contains_is_refused(kind: Any, text: str) -> None:
    with pytest.raises(ValidationError):
        read(kind, text)


NO_ADDRESSES = [
    *("an", "@x.vn", "an@", "a b@x.vn", "a@x.vn,root", "a@x.vn;b@y.vn", "Foo<evil>@x.vn", "a:b@c;", "(c)@x", ",@,"),
    *("a@[x", "a@[", "a@b,<", "=?utf-8?b?@?=", '"a"@x.vn', "a@b@c", "a.@x.vn", "a@x..vn", "a@-x.vn", "a%b@x.vn"),
    *("mơ@example.vn", f"a@{'x' * 190}"),
]
"""What a mail header reads as several, as another's, or not at all; and what is longer than any."""


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Line, ["An", "x" * 200], ["", "   ", "\n", "x" * 201]),
        (Paragraph, ["dòng 1\ndòng 2", "x" * 5000], ["", " \n ", "x" * 5001]),
        (Code, ["1.001193", "H55.27.05-260605-0001"], ["", "-a", "a b", "a/b", "x" * 65, "a\n"]),
        (CitizenId, ["019203001234", "123456789", " 123456789 "], ["12345678", "1234567890", "12345678a"]),
        (Email, ["an@example.vn", " an.b_c+d@mail.x-y.vn ", "a@localhost"], NO_ADDRESSES),
        (Phone, ["0912345678", "+84 912 345 678"], ["09", "call me", "0912345678x"]),
    ],
)
def test_every_kind_has_its_bounds(kind: Any, good: list[str], bad: list[str]) -> None:
    assert [read(kind, text) for text in good] == [text.strip() for text in good]
    for text in bad:
        with pytest.raises(ValidationError):
            read(kind, text)


@given(st.text("ếàệ \u0300\u0327\u0345\u3099\U0001d165🏳😀", max_size=60))
def test_a_letter_under_thirty_marks_is_text_and_under_more_is_none(text: str) -> None:
    longest = max((len(run) for run in re.findall("[\u0300\u0327\u0345\u3099\U0001d165]+", text)), default=0)
    if longest <= 30:
        assert clean(text) == unicodedata.normalize("NFC", text).strip()
    else:
        with pytest.raises(ValueError, match="marks"):
            clean(text)


@pytest.mark.parametrize("marks", ["\u0300" * 250_000 + "\u0327" * 250_000, "\u0345\u0300\u0327" * 160_000])
def test_marks_that_fill_a_request_are_refused_before_they_are_put_in_order(marks: str) -> None:
    began = time.process_time()
    with pytest.raises(ValidationError):
        TypeAdapter(Paragraph).validate_python("a" + marks)
    assert time.process_time() - began < 5


def test_a_code_read_aloud_or_typed_badly_is_still_the_code() -> None:
    for _ in range(200):
        code = new_code()
        assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code)
        assert plain_code(code) == code
        typed = f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "
        assert plain_code(typed) == code
        assert code_sha256(typed) == code_sha256(code) == hashlib.sha256(code.encode()).hexdigest()


def test_ids_sort_by_time_and_can_hide_it() -> None:
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(set(ids))
    hour = datetime(2026, 6, 5, 8, tzinfo=UTC)
    coarse = [UUID(new_id(hour)) for _ in range(100)]
    assert len(set(coarse)) == 100
    assert {each.int >> 80 for each in coarse} == {int(hour.timestamp() * 1000)}
    assert re.fullmatch(r"prs_[0-9a-f]{32}", new_ref("prs")) and new_ref("prs") != new_ref("prs")


@given(st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)))
def test_the_first_id_of_a_moment_lies_between_what_was_made_before_and_from_then_on(at: datetime) -> None:
    moment = at.replace(microsecond=0, tzinfo=UTC)
    first = first_id(moment)
    assert new_id(moment - timedelta(seconds=1)) < first <= new_id(moment)
    assert UUID(first).version == 7
