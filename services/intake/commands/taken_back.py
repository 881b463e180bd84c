"""An act that was recorded wrong is taken back, and the dates that it moved are given back: reviewed by an official,
and never by the clock, which would make a date earlier that nobody has looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial

from sqlmodel import Session

from services.intake.commands import new_dates
from services.intake.commands.emergencies import emergency_view
from services.intake.models import EmergencyView, GiveBack, GivenBack, Promises, TakeBack
from services.intake.rules import Case, procedure_for, taken_back
from services.intake.rules.taken_back import ActDeclared
from services.intake.settings import Policy
from services.intake.tables import Dossier, Emergency, Filing, counting_calendars, facts_of
from services.intake.tables.taken_back import acts_declared, count_moved_by, mistaken_acts, moved_by, of_these_moved_by
from shared.errors import found
from shared.events.intake import DossierDateGivenBack
from shared.record import record
from shared.worktime import VN, Language


def take_back(session: Session, emergency_id: str, body: TakeBack, official: str, now: datetime) -> EmergencyView:
    """It was recorded wrong: it counts as though it had never been, and moves no date by that. Raises Refused."""
    row = found(session.get(Emergency, emergency_id, with_for_update=True), "emergency")
    record(session, taken_back.take_back(row.declared(), body.reason_code, official, now), at=now)
    return emergency_view(session.get_one(Emergency, emergency_id), now)


def moved_promises(
    session: Session, emergency_id: str, policy: Policy, now: datetime, language: Language = "vi"
) -> Promises:
    """Dossiers whose dates a mistaken act has moved, with the earlier date that each would get; nothing changes.
    Raises Refused."""
    act = _mistaken(session, emergency_id)
    decide = _deciding(session, act, "", policy, now)
    some = partial(moved_by, session, act.days, now)
    theirs, others = new_dates.first_of(some, decide, language, none="nothing_given_back")
    return Promises(until=act.days.last, dossiers=theirs, in_all=count_moved_by(session, act.days, now) - others)


def give_back(
    session: Session, emergency_id: str, body: GiveBack, official: str, policy: Policy, now: datetime
) -> GivenBack:
    """Give some of these dossiers their earlier dates. Asked again it goes on with the others. Raises Refused."""
    act = _mistaken(session, emergency_id)
    waiting = of_these_moved_by(session, act.days, body.dossiers)
    decide = _deciding(session, act, official, policy, now)
    given = new_dates.give(session, waiting, decide, now)
    return GivenBack(given_back=given.done, left_alone=given.left_alone, remaining=given.remaining)


def _mistaken(session: Session, emergency_id: str) -> ActDeclared:
    declared = found(session.get(Emergency, emergency_id), "emergency").declared()
    return taken_back.check_taken_back(declared, mistaken_acts(session).get(emergency_id))


def _deciding(
    session: Session, act: ActDeclared, official: str, policy: Policy, now: datetime
) -> Callable[[Case], Sequence[DossierDateGivenBack]]:
    acts, calendars = acts_declared(session), counting_calendars(session)
    measure = policy.measures.on(now.astimezone(VN).date())

    def decide(case: Case) -> list[DossierDateGivenBack]:
        calendar, facts = calendars(case.procedure), facts_of(session, case.dossier_id)
        dossier = session.get_one(Dossier, case.dossier_id)
        version, received = date.fromisoformat(dossier.procedure_version), dossier.received_at.astimezone(VN).date()
        procedure = procedure_for(policy.catalogue, case.procedure, version, received)
        filed_at = session.get_one(Filing, dossier.filing_id).filed_at if dossier.filing_id else None
        promised = taken_back.without(facts, acts, procedure, calendar, filed_at)
        soonest, known = taken_back.soonest_again(measure, now, calendar), taken_back.in_the_date(facts, acts)
        return [taken_back.give_back(case, promised, soonest, act, known, official, now)]

    return decide
