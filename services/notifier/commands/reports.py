"""Telling officials of reports; of what concerns one of them, without saying in any event whom. And what becomes of the
follow-up of a report that is answered with another."""

from __future__ import annotations

from sqlmodel import Session

from services.notifier.commands import follow_ups
from services.notifier.commands.notices import intend
from services.notifier.rulebook import load
from services.notifier.rules.notices import Case, to_official
from services.notifier.tables import Complaint
from shared.events import Recorded
from shared.events.ladder import ComplaintEscalated
from shared.events.merging import ComplaintMerged, ComplaintSeparated


def tell_of_danger(session: Session, told: Recorded[ComplaintEscalated]) -> None:
    """Whose turn it is is told; where no event may name them, the notice has the reference under which hotline does."""
    event, complaint = told.event, session.get(Complaint, told.event.complaint_id)
    if complaint is None:
        return
    case, said = Case(complaint.complaint_id, complaint.number), (told.id, told.recorded, event.next_at)
    for official in event.told:
        intend(session, to_official("danger", case, official, *said, rung=event.times))
    if event.told_ref is not None:
        intend(session, to_official("danger", case, event.told_ref, *said, rung=event.times, owner="hotline"))


def on_merged(session: Session, merged: Recorded[ComplaintMerged]) -> None:
    """The report that leads is watched: nobody is reminded of both."""
    event = merged.event
    follow_ups.close(session, event.complaint_id, "complaint_answer", merged.id, event.merged_at)


def on_separated(session: Session, apart: Recorded[ComplaintSeparated]) -> None:
    """It is owed its own answer again: it is watched, by its own date."""
    complaint = session.get(Complaint, apart.event.complaint_id)
    if complaint is not None:
        follow_ups.watch_apart(session, apart, complaint.number, load())
