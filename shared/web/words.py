"""Dates, numbers and names in words, in Vietnamese (`vi`) and British English (`en`). Pure: values in, text out."""

from __future__ import annotations

import math
import unicodedata
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

Language = Literal["vi", "en"]
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
_LOCALE: dict[Language, str] = {"vi": "vi", "en": "en_GB"}  # plain `en` is American: November 26, 2026
_SHORT_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "vi": ("T2", "T3", "T4", "T5", "T6", "T7", "CN"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_DIGITS_VI = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_APRIL = 4
_PLACES = {"thành phố": "city", "đặc khu": "special zone", "phường": "ward", "tỉnh": "province", "xã": "commune"}


def local(at: datetime) -> datetime:
    """The same moment on the office's clock; a time without a zone is refused (ValueError)."""
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be shown: {at!r}")
    return at.astimezone(HANOI)


def _day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def _english(value: date | datetime, pattern: str) -> str:
    return format_date(_day(value), pattern, locale=_LOCALE["en"])


def weekday(value: date | datetime, lang: Language = "vi") -> str:
    """`thứ Năm`, `Thursday`."""
    return _WEEKDAYS_VI[_day(value).weekday()] if lang == "vi" else _english(value, "EEEE")


def short_weekday(value: date | datetime, lang: Language = "vi") -> str:
    """`T5`, `Thu`."""
    return _SHORT_WEEKDAYS[lang][_day(value).weekday()]


def day(value: date | datetime, lang: Language = "vi") -> str:
    """`thứ Năm 26/11/2026`, `Thursday 26 November 2026`."""
    return f"{weekday(value)} {_day(value):%d/%m/%Y}" if lang == "vi" else _english(value, "EEEE d MMMM y")


def short_day(value: date | datetime, lang: Language = "vi") -> str:
    """`thứ Năm 26/11`, `Thu 26 Nov`."""
    return f"{weekday(value)} {_day(value):%d/%m}" if lang == "vi" else _english(value, "EEE d MMM")


def plain_day(value: date | datetime, lang: Language = "vi") -> str:
    """`26/11/2026`, `26 November 2026`."""
    return f"{_day(value):%d/%m/%Y}" if lang == "vi" else _english(value, "d MMMM y")


def month(value: date | datetime, lang: Language = "vi") -> str:
    """`tháng 11/2026`, `November 2026`."""
    return f"tháng {_day(value):%m/%Y}" if lang == "vi" else _english(value, "MMMM y")


def form_day(value: date | datetime, lang: Language = "vi") -> str:
    """The date as forms write it: `ngày 26 tháng 11 năm 2026`, `26 November 2026`. Days below 10 and January and
    February keep their zero, as NĐ 30/2020 asks."""
    if lang == "en":
        return plain_day(value, "en")
    d = _day(value)
    in_month = f"{d.month:02d}" if d.month < 3 else str(d.month)
    return f"ngày {d.day:02d} tháng {in_month} năm {d.year}"


def day_in_words(value: date) -> str:
    """As a civil status form wants it beside the figures, in Vietnamese: `ngày năm, tháng sáu, năm hai nghìn không trăm
    hai mươi sáu`; the fourth month is `tư`. A year before 1000 is a ValueError."""
    if value.year < 1000:
        raise ValueError(f"no form says a year like {value.year} in words")
    month = "tư" if value.month == _APRIL else _tens_in_words(value.month)
    return f"ngày {_tens_in_words(value.day)}, tháng {month}, năm {_year_in_words(value.year)}"


def _year_in_words(year: int) -> str:
    thousands, hundreds, rest = year // 1000, year // 100 % 10, year % 100
    said = f"{_DIGITS_VI[thousands]} nghìn"
    if hundreds or rest:
        said += f" {_DIGITS_VI[hundreds]} trăm"
    if 0 < rest < 10:
        return f"{said} linh {_DIGITS_VI[rest]}"
    return f"{said} {_tens_in_words(rest)}" if rest else said


def _tens_in_words(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS_VI[ones]
    said = "mười" if tens == 1 else f"{_DIGITS_VI[tens]} mươi"
    if not ones:
        return said
    last = {1: "một" if tens == 1 else "mốt", 5: "lăm"}.get(ones, _DIGITS_VI[ones])
    return f"{said} {last}"


def clock(value: datetime | time) -> str:
    """`16:10`, on the office's clock."""
    return f"{local(value) if isinstance(value, datetime) else value:%H:%M}"


def when(value: datetime, lang: Language = "vi") -> str:
    """`16:10 thứ Năm 26/11/2026`, `16:10, Thursday 26 November 2026`."""
    return f"{clock(value)}{' ' if lang == 'vi' else ', '}{day(value, lang)}"


def short_when(value: datetime, lang: Language = "vi") -> str:
    """`16:10 thứ Năm 26/11`, `16:10, Thu 26 Nov`."""
    return f"{clock(value)}{' ' if lang == 'vi' else ', '}{short_day(value, lang)}"


def number(value: float, lang: Language = "vi") -> str:
    """`1.361` and `4,5`; in English `1,361` and `4.5`."""
    return str(format_decimal(value, locale=_LOCALE[lang]))


def money(dong: int, lang: Language = "vi") -> str:
    """Whole đồng: `8.000 ₫`, `8,000 VND`; nothing to pay is `miễn phí`, `free`."""
    if dong == 0:
        return "miễn phí" if lang == "vi" else "free"
    return f"{number(dong, lang)}\N{NO-BREAK SPACE}{'₫' if lang == 'vi' else 'VND'}"


def share(part: int, whole: int, lang: Language = "vi") -> str:
    """`96%`; one decimal near the ends, and never 100 % or 0 % unless exact. Of nothing: `–`."""
    if whole == 0:
        return "–"
    percent = 100 * part / whole
    if part in (0, whole):
        return f"{percent:.0f}%"
    if 1 <= percent < 99:
        return f"{round(percent)}%"
    near = min(max(math.floor(percent * 10) / 10, 0.1), 99.9)
    return f"{number(near, lang)}%"


def masked_name(name: str) -> str:
    """`N*** T*** H***`: recognised by its owner, no help to a stranger; the stars do not tell the length."""
    return " ".join(f"{word[0]}***" for word in name.split())


def masked_phone(phone: str) -> str:
    """`••• 456`; a number too short to hide anything is hidden whole."""
    digits = "".join(c for c in phone if c.isdigit())
    return f"••• {digits[-3:]}" if len(digits) >= 8 else "•••"


def phone_link(phone: str) -> str:
    """The digits for a `tel:` link, with a leading + kept."""
    return ("+" if phone.strip().startswith("+") else "") + "".join(c for c in phone if c.isdigit())


def place(name: str, lang: Language = "vi") -> str:
    """`xã Đại Phúc` stays; in English it is `Đại Phúc commune`."""
    if lang == "vi":
        return name
    for kind, english in _PLACES.items():
        if name.lower().startswith(f"{kind} "):
            return f"{name[len(kind) + 1 :]} {english}"
    return name


def folded(text: str) -> str:
    """Lower case without marks, for search: `Đường Nguyễn` → `duong nguyen`."""
    marked = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(c for c in marked if not unicodedata.combining(c)).casefold()


def upper_first(text: str) -> str:
    """`thứ Năm` → `Thứ Năm`, the rest untouched."""
    return text[:1].upper() + text[1:]
