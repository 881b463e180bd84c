"""Dossiers that a head looks at before they get other dates: where each is, who has it, its date and the new one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from services.intake.models import MOST_DATES, Promises, PutOff
from services.intake.pages import procedures, view
from services.intake.pages.doors import COUNTER
from services.intake.pages.people import People, people
from services.intake.pages.refusals import REFUSALS
from services.intake.pages.today import hand_of
from services.intake.settings import Policy
from services.intake.tables import Dossier, working_calendar
from services.intake.tables.dossiers import dossiers_by_id
from shared.web.forms import Form
from shared.web.language import Words
from shared.worktime import Calendar

AN_ID = r"[0-9a-f-]{36}"
MANY = 2 * MOST_DATES
"""Fields of a form: a tick for each dossier that is shown, and a few more."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Looked:
    """What may become of their dates, and what is known of them."""

    promises: Promises
    dossiers: Mapping[str, Dossier]
    calendar: Calendar
    known: People


def looked_at(session: Session, ask: Callable[..., Promises], *asked: Any) -> Looked:
    """The dossiers of a list of dates, which `ask` reads. Raises what it raises."""
    promises = ask(session, *asked)
    rows = dossiers_by_id(session, [each.dossier_id for each in promises.dossiers])
    return Looked(promises, rows, working_calendar(session), people(session))


def ticked(form: Form) -> list[str]:
    """The dossiers that were ticked; no more than are shown."""
    return [each for each in form.all("dossiers") if re.fullmatch(AN_ID, each)][:MOST_DATES]


def with_all_ticked(form: Form, possible: list[Row]) -> Form:
    """The form as it is first shown: with every dossier ticked that can get another date."""
    ids = tuple(each["dossier_id"] for each in possible)
    return form if form.again else Form({**form.values, "dossiers": ids}, errors=form.errors)


def told_of(seen: Looked | None, policy: Policy, now: datetime, _: Words) -> dict[str, Any]:
    """What a page shows of them: those that can get another date, those that cannot, and how many more there are."""
    rows = [_row(each, seen, policy, now, _) for each in seen.promises.dossiers] if seen else []
    return {
        "possible": [each for each in rows if not each["why"]],
        "impossible": [each for each in rows if each["why"]],
        "more": seen.promises.in_all - len(rows) if seen else 0,
    }


def _row(each: PutOff, seen: Looked, policy: Policy, now: datetime, _: Words) -> Row:
    dossier = seen.dossiers[each.dossier_id]
    state = view.state_of(dossier, now, seen.calendar, _)
    return {
        "dossier_id": each.dossier_id,
        "number": each.number,
        "href": f"{COUNTER}/{each.dossier_id}",
        "name": procedures.title_of(policy.catalogue, each.procedure, now, _.language),
        "state": state.colour,
        "status": state.status,
        "who": hand_of(dossier, seen.known, _, _.language),
        "due_at": each.due_at,
        "new_due_at": each.new_due_at,
        "because": each.new_due_because[:-1],
        "why": _(REFUSALS[each.refused]) if each.refused else "",
    }
