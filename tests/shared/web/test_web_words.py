"""Dates, money and names as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.web import words

AT = datetime(2026, 11, 26, 9, 10, tzinfo=UTC)  # 16:10 in Hà Nội


@pytest.mark.parametrize(
    ("function", "vi", "en"),
    [
        (words.when, "16:10 thứ Năm 26/11/2026", "16:10, Thursday 26 November 2026"),
        (words.short_when, "16:10 thứ Năm 26/11", "16:10, Thu 26 Nov"),
        (words.day, "thứ Năm 26/11/2026", "Thursday 26 November 2026"),
        (words.short_day, "thứ Năm 26/11", "Thu 26 Nov"),
        (words.plain_day, "26/11/2026", "26 November 2026"),
        (words.form_day, "ngày 26 tháng 11 năm 2026", "26 November 2026"),
        (words.month, "tháng 11/2026", "November 2026"),
        (words.short_weekday, "T5", "Thu"),
    ],
)
def test_a_moment_in_both_languages(function, vi: str, en: str) -> None:
    assert (function(AT, "vi"), function(AT, "en")) == (vi, en)


def test_a_moment_late_in_utc_is_already_tomorrow_here() -> None:
    assert words.day(datetime(2026, 11, 26, 17, 0, tzinfo=UTC)) == "thứ Sáu 27/11/2026"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        words.when(datetime(2026, 11, 26, 9, 10))


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 6, 5), "ngày năm, tháng sáu, năm hai nghìn không trăm hai mươi sáu"),
        (date(1992, 10, 20), "ngày hai mươi, tháng mười, năm một nghìn chín trăm chín mươi hai"),
        (date(2000, 1, 1), "ngày một, tháng một, năm hai nghìn"),
        (date(2005, 4, 10), "ngày mười, tháng tư, năm hai nghìn không trăm linh năm"),
        (date(2015, 12, 15), "ngày mười lăm, tháng mười hai, năm hai nghìn không trăm mười lăm"),
        (date(1921, 11, 21), "ngày hai mươi mốt, tháng mười một, năm một nghìn chín trăm hai mươi mốt"),
        (date(1955, 5, 25), "ngày hai mươi lăm, tháng năm, năm một nghìn chín trăm năm mươi lăm"),
        (date(2011, 8, 11), "ngày mười một, tháng tám, năm hai nghìn không trăm mười một"),
        (date(2100, 7, 31), "ngày ba mươi mốt, tháng bảy, năm hai nghìn một trăm"),
        (date(1904, 2, 24), "ngày hai mươi bốn, tháng hai, năm một nghìn chín trăm linh bốn"),
    ],
)
def test_a_day_in_words_as_a_civil_status_form_has_it(day: date, said: str) -> None:
    assert words.day_in_words(day) == said


def test_no_two_days_are_the_same_in_words() -> None:
    first = date(1899, 1, 1)
    assert len({words.day_in_words(first + timedelta(days=n)) for n in range(100_000)}) == 100_000


def test_a_year_that_no_form_has_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="a year like 999"):
        words.day_in_words(date(999, 1, 1))


def test_forms_write_small_days_and_the_first_two_months_with_a_zero() -> None:
    assert words.form_day(date(2026, 2, 3)) == "ngày 03 tháng 02 năm 2026"
    assert words.form_day(date(2026, 3, 13)) == "ngày 13 tháng 3 năm 2026"


@pytest.mark.parametrize(
    ("dong", "vi", "en"),
    [(8000, "8.000\xa0₫", "8,000\xa0VND"), (0, "miễn phí", "free"), (1250000, "1.250.000\xa0₫", None)],
)
def test_money(dong: int, vi: str, en: str | None) -> None:
    assert words.money(dong) == vi
    assert en is None or words.money(dong, "en") == en


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(1319, 1361, "97%"), (9999, 10000, "99,9%"), (1, 10000, "0,1%"), (5, 5, "100%"), (0, 5, "0%"), (0, 0, "–")],
)
def test_a_share_is_whole_only_when_it_is(part: int, whole: int, said: str) -> None:
    assert words.share(part, whole) == said


def test_masks_do_not_tell_the_length() -> None:
    assert words.masked_name("Nguyễn Thị Hường") == "N*** T*** H***"
    assert words.masked_phone("+84 912 345 456") == "••• 456"
    assert words.masked_phone("123") == "•••"


def test_places_and_search() -> None:
    assert words.place("xã Đại Phúc", "en") == "Đại Phúc commune"
    assert words.place("thành phố Thái Nguyên", "en") == "Thái Nguyên city"
    assert words.folded("Đường Nguyễn Thị Hường") == "duong nguyen thi huong"
