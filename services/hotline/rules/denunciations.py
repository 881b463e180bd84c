"""Denunciations (tố cáo): who is competent, who may write one down, and when envelopes are given out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from services.hotline.rulebook.denunciations import Accused, Competence, DenunciationBook, Recipient, ReleaseRule
from services.hotline.rules import People, conflict
from shared.errors import Refused
from shared.events.denunciations import RestrictedReportReceived
from shared.worktime import VN


def competence(book: DenunciationBook, accused: Accused, now: datetime) -> Competence:
    """Whose it is on this day. Raises Refused `no_rule_in_force` (422)."""
    found = book.competence(accused, now.astimezone(VN).date())
    if found is None:
        raise Refused("no_rule_in_force", "No rule says who is competent on this day.", status=422)
    return found


def recipient_of(book: DenunciationBook, row: Competence, official: str | None, people: People) -> Recipient:
    """Who opens it: the competent one, or who is above where one of their holders is the accused official, is headed by
    them or related to them (Luật 25/2018). Raises Refused `unknown_official` (422), `not_taken_here`."""
    if official is not None and official not in people:
        raise Refused("unknown_official", "No official of this unit has this id.", status=422)
    for code in (row.recipient, row.above):
        recipient = book.recipients.get(code) if code else None
        if recipient is not None and not concerns(recipient, official, people):
            return recipient
    raise Refused("not_taken_here", f"This office cannot seal it to who is competent. {row.where_en}")


def concerns(recipient: Recipient, official: str | None, people: People) -> bool:
    """Whether any holder of these keys has a stake in what is said of this official."""
    return official is not None and any(conflict(each, official, people) for each in recipient.officials)


def check_writer(row: Competence, writer: str, official: str | None, people: People) -> None:
    """Nobody writes down what is said of themselves, of who heads them or of a relative. Raises Refused
    `not_by_this_desk` (403), without saying which."""
    if row.heads_us or (official is not None and conflict(writer, official, people) is not None):
        detail = f"Nobody here writes this down for somebody: they write it themselves, or go there. {row.where_en}"
        raise Refused("not_by_this_desk", detail, status=403)


def is_release_due(book: DenunciationBook, last: date | None, now: datetime) -> ReleaseRule | None:
    """The row by which envelopes are to be given out now; none when it is too early, or nobody has keys."""
    day = now.astimezone(VN).date()
    rule = book.release(day) if book.recipients else None
    if rule is None or (last is not None and day < last + timedelta(days=rule.every_days)):
        return None
    return rule


def envelopes_at_once(waiting: int, rule: ReleaseRule) -> int:
    """How many are given out: what the row says, or the next multiple of it."""
    return max(1, -(-waiting // rule.envelopes)) * rule.envelopes


def release(
    rule: ReleaseRule, refs: Sequence[tuple[str, str]], *, last: date | None, now: datetime
) -> list[RestrictedReportReceived]:
    """Envelopes (report, reference) are given out together, as of this day."""
    day = now.astimezone(VN).date()
    return [
        RestrictedReportReceived(
            report_id=report,
            envelope_ref=ref,
            since=last or day - timedelta(days=rule.every_days),
            released_on=day,
            rule=f"release@{rule.valid_from.isoformat()}",
        )
        for report, ref in refs
    ]
