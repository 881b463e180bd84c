"""A filing online: what may become of it before it is a dossier, and by when the office has to look and to answer."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.intake.rulebook import Procedure
from services.intake.rulebook.states import FilingStatus, FilingStep, Moves
from services.intake.rules.receiving import check_channel, check_known, check_open, day_of
from services.intake.rules.states import HEADS
from services.intake.rules.supplements import time_to_bring
from shared.errors import Refused
from shared.events.filing import (
    FilingAccepted,
    FilingClosed,
    FilingRefused,
    FilingRegistered,
    FilingSupplementRequested,
    FilingUnanswered,
    FilingWithdrawn,
    RefusalReason,
)
from shared.events.intake import DossierReceived, SupplementReason
from shared.events.personnel import Role
from shared.worktime import ONLINE_HOURS, VN, Calendar, promise

_NAMESPACE = uuid.UUID("0f2b6a0c-5d39-5b7e-8f61-3c1a7be0d954")
FILING_ROLES: Mapping[FilingStep, tuple[Role, ...]] = {
    "accept": ("clerk",),
    "ask": ("clerk", *HEADS),
    "refuse": ("clerk", *HEADS),
    "withdraw": ("clerk",),
    "close": ("clerk", *HEADS),
}
"""Who may take a step of a filing, at the API's door and at the page's alike."""
_NOT: Mapping[FilingStep, tuple[str, str]] = {
    "accept": ("filing_not_acceptable", "received already, or closed"),
    "ask": ("filing_not_askable", "waiting for papers already, received or closed: they may be asked for once"),
    "refuse": ("filing_not_refusable", "waiting for papers, received already, or closed"),
    "withdraw": ("filing_not_withdrawable", "received already, or closed"),
    "close": ("filing_not_closable", "not waiting for papers"),
}
"""The code of each refusal, and what is said."""


@dataclass(frozen=True)
class Filed:
    """What the rules need to know of a filing."""

    filing_id: str
    procedure: str
    department: str
    status: FilingStatus
    answer_by: datetime
    supplement_by: datetime | None = None


def filing_id_of(portal_number: str, before: str | None) -> str:
    """The id of a filing with this number of the portal, after an earlier one that ended. Two who register it at once
    come to the same id, and the log holds one first event of it: no index of the rows has to, whose order a replay
    does not keep within a batch."""
    return str(uuid.uuid5(_NAMESPACE, f"{portal_number}/{before or ''}"))


def register(
    moves: Moves,
    procedure: Procedure,
    *,
    filing_id: str,
    portal_number: str,
    papers: Collection[str],
    applicant_ref: str,
    filed_at: datetime,
    official: str,
    calendar: Calendar,
) -> FilingRegistered:
    """A filing is taken over from the portal; its times run from when the citizen filed, and what came in the last
    working hour of a day counts from the next (NĐ 297/2025).

    Raises Refused `not_at_the_counter`, `channel_not_accepted`, `unknown_paper`,
    `date_out_of_range` (422).
    """
    check_filing(procedure, papers)
    day, online = day_of(filed_at), replace(calendar, hours=ONLINE_HOURS)
    answer = promise(moves.patience("answer", day), filed_at, online)
    return FilingRegistered(
        filing_id=filing_id,
        status_code=int(FilingStatus.REGISTERED),
        portal_number=portal_number,
        procedure=procedure.code,
        procedure_version=procedure.version,
        papers=sorted(set(papers)),
        applicant_ref=applicant_ref,
        filed_at=filed_at.astimezone(VN),
        registered_by=official,
        department=procedure.department,
        look_by=promise(moves.patience("look", day), filed_at, online).due_at,
        answer_by=answer.due_at,
        answer_by_arithmetic=answer.as_data(),
    )


def check_filing(procedure: Procedure, papers: Collection[str]) -> None:
    """Whether this can be filed online at all, complete or not. Raises what `register` raises of the procedure."""
    check_open(procedure)
    check_channel(procedure, "online")
    check_known(procedure, papers)


def after_filed(moves: Moves, filed: Filed, step: FilingStep, now: datetime) -> FilingStatus:
    """The state that a step leads to. Raises Refused, with the step's own code, where no row allows it."""
    to = moves.after_filed(step, filed.status, now.astimezone(VN).date())
    if to is None:
        code, what = _NOT[step]
        raise Refused(code, f"This filing is {what}.", status_code=int(filed.status))
    return to


def filing_steps(moves: Moves, filed: Filed, now: datetime) -> list[FilingStep]:
    """What can be done with a filing now, the most likely first."""
    day: date = now.astimezone(VN).date()
    return [
        step
        for step in FILING_ROLES
        if moves.after_filed(step, filed.status, day) is not None and (step != "close" or _lapsed(filed, now))
    ]


