"""A khiếu nại: its reporter guided with a slip, and the competent body watched until it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlmodel import Session

from services.hotline.commands import decide_on, keep, law_of, moved, read_private
from services.hotline.models import Moved
from services.hotline.models.guidance import Admission, Guidance
from services.hotline.rulebook.guidance import Body, Issuer, load
from services.hotline.rules import guidance as rules
from services.hotline.rules.life import Hand
from services.hotline.settings import Policy
from services.hotline.tables import Complaint, complaint_seen_by, everybody
from services.hotline.tables.sheets import event_as_written
from shared.errors import found
from shared.texts import new_ref
from shared.worktime import VN

SLIP = "guidance"
"""What a slip is read for."""


@dataclass(frozen=True)
class Slip:
    """What a slip is printed from."""

    complaint: Complaint
    body: Body
    told: str
    guided_at: datetime
    event_sha256: str
    """Of the event that filed it."""


def guide(session: Session, complaint_id: str, body: Guidance, by: Hand, policy: Policy, now: datetime) -> Moved:
    """Tell its reporter whose it is. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    row = rules.body_of(load(), body.issuer, now)
    ref = new_ref("txt")
    event = rules.guide(law_of(session, policy), case, everybody(session), ref, by, now)
    kept = {"issuer": body.issuer, "guided_to": row.body_vi, "guided_where": row.where_vi, "guided_told": body.told}
    keep(session, ref, kept, policy, now)
    return moved(session, complaint, [event], now)


def admit(session: Session, complaint_id: str, body: Admission, by: Hand, policy: Policy, now: datetime) -> Moved:
    """Note that the body took it up. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    ref = new_ref("txt") if body.letter else None
    event = rules.admit(
        law_of(session, policy),
        case,
        everybody(session),
        course=body.course,
        admitted_on=body.admitted_on,
        admission_ref=ref,
        by=by,
        now=now,
    )
    if ref:
        keep(session, ref, {"admission": body.letter}, policy, now)
    return moved(session, complaint, [event], now)


def ask_body(session: Session, complaint_id: str, by: Hand, policy: Policy, now: datetime) -> Moved:
    """Note that the body was asked again. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    event = rules.ask_body(law_of(session, policy), case, everybody(session), complaint.body_asked, by, now)
    return moved(session, complaint, [event], now)


def slip_of(session: Session, complaint_id: str, reader: str, desk: bool, now: datetime) -> Slip:
    """What a slip is printed from; the reading is recorded. Raises Refused `complaint_not_found`, `guidance_not_found`
    (404)."""
    complaint = found(complaint_seen_by(session, complaint_id, reader, desk), "complaint")
    ref, at = complaint.guidance_ref, complaint.guided_at
    found(ref and at, "guidance")
    assert ref is not None and at is not None, "found"
    kept = read_private(session, ref, ("issuer", "guided_told"), SLIP, reader, now)
    body = found(load().of(cast(Issuer, kept.get("issuer", "")), at.astimezone(VN).date()), "guidance")
    complaint = session.get_one(Complaint, complaint_id)
    return Slip(complaint, body, kept.get("guided_told", ""), at, event_as_written(session, complaint.event_id))
