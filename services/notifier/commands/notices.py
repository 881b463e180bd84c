"""Telling people: the intention is a fact, its delivery a side effect beside it, its outcome a fact again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlmodel import Session

from services.notifier.rules import notices as rules
from services.notifier.rules.notices import CONCERNED, Owner, Step
from services.notifier.settings import Policy
from services.notifier.tables import Delivery, Dossier, Flag, Notice
from services.notifier.tables.deliveries import delivery_for_decision
from services.notifier.tables.people import names
from shared.events.notifier import NoticeFailed, NoticeIntended, NoticeSent, NoticeSuppressed, Purpose
from shared.record import record


def intend(session: Session, intended: NoticeIntended) -> None:
    """Somebody is to be told: once, however often the cause is seen."""
    if session.get(Notice, intended.notice_id) is not None:
        return
    record(session, intended)
    delivery = Delivery(notice_id=intended.notice_id, due_at=intended.due_at, last_error=None, next_try=intended.due_at)
    session.add(delivery)
    session.flush()


@dataclass(frozen=True)
class Errand:
    """A notice to be delivered now: what to say, and whom to ask where it goes."""

    notice_id: str
    purpose: Purpose
    citizen: bool
    owner: Owner
    recipient: str
    """The reference or the official id under which the owner knows them."""
    name: str | None
    """An official's name; a citizen's comes from the owner and stays out of this database."""
    case_id: str
    case_number: str
    rung: int | None
    about_due_at: datetime | None
    step: Step | None
    reason_code: str | None
    suspended_under: str | None


def errand(session: Session, notice_id: str) -> Errand | None:
    """What is to be delivered under this key; none when it was, meanwhile."""
    notice = session.get(Notice, notice_id)
    if notice is None or session.get(Delivery, notice_id) is None:
        return None
    recipient = _recipient(session, notice)
    dossier = session.get(Dossier, notice.case_id)
    return Errand(
        notice_id=notice.notice_id,
        purpose=cast(Purpose, notice.purpose),
        citizen=notice.recipient_kind == "citizen",
        owner=cast(Owner, notice.owner),
        recipient=recipient,
        name=names(session).get(recipient) if notice.recipient_kind == "official" else None,
        case_id=notice.case_id,
        case_number=notice.case_number,
        rung=notice.rung,
        about_due_at=notice.about_due_at,
        step=cast(Step | None, notice.step),
        reason_code=dossier.reason_code if dossier else None,
        suspended_under=dossier.suspended_under if dossier else None,
    )


def _recipient(session: Session, notice: Notice) -> str:
    if notice.recipient != CONCERNED:
        return notice.recipient
    return session.get_one(Flag, notice.case_id).official_id


def sent(session: Session, notice_id: str, means: Literal["mail", "mailbox"], now: datetime) -> None:
    """The notice left."""
    if (row := delivery_for_decision(session, notice_id)) is not None:
        attempts = row.attempts + 1
        session.delete(row)
        record(session, NoticeSent(notice_id=notice_id, means=means, sent_at=now, attempts=attempts))


def suppressed(session: Session, notice_id: str, reason: Literal["no_contact", "erased"], now: datetime) -> None:
    """There is no way to reach them."""
    if (row := delivery_for_decision(session, notice_id)) is not None:
        session.delete(row)
        record(session, NoticeSuppressed(notice_id=notice_id, reason=reason, suppressed_at=now))


def failed(session: Session, notice_id: str, error_code: str, policy: Policy, now: datetime) -> None:
    """A try failed: another follows, later each time, until a person has to do it."""
    row = delivery_for_decision(session, notice_id)
    if row is None:
        return
    row.attempts, row.last_error = row.attempts + 1, error_code
    again = rules.next_try(row.attempts, now, policy.rulebook.on(now).delivery)
    if again is not None:
        row.next_try = again
        session.add(row)
        return
    attempts = row.attempts
    session.delete(row)
    failure = NoticeFailed(notice_id=notice_id, attempts=attempts, error_code=error_code, failed_at=now)
    record(session, failure)


def postponed(session: Session, notice_id: str, error_code: str, policy: Policy, now: datetime) -> None:
    """Whoever holds the address does not answer: that is no failure of the notice, it is asked for again later."""
    if (row := delivery_for_decision(session, notice_id)) is not None:
        row.last_error = error_code
        row.next_try = now + timedelta(seconds=policy.rulebook.on(now).delivery.owner_silent_seconds)
        session.add(row)
