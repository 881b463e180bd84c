"""The facts that notifier follows, and what it does about each."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.notifier.commands import flags, follow_ups, reports
from services.notifier.commands.notices import intend
from services.notifier.rulebook import load
from services.notifier.rules.notices import Case, to_citizen
from services.notifier.tables import Complaint, Dossier, Filing
from shared.events import Event, Recorded
from shared.events.filing import (
    FilingAccepted,
    FilingClosed,
    FilingRefused,
    FilingRegistered,
    FilingSupplementRequested,
    FilingWithdrawn,
)
from shared.events.guidance import ComplaintAdmitted, ComplaintGuided
from shared.events.hotline import (
    ComplaintAnswered,
    ComplaintAssigned,
    ComplaintAttributed,
    ComplaintClosed,
    ComplaintFiled,
    ComplaintGivenBack,
    ComplaintReferred,
    ComplaintReopened,
    ComplaintTakenUp,
    ComplaintTriaged,
    ComplaintVerified,
)
from shared.events.intake import (
    DossierCompleted,
    DossierDateGivenBack,
    DossierDeadlineSuspended,
    DossierReceived,
    DossierRescheduled,
    DossierStopped,
    DossierSupplemented,
    DossierSupplementRequested,
    DossierTakenUp,
    DossierWithdrawn,
    ResultHandedOver,
    ResultUncollected,
)
from shared.events.ladder import AttributionDeferred, ComplaintEscalated
from shared.events.merging import ComplaintMerged, ComplaintSeparated
from shared.events.notifier import Purpose
from shared.events.personnel import CalendarDayDeclared, OfficialAppointed, UnitOpened
from shared.inbox import Follows


def on_dossier_received(session: Session, received: Recorded[DossierReceived]) -> None:
    """A date was promised: it is watched, unless the citizen waits for the result."""
    if received.event.at_one_sitting:
        return
    follow_ups.watch_result(session, received, load())


def on_filing_registered(session: Session, filed: Recorded[FilingRegistered]) -> None:
    """Somebody has to look at it, and to answer: it is watched."""
    follow_ups.watch_filing(session, filed, load())


def on_filing_supplement_requested(session: Session, asked: Recorded[FilingSupplementRequested]) -> None:
    """The office has answered: now the citizen is awaited, and somebody has to see that it comes to an end."""
    event = asked.event
    follow_ups.await_citizen(session, event.filing_id, event.supplement_by, event.requested_at, load())
    _tell_who_filed(session, "papers_asked", event.filing_id, asked, event.supplement_by)


def on_filing_accepted(session: Session, accepted: Recorded[FilingAccepted]) -> None:
    """It is a dossier now, which is watched by its own date."""
    follow_ups.close(session, accepted.event.filing_id, "filing_answer", accepted.id, accepted.event.accepted_at)


def on_filing_closed(session: Session, closed: Recorded[FilingClosed]) -> None:
    """The papers never came; whoever filed is told, and where the reason is."""
    follow_ups.close(session, closed.event.filing_id, "filing_answer", closed.id, closed.event.closed_at)
    _tell_who_filed(session, "filing_closed", closed.event.filing_id, closed)


def on_filing_refused(session: Session, refused: Recorded[FilingRefused]) -> None:
    """The office has answered; whoever filed is told, and where the reasons are."""
    follow_ups.close(session, refused.event.filing_id, "filing_answer", refused.id, refused.event.refused_at)
    _tell_who_filed(session, "not_received", refused.event.filing_id, refused)


def on_filing_withdrawn(session: Session, taken: Recorded[FilingWithdrawn]) -> None:
    """There is nothing left to answer."""
    follow_ups.close(session, taken.event.filing_id, "filing_answer", taken.id, taken.event.withdrawn_at)


def on_dossier_taken_up(session: Session, taken: Recorded[DossierTakenUp]) -> None:
    """From now on there is somebody to remind."""
    follow_ups.hand_to(session, taken.event.dossier_id, taken.event.official_id, taken.event.taken_up_at)


def on_dossier_rescheduled(session: Session, moved: Recorded[DossierRescheduled]) -> None:
    """There is a new date, and an apology to be said."""
    event = moved.event
    follow_ups.move(session, event.dossier_id, event.due_at, moved.time, load())
    _tell_applicant(session, "rescheduled", event.dossier_id, moved)


def on_dossier_deadline_suspended(session: Session, moved: Recorded[DossierDeadlineSuspended]) -> None:
    """There is a later date, by an act and without an apology: it is watched, and its citizen told."""
    event = moved.event
    follow_ups.move(session, event.dossier_id, event.due_at, moved.time, load())
    _tell_applicant(session, "deadline_suspended", event.dossier_id, moved, event.due_at)


def on_dossier_date_given_back(session: Session, moved: Recorded[DossierDateGivenBack]) -> None:
    """There is an earlier date again: it is watched, and its citizen told."""
    event = moved.event
    follow_ups.move(session, event.dossier_id, event.due_at, moved.time, load())
    _tell_applicant(session, "date_given_back", event.dossier_id, moved, event.due_at)


def on_dossier_supplement_requested(session: Session, asked: Recorded[DossierSupplementRequested]) -> None:
    """While papers are awaited, no official can be late; the citizen is told, and until when."""
    event = asked.event
    follow_ups.pause(session, event.dossier_id, event.requested_at)
    _tell_applicant(session, "papers_asked", event.dossier_id, asked, event.supplement_by)


def on_dossier_supplemented(session: Session, there: Recorded[DossierSupplemented]) -> None:
    """The promise has a date again."""
    event = there.event
    follow_ups.resume(session, event.dossier_id, event.due_at, event.supplemented_at, load())


def on_dossier_stopped(session: Session, stopped: Recorded[DossierStopped]) -> None:
    """There will be no result; whoever brought it is asked how it was, as everybody is."""
    event = stopped.event
    follow_ups.close(session, event.dossier_id, "result_date", stopped.id, event.stopped_at)
    _tell_applicant(session, "rating_invitation", event.dossier_id, stopped)


def on_dossier_withdrawn(session: Session, taken: Recorded[DossierWithdrawn]) -> None:
    """There is nothing left to do; whoever brought it is asked how it was, as everybody is."""
    event = taken.event
    follow_ups.close(session, event.dossier_id, "result_date", taken.id, event.withdrawn_at)
    _tell_applicant(session, "rating_invitation", event.dossier_id, taken)


def on_dossier_completed(session: Session, done: Recorded[DossierCompleted]) -> None:
    """The promise was kept, and the citizen can come."""
    event = done.event
    follow_ups.close(session, event.dossier_id, "result_date", done.id, event.completed_at)
    if not event.at_one_sitting:
        _tell_applicant(session, "result_ready", event.dossier_id, done)


def on_result_uncollected(session: Session, waiting: Recorded[ResultUncollected]) -> None:
    """The citizen may not know that they can come."""
    _tell_applicant(session, "result_waiting", waiting.event.dossier_id, waiting)


def on_result_handed_over(session: Session, handed: Recorded[ResultHandedOver]) -> None:
    """Everybody who has their result is asked how it was."""
    _tell_applicant(session, "rating_invitation", handed.event.dossier_id, handed)


def on_complaint_filed(session: Session, filed: Recorded[ComplaintFiled]) -> None:
    """An answer is owed: it is watched."""
    follow_ups.watch_answer(session, filed, load())


def on_complaint_answered(session: Session, answered: Recorded[ComplaintAnswered]) -> None:
    """The answer was given; whoever left a way to be reached is told."""
    event = answered.event
    follow_ups.close(session, event.complaint_id, "complaint_answer", answered.id, event.answered_at)
    complaint = session.get(Complaint, event.complaint_id)
    if complaint is None or complaint.reporter_ref is None:
        return
    case, ref = Case(complaint.complaint_id, complaint.number), complaint.reporter_ref
    intend(session, to_citizen("complaint_answered", case, ref, "hotline", answered.id, answered.recorded))


def on_complaint_assigned(session: Session, given: Recorded[ComplaintAssigned]) -> None:
    """Whoever had it before is not reminded any more; what another body sent back has a date of ours again."""
    event = given.event
    follow_ups.take_back(session, event.complaint_id, event.assigned_at, but_from=event.official_id)
    if event.due_at is not None:
        follow_ups.move(session, event.complaint_id, event.due_at, event.assigned_at, load(), "complaint_answer")


def on_complaint_taken_up(session: Session, taken: Recorded[ComplaintTakenUp]) -> None:
    """From now on there is somebody to remind."""
    event = taken.event
    follow_ups.hand_to(session, event.complaint_id, event.official_id, event.taken_up_at, "complaint_answer")


def on_complaint_given_back(session: Session, back: Recorded[ComplaintGivenBack]) -> None:
    """There is nobody to remind but the ladder."""
    follow_ups.take_back(session, back.event.complaint_id, back.event.given_back_at)


def on_complaint_referred(session: Session, sent: Recorded[ComplaintReferred]) -> None:
    """The answer is due from another body, by a date of its own: it is watched here, since the citizen asked us."""
    event = sent.event
    follow_ups.move(session, event.complaint_id, event.due_at, event.referred_at, load(), "complaint_answer")


def on_complaint_guided(session: Session, guided: Recorded[ComplaintGuided]) -> None:
    """The competent body says by this date whether it takes it up: it is watched here, since the citizen asked us."""
    event = guided.event
    follow_ups.move(session, event.complaint_id, event.due_at, event.guided_at, load(), "complaint_answer")


def on_complaint_admitted(session: Session, admitted: Recorded[ComplaintAdmitted]) -> None:
    """It settles it by this one."""
    event = admitted.event
    follow_ups.move(session, event.complaint_id, event.due_at, event.admitted_at, load(), "complaint_answer")


def on_complaint_reopened(session: Session, opened: Recorded[ComplaintReopened]) -> None:
    """An answer is owed once more: it is watched."""
    complaint = session.get(Complaint, opened.event.complaint_id)
    if complaint is not None:
        follow_ups.watch_again(session, opened, complaint.number, load())


def on_complaint_closed(session: Session, closed: Recorded[ComplaintClosed]) -> None:
    """Nothing more is owed: it was answered, or its reporter told why it is not."""
    event = closed.event
    follow_ups.close(session, event.complaint_id, "complaint_answer", closed.id, event.closed_at)


def on_complaint_verified(session: Session, verified: Recorded[ComplaintVerified]) -> None:
    """Conduct was checked by a human: see whether it repeats."""
    flags.consider(session, verified, load())


def _tell_applicant(
    session: Session, purpose: Purpose, dossier_id: str, because: Recorded[Event], about: datetime | None = None
) -> None:
    dossier = session.get(Dossier, dossier_id)
    if dossier is not None:
        case, at = Case(dossier_id, dossier.number), because.recorded
        about = about or dossier.due_at
        intend(session, to_citizen(purpose, case, dossier.applicant_ref, "intake", because.id, at, about))


def _tell_who_filed(
    session: Session, purpose: Purpose, filing_id: str, because: Recorded[Event], about: datetime | None = None
) -> None:
    filing = session.get(Filing, filing_id)
    if filing is not None:
        case = Case(filing_id, filing.portal_number)
        intend(session, to_citizen(purpose, case, filing.applicant_ref, "intake", because.id, because.recorded, about))


FOLLOWS: Follows = {
    UnitOpened: None,
    OfficialAppointed: None,
    CalendarDayDeclared: None,
    FilingRegistered: on_filing_registered,
    FilingSupplementRequested: on_filing_supplement_requested,
    FilingAccepted: on_filing_accepted,
    FilingRefused: on_filing_refused,
    FilingClosed: on_filing_closed,
    FilingWithdrawn: on_filing_withdrawn,
    DossierReceived: on_dossier_received,
    DossierTakenUp: on_dossier_taken_up,
    DossierRescheduled: on_dossier_rescheduled,
    DossierDeadlineSuspended: on_dossier_deadline_suspended,
    DossierDateGivenBack: on_dossier_date_given_back,
    DossierSupplementRequested: on_dossier_supplement_requested,
    DossierSupplemented: on_dossier_supplemented,
    DossierStopped: on_dossier_stopped,
    DossierWithdrawn: on_dossier_withdrawn,
    DossierCompleted: on_dossier_completed,
    ResultUncollected: on_result_uncollected,
    ResultHandedOver: on_result_handed_over,
    ComplaintFiled: on_complaint_filed,
    ComplaintTriaged: None,
    ComplaintAssigned: on_complaint_assigned,
    ComplaintTakenUp: on_complaint_taken_up,
    ComplaintGivenBack: on_complaint_given_back,
    ComplaintEscalated: reports.tell_of_danger,
    ComplaintReferred: on_complaint_referred,
    ComplaintAnswered: on_complaint_answered,
    ComplaintGuided: on_complaint_guided,
    ComplaintAdmitted: on_complaint_admitted,
    ComplaintReopened: on_complaint_reopened,
    ComplaintClosed: on_complaint_closed,
    ComplaintMerged: reports.on_merged,
    ComplaintSeparated: reports.on_separated,
    ComplaintAttributed: None,
    AttributionDeferred: None,
    ComplaintVerified: on_complaint_verified,
}
