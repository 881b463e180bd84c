"""What somebody brought before, asked by their number: that lies in `private` alone, under an index of intake's own."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from services.intake.rules.earlier import UNANSWERED, UNFINISHED, Before
from services.intake.tables.dossiers import Dossier
from services.intake.tables.filings import Filing
from shared.events import Event, decode
from shared.mechanism import event_log, private

MOST_SAME, MOST = 5, 20
"""How many of somebody's are told of as the same, and looked at for papers, the newest: an agent brings hundreds."""
_A_NUMBER = private.c.field == sa.literal_column("'citizen_id'")
"""As the index says it: no database takes a partial index for a value that is bound."""


def unfinished_of(session: Session, citizen_id: str, procedure: str) -> list[Before]:
    """The dossiers of this procedure that somebody has still to get the result of, the newest first."""
    unfinished = _unlooked(Dossier.status).in_(list(map(int, UNFINISHED)))
    return _dossiers(session, citizen_id, MOST_SAME, col(Dossier.procedure) == procedure, unfinished)


def dossiers_of(session: Session, citizen_id: str, procedures: Collection[str]) -> list[Before]:
    """Somebody's dossiers of these procedures, wherever they stand, the newest first."""
    return _dossiers(session, citizen_id, MOST, col(Dossier.procedure).in_(procedures))


def filings_of(session: Session, citizen_id: str, procedure: str) -> list[Before]:
    """What somebody filed online for this procedure and is neither received nor ended, the newest first."""
    return _filings(session, citizen_id, MOST_SAME, col(Filing.procedure) == procedure)


def all_of(session: Session, citizen_id: str, most: int) -> list[Before]:
    """Somebody's dossiers, wherever they stand, and what they filed online and is neither received nor ended: so many
    of each, the newest."""
    return [*_dossiers(session, citizen_id, most), *_filings(session, citizen_id, most)]


def events_of(session: Session, dossiers: Collection[str]) -> dict[str, list[Event]]:
    """What happened to each of these dossiers, in order."""
    log, found = event_log.c, dict[str, list[Event]]()
    query = sa.select(log.aggregate, log.body).where(log.aggregate.in_(dossiers))
    for row in session.connection().execute(query.order_by(log.aggregate, log.version)):
        if (fact := decode(row.body)) is not None:
            found.setdefault(row.aggregate, []).append(fact.event)
    return found


def _dossiers(session: Session, citizen_id: str, most: int, *wanted: sa.ColumnElement[bool]) -> list[Before]:
    query = select(Dossier).where(col(Dossier.applicant_ref).in_(_refs(citizen_id)), *wanted)
    newest = query.order_by(col(Dossier.received_at).desc(), col(Dossier.number).desc())
    return [_before(row) for row in session.exec(newest.limit(most))]


def _filings(session: Session, citizen_id: str, most: int, *wanted: sa.ColumnElement[bool]) -> list[Before]:
    unanswered = _unlooked(Filing.status).in_(list(map(int, UNANSWERED)))
    query = select(Filing).where(col(Filing.applicant_ref).in_(_refs(citizen_id)), unanswered, *wanted)
    newest = query.order_by(col(Filing.filed_at).desc(), col(Filing.portal_number).desc())
    return [_filed(row) for row in session.exec(newest.limit(most))]


def _unlooked(status: int) -> sa.ColumnElement[int]:
    """A status for which no index is used: SQLite would go through all that is open before it asked whose it is."""
    return col(status) + 0


def _refs(citizen_id: str) -> Any:
    """The references under which a number is kept."""
    return sa.select(private.c.ref).where(_A_NUMBER, private.c.value == citizen_id)


def _before(row: Dossier) -> Before:
    about = (row.number, row.procedure, row.procedure_version, row.status, row.received_at, row.due_at)
    return Before("dossier", row.dossier_id, *about, row.leads_to, row.applicant_ref)


def _filed(row: Filing) -> Before:
    about = (row.portal_number, row.procedure, row.procedure_version, row.status, row.filed_at, row.answer_by)
    return Before("filing", row.filing_id, *about, row.leads_to, row.applicant_ref)
