"""What can be read of a dossier: by whoever holds its code, and for printing."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from services.intake.models import DateMoved, Printed, PublicStatus
from services.intake.rulebook.states import Status
from services.intake.tables import (
    Dossier,
    Filing,
    dossier_by_number,
    fact_as_written,
    facts_of,
    received_between,
)
from shared import private
from shared.errors import Refused, found
from shared.events import Event, Recorded
from shared.events.filing import FilingClosed, FilingRefused, FilingSupplementRequested
from shared.events.intake import (
    Collector,
    DossierDateGivenBack,
    DossierDeadlineSuspended,
    DossierReceived,
    DossierRescheduled,
    DossierStopped,
    DossierSupplementRequested,
    ResultHandedOver,
)
from shared.events.reading import PrivateDataRead
from shared.record import record
from shared.texts import code_sha256, new_id
from shared.worktime import VN, because_of

CONTACT = ("full_name", "phone", "email", "slip_code")
ON_LETTER = ("full_name", "citizen_id", "address", "phone", "email")
OfDossier = DossierSupplementRequested | DossierRescheduled | DossierStopped
OfFiling = FilingSupplementRequested | FilingRefused | FilingClosed
Told = OfDossier | OfFiling
"""The facts that a citizen is told of by a form of the law."""


def tracked(session: Session, number: str, code: str) -> Dossier:
    """The dossier of whoever holds its number and code. Raises Refused `dossier_not_found` (404) for both."""
    dossier = dossier_by_number(session, number)
    given = code_sha256(code)
    if dossier is None or not hmac.compare_digest(dossier.lookup_sha256, given):
        detail = "No dossier has this number and code: look at the receipt."
        raise Refused("dossier_not_found", detail, status=404)
    return dossier


def public_status(session: Session, number: str, code: str) -> PublicStatus:
    """Where a dossier is, for whoever holds its number and code. Raises what `tracked` raises."""
    dossier = tracked(session, number, code)
    facts = facts_of(session, dossier.dossier_id)
    carried = carried_forward(facts)
    moved = carried or given_back(facts)
    return PublicStatus(
        number=dossier.number,
        procedure=dossier.procedure,
        status_code=dossier.status,
        received_at=dossier.received_at.astimezone(VN),
        due_at=dossier.due_at.astimezone(VN),
        due_because=because_of(dossier.due_arithmetic),
        rescheduled=dossier.rescheduled,
        suspended_under=carried.basis if carried else None,
        old_due_at=moved.old_due_at.astimezone(VN) if moved else None,
        completed_at=dossier.completed_at,
        handed_over_at=dossier.handed_over_at,
        ended_at=dossier.ended_at,
        asked_papers=dossier.asked_papers or [],
        supplement_by=dossier.supplement_by and dossier.supplement_by.astimezone(VN),
        fee=dossier.fee,
    )


def carried_forward(facts: Iterable[Recorded[Event]]) -> DossierDeadlineSuspended | None:
    """The fact that carried the present date of a dossier forward; none where another gave it."""
    moved = last_moved(facts)
    return moved if isinstance(moved, DossierDeadlineSuspended) else None


def given_back(facts: Iterable[Recorded[Event]]) -> DossierDateGivenBack | None:
    """The fact that gave it its present, earlier date back; none where another gave it."""
    moved = last_moved(facts)
    return moved if isinstance(moved, DossierDateGivenBack) else None


def last_moved(facts: Iterable[Recorded[Event]]) -> DateMoved | None:
    """The fact that gave it its present date: the newest that moved it, and the only one to be told; none where the
    date of its receipt stands."""
    moved = date_moved(facts)
    return moved[-1][0] if moved else None


def date_moved(facts: Iterable[Recorded[Event]]) -> list[tuple[DateMoved, datetime]]:
    """What moved the date of a dossier, and when, in order; not the papers that came after it had been missed."""
    moves = ((fact.event, fact.time) for fact in facts if isinstance(fact.event, DateMoved))
    return [(event, at) for event, at in moves if event.due_at != event.old_due_at]


def print_receipt(
    session: Session, dossier_id: str, fields: tuple[str, ...], purpose: str, reader: str, now: datetime
) -> Printed:
    """What a receipt is printed from; the reading of the applicant's data is recorded. Raises Refused."""
    dossier = found(session.get(Dossier, dossier_id), "dossier")
    event_id, ref = dossier.event_id, dossier.applicant_ref
    recorded, sha256 = found(fact_as_written(session, event_id), "dossier")
    assert isinstance(recorded.event, DossierReceived)
    status, due_at, moved = Status(dossier.status), dossier.due_at, date_moved(facts_of(session, dossier_id))
    applicant = read_private(session, ref, fields, purpose, reader, now)
    return Printed(
        fact=recorded.event,
        event_id=event_id,
        event_sha256=sha256,
        applicant=applicant,
        status=status,
        due_at=due_at,
        moved=moved,
    )


