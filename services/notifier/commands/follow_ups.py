"""What happens to follow-ups: opened by a promise, moved, reminded of, told up the ladder, closed."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.notifier.commands.notices import intend
from services.notifier.rulebook import Rulebook
from services.notifier.rules import follow_ups as rules
from services.notifier.rules import notices
from services.notifier.rules.notices import BY_HOTLINE, CONCERNED, Case
from services.notifier.settings import Policy
from services.notifier.tables import Complaint, FollowUp
from services.notifier.tables.follow_ups import follow_up_for_decision, watching
from services.notifier.tables.people import chart, working_calendar
from shared.events import Recorded
from shared.events.filing import FilingRegistered
from shared.events.hotline import ComplaintFiled, ComplaintReopened
from shared.events.intake import DossierReceived
from shared.events.merging import ComplaintSeparated
from shared.events.notifier import Kind
from shared.record import record


def watch_result(session: Session, promised: Recorded[DossierReceived], rulebook: Rulebook) -> None:
    """A result date was promised."""
    event = promised.event
    case = Case(event.dossier_id, event.number)
    watch_because(
        session, "result_date", case, promised.id, event.department, event.received_at, event.due_at, rulebook
    )


def watch_answer(session: Session, promised: Recorded[ComplaintFiled], rulebook: Rulebook) -> None:
    """An answer is owed."""
    event = promised.event
    case = Case(event.complaint_id, event.number)
    watch_because(session, "complaint_answer", case, promised.id, None, event.filed_at, event.due_at, rulebook)


def watch_again(session: Session, opened: Recorded[ComplaintReopened], number: str, rulebook: Rulebook) -> None:
    """An answer is owed once more, to whoever was not satisfied with the first."""
    event = opened.event
    case, times = Case(event.complaint_id, number), (event.reopened_at, event.due_at)
    watch_because(session, "complaint_answer", case, opened.id, None, *times, rulebook)


def watch_apart(session: Session, apart: Recorded[ComplaintSeparated], number: str, rulebook: Rulebook) -> None:
    """An answer is owed by its own report again, by the date that was promised."""
    event = apart.event
    case, times = Case(event.complaint_id, number), (event.separated_at, event.due_at)
    watch_because(session, "complaint_answer", case, apart.id, None, *times, rulebook)


def watch_filing(session: Session, filed: Recorded[FilingRegistered], rulebook: Rulebook) -> None:
    """A citizen filed online: somebody has to look at it, and then to answer."""
    event = filed.event
    case, times = Case(event.filing_id, event.portal_number), (event.filed_at, event.answer_by)
    watch_because(session, "filing_answer", case, filed.id, event.department, *times, rulebook, remind_at=event.look_by)


def await_citizen(session: Session, case_id: str, until: datetime, at: datetime, rulebook: Rulebook) -> None:
    """The office has answered a filing and awaits papers: from then on it is watched that this comes to an end."""
    if (row := watching(session, case_id, "filing_answer")) is not None:
        record(session, rules.move(row.watch(), until, at, working_calendar(session), rulebook.on(at)))


def watch_because(
    session: Session,
    kind: Kind,
    case: Case,
    promised_by: str,
    department: str | None,
    opened_at: datetime,
    due_at: datetime,
    rulebook: Rulebook,
    *,
    remind_at: datetime | None = None,
) -> None:
    """Watch a promise from now on: once, however often its event is seen."""
    opened = rules.open_follow_up(
        kind,
        working_calendar(session),
        rulebook.on(opened_at),
        promised_by=promised_by,
        case_id=case.case_id,
        case_number=case.number,
        department=department,
        opened_at=opened_at,
        due_at=due_at,
        remind_at=remind_at,
    )
    if session.get(FollowUp, opened.follow_up_id) is None:
        record(session, opened)


def hand_to(session: Session, case_id: str, official: str, at: datetime, kind: Kind = "result_date") -> None:
    """Somebody took the dossier up, or the report."""
    if (row := watching(session, case_id, kind)) is not None:
        record(session, rules.hand_to(row.watch(), official, at))


def take_back(
    session: Session, case_id: str, at: datetime, kind: Kind = "complaint_answer", *, but_from: str | None = None
) -> None:
    """Nobody has the report any more, or somebody has who did not take it up yet: whoever had it is not reminded.
    `but_from` is who has it now."""
    row = watching(session, case_id, kind)
    if row is not None and row.official_id not in (None, but_from):
        record(session, rules.hand_to(row.watch(), None, at))


def pause(session: Session, case_id: str, at: datetime) -> None:
    """The dossier waits for its citizen. What was late before that stays late: asking does not silence the ladder."""
    row = watching(session, case_id, "result_date")
    if row is not None and at < row.due_at:
        record(session, rules.pause(row.watch(), at))


def resume(session: Session, case_id: str, due_at: datetime, at: datetime, rulebook: Rulebook) -> None:
    """What the dossier waited for is there: it is watched again, if that was interrupted, or for a new date."""
    row = watching(session, case_id, "result_date")
    if row is not None and (row.due_at != due_at or rules.paused(row.watch())):
        record(session, rules.move(row.watch(), due_at, at, working_calendar(session), rulebook.on(at)))


def move(
    session: Session,
    case_id: str,
    due_at: datetime,
    at: datetime,
    rulebook: Rulebook,
    kind: Kind = "result_date",
) -> None:
    """The dossier has a new date, or the report."""
    if (row := watching(session, case_id, kind)) is not None:
        record(session, rules.move(row.watch(), due_at, at, working_calendar(session), rulebook.on(at)))


def close(
    session: Session, case_id: str, kind: Kind, closed_by: str, at: datetime, *, in_time: bool | None = None
) -> None:
    """The promise was kept, in time or late."""
    if (row := watching(session, case_id, kind)) is not None:
        record(session, rules.close(row.watch(), closed_by, at, in_time=in_time))


def remind(session: Session, follow_up_id: str, policy: Policy, now: datetime) -> bool:
    """Remind whoever is to act, or else who is first on the ladder; false when there was nothing to do."""
    row = follow_up_for_decision(session, follow_up_id)
    if row is None:
        return False
    watch, case = row.watch(), Case(row.case_id, row.case_number)
    concerned = watch.kind == "flag_explanation"
    official = watch.official_id
    sealed = concerns_an_official(session, row)
    if official is None and not concerned and not sealed:
        official = next(iter(chart(session).ladder(None, watch.department)), None)
    reminded = rules.remind(watch, official, now, working_calendar(session), policy.rulebook.on(now))
    if reminded is None:
        return False
    record(session, reminded)
    told, because = CONCERNED if concerned else official, f"{follow_up_id}/{watch.due_at.isoformat()}/{watch.remind_at}"
    if told is not None:
        intend(session, notices.to_official("reminder", case, told, because, now, watch.due_at))
    elif sealed:
        intend(session, notices.by_hotline("reminder", case, because, now, watch.due_at, rung=1))
    return True


def escalate(session: Session, follow_up_id: str, policy: Policy, now: datetime) -> bool:
    """Tell the next person on the ladder; false when there was nothing to do, or nobody to tell."""
    row = follow_up_for_decision(session, follow_up_id)
    if row is None:
        return False
    people, sealed = chart(session), concerns_an_official(session, row)
    ladder = people.ladder(row.official_id, row.department)
    if sealed:  # as many rungs whomever it concerns
        ladder = [BY_HOTLINE] * max(1, len(people.leaders()))
    told = rules.escalate(row.watch(), ladder, now, working_calendar(session), policy.rulebook.on(now))
    if told is None:
        return False
    case, because = Case(row.case_id, row.case_number), f"{follow_up_id}/{row.due_at.isoformat()}/{told.rung}"
    due_at = row.due_at
    record(session, told)
    to, rung = told.to_official_id, told.rung
    if sealed:
        intend(session, notices.by_hotline("escalation", case, because, now, due_at, rung=rung))
    else:
        intend(session, notices.to_official("escalation", case, to, because, now, due_at, rung=rung))
    return True


def concerns_an_official(session: Session, row: FollowUp) -> bool:
    """Whether it is of a report that concerns an official, whatever was promised there."""
    complaint = session.get(Complaint, row.case_id)
    return complaint is not None and complaint.concerns
