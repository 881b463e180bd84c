"""Dossiers of the province's system are taken over from its export file: looked at first, then received."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from fastapi import APIRouter, Request, Response

from services.intake import commands
from services.intake.models import Applicant, TakenOver
from services.intake.pages.blanks import card_number, faults_of
from services.intake.pages.doors import SHAPES, Clerk, Rules, desk_page
from services.intake.pages.refusals import sentence
from services.intake.rulebook import export
from services.intake.rulebook.export import Export, NoExport, plain
from services.intake.settings import Policy
from shared.doors import Door
from shared.errors import Refused
from shared.service import Service
from shared.web.door import Web
from shared.web.forms import Form, blank, read_form
from shared.web.language import N_, Words
from shared.web.moments import clock_of, typed_day
from shared.web.pages import Pages
from shared.web.words import plain_day
from shared.worktime import VN

router = APIRouter(prefix="/counter/import")

MOST_BYTES = 1_000_000
LABELS = {
    "number": N_("mã hồ sơ"),
    "procedure": N_("mã thủ tục"),
    "channel": N_("hình thức nộp"),
    "received_at": N_("ngày nhận"),
    "due_at": N_("ngày hẹn trả"),
    "citizen_id": N_("số định danh"),
    "full_name": N_("họ và tên"),
    "phone": N_("điện thoại"),
    "address": N_("địa chỉ"),
}
NO_EXPORT = {
    "not_text": N_("Tệp này không phải là chữ UTF-8. Hãy xuất lại dạng CSV, mã UTF-8."),
    "columns_missing": N_("Tệp này thiếu cột: %(columns)s."),
    "too_many_lines": N_("Tệp này dài quá %(n)s dòng: hãy xuất ít ngày hơn."),
}
DIFFERS = {
    "procedure": N_("thủ tục: bên tỉnh %(theirs)s, ở đây %(ours)s"),
    "received_at": N_("ngày nhận: bên tỉnh %(theirs)s, ở đây %(ours)s"),
    "due_on": N_("ngày hẹn: bên tỉnh %(theirs)s, ở đây %(ours)s"),
}
SAID = {
    "ready": N_("Nhận được"),
    "taken": N_("Đã nhận"),
    "same": N_("Đã có, giống nhau"),
    "differs": N_("Khác nhau, không nhận"),
    "refused": N_("Không nhận"),
}
COLOURS = {"ready": "", "taken": "done", "same": "done", "differs": "near", "refused": "near"}


@dataclass(frozen=True)
class Found:
    """What became of a line of the file: a key of SAID, and why."""

    number: str
    said: str
    why: str = ""


@router.get("")
async def page(request: Request, web: Web, _who: Clerk) -> Response:
    """Which file."""
    return _page(request, web, blank(), [])


@router.post("")
async def read(request: Request, web: Web, service: Door, policy: Rules, who: Clerk) -> Response:
    """What each line of the file is here; with the second button, those that can be are taken over, each by itself:
    sent again, the file finds them there."""
    form, _ = await read_form(request, max_files=1, max_bytes=MOST_BYTES), web.words(request)
    upload = next(iter(form.files.get("file", ())), None)
    raw = await upload.read() if upload else b""
    if not raw:
        return _page(request, web, form.refused({"file": _("Hãy chọn tệp xuất từ hệ thống của tỉnh.")}), [], 422)
    words = export.load()
    try:
        lines = words.lines(raw)
    except NoExport as no:
        said = _(NO_EXPORT[no.code], columns=", ".join(no.missing), n=export.MOST_LINES)
        return _page(request, web, form.refused({"file": said}), [], 422)
    official = who.id if form["do"] == "take" else None
    return _page(request, web, form, [await _line(line, words, service, policy, official, _) for line in lines])


async def _line(
    line: dict[str, str], words: Export, service: Service, policy: Policy, official: str | None, _: Words
) -> Found:
    number = line["number"].upper()
    if plain(line["status"]) not in words.received:
        why = _("trạng thái ở bên tỉnh là %(status)s: chỉ nhận hồ sơ vừa được tiếp nhận", status=line["status"])
        return Found(number, "refused", why)
    body, wrong = _read(line, words, _)
    if body is None:
        return Found(number, "refused", " ".join(wrong.values()))
    now = service.clock.now()
    try:
        if official is None:
            await service.db.read(commands.check_taking_over, body, policy, now)
            return Found(number, "ready")
        await service.db.write(commands.take_over, body, official, policy, now)
        return Found(number, "taken")
    except Refused as no:
        return _refused(number, no, _)


def _refused(number: str, no: Refused, _: Words) -> Found:
    differs = no.more.get("differs")
    if not isinstance(differs, dict):
        return Found(number, "refused", sentence(no, _))
    if not differs:
        return Found(number, "same")
    return Found(number, "differs", "; ".join(_differs(name, both[0], both[1], _) for name, both in differs.items()))


def _differs(name: str, theirs: str, ours: str, _: Words) -> str:
    if name != "procedure":
        theirs, ours = (_moment(each, _) for each in (theirs, ours))
    return _(DIFFERS[name], theirs=theirs, ours=ours)


def _moment(told: str, _: Words) -> str:
    """A day alone, or with its clock time, as the rule tells it."""
    if len(told) == len("2026-06-05"):
        return plain_day(date.fromisoformat(told), _.language)
    at = datetime.fromisoformat(told)
    return f"{at:%H:%M} {plain_day(at, _.language)}"


def _read(line: dict[str, str], words: Export, _: Words) -> tuple[TakenOver | None, dict[str, str]]:
    """A line as what is asked, or what is wrong with it."""
    about = {name: line[name] for name in ("full_name", "phone", "address") if line.get(name)}
    about["citizen_id"] = card_number(line.get("citizen_id", ""))
    channel = line.get("channel", "")
    given: dict[str, Any] = {
        "number": "".join(line["number"].split()).upper(),
        "procedure": line.get("procedure", ""),
        "channel": words.channels.get(plain(channel), "counter" if not channel else None),
        "applicant": about,
        "received_at": moment_of(line.get("received_at", "")),
        "due_at": moment_of(line.get("due_at", "")),
    }
    wrong = faults_of(Applicant, about, LABELS, _)
    wrong |= {name: _(SHAPES[name]) for name in wrong if name in SHAPES and line.get(name)}
    if wrong := wrong or faults_of(TakenOver, given, LABELS, _):
        return None, wrong
    return TakenOver(**given), {}


def moment_of(typed: str) -> datetime | None:
    """A moment as the province's system writes it: a day, and before or after it a clock time with or without seconds
    (midnight, when left out); none else."""
    parts = sorted(typed.split(), key=lambda part: ":" in part)
    if not 1 <= len(parts) <= 2:
        return None
    day, clock = (
        typed_day(parts[0]),
        clock_of(re.sub(r"(:\d\d):\d\d$", r"\1", parts[1])) if len(parts) == 2 and ":" in parts[1] else None,
    )
    if day is None or (len(parts) == 2 and clock is None):
        return None
    return datetime.combine(day, clock or time(), VN)


def _page(request: Request, web: Pages, form: Form, found: list[Found], status: int = 200) -> Response:
    _ = web.words(request)
    rows = [(each.number, _(SAID[each.said]), COLOURS[each.said], each.why) for each in found]
    counted = Counter(each.said for each in found)
    counts = [(_(words), counted[code]) for code, words in SAID.items() if counted[code]]
    shown = {"titles": [titles[0] for titles in export.load().columns.values()], "most": export.MOST_LINES}
    return desk_page(web, request, "import.html", status=status, form=form, rows=rows, counts=counts, **shown)
