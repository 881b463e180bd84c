"""A report that says several things, and one that is a denunciation: sealed, and taken out of where it was read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from services.hotline import rules
from services.hotline.commands import KEPT, decide_on, keep, law_of, moved, next_complaint_number
from services.hotline.commands.denunciations import put_away
from services.hotline.commands.merging import let_go
from services.hotline.commands.put_right import put_right
from services.hotline.models import Moved
from services.hotline.models.messages import OF_REPORTER
from services.hotline.models.parts import Kept, Part, Split, TakenOut
from services.hotline.rules import denunciations, endings, parts
from services.hotline.rules.clocks import turn
from services.hotline.rules.life import Hand, Law
from services.hotline.settings import Policy
from services.hotline.tables import Complaint, PublishedAnswer, everybody
from services.hotline.tables.denunciations import forget
from services.hotline.tables.files import files_of, forget_files, stored_file
from shared import private
from shared.errors import Refused, found
from shared.events.hotline import ComplaintFiled
from shared.record import record
from shared.texts import new_id, new_ref
from shared.worktime import VN

SAID_LATER = ("supplement_ref", "unsettled_ref")
"""Where it is kept what the reporter said besides."""


def split(session: Session, complaint_id: str, body: Split, by: Hand, policy: Policy, now: datetime) -> Moved:
    """Make reports of their own of what it says besides, with its reporter, its receipt code and its time. Raises
    Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    law, people = law_of(session, policy), everybody(session)
    made = [_part(session, complaint, law, policy, now) for _ in body.parts]
    event = parts.split(law, case, people, [each.complaint_id for each in made], by, now)
    reporter = private.look(session, complaint.reporter_ref, OF_REPORTER) if complaint.reporter_ref else {}
    filed_at, concerns_ref = complaint.filed_at, complaint.concerns_ref
    for each, part in zip(made, body.parts, strict=True):
        _keep_part(session, each, part, reporter, policy, now)
    record(session, *made, at=filed_at)
    if concerns_ref:
        _keep_away(session, made, concerns_ref, policy, now)
    done = moved(session, complaint, [event], now)
    put_right(session, complaint, body.rest, by.official, policy, now)
    return done


def _keep_away(
    session: Session, made: Sequence[ComplaintFiled], concerns_ref: str, policy: Policy, now: datetime
) -> None:
    """Whom the whole is about, said or meant, sees nothing of its parts either, until somebody without a stake says
    whom they are about."""
    whom = private.look(session, concerns_ref, ("official_id", "conduct", "meant_by"))
    refs = [new_ref("att") for _ in made]
    for ref in refs:
        keep(session, ref, whom, policy, now)
    record(session, *(parts.as_the_whole(each, ref, now) for each, ref in zip(made, refs, strict=True)), at=now)


def _part(session: Session, whole: Complaint, law: Law, policy: Policy, now: datetime) -> ComplaintFiled:
    """A report filed when the whole was: every one of its clocks counts from then."""
    at = whole.filed_at
    clocks = turn(law.rulebook, (), ["filed"], channel=whole.channel, calendar=law.calendar, now=at)
    event = rules.file(
        rules.clock(policy.rulebook, "pakn_answer", at),
        law.calendar,
        complaint_id=new_id(),
        number=next_complaint_number(session, policy, now),
        channel="phone" if whole.channel == "phone" else "web",
        reporter_ref=new_ref("prs") if whole.reporter_ref else None,
        text_ref=new_ref("txt"),
        receipt_sha256=whole.receipt_sha256,
        taken_by=whole.taken_by,
        clocks=clocks,
        now=at,
        entered_late=whole.entered_late,
        via=whole.via,
    )
    return event.model_copy(update={"part_of": whole.part_of or whole.complaint_id})


def _keep_part(
    session: Session, event: ComplaintFiled, part: Part, reporter: dict[str, str], policy: Policy, now: datetime
) -> None:
    keep(session, event.text_ref, part.model_dump(), policy, now)
    if event.reporter_ref:
        keep(session, event.reporter_ref, reporter, policy, now)


def take_out(session: Session, complaint_id: str, body: TakenOut, by: Hand, policy: Policy, now: datetime) -> Kept:
    """Seal all that its reporter said to who is competent, and keep only what is left of it; with nothing left, close
    it as any that is not for this line. No event says what happened. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, by.official, by.desk)
    law, people, book = law_of(session, policy), everybody(session), policy.denunciations
    parts.check_taken_out(law, case, people, body.official_id, by, now)
    files = [each.file_ref for each in files_of(session, complaint_id)]
    if files and not body.files_handed_over:
        detail = "An envelope holds no files: hand them to who is competent, and say so."
        raise Refused("files_not_sealed", detail)
    row = denunciations.competence(book, body.accused, now)
    recipient = denunciations.recipient_of(book, row, body.official_id, people)
    ref = new_ref("txt")
    closed = endings.reject(law, case, people, ref, by, now) if body.rest is None else None
    said = _all_said(session, complaint)
    reporter = private.look(session, complaint.reporter_ref, OF_REPORTER) if complaint.reporter_ref else {}
    whom = body.model_dump(mode="json", exclude={"rest", "files_handed_over"}, exclude_none=True)
    content = said | whom | ({"denouncer": reporter} if reporter else {}) | _files_said(session, files)
    put_away(session, recipient, content, new_ref("env"), policy, complaint.filed_at)
    forget_files(session, files)
    forget(session, [later for column in SAID_LATER if (later := getattr(complaint, column))])
    put_right(session, complaint, body.rest, by.official, policy, now)
    if published := session.get(PublishedAnswer, complaint_id):
        forget(session, [published.published_ref])
    complaint = session.get_one(Complaint, complaint_id)
    if body.rest is not None:
        return Kept(complaint_id=complaint_id, status=complaint.status)
    kept = [getattr(complaint, column) for column in KEPT] + [complaint.reporter_ref]
    forget(session, [each for each in kept if each])
    _tell_where(session, ref, policy, now)
    assert closed is not None, "nothing is left of it"
    record(session, closed, at=now)
    let_go(session, complaint_id, policy, now)
    return Kept(complaint_id=complaint_id, status=closed.status)


def _all_said(session: Session, complaint: Complaint) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in ("text_ref", *SAID_LATER):
        if ref := getattr(complaint, column):
            found |= private.look(session, ref, KEPT[column])
    return found


def _files_said(session: Session, refs: Sequence[str]) -> dict[str, list[str]]:
    """By what those who open the envelope know the files that they were handed."""
    known = [sha256(kept.content).hexdigest() for ref in refs if (kept := stored_file(session, ref))]
    return {"files_sha256": known} if known else {}


def _tell_where(session: Session, ref: str, policy: Policy, now: datetime) -> None:
    """What the holder of the receipt code reads: the sentence that everybody reads on the form."""
    sentence = found(policy.rulebook.notice("denunciation", now.astimezone(VN).date()), "notice")
    keep(session, ref, {"rejection": sentence.vi}, policy, now)
