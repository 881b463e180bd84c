"""The two tables that the law asks for, for printing: the control slip of a dossier (M06), and the register (M07)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.commands import Entry
from services.intake.pages import procedures, view
from services.intake.pages.doors import COUNTER, Clerk, Desk, Rules, desk_page
from services.intake.pages.papers import CENTRE, pdf_answer, short_number, track_page
from services.intake.pages.people import People, people
from services.intake.rulebook import Area
from services.intake.rules.way import CITIZEN, Hand, hands_of
from services.intake.settings import Policy
from services.intake.tables import Dossier, fact_as_written, facts_of
from shared.doors import Door
from shared.errors import Refused, found
from shared.service import Service
from shared.settings import ServiceSettings
from shared.texts import Code
from shared.web.door import Web
from shared.web.forms import Form, blank, read_form
from shared.web.language import N_, Words
from shared.web.moments import typed_day
from shared.web.pages import Pages
from shared.web.pdf import moment, sheet_pdf
from shared.web.words import clock, folded, plain_day
from shared.worktime import VN

router = APIRouter(prefix="/counter")

BOOK = f"{COUNTER}/book"
OUTCOMES = {"early": N_("trước hạn"), "on_time": N_("đúng hạn"), "late": N_("quá hạn")}


@dataclass(frozen=True)
class Slip:
    """What the control slip of a dossier is made of."""

    dossier: Dossier
    hands: list[Hand]
    known: People
    sha256: str
    """Of the last fact's bytes."""


@router.get("/{dossier_id}/m06.pdf")
async def control_slip(
    dossier_id: Code, request: Request, web: Web, service: Door, policy: Rules, _who: Desk
) -> Response:
    """The control slip as it stands: from whom to whom, when, what came of it. Nothing of the citizen's is on it."""
    _ = web.words(request)
    slip = await service.db.read(slip_of, dossier_id)
    pdf = await asyncio.to_thread(sheet_pdf, "m06", m06_of(slip, service.settings, policy, _), _.language)
    return pdf_answer(pdf, f"M06-{slip.dossier.number}")


def slip_of(session: Session, dossier_id: str) -> Slip:
    """What is known of a dossier's way. Raises Refused `dossier_not_found` (404)."""
    row, hands = found(session.get(Dossier, dossier_id), "dossier"), hands_of(facts_of(session, dossier_id))
    written = fact_as_written(session, hands[-1].fact.id)
    assert written is not None  # it was read from there
    return Slip(row, hands, people(session), written[1])


def m06_of(slip: Slip, settings: ServiceSettings, policy: Policy, _: Words) -> Any:
    """The fields of M06, for `sheet_pdf`."""
    row, last = slip.dossier, slip.hands[-1].fact
    title = procedures.title_of(policy.catalogue, row.procedure, row.received_at, _.language)
    return _head(settings, f"{short_number(row.number)}/PKS", last.time) | {
        "rows": [
            ("code", row.number),
            ("request", f"{title} ({row.procedure})"),
            ("unit", slip.known.department(row.department)),
            ("received", moment(row.received_at, _.language)),
            ("due", moment(row.due_at, _.language)),
        ],
        "cells": [_hand(number, hand, slip, _) for number, hand in enumerate(slip.hands, 1)],
        "page": ("track", f"{track_page(settings)}?number={row.number}"),
        "event_id": last.id,
        "event_sha256": slip.sha256,
    }


def _hand(number: int, hand: Hand, slip: Slip, _: Words) -> list[str]:
    (said,) = view.way_of(slip.dossier, [hand.fact], _, name=slip.known.official)[:1]
    names = [_called(each, slip.known, _) for each in (hand.giver, hand.taker)]
    late = hand.fact.recorded - hand.fact.time > timedelta(minutes=1)
    note = _("ghi lúc %(when)s", when=_moment(hand.fact.recorded, _)) if late else ""
    outcome = _(OUTCOMES[hand.outcome]) if hand.outcome else ""
    return [str(number), said["what"], *names, _moment(hand.fact.time, _), outcome, note]


def _called(who: str | None, known: People, _: Words) -> str:
    return _("người dân") if who == CITIZEN else known.official(who) if who else ""


@router.get("/book")
async def book(request: Request, web: Web, service: Door, policy: Rules, _who: Clerk) -> Response:
    """Which register: a field, and from which day to which."""
    today = plain_day(service.clock.now())
    return _book_page(request, web, policy, blank(since=today, until=today))


