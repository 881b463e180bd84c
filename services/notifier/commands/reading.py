"""Reading: who may see which follow-up and which flag, and a record of every private text that was read."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.notifier.commands.flags import EXPLANATION, REASONS, number_of
from services.notifier.models import FlagRead, FlagView, FollowUpView, Ground
from services.notifier.rules.flags import may_act
from services.notifier.rules.notices import CONCERNED
from services.notifier.tables import Flag, Verdict
from services.notifier.tables.flags import flags_told_to, newest_flags, standing_evidence
from services.notifier.tables.follow_ups import State, follow_ups, not_taken_up
from services.notifier.tables.people import Official as Person
from services.notifier.tables.people import chart
from shared import private
from shared.errors import Refused, found
from shared.events.notifier import PrivateDataRead
from shared.record import record
from shared.texts import new_id
from shared.tokens import Official
from shared.worktime import VN

SEE_ALL = ("head", "leader")
"""The roles of those whose list is the whole office's."""
TAKERS = ("clerk", "officer")
"""The roles of those who take a dossier up themselves."""


def flags_for(session: Session, who: str) -> list[FlagView]:
    """The flags that an impartial leader sees, newest first; those that concern the asker are left out."""
    people = chart(session)
    return [_view(row) for row in newest_flags(session) if may_act(row.facts(), who, people)]


def flags_seen_by(session: Session, who: str, *, leads: bool) -> list[FlagView]:
    """The flags somebody may know of: their own since they were informed, and as a leader those they may act on."""
    return [_view(row) for row in flags_told_to(session, who)] + (flags_for(session, who) if leads else [])


def follow_ups_seen_by(session: Session, who: Official, state: State, now: datetime) -> list[FollowUpView]:
    """The follow-ups that somebody may see, the nearest date first: all for heads and leaders, for others their own.

    An explanation awaited is seen by the official concerned and by leaders who may act on it.
    """
    known = [view.flag_id for view in flags_seen_by(session, who.id, leads=who.may("leader"))]
    of = None if who.may(*SEE_ALL) else who.id
    rows = follow_ups(session, state, now, of=of, reader=who.id, flags=known)
    late = {row.follow_up_id for row in rows if row.closed_at is None and row.due_at < now}
    views = [FollowUpView.model_validate(row) for row in rows]
    return [view.model_copy(update={"overdue": view.follow_up_id in late}) for view in views]


def left_to_take(session: Session, who: Official) -> int:
    """How many dossiers of one's department nobody has taken up: for whoever may, and does not see them otherwise."""
    own = session.get(Person, who.id)
    if own is None or who.may(*SEE_ALL) or not who.may(*TAKERS):
        return 0
    return not_taken_up(session, own.department_id)


def own_flags(session: Session, who: str, now: datetime) -> list[FlagRead]:
    """The asker's own flags since they were informed, texts included; never who reported, nor which reports."""
    ids = [row.flag_id for row in flags_told_to(session, who)]
    return [_own(session, session.get_one(Flag, each), now) for each in ids]


def read_flag(session: Session, flag_id: str, who: str, leads: bool, now: datetime) -> FlagRead:
    """A flag with its texts: for the official concerned once they are informed, or an impartial leader.

    Raises Refused `flag_not_found` (404), `not_impartial` (403).
    """
    row = found(session.get(Flag, flag_id), "flag")
    if row.official_id == who and row.informed_at is not None:
        return _own(session, row, now)
    found(row if leads else None, "flag")
    if not may_act(row.facts(), who, chart(session)):
        detail = "You may not act on this matter: leave it to somebody who is not concerned."
        raise Refused("not_impartial", detail, status=403)
    return _read(session, row, who, "decision", now)


def _view(row: Flag) -> FlagView:
    return FlagView.model_validate(row).model_copy(update={"number": number_of(row.flag_id)})


def _own(session: Session, row: Flag, now: datetime) -> FlagRead:
    """As the official concerned reads it: reports are counted 1, 2, …, for by number or id they lead to who reported.

    The reader is recorded as `concerned`: no internal event names them.
    """
    view = _read(session, row, CONCERNED, "own_flag", now)
    place = {event: str(n) for n, event in enumerate(view.evidence, 1)}
    standing = [place[event] for event in place if event in view.standing]
    cited = None if view.cited is None else [place[event] for event in place if event in view.cited]
    counted = {"evidence": [*place.values()], "complaints": [*place.values()], "standing": standing, "cited": cited}
    return view.model_copy(update=counted)


def _read(session: Session, row: Flag, reader: str, purpose: str, now: datetime) -> FlagRead:
    grounds = [_ground(session.get_one(Verdict, each)) for each in row.complaints]
    view = FlagRead(**_view(row).model_dump(), standing=sorted(standing_evidence(session, row)), grounds=grounds)
    texts: dict[str, str] = {}
    for ref, field in ((row.explanation_ref, EXPLANATION), (row.reasons_ref, REASONS)):
        if ref is not None and (values := private.look(session, ref, [field])):
            texts |= values
            reading = PrivateDataRead(reading_id=new_id(), ref=ref, fields=[field], purpose=purpose, reader=reader)
            record(session, reading, at=now)
    return view.model_copy(update=texts)


def _ground(verdict: Verdict) -> Ground:
    day = verdict.verified_at.astimezone(VN).date()
    return Ground(conduct=verdict.conduct, checked_on=day, finding=verdict.finding)
