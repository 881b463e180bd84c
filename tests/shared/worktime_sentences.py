"""A promise's sentences as a citizen understands them, in both languages; of the engine's steps nothing is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from shared.worktime import Language

DAYS: Mapping[Language, str] = {
    "vi": "thứ Hai|thứ Ba|thứ Tư|thứ Năm|thứ Sáu|thứ Bảy|Chủ nhật",
    "en": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
}
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DATE: Mapping[Language, str] = {"vi": r"\d+/\d+", "en": rf"\d+ (?:{'|'.join(MONTHS)})"}
YEAR: Mapping[Language, str] = {"vi": r"/\d{4}", "en": r" \d{4}"}
ON: Mapping[Language, tuple[str, str]] = {"vi": (" ", " ngày "), "en": (" on ", " on ")}
TO: Mapping[Language, str] = {"vi": " đến ", "en": " to "}
SUSPENDED: Mapping[Language, str] = {"vi": "tạm dừng theo ", "en": "suspended under "}
TIME: Mapping[Language, str] = {
    "vi": r"\d+ giờ \d+ phút|\d+ giờ|\d+ phút",
    "en": r"\d+ hours? \d+ minutes?|\d+ hours?|\d+ minutes?",
}

# M a moment, D a day, C a clock time, T a length of time, N a number, X anything; each is read, in this order.
SAID: Mapping[Language, Mapping[str, str]] = {
    "vi": {
        "received": "Nhận lúc <M>(?:, trong giờ làm việc: tính|: tính ngay) từ lúc nhận",
        "from": "Nhận lúc <M>, (?:trước giờ mở cửa|trong giờ nghỉ trưa): tính từ <C> cùng ngày",
        "next day": "Nhận lúc <M>, (?:từ <C> trở đi|sau <C>): tính sang ngày làm việc kế tiếp",
        "suspended": "Nhận lúc <M>, khi thời hạn tạm dừng theo .+: tính từ <M>",
        "carried": "Thời hạn tạm dừng theo .+, bắt đầu <D>, khi còn <T> làm việc: tính tiếp từ <M>",
        "carried days": "Thời hạn tạm dừng theo .+, bắt đầu <D>, khi còn <N> ngày: dừng đến hết <D>",
        "day off": r"Nhận lúc <M>, không phải ngày làm việc \(.+\): tính từ <M>",
        "too late": "Nhận lúc <M>, .+: tính từ <M>",
        "reviewed": "Cán bộ xem xét lại lúc <M>: tính từ <M>",
        "off": "Không tính: <X>",
        "made up": "Có tính ngày làm bù: <X>",
        "same day": "Giải quyết trong ngày, đến hết giờ làm việc: <M>",
        "working days": "Cộng <N> ngày làm việc, giữ nguyên giờ: <M>",
        "calendar days": "Cộng <N> ngày, kể cả ngày nghỉ: <D>",
        "working time": r"Cộng (?:<N> giờ làm việc|<T> làm việc còn lại)(?: \(<X>\))?: <M>",
        "wall": "Cộng <T> liên tục, kể cả đêm và ngày nghỉ: <M>",
        "stopped": "Yêu cầu bổ sung lúc <M>, khi còn (?:<T> làm việc|<N> ngày): thời hạn dừng đến khi bổ sung đủ",
        "anew": "Yêu cầu bổ sung lúc <M>: thời hạn tính lại từ đầu khi bổ sung đủ",
        "to closing": "Hết hạn khi hết giờ làm việc của ngày cuối cùng: <M>",
        "day moved": r"Ngày cuối cùng, <D>, không phải ngày làm việc \(.+\): chuyển đến .+ kế tiếp, <M>",
        "stood still": r"Ngày cuối cùng, <D>, thời hạn tạm dừng theo .+: chuyển đến .+ kế tiếp, <M>",
        "hour moved": "<M> ngoài giờ làm việc: chuyển sang <M>",
        "due": "Hạn: <M>",
    },
    "en": {
        "received": "Received at <M>(?:, in working hours)?: counted from receipt",
        "from": "Received at <M>, (?:before opening|during the lunch break): counted from <C> the same day",
        "next day": "Received at <M>, (?:at or after <C>|after <C>): counted from the next working day",
        "suspended": "Received at <M>, while time limits are suspended under .+: counted from <M>",
        "carried": "The time limit is suspended under .+ from <D>, with <T> of working time left: it goes on from <M>",
        "carried days": "The time limit is suspended under .+ from <D>, with <N> days? left: .+ through <D>",
        "day off": r"Received at <M>, not a working day \(.+\): counted from <M>",
        "too late": "Received at <M>, .+: counted from <M>",
        "reviewed": "Reviewed at <M>: counted from <M>",
        "off": "Not counted: <X>",
        "made up": "Counted as make-up working day: <X>",
        "same day": "Done the same day, by closing time: <M>",
        "working days": "Plus <N> working days?, at the same time of day: <M>",
        "calendar days": "Plus <N> days?, days off included: <D>",
        "working time": r"Plus (?:<N> working hours?|the remaining <T> of working time)(?: \(<X>\))?: <M>",
        "wall": "Plus <T> without a break, nights and days off included: <M>",
        "stopped": "Supplement asked for at <M>, with (?:<T> of working time|<N> days?) left: the clock stops .+",
        "anew": "Supplement asked for at <M>: the time counts anew once it is complete",
        "to closing": "It ends at closing time of the last day: <M>",
        "day moved": r"The last day, <D>, is not a working day \(.+\): moved to .+ next working day, <M>",
        "stood still": r"The last day, <D>, is suspended under .+: moved to .+ next working day, <M>",
        "hour moved": "<M> is outside working hours: moved to <M>",
        "due": "Due: <M>",
    },
}


class Said(NamedTuple):
    """A sentence that was understood, and what it states."""

    what: str
    values: tuple[str, ...]


@cache
def _patterns(language: Language) -> Mapping[str, re.Pattern[str]]:
    day = f"(?:{DAYS[language]}) {DATE[language]}{YEAR[language]}"
    parts = {"M": rf"\d\d:\d\d{ON[language][0]}{day}", "D": day, "C": r"\d\d:\d\d", "T": TIME[language], "N": r"\d+"}
    known = parts | {"X": ".+"}
    return {
        what: re.compile(re.sub("<([A-Z])>", lambda found: f"({known[found[1]]})", text))
        for what, text in SAID[language].items()
    }


def heard(line: str, language: Language) -> Said:
    """What a sentence says. ValueError when it says nothing that is known."""
    for what, pattern in _patterns(language).items():
        if found := pattern.fullmatch(line):
            return Said(what, tuple(value for value in found.groups() if value is not None))
    raise ValueError(f"not understood: {line}")