@dataclass(frozen=True)
class Written:
    """What a citizen was told in writing: the fact, its proof, and what was read of the person and of the text."""

    fact: Told
    at: datetime
    event_id: str
    event_sha256: str
    applicant: dict[str, str]
    text: str


def print_letter(session: Session, case_id: str, event_id: str, reader: str, now: datetime) -> Written:
    """What a form of a dossier or filing is printed from (M02 to M05); each reading of private data is recorded.

    Raises Refused `letter_not_found` (404).
    """
    recorded, sha256 = found(fact_as_written(session, event_id), "letter")
    fact = recorded.event
    if not isinstance(fact, Told) or fact.aggregate != case_id:
        raise Refused("letter_not_found", "Nothing was told in writing by this event.", status=404)
    filed = isinstance(fact, OfFiling)
    case: Dossier | Filing = session.get_one(Filing, case_id) if filed else session.get_one(Dossier, case_id)
    applicant_ref, text = case.applicant_ref, ""
    applicant = read_private(session, applicant_ref, ON_LETTER, "letter", reader, now)
    details = None if isinstance(fact, DossierRescheduled | FilingClosed) else fact.details_ref
    if details is not None:
        text = read_private(session, details, ("text",), "letter", reader, now).get("text", "")
    return Written(fact, recorded.time, event_id, sha256, applicant, text)


MOST_IN_BOOK = 300
IN_BOOK = ("full_name", "address", "phone")


@dataclass(frozen=True)
class Entry:
    """A line of the register: a dossier, whose it is, and who took the result."""

    dossier: Dossier
    applicant: dict[str, str]
    handed_to: Collector | None
    event_sha256: str
    """Of the event that received it."""


def print_book(
    session: Session, since: datetime, until: datetime, procedures: Collection[str], reader: str, now: datetime
) -> list[Entry]:
    """The register of dossiers received from `since` until before `until` (M07); each reading of a person's data is
    recorded. Raises Refused `book_too_long` (422)."""
    found = received_between(session, since, until, procedures, MOST_IN_BOOK + 1)
    if len(found) > MOST_IN_BOOK:
        detail = f"The register of these days has more than {MOST_IN_BOOK} dossiers: ask for fewer days."
        raise Refused("book_too_long", detail, status=422, most=MOST_IN_BOOK)
    kept = [(each.model_copy(), _handed_to(session, each), _proof(session, each)) for each in found]
    return [
        Entry(each, read_private(session, each.applicant_ref, IN_BOOK, "m07", reader, now), to, proof)
        for each, to, proof in kept
    ]


def _proof(session: Session, dossier: Dossier) -> str:
    written = fact_as_written(session, dossier.event_id)
    assert written is not None  # the row is its fold
    return written[1]


def _handed_to(session: Session, dossier: Dossier) -> Collector | None:
    if dossier.handed_over_at is None:
        return None
    facts = (fact.event for fact in facts_of(session, dossier.dossier_id))
    return next((event.handed_to for event in facts if isinstance(event, ResultHandedOver)), None)


def print_slip(session: Session, dossier_id: str, reader: str, now: datetime) -> str:
    """The code of a satisfaction slip, for printing; the reading is recorded. Raises Refused `slip_not_found` (404)."""
    dossier = found(session.get(Dossier, dossier_id), "dossier")
    if dossier.handed_over_at is None and dossier.ended_at is None:
        raise Refused("slip_not_found", "A slip comes with the result: hand it over first.", status=404)
    return found(
        read_private(session, dossier.applicant_ref, ("slip_code",), "slip", reader, now).get("slip_code"), "slip"
    )


def read_private(
    session: Session, ref: str, fields: tuple[str, ...], purpose: str, reader: str, now: datetime
) -> dict[str, str]:
    """Fields of a person's data, read for a purpose; the reading is recorded. Empty when nothing is kept."""
    values = private.look(session, ref, fields)
    reading = PrivateDataRead(reading_id=new_id(), ref=ref, fields=sorted(values), purpose=purpose, reader=reader)
    record(session, reading, at=now)
    return values