@router.post("/book")
async def register(request: Request, web: Web, service: Door, policy: Rules, who: Clerk) -> Response:
    """The register of these days (M07), for printing. Each person's data on it are read, and that is recorded."""
    form, _ = await read_form(request), web.words(request)
    field = next((each for each in policy.catalogue.fields if each.name == form["field"]), None)
    since, until = typed_day(form["since"]), typed_day(form["until"])
    errors = _wrong(field, since, until, _)
    if errors or field is None or since is None or until is None:
        return _book_page(request, web, policy, form.refused(errors), 422)
    codes = sorted({each.code for each in policy.catalogue.procedures if each.field == field.name})
    days = _midnight(since), _midnight(until) + timedelta(days=1)
    try:
        entries = await service.db.write(commands.print_book, *days, codes, who.id, service.clock.now())
    except Refused as no:
        most = _("Sổ này dài quá %(n)s hồ sơ: hãy chọn ít ngày hơn.", n=commands.MOST_IN_BOOK)
        return _book_page(request, web, policy, form.refused({"until": most}), no.status)
    if not entries:
        nothing = {"field": _("Không có hồ sơ nào của lĩnh vực này trong những ngày ấy.")}
        return _book_page(request, web, policy, form.refused(nothing), 422)
    known = await service.db.read(people)
    data = m07_of(entries, field, (since, until), known, service, policy, _)
    pdf = await asyncio.to_thread(sheet_pdf, "m07", data, _.language)
    return pdf_answer(pdf, f"M07-{_called_by(field, (since, until))}")


def _book_page(request: Request, web: Pages, policy: Policy, form: Form, status: int = 200) -> Response:
    _ = web.words(request)
    fields = [(each.name, each.name_en if _.language == "en" else each.name) for each in policy.catalogue.fields]
    return desk_page(web, request, "register.html", status=status, form=form, fields=fields, most=commands.MOST_IN_BOOK)


def _wrong(field: Area | None, since: date | None, until: date | None, _: Words) -> dict[str, str]:
    say = _("Hãy ghi ngày rồi tháng và năm: 05/06/2026.")
    errors = {} if field else {"field": _("Hãy chọn lĩnh vực.")}
    errors |= {name: say for name, day in (("since", since), ("until", until)) if day is None}
    if since and until and until < since:
        errors["until"] = _("Ngày cuối phải sau hoặc bằng ngày đầu.")
    return errors


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VN)


def m07_of(
    entries: Sequence[Entry],
    field: Area,
    days: tuple[date, date],
    known: People,
    service: Service,
    policy: Policy,
    _: Words,
) -> Any:
    """The fields of M07, for `sheet_pdf`."""
    name = field.name_en if _.language == "en" else field.name
    period = " – ".join(plain_day(day, _.language) for day in days)
    return _head(service.settings, f"{_called_by(field, days)}/STD", service.clock.now()) | {
        "rows": [("field", name), ("period", period), ("count", str(len(entries)))],
        "cells": [_entry(number, entry, known, policy, _) for number, entry in enumerate(entries, 1)],
        "page": ("book", f"{service.settings.public_url.rstrip('/')}{BOOK}"),
        "event_id": entries[-1].dossier.event_id if entries else "",
        "event_sha256": proof_of(entries),
    }


def proof_of(entries: Sequence[Entry]) -> str:
    """What a register is printed from, in one: the SHA-256 of the SHA-256 of the events that received its dossiers,
    each as hexadecimal digits and an end of line, in the order of its lines."""
    return sha256("".join(f"{each.event_sha256}\n" for each in entries).encode()).hexdigest()


def _called_by(field: Area, days: tuple[date, date]) -> str:
    """`HOTICH-260605-260608`: the field, and the days."""
    return f"{plain_name(field.name)}-{days[0]:%y%m%d}-{days[1]:%y%m%d}"


def plain_name(field: str) -> str:
    """`HOTICH`: a field's name without marks and blanks."""
    return "".join(folded(field).split()).upper()


def _entry(number: int, entry: Entry, known: People, policy: Policy, _: Words) -> list[str]:
    row, who = entry.dossier, entry.applicant
    title = procedures.title_of(policy.catalogue, row.procedure, row.received_at, _.language)
    where = ", ".join(part for part in (who.get("address"), who.get("phone")) if part)
    given = _moment(row.handed_over_at, _) if row.handed_over_at else ""
    how = _(view.COLLECTED[entry.handed_to]) if entry.handed_to else ""
    moments = [_moment(row.received_at, _), _moment(row.due_at, _), given]
    person = [who.get("full_name", ""), where, known.department(row.department)]
    return [str(number), row.number, str(title), *person, *moments, how, ""]


def _head(settings: ServiceSettings, number: str, at: datetime) -> dict[str, Any]:
    return {
        "authority": f"UBND {settings.unit_name}",
        "centre": CENTRE,
        "place": settings.unit_name.split(" ", 1)[-1],
        "number": number,
        "at": at,
    }


def _moment(at: datetime, _: Words) -> str:
    """`15:01 05/06/2026`: a column is narrow, and a register lasts for years."""
    return f"{clock(at)} {plain_day(at, _.language)}"
