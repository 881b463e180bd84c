"""What moves a promised date: an apology, once, and papers that the citizen has still to bring."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from services.intake.rulebook import Procedure
from services.intake.rulebook.states import Moves
from services.intake.rules.receiving import check_asked, check_known, soonest
from services.intake.rules.states import Case, after, check_holder, last_day_to_apologise
from services.intake.rules.supplements import ask_by, time_to_bring
from shared.errors import Refused
from shared.events.intake import (
    DossierDateGivenBack,
    DossierDeadlineSuspended,
    DossierReceived,
    DossierRescheduled,
    DossierSupplemented,
    DossierSupplementRequested,
    RescheduleReason,
    SupplementReason,
)
from shared.worktime import VN, Calendar, Limit, Promise, promise
from shared.worktime.clocks import Wait, after_supplement

DatingFact = (
    DossierReceived | DossierRescheduled | DossierSupplemented | DossierDeadlineSuspended | DossierDateGivenBack
)
"""The facts that give a dossier its date."""


def reschedule(
    moves: Moves, case: Case, limit: Limit, reason: RescheduleReason, official: str, now: datetime, calendar: Calendar
) -> DossierRescheduled:
    """Apologise and give a new date: so long before the old one as the law says, once (NĐ 297/2025).

    Raises Refused `not_open`, `already_rescheduled`, `too_late_to_reschedule`, `not_later`.
    """
    after(moves, case, "reschedule", now)
    if case.rescheduled:
        raise Refused("already_rescheduled", "A new date may be given once, and it was.")
    check_early(moves, case, reason, now)
    due = promise(limit, now, calendar)
    if due.due_at <= case.due_at:
        raise Refused("not_later", "The new date is not later than the promised one.", status=422)
    return DossierRescheduled(
        dossier_id=case.dossier_id,
        old_due_at=case.due_at,
        due_at=due.due_at,
        due_arithmetic=due.as_data(),
        reason_code=reason,
        decided_by=official,
    )


def check_early(moves: Moves, case: Case, reason: RescheduleReason, now: datetime) -> None:
    """Whether an apology still comes early enough. Raises Refused `too_late_to_reschedule`."""
    if now >= case.due_at:
        raise Refused("too_late_to_reschedule", "The promised date has passed: an apology must come before it.")
    today = now.astimezone(VN).date()
    if reason not in moves.lead(today).spared and today > (last := last_day_to_apologise(moves, case, today)):
        detail = f"An apology for this date had to come by {last}."
        raise Refused("too_late_to_reschedule", detail, until=last.isoformat())


def check_supplement(
    moves: Moves, case: Case, procedure: Procedure, papers: Collection[str], official: str, heads: bool, now: datetime
) -> None:
    """Whether papers can be asked for. Raises Refused `not_in_progress`, `not_yours` (403),
    `supplement_already_requested`, `unknown_paper` (422)."""
    after(moves, case, "ask_supplement", now)
    check_holder(case, official, heads)
    if case.rounds >= procedure.supplement_rounds:
        detail = "Papers were asked for already, as often as this procedure allows."
        raise Refused("supplement_already_requested", detail, rounds=case.rounds)
    check_known(procedure, papers)


def ask_supplement(
    moves: Moves,
    case: Case,
    procedure: Procedure,
    papers: Collection[str],
    reason: SupplementReason,
    details_ref: str | None,
    official: str,
    heads: bool,
    now: datetime,
    calendar: Calendar,
    since: datetime | None = None,
) -> DossierSupplementRequested:
    """Ask in writing for all that is missing, as often as the procedure says: once. `since` is from when on the office
    has had what it has: what is asked for later than the law lets it says so. Raises what `check_supplement` raises."""
    check_supplement(moves, case, procedure, papers, official, heads, now)
    until = promise(time_to_bring(procedure, moves, "supplement", now.astimezone(VN).date()), now, calendar)
    return DossierSupplementRequested(
        dossier_id=case.dossier_id,
        status_code=int(after(moves, case, "ask_supplement", now)),
        round=case.rounds + 1,
        papers=sorted(set(papers)),
        reason_code=reason,
        details_ref=details_ref,
        requested_by=official,
        requested_at=now.astimezone(VN),
        supplement_by=until.due_at,
        supplement_by_arithmetic=until.as_data(),
        ask_by=ask_by(procedure, case.rounds, since, calendar) if since else None,
    )


def goes_on(procedure: Procedure, variant: str | None, promised: Promise, wait: Wait, calendar: Calendar) -> Promise:
    """The promise after a wait for papers, as the procedure says; never an earlier one."""
    clock = procedure.supplement_clock
    due = soonest(after_supplement(limit, promised, wait, calendar, clock) for limit in procedure.limits(variant))
    return max(promised, due, key=lambda each: each.due_at)


def supplement(
    moves: Moves,
    case: Case,
    procedure: Procedure,
    papers: Collection[str],
    official: str,
    now: datetime,
    calendar: Calendar,
) -> DossierSupplemented:
    """All that was asked for is there, and the date is carried forward as the procedure says; never to before the
    promised one, which an apology may have put far off.

    Raises Refused `no_supplement_awaited`, `papers_missing` (422) with all that is still missing.
    """
    status = after(moves, case, "supplement", now)
    check_asked(case.asked_papers, papers)
    check_known(procedure, papers)
    assert case.asked_at is not None  # the state says so
    promised, wait = Promise.from_data(case.due_arithmetic), Wait(case.asked_at, now)
    due = goes_on(procedure, case.variant, promised, wait, calendar)
    return DossierSupplemented(
        dossier_id=case.dossier_id,
        status_code=int(status),
        papers=sorted(set(papers)),
        received_by=official,
        supplemented_at=now.astimezone(VN),
        old_due_at=case.due_at,
        due_at=due.due_at,
        due_arithmetic=due.as_data(),
    )
