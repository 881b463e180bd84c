"""What the holder of a receipt code has to say: what was asked for, what is not settled, why it is needed no more."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.hotline.commands import decide_on, found_by, keep, law_of, moved
from services.hotline.commands.merging import let_go
from services.hotline.models import Moved
from services.hotline.models.life import Heard, Told
from services.hotline.rules import endings, supplements
from services.hotline.settings import Policy
from services.hotline.tables import HOLDER
from shared.texts import new_ref


def supplement(session: Session, number: str, body: Told, policy: Policy, now: datetime) -> Heard:
    """What was asked for. Raises Refused `complaint_not_found` (404), `no_supplement_awaited`."""
    complaint, case = decide_on(session, _opened(session, number, body.code), HOLDER)
    ref = new_ref("txt")
    event = supplements.supplement(law_of(session, policy), case, ref, None, now)
    keep(session, ref, {"supplement": body.text}, policy, now)
    return _heard(moved(session, complaint, [event], now))


def reopen(session: Session, number: str, body: Told, policy: Policy, now: datetime) -> Heard:
    """What is not settled. Raises Refused `complaint_not_found` (404), `nothing_to_object`, `objection_over`."""
    complaint, case = decide_on(session, _opened(session, number, body.code), HOLDER)
    ref = new_ref("txt")
    event = endings.reopen(law_of(session, policy), case, ref, now)
    keep(session, ref, {"unsettled": body.text}, policy, now)
    return _heard(moved(session, complaint, [event], now))


def withdraw(session: Session, number: str, body: Told, policy: Policy, now: datetime) -> Heard:
    """Why it is needed no more. Raises Refused `complaint_not_found` (404), `over_already`, `conduct_goes_on`,
    `danger_goes_on`."""
    complaint, case = decide_on(session, _opened(session, number, body.code), HOLDER)
    ref = new_ref("txt")
    event = endings.withdraw(law_of(session, policy), case, ref, now)
    keep(session, ref, {"withdrawal": body.text}, policy, now)
    done = moved(session, complaint, [event], now)
    let_go(session, complaint.complaint_id, policy, now)
    return _heard(done)


def _opened(session: Session, number: str, code: str) -> str:
    """The id of the report that this code opens; what was read of it is read anew once it is locked."""
    complaint = found_by(session, number, code)
    complaint_id = complaint.complaint_id
    session.expunge(complaint)
    return complaint_id


def _heard(moved: Moved) -> Heard:
    return Heard.model_validate(moved.model_dump(include=set(Heard.model_fields)))
