"""What can be asked of survey: plain functions, one transaction each."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import uuid4

from sqlmodel import Session

from services.survey import rules
from services.survey.models import Figures, FigureView, NewRating, Thanks
from services.survey.settings import Policy
from services.survey.tables import department_names, slip_for_decision, slip_with_code, tallies
from shared import private
from shared.record import record
from shared.texts import code_sha256, new_ref
from shared.worktime import VN


def rate(session: Session, body: NewRating, policy: Policy, now: datetime) -> Thanks:
    """Use a slip: the rating, and its comment in the private table. Raises Refused."""
    slip = slip_for_decision(session, code_sha256(body.slip_code))
    ref = new_ref("txt") if body.comment else None
    event = rules.rate(
        slip.paper() if slip else None,
        rating_id=str(uuid4()),  # an id that sorts by time would tell who stood at the counter
        overall=body.overall,
        attitude=body.attitude,
        convenience=body.convenience,
        ready_on_the_day=body.ready_on_the_day,
        channel=body.channel,
        comment_ref=ref,
        now=now,
    )
    if ref:
        days = policy.rulebook.on(now.astimezone(VN).date()).comment_days
        private.keep(session, ref, {"comment": body.comment}, purpose="improvement", until=now + timedelta(days=days))
    receipt = record(session, event, at=now)
    return Thanks(rating_id=event.rating_id, event_id=receipt.event_id, event_sha256=receipt.event_sha256)


def check_slip(session: Session, code: str, now: datetime) -> None:
    """Nothing, when a slip with this code can be used now. Raises Refused."""
    slip = slip_with_code(session, code_sha256(code))
    rules.usable(slip.paper() if slip else None, now)


def figures(session: Session, policy: Policy, now: datetime) -> Figures:
    """What citizens said, by department, as far as it may be shown."""
    minimum = policy.rulebook.on(now.astimezone(VN).date()).minimum_sample
    names = department_names(session)
    shown = [rules.figure(tally, minimum) for tally in tallies(session)]
    views = [FigureView(**asdict(each), name=names.get(each.department, each.department)) for each in shown]
    return Figures(minimum_sample=minimum, departments=views)
