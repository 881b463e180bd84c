"""Reports about the same thing: merged into the one that leads, answered with it, separated again."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.hotline.commands import decide_on, keep, law_of, moved
from services.hotline.commands.answers import unnamed
from services.hotline.models import Moved
from services.hotline.models.merging import Merging, Separating
from services.hotline.rulebook.states import Status
from services.hotline.rules import merging as rules
from services.hotline.rules.life import Hand
from services.hotline.settings import Policy
from services.hotline.tables import (
    Complaint,
    ComplaintClock,
    complaint_by_number,
    complaint_for_decision,
    complaint_seen_by,
    everybody,
)
from services.hotline.tables.clocks import clocks_of
from services.hotline.tables.merging import merged_into
from shared.errors import Refused, found
from shared.events.hotline import ClockStarted
from shared.record import record
from shared.texts import new_ref
from shared.worktime import VN

NOBODY = ""
"""For whom nothing is hidden: nobody looks."""


def merge(session: Session, complaint_id: str, body: Merging, by: Hand, policy: Policy, now: datetime) -> Moved:
    """It is answered with the report that has this number. Raises Refused, for one that nobody may see here as for a
    number that is none `no_such_lead` (422)."""
    session.expunge(found(complaint_seen_by(session, complaint_id, by.official, by.desk), "complaint"))
    lead_id = _lead_id(session, body.into)
    for each in sorted({complaint_id, lead_id}):  # in one order: two who merge at once wait, and do not lock each other
        complaint_for_decision(session, each)
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    try:
        _, lead = decide_on(session, lead_id, by.official, by.desk)
    except Refused as no:  # whom it is about learns nothing by a number
        raise _no_such_lead() from no
    law, leads = law_of(session, policy), bool(merged_into(session, complaint_id))
    event = rules.merge(law, case, lead, everybody(session), leads, by, now)
    return moved(session, complaint, [event], now)


def separate(session: Session, complaint_id: str, body: Separating, by: Hand, policy: Policy, now: datetime) -> Moved:
    """It is another matter after all; why, in writing. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    ref = new_ref("txt")
    event = rules.separate(law_of(session, policy), case, _apart(session, complaint), ref, by, now)
    keep(session, ref, {"separated": body.reason}, policy, now)
    return moved(session, complaint, [event], now)


def let_go(session: Session, lead_id: str, policy: Policy, now: datetime) -> None:
    """The report that led has no answer for others: those merged into it stand for themselves again."""
    for complaint_id in merged_into(session, lead_id):
        complaint, case = decide_on(session, complaint_id, NOBODY)
        if complaint.merged_into == lead_id and case.status is Status.MERGED:
            apart = _apart(session, complaint)
            record(session, rules.separate(law_of(session, policy), case, apart, None, None, now), at=now)


def answer_with(session: Session, lead: Complaint, answer: str, by: Hand, policy: Policy, now: datetime) -> None:
    """Those merged into it have the same answer, in which nothing that is kept of its reporter, and no name or number,
    can be read."""
    waiting = merged_into(session, lead.complaint_id)
    text = unnamed(session, lead, answer, policy, now) if waiting else ""
    for complaint_id in waiting:
        complaint, case = decide_on(session, complaint_id, NOBODY)
        if complaint.merged_into == lead.complaint_id and case.status is Status.MERGED:
            ref = new_ref("txt")
            event = rules.answer_with(law_of(session, policy), case, ref, by.official, now)
            keep(session, ref, {"answer": text}, policy, now)
            record(session, event, at=now)


def _lead_id(session: Session, number: str) -> str:
    lead = complaint_by_number(session, number)
    if lead is None:
        raise _no_such_lead()
    lead_id = lead.complaint_id
    session.expunge(lead)  # what was read of it is read anew once it is locked
    return lead_id


def _no_such_lead() -> Refused:
    return Refused("no_such_lead", "No report that others may be merged into has this number.", status=422)


def _apart(session: Session, complaint: Complaint) -> rules.Apart:
    aside = {(str(code), int(nth)) for code, nth in complaint.set_aside or []}
    rows = clocks_of(session, [complaint.complaint_id])[complaint.complaint_id]
    clocks = [_as_it_was(row) for row in rows if (row.code, row.nth) in aside]
    return rules.Apart(complaint.merged_into or "", complaint.due_at, complaint.due_arithmetic, clocks)


def _as_it_was(row: ComplaintClock) -> ClockStarted:
    return ClockStarted(
        code=row.code,
        nth=row.nth,
        started_at=row.started_at.astimezone(VN),
        due_at=row.due_at.astimezone(VN),
        due_arithmetic=row.due_arithmetic,
        rule=row.rule or row.code,
        owed=row.owed,
    )
