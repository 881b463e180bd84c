"""Denunciations: sealed before anything of them is written, and given out seldom, with others and with empty ones."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime, time

import orjson
from sqlmodel import Session

from services.hotline.commands import notices, read_private
from services.hotline.models.denunciations import NewDenunciation, ReleaseView, Sealed
from services.hotline.rulebook.denunciations import Recipient
from services.hotline.rules import denunciations as rules
from services.hotline.settings import Policy
from services.hotline.tables import everybody
from services.hotline.tables.denunciations import (
    ENVELOPE,
    SEALED,
    envelopes_waiting,
    forget,
    last_release,
    releases,
    reports_of,
)
from shared import private
from shared.errors import found
from shared.mechanism import next_number
from shared.record import record
from shared.sealed import empty, seal
from shared.texts import new_id, new_ref
from shared.worktime import VN


def take_denunciation(
    session: Session, body: NewDenunciation, writer: str | None, ref: str, policy: Policy, now: datetime
) -> Sealed:
    """Seal it to who is competent and keep the envelope under this reference: nothing else is written, and nothing
    says when. `writer` writes it down for somebody; nobody does for who writes themselves. Raises Refused
    `not_by_this_desk` (403), `unknown_official` (422), `not_taken_here`, `no_rule_in_force` (422)."""
    book, people = policy.denunciations, everybody(session)
    row = rules.competence(book, body.accused, now)
    if writer is not None:
        rules.check_writer(row, writer, body.official_id, people)
    recipient = rules.recipient_of(book, row, body.official_id, people)
    put_away(session, recipient, body.model_dump(mode="json", exclude_none=True), ref, policy, now)
    theirs = book.of_recipient(recipient.code, now.astimezone(VN).date()) or row
    return Sealed(recipient=recipient.code, where=theirs.where_vi, notices=notices(policy, ["sealed"], now))


def put_away(
    session: Session, recipient: Recipient, content: Mapping[str, object], ref: str, policy: Policy, now: datetime
) -> None:
    """Keep what is said in an envelope of this recipient."""
    said = {**content, "told_at": now.astimezone(VN).isoformat()}
    envelope = seal(orjson.dumps(said), recipient.keys)
    private.put_right(
        session, ref, {ENVELOPE: envelope}, purpose=SEALED, until=_until(now.astimezone(VN).date(), policy)
    )


def is_release_due(session: Session, policy: Policy, now: datetime) -> bool:
    """Whether envelopes are to be given out."""
    return rules.is_release_due(policy.denunciations, last_release(session), now) is not None


def release(session: Session, policy: Policy, now: datetime) -> bool:
    """Give the envelopes out, with empty ones among them, each under a new reference and in an order of chance; false
    when it is not the day."""
    next_number(session.connection(), f"release-{policy.unit}")  # of two at once, one waits here for the other
    last = last_release(session)
    rule = rules.is_release_due(policy.denunciations, last, now)
    if rule is None:
        return False
    waiting = envelopes_waiting(session)
    envelopes = [envelope for _, envelope in waiting]
    envelopes += [empty() for _ in range(rules.envelopes_at_once(len(waiting), rule) - len(waiting))]
    secrets.SystemRandom().shuffle(envelopes)
    forget(session, [ref for ref, _ in waiting])
    given = [(new_id(), new_ref("env")) for _ in envelopes]
    until = _until(now.astimezone(VN).date(), policy)
    for (_, ref), envelope in zip(given, envelopes, strict=True):
        private.keep(session, ref, {ENVELOPE: envelope}, purpose=SEALED, until=until)
    record(session, *rules.release(rule, given, last=last, now=now), at=now)
    return True


def releases_for(session: Session, official: str, policy: Policy) -> list[ReleaseView]:
    """How many envelopes were given out and when, for who holds a key. Raises Refused `release_not_found` (404)."""
    found(policy if policy.denunciations.opens(official) else None, "release")
    return [ReleaseView(released_on=day, since=since, envelopes=many) for day, since, many in releases(session)]


def bundle_of(session: Session, day: str, official: str, policy: Policy, now: datetime) -> str:
    """The envelopes of a day, one a line after its report's id, for who holds a key; the reading is recorded. Raises
    Refused `release_not_found` (404)."""
    known = _day(day) if policy.denunciations.opens(official) else None
    rows = reports_of(session, known) if known else []
    found(rows or None, "release")
    kept = [(row.report_id, row.envelope_ref) for row in rows]
    read = [(report, read_private(session, ref, (ENVELOPE,), SEALED, official, now)) for report, ref in kept]
    return "".join(f"{report} {values[ENVELOPE]}\n" for report, values in read if ENVELOPE in values)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # no day, so nothing was given out on it
        return None


def _until(day: date, policy: Policy) -> datetime:
    """In whole days, as all that is said of an envelope."""
    return private.years_from(datetime.combine(day, time(), VN), policy.private_years)
