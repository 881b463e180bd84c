"""The steps of a dossier from the receipt to its end: each is a fact, or a Refused with its own code."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from services.intake.rulebook import Procedure
from services.intake.rulebook.states import Moves, Status
from services.intake.rules.fees import PaidAtOnce, check_fee
from services.intake.rules.states import Case, after, check_holder
from shared.errors import Refused
from shared.events import Event
from shared.events.intake import (
    Channel,
    Collector,
    CorrectionReason,
    DossierAssigned,
    DossierCompleted,
    DossierCorrected,
    DossierFeePaid,
    DossierFeeRequested,
    DossierOverdue,
    DossierReceived,
    DossierStopped,
    DossierTakenUp,
    DossierWithdrawn,
    Paid,
    ResultHandedOver,
    StopReason,
)
from shared.worktime import VN, Calendar, Outcome, outcome_of, promise


def take_up(moves: Moves, case: Case, official: str, now: datetime) -> DossierTakenUp:
    """An official takes the work up. Raises Refused `not_waiting`."""
    after(moves, case, "take_up", now)
    return DossierTakenUp(dossier_id=case.dossier_id, official_id=official, taken_up_at=now)


def assign(moves: Moves, case: Case, to: str, official: str, now: datetime) -> DossierAssigned:
    """Tell somebody to do the work. Raises Refused `not_assignable`."""
    after(moves, case, "assign", now)
    return DossierAssigned(dossier_id=case.dossier_id, official_id=to, assigned_by=official, assigned_at=now)


def ask_fee(
    moves: Moves,
    case: Case,
    procedure: Procedure,
    amount: int,
    basis: str,
    official: str,
    heads: bool,
    now: datetime,
) -> DossierFeeRequested:
    """Ask the citizen to pay before the work goes on. Raises Refused `not_in_progress`, `not_yours` (403), and what
    `check_fee` raises."""
    status = after(moves, case, "ask_fee", now)
    check_holder(case, official, heads)
    check_fee(procedure, case.channel, amount)
    return DossierFeeRequested(
        dossier_id=case.dossier_id,
        status_code=int(status),
        amount=amount,
        basis=basis,
        requested_by=official,
        requested_at=now,
    )


def pay_fee(moves: Moves, case: Case, amount: int, how: Paid, official: str, now: datetime) -> DossierFeePaid:
    """What was asked for was paid, to the dong. Raises Refused `no_fee_awaited`, `other_amount` (422)."""
    status = after(moves, case, "pay_fee", now)
    if amount != case.fee:
        raise Refused("other_amount", f"Asked for were {case.fee} dong.", status=422, amount=case.fee)
    return DossierFeePaid(
        dossier_id=case.dossier_id,
        status_code=int(status),
        amount=amount,
        paid_by=how,
        recorded_by=official,
        paid_at=now,
    )


def complete(moves: Moves, case: Case, official: str, heads: bool, now: datetime) -> DossierCompleted:
    """The result is ready: so says whoever took it up, or whoever heads them. Raises Refused `not_in_progress`,
    `not_yours` (403)."""
    after(moves, case, "complete", now)
    check_holder(case, official, heads)
    outcome = outcome_of(now, case.due_at)
    return DossierCompleted(dossier_id=case.dossier_id, completed_at=now, completed_by=official, outcome=outcome)


def at_one_sitting(
    received: DossierReceived, slip_code_sha256: str, now: datetime, paid: PaidAtOnce | None = None
) -> tuple[Event, ...]:
    """What follows at once when the citizen waits: the same official does it, takes what was `paid`, finishes it and
    hands it over."""
    dossier, official = received.dossier_id, received.received_by
    return (
        DossierTakenUp(dossier_id=dossier, official_id=official, taken_up_at=now),
        *(_paid(received, paid, now) if paid else ()),
        DossierCompleted(
            dossier_id=dossier,
            completed_at=now,
            completed_by=official,
            outcome=outcome_of(now, received.due_at),
            at_one_sitting=True,
        ),
        ResultHandedOver(
            dossier_id=dossier,
            handed_over_at=now,
            handed_over_by=official,
            procedure=received.procedure,
            department=received.department,
            due_at=received.due_at,
            slip_code_sha256=slip_code_sha256,
        ),
    )


def _paid(received: DossierReceived, paid: PaidAtOnce, now: datetime) -> tuple[DossierFeeRequested, DossierFeePaid]:
    """Asked for and paid, as at any other dossier."""
    dossier, official = received.dossier_id, received.received_by
    return (
        DossierFeeRequested(
            dossier_id=dossier,
            status_code=int(Status.FEE_AWAITED),
            amount=paid.amount,
            basis=paid.basis,
            requested_by=official,
            requested_at=now,
        ),
        DossierFeePaid(
            dossier_id=dossier,
            status_code=int(Status.IN_PROGRESS),
            amount=paid.amount,
            paid_by=paid.paid_by,
            recorded_by=official,
            paid_at=now,
        ),
    )


def hand_over(
    moves: Moves, case: Case, to: Collector, named: bool, official: str, slip_code_sha256: str, now: datetime
) -> ResultHandedOver:
    """The citizen gets the result, or whoever takes it for them; `named` says that who that is was written down.

    Raises Refused `not_completed`, `representative_missing` (422).
    """
    after(moves, case, "hand_over", now)
    if named != (to == "representative"):
        detail = "Say who takes the result when it is a representative, and only then."
        raise Refused("representative_missing", detail, status=422)
    return ResultHandedOver(
        dossier_id=case.dossier_id,
        handed_over_at=now,
        handed_over_by=official,
        procedure=case.procedure,
        department=case.department,
        due_at=case.due_at,
        handed_to=to,
        slip_code_sha256=slip_code_sha256,
    )


def correct(
    moves: Moves,
    case: Case,
    fields: Collection[str],
    channel: Channel | None,
    reason: CorrectionReason,
    official: str,
    now: datetime,
) -> DossierCorrected:
    """Put right what was written down wrong. Raises Refused `not_correctable`, `nothing_to_correct` (422)."""
    after(moves, case, "correct", now)
    if not fields:
        raise Refused("nothing_to_correct", "Say what was wrong, and what is right.", status=422)
    return DossierCorrected(
        dossier_id=case.dossier_id,
        fields=sorted(fields),
        channel=channel,
        reason_code=reason,
        corrected_by=official,
        corrected_at=now,
    )


def uncollected(moves: Moves, case: Case, completed_at: datetime, now: datetime, calendar: Calendar) -> bool:
    """Whether a result has waited for its citizen so long that they are to be reminded."""
    patience = moves.patience("collect", completed_at.astimezone(VN).date())
    return case.status is Status.COMPLETED and promise(patience, completed_at, calendar).due_at < now


def overdue(case: Case, now: datetime) -> DossierOverdue:
    """Its date has passed."""
    return DossierOverdue(
        dossier_id=case.dossier_id,
        due_at=case.due_at,
        procedure=case.procedure,
        department=case.department,
        noticed_at=now,
    )


def withdraw(moves: Moves, case: Case, official: str, slip_code_sha256: str, now: datetime) -> DossierWithdrawn:
    """The citizen takes the dossier back, which ends it as the national index counts. Raises Refused
    `not_withdrawable`."""
    status = after(moves, case, "withdraw", now)
    return DossierWithdrawn(
        dossier_id=case.dossier_id,
        status_code=int(status),
        recorded_by=official,
        withdrawn_at=now,
        outcome=_without_result(case, now),
        procedure=case.procedure,
        department=case.department,
        slip_code_sha256=slip_code_sha256,
    )


def check_stop(moves: Moves, case: Case, reason: StopReason, now: datetime) -> None:
    """Whether the work may end without a result, for this reason. Raises Refused `not_stoppable`,
    `supplement_not_lapsed`, `no_fee_awaited`."""
    after(moves, case, "stop", now)
    if reason == "fee_unpaid" and case.status is not Status.FEE_AWAITED:
        raise Refused("no_fee_awaited", "No payment is awaited: it was made, or nobody asked for one.")
    lapsed = case.supplement_by is not None and now > case.supplement_by
    if reason == "supplement_lapsed" and not lapsed:
        detail = "The citizen still has time to bring the papers, or was not asked for any."
        until = case.supplement_by and case.supplement_by.astimezone(VN).isoformat()
        raise Refused("supplement_not_lapsed", detail, supplement_by=until)


def check_fee_lapsed(moves: Moves, asked_at: datetime, now: datetime, calendar: Calendar) -> None:
    """Whether the citizen had the time to pay. Raises Refused `fee_not_lapsed`."""
    until = promise(moves.patience("pay", asked_at.astimezone(VN).date()), asked_at, calendar).due_at
    if now <= until:
        raise Refused("fee_not_lapsed", "The citizen still has time to pay.", fee_by=until.isoformat())


def stop(
    moves: Moves,
    case: Case,
    reason: StopReason,
    basis: str,
    details_ref: str | None,
    official: str,
    slip_code_sha256: str,
    now: datetime,
) -> DossierStopped:
    """The work ends without a result, in writing and with its legal basis. Raises what `check_stop` raises."""
    check_stop(moves, case, reason, now)
    return DossierStopped(
        dossier_id=case.dossier_id,
        status_code=int(after(moves, case, "stop", now)),
        reason_code=reason,
        basis=basis,
        details_ref=details_ref,
        decided_by=official,
        stopped_at=now,
        outcome=_without_result(case, now),
        procedure=case.procedure,
        department=case.department,
        slip_code_sha256=slip_code_sha256,
    )


def _without_result(case: Case, now: datetime) -> Outcome:
    """How an end without a result counts in the national index (QĐ 766): by the moment of the request while papers are
    awaited, and late when they had to be asked for twice."""
    return "late" if case.asked_at and case.rounds > 1 else outcome_of(case.asked_at or now, case.due_at)
