"""The life of a report: given to somebody, taken up or given back, referred, answered, rejected, closed."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.hotline.commands import decide_on, keep, law_of, moved
from services.hotline.commands.merging import NOBODY, answer_with, let_go
from services.hotline.models import Answer, Moved
from services.hotline.models.life import Assignment, GivenBack, Question, Referral, Rejection, Supplement
from services.hotline.rulebook.states import Status
from services.hotline.rules import endings, supplements
from services.hotline.rules import life as rules
from services.hotline.rules.life import Hand
from services.hotline.settings import Policy
from services.hotline.tables import everybody
from shared.texts import new_ref


def assign(session: Session, complaint_id: str, body: Assignment, by: Hand, policy: Policy, now: datetime) -> Moved:
    """Give it to somebody, or to somebody else. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    event = rules.assign(law_of(session, policy), case, body.official_id, everybody(session), by, now)
    return moved(session, complaint, [event], now)


def take_up(session: Session, complaint_id: str, by: Hand, policy: Policy, now: datetime) -> Moved:
    """Settle it from now on. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    event = rules.take_up(law_of(session, policy), case, everybody(session), by, now)
    return moved(session, complaint, [event], now)


def refer(session: Session, complaint_id: str, body: Referral, by: Hand, policy: Policy, now: datetime) -> Moved:
    """It is another body's; the citizen is told whose. What is merged into it was promised an answer before that body
    owes one. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    law, people, ref = law_of(session, policy), everybody(session), new_ref("txt")
    event = rules.refer(law, case, people, ref, by, now)
    keep(session, ref, {"body": body.body, "told": body.told}, policy, now)
    done = moved(session, complaint, [event], now)
    let_go(session, complaint_id, policy, now)
    return done


def answer(session: Session, complaint_id: str, body: Answer, by: Hand, policy: Policy, now: datetime) -> Moved:
    """Answer the citizen, and who is to be answered with them. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    law, people, ref = law_of(session, policy), everybody(session), new_ref("txt")
    event = rules.answer(law, case, people, ref, by, now)
    keep(session, ref, {"answer": body.text}, policy, now)
    done = moved(session, complaint, [event], now)
    answer_with(session, complaint, body.text, by, policy, now)
    return done


def give_back(session: Session, complaint_id: str, body: GivenBack, by: Hand, policy: Policy, now: datetime) -> Moved:
    """It is not theirs; why, in writing. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    ref = new_ref("txt")
    event = supplements.give_back(law_of(session, policy), case, ref, by, now)
    keep(session, ref, {"given_back": body.reason}, policy, now)
    return moved(session, complaint, [event], now)


def ask_supplement(
    session: Session, complaint_id: str, body: Question, by: Hand, policy: Policy, now: datetime
) -> Moved:
    """Ask the reporter for more. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    law, people, ref = law_of(session, policy), everybody(session), new_ref("txt")
    event = supplements.ask_supplement(law, case, people, ref, by, now)
    keep(session, ref, {"question": body.question}, policy, now)
    return moved(session, complaint, [event], now)


def supplement(session: Session, complaint_id: str, body: Supplement, by: Hand, policy: Policy, now: datetime) -> Moved:
    """What the reporter said to it, written down. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    ref = new_ref("txt")
    event = supplements.supplement(law_of(session, policy), case, ref, by, now)
    keep(session, ref, {"supplement": body.text}, policy, now)
    return moved(session, complaint, [event], now)


def reject(session: Session, complaint_id: str, body: Rejection, by: Hand, policy: Policy, now: datetime) -> Moved:
    """It is nothing for this line; why, in writing. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    law, people, ref = law_of(session, policy), everybody(session), new_ref("txt")
    event = endings.reject(law, case, people, ref, by, now)
    keep(session, ref, {"rejection": body.reason}, policy, now)
    done = moved(session, complaint, [event], now)
    let_go(session, complaint_id, policy, now)
    return done


def close(session: Session, complaint_id: str, by: Hand, policy: Policy, now: datetime) -> Moved:
    """The reporter had their time. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    event = endings.close(law_of(session, policy), case, everybody(session), by, now)
    done = moved(session, complaint, [event], now)
    let_go(session, complaint_id, policy, now)
    return done


def close_unobjected(session: Session, complaint_id: str, policy: Policy, now: datetime) -> bool:
    """Close what was answered and not objected to in time; false when that is no longer so."""
    complaint, case = decide_on(session, complaint_id, NOBODY)
    if case.status is not Status.ANSWERED or not rules.is_over(case, now):
        return False
    moved(session, complaint, [endings.close(law_of(session, policy), case, {}, None, now)], now)
    return True
