"""A human says what a report is: it joins what it is alike to, and leads no others once it stands alone."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.hotline.commands import decide_on, law_of, moved, notices
from services.hotline.commands.clusters import bring_together
from services.hotline.commands.merging import let_go
from services.hotline.models import Moved, Triage
from services.hotline.rulebook import NoticeCode
from services.hotline.rules.merging import stands_alone
from services.hotline.rules.triage import triage as triaged
from services.hotline.settings import Policy


def triage(session: Session, complaint_id: str, body: Triage, operator: str, policy: Policy, now: datetime) -> Moved:
    """Say what a report is. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, operator)
    before = complaint.category
    event = triaged(
        law_of(session, policy),
        case,
        kind=body.kind,
        category=body.category,
        severity=body.severity,
        operator=operator,
        now=now,
    )
    said: list[NoticeCode] = ["denunciation", "khieu_nai"] if body.kind == "khieu_nai" else ["denunciation"]
    done = moved(session, complaint, [event], now)
    bring_together(session, complaint_id, before, policy, now)
    _, case = decide_on(session, complaint_id, operator)
    if stands_alone(case):
        let_go(session, complaint_id, policy, now)
    return done.model_copy(update={"notices": notices(policy, said, now)})