def accept(moves: Moves, filed: Filed, received: DossierReceived) -> FilingAccepted:
    """It is received as this dossier. Raises Refused `filing_not_acceptable`."""
    return FilingAccepted(
        filing_id=filed.filing_id,
        status_code=int(after_filed(moves, filed, "accept", received.received_at)),
        dossier_id=received.dossier_id,
        accepted_by=received.received_by,
        accepted_at=received.received_at,
    )


def check_complete(procedure: Procedure, asked: Collection[str], papers: Collection[str]) -> None:
    """Whether all is there that the version in force wants, and all that was asked for, as far as this version still
    knows it. Raises Refused `unknown_paper`, `papers_missing` (422) with all that is missing, at once."""
    check_known(procedure, papers)
    wanted = [paper.code for paper in procedure.papers if paper.required or paper.code in asked]
    if missing := [code for code in wanted if code not in papers]:
        detail = f"Not all is there that is wanted or was asked for, missing: {', '.join(missing)}."
        raise Refused("papers_missing", detail, status=422, missing=missing)


def check_ask(moves: Moves, filed: Filed, procedure: Procedure, papers: Collection[str], now: datetime) -> FilingStatus:
    """Whether these papers can be asked for; the state that it leads to. Raises Refused `filing_not_askable`,
    `unknown_paper` (422)."""
    to = after_filed(moves, filed, "ask", now)
    check_known(procedure, papers)
    return to


def ask(
    moves: Moves,
    filed: Filed,
    procedure: Procedure,
    papers: Collection[str],
    reason: SupplementReason,
    details_ref: str | None,
    official: str,
    now: datetime,
    calendar: Calendar,
    visit_id: str | None = None,
) -> FilingSupplementRequested:
    """Ask for all that is missing, in writing, once (M02). Raises what `check_ask` raises."""
    to = check_ask(moves, filed, procedure, papers, now)
    until = promise(time_to_bring(procedure, moves, "resubmit", now.astimezone(VN).date()), now, calendar)
    return FilingSupplementRequested(
        filing_id=filed.filing_id,
        status_code=int(to),
        papers=sorted(set(papers)),
        reason_code=reason,
        details_ref=details_ref,
        requested_by=official,
        requested_at=now.astimezone(VN),
        supplement_by=until.due_at,
        supplement_by_arithmetic=until.as_data(),
        visit_id=visit_id,
    )


def check_refuse(moves: Moves, filed: Filed, now: datetime) -> FilingStatus:
    """Whether it may be refused; the state that it leads to. Raises Refused `filing_not_refusable`: what waits for
    papers is received with them, taken back, or closed after their time."""
    return after_filed(moves, filed, "refuse", now)


def refuse(
    moves: Moves,
    filed: Filed,
    reason: RefusalReason,
    basis: str,
    details_ref: str | None,
    official: str,
    now: datetime,
) -> FilingRefused:
    """Do not receive it: in writing, with the reason and its legal basis (M03). Raises what `check_refuse` raises."""
    return FilingRefused(
        filing_id=filed.filing_id,
        status_code=int(check_refuse(moves, filed, now)),
        reason_code=reason,
        basis=basis,
        details_ref=details_ref,
        refused_by=official,
        refused_at=now,
    )


def withdraw_filing(moves: Moves, filed: Filed, official: str, now: datetime) -> FilingWithdrawn:
    """The citizen takes it back. Raises Refused `filing_not_withdrawable`."""
    to = after_filed(moves, filed, "withdraw", now)
    return FilingWithdrawn(filing_id=filed.filing_id, status_code=int(to), recorded_by=official, withdrawn_at=now)


def close_filing(moves: Moves, filed: Filed, official: str, now: datetime) -> FilingClosed:
    """What was asked for did not come in its time: closed in writing, by the act that lets it be (M05). Raises Refused
    `filing_not_closable`, `filing_not_lapsed`."""
    to = after_filed(moves, filed, "close", now)
    _check_lapsed(filed, now)
    return FilingClosed(
        filing_id=filed.filing_id,
        status_code=int(to),
        reason_code="supplement_lapsed",
        basis=moves.basis_filed("close", now.astimezone(VN).date()),
        closed_by=official,
        closed_at=now,
    )


def unanswered(filed: Filed, now: datetime) -> FilingUnanswered:
    """Its time to answer has passed."""
    return FilingUnanswered(
        filing_id=filed.filing_id,
        answer_by=filed.answer_by,
        procedure=filed.procedure,
        department=filed.department,
        noticed_at=now,
    )


def _check_lapsed(filed: Filed, now: datetime) -> None:
    if not _lapsed(filed, now):
        until = filed.supplement_by and filed.supplement_by.astimezone(VN).isoformat()
        raise Refused("filing_not_lapsed", "The citizen still has time to send the papers.", supplement_by=until)


def _lapsed(filed: Filed, now: datetime) -> bool:
    return filed.supplement_by is not None and now > filed.supplement_by
