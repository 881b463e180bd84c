"""What I can still save today: the promises of today and of the next working day, before they are missed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from services.intake.pages import filed, procedures, view
from services.intake.pages.doors import COUNTER, Desk, Rules, desk_page
from services.intake.pages.people import People, people
from services.intake.rules import Status
from services.intake.rules.today import Chance, chance_of, is_for, is_whole_day_left, looked_at_until
from services.intake.settings import Policy
from services.intake.tables import Dossier, Filing, running_until, unanswered_until, working_calendar
from shared.doors import Door
from shared.web.door import Web
from shared.web.language import N_, Words
from shared.web.words import Language
from shared.worktime import Calendar

router = APIRouter(prefix="/counter")

SECTIONS = {
    Chance.TODAY: N_("Hẹn hôm nay, còn kịp"),
    Chance.NEXT: N_("Hẹn ngày làm việc tới: hôm nay là ngày trọn vẹn cuối cùng"),
    Chance.MISSED: N_("Đã lỡ hẹn: làm ngay, gọi người dân để xin lỗi"),
}
NEXT = N_("Hẹn ngày làm việc tới")
"""The same, when nobody works any more today."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Morning:
    """What is near its date now."""

    dossiers: list[Dossier]
    filings: list[Filing]
    calendar: Calendar
    known: People


@router.get("/today")
async def today(request: Request, web: Web, service: Door, policy: Rules, who: Desk, whose: str = "") -> Response:
    """Mine and nobody's; everybody's when asked, and for who heads the work."""
    now, _, everybody = service.clock.now(), web.words(request), whose == "all"
    seen = await service.db.read(_near, now)
    mine = [each for each in seen.dossiers if everybody or is_for(who.id, each.assigned_to, each.official_id)]
    rows = _by_chance(seen, mine, now, policy, _)
    counts = {chance: len(several) for chance, several in rows.items()}
    titles = SECTIONS if is_whole_day_left(now, seen.calendar) else SECTIONS | {Chance.NEXT: NEXT}
    sections = [(_(title), rows[chance]) for chance, title in titles.items()]
    others = len(seen.dossiers) - len(mine)
    return desk_page(web, request, "today.html", sections=sections, counts=counts, everybody=everybody, others=others)


def _near(session: Session, now: datetime) -> Morning:
    calendar = working_calendar(session)
    until = looked_at_until(now, calendar)
    return Morning(running_until(session, until), unanswered_until(session, until), calendar, people(session))


def _by_chance(
    seen: Morning, dossiers: Iterable[Dossier], now: datetime, policy: Policy, _: Words
) -> dict[Chance, list[Row]]:
    """Rows for `ui.due_table`, the nearest date first."""
    found: dict[Chance, list[Row]] = {chance: [] for chance in SECTIONS}
    near = [(each.due_at, _dossier(each, seen, now, policy, _)) for each in dossiers]
    near += [(each.answer_by, filed.row_of(each, now, policy, _)) for each in seen.filings]
    for due_at, row in sorted(near, key=lambda each: each[0]):
        if chance := chance_of(due_at, now, seen.calendar):
            found[chance].append(row)
    return found


def _dossier(each: Dossier, seen: Morning, now: datetime, policy: Policy, _: Words) -> Row:
    state = view.state_of(each, now, seen.calendar, _)
    title = procedures.title_of(policy.catalogue, each.procedure, each.received_at, _.language)
    return {
        "what": each.number,
        "href": f"{COUNTER}/{each.dossier_id}",
        "who": f"{title} · {hand_of(each, seen.known, _, _.language)}",
        "due": each.due_at,
        "state": state.colour,
        "status": state.status,
    }


def hand_of(each: Dossier, known: People, _: Words, lang: Language) -> str:
    """In whose hand it is."""
    if each.official_id:
        return known.official(each.official_id, lang)
    if each.assigned_to:
        return _("đã giao %(who)s, chưa nhận việc", who=known.official(each.assigned_to, lang))
    if each.status == Status.RECEIVED:
        return _("chưa ai nhận việc")
    return ""
