"""What can be asked of hotline: plain functions, one transaction each."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlmodel import Session

from services.hotline import rules
from services.hotline.commands.public import publicity
from services.hotline.models import (
    Attributed,
    Attribution,
    ComplaintText,
    Moved,
    PublicStatus,
    Purpose,
    Receipt,
    Verification,
)
from services.hotline.models.messages import MessageReport, Reported
from services.hotline.rulebook import NoticeCode
from services.hotline.rules.clocks import turn
from services.hotline.rules.life import Law, check_free
from services.hotline.settings import Policy
from services.hotline.tables import (
    HOLDER,
    NO_OFFICIAL,
    Complaint,
    complaint_by_number,
    complaint_for_decision,
    complaint_seen_by,
    everybody,
    working_calendar,
)
from services.hotline.tables.clocks import clocks_of
from services.hotline.tables.erased import ERASED, WHOM, days_erased
from services.hotline.tables.merging import lead_seen_by
from services.hotline.tables.parts import parts_seen_by
from shared import private
from shared.errors import Refused, found
from shared.events import Event
from shared.events.hotline import ClosingReason, PrivateDataRead
from shared.mechanism import next_number
from shared.record import record
from shared.texts import code_sha256, new_code, new_id, new_ref
from shared.worktime import VN, Outcome, because_of

OF_AN_APP = ("service_code", "lat", "long", "address_id", "media_url")
TEXTS = ("text", "place", "dossier_number", *OF_AN_APP)
KEPT = {
    "text_ref": (*TEXTS, "files_not_taken"),
    "answer_ref": ("answer",),
    "referral_ref": ("body", "told"),
    "given_back_ref": ("given_back",),
    "question_ref": ("question",),
    "supplement_ref": ("supplement", "later_files_not_taken"),
    "unsettled_ref": ("unsettled",),
    "closing_ref": ("rejection", "withdrawal"),
    "guidance_ref": ("guided_to", "guided_where", "guided_told"),
    "admission_ref": ("admission",),
    "separated_ref": ("separated",),
}
"""The private fields of a report, by the column that refers to them."""
TO_HOLDER = ("answer_ref", "referral_ref", "question_ref", "closing_ref", "guidance_ref")
"""What is said to whoever holds the receipt code."""


def file_complaint(session: Session, body: Reported, operator: str | None, policy: Policy, now: datetime) -> Receipt:
    """Take a report in: number, code, promise, private text and fact in one commit. Raises Refused."""
    law = law_of(session, policy)
    calendar, rule = law.calendar, rules.clock(policy.rulebook, "pakn_answer", now)
    code, text_ref = new_code(), new_ref("txt")
    reporter_ref = new_ref("prs") if body.reporter else None
    event = rules.file(
        rule,
        calendar,
        complaint_id=new_id(),
        number=next_complaint_number(session, policy, now),
        channel=body.channel,
        via=body.via if isinstance(body, MessageReport) else None,
        reporter_ref=reporter_ref,
        text_ref=text_ref,
        receipt_sha256=code_sha256(code),
        taken_by=operator,
        clocks=turn(policy.rulebook, (), ["filed"], channel=body.channel, calendar=calendar, now=now),
        now=now,
    )
    keep(session, text_ref, body.model_dump(include=set(TEXTS)), policy, now)
    if reporter_ref and body.reporter:
        keep(session, reporter_ref, body.reporter.model_dump(), policy, now)
    receipt = record(session, event, at=now)
    return Receipt(
        complaint_id=event.complaint_id,
        number=event.number,
        receipt_code=code,
        filed_at=event.filed_at,
        due_at=event.due_at,
        due_because=because_of(event.due_arithmetic),
        notices=notices(policy, ["denunciation"], now),
        event_id=receipt.event_id,
        event_sha256=receipt.event_sha256,
    )


def attribute(
    session: Session, complaint_id: str, body: Attribution, official: str, policy: Policy, now: datetime
) -> Moved:
    """Say whose conduct a report is about, in the private table alone. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, official)
    ref, people = new_ref("att"), everybody(session)
    event = rules.attribute(case, accused=body.official_id, people=people, attribution_ref=ref, by=official, now=now)
    check_free(case, body.official_id, people)
    keep(session, ref, body.model_dump(), policy, now)
    return moved(session, complaint, [event], now)


def verify(
    session: Session, complaint_id: str, body: Verification, official: str, policy: Policy, now: datetime
) -> Moved:
    """Say what the check of a report about conduct found; reading whom it is about is recorded. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, official)
    ref = new_ref("txt")
    event = rules.verify(
        case if complaint.attribution_ref else replace(case, accused=None),
        finding=body.finding,
        conduct=body.conduct,
        people=everybody(session),
        evidence_ref=ref,
        by=official,
        now=now,
    )
    keep(session, ref, {"evidence": body.evidence}, policy, now)
    read = reading(str(complaint.attribution_ref), ["official_id"], "verification", official)
    return moved(session, complaint, [read, event], now)


def read_text(
    session: Session, complaint_id: str, purpose: Purpose, reader: str, now: datetime, desk: bool = True
) -> ComplaintText:
    """What was written, asked and said since; the readings are recorded. Raises Refused."""
    complaint = found(complaint_seen_by(session, complaint_id, reader, desk), "complaint")
    refs = [(ref, fields) for column, fields in KEPT.items() if (ref := getattr(complaint, column))]
    texts: dict[str, str | None] = dict.fromkeys(name for fields in KEPT.values() for name in fields)
    for ref, fields in refs:
        texts |= read_private(session, ref, fields, purpose, reader, now)
    return ComplaintText.model_validate({"complaint_id": complaint_id, **texts})


def read_attribution(session: Session, complaint_id: str, reader: str, now: datetime) -> Attributed:
    """Whom a report is about, for whoever may verify it; the reading is recorded. Raises Refused."""
    complaint = found(complaint_seen_by(session, complaint_id, reader), "complaint")
    if complaint.attribution_ref is None:
        raise Refused("not_attributed", "This report is attributed to nobody.", status=404)
    ref = complaint.attribution_ref
    accused = private.look(session, ref, ("official_id",))["official_id"]
    rules.check_verifier(complaint.case(accused), accused, reader, everybody(session))
    values = read_private(session, ref, ("official_id", "conduct"), "verification", reader, now)
    return Attributed.model_validate({"complaint_id": complaint_id, **values})


def public_status(session: Session, number: str, code: str | None, policy: Policy, now: datetime) -> PublicStatus:
    """Where a report is; its answer for the holder of the code. Raises Refused `complaint_not_found` (404)."""
    complaint, holder = found_by(session, number, code), code is not None
    said: list[NoticeCode] = ["khieu_nai"] if complaint.kind == "khieu_nai" else []
    status = PublicStatus(
        number=complaint.number,
        status=complaint.status,
        kind=cast(rules.Kind | None, complaint.kind),
        filed_at=complaint.filed_at.astimezone(VN),
        due_at=complaint.due_at.astimezone(VN),
        due_because=because_of(complaint.due_arithmetic),
        triaged_at=_local(complaint.triaged_at),
        referred_at=_local(complaint.referred_at),
        asked_at=_local(complaint.asked_at),
        reopened_at=_local(complaint.reopened_at),
        guided_at=_local(complaint.guided_at),
        admitted_at=_local(complaint.admitted_at),
        closed_at=_local(complaint.closed_at),
        closing_reason=cast(ClosingReason | None, complaint.closing_reason),
        answered_at=_local(complaint.answered_at),
        outcome=cast(Outcome | None, complaint.outcome),
        answer=None,
        notices=notices(policy, said, now),
    )
    kept: dict[str, Any] = {}
    if holder:
        kept["parts"] = [each.number for each in parts_seen_by(session, complaint, HOLDER)]
        kept["merged_into"] = (lead := lead_seen_by(session, complaint, HOLDER)) and lead.number
        kept["erased"] = days_erased(session, refs_of(complaint, TO_HOLDER))
    for column in TO_HOLDER if holder else ():
        if ref := getattr(complaint, column):
            kept |= read_private(session, ref, KEPT[column], "answer", HOLDER, now)
    return status.model_copy(update=kept | publicity(session, complaint, holder, policy, now))


def refs_of(complaint: Complaint, columns: Iterable[str] = tuple(KEPT)) -> dict[str, str]:
    """Under which references the texts of a report lie, and of each the first of its private fields."""
    return {ref: KEPT[column][0] for column in columns if (ref := getattr(complaint, column))}


def found_by(session: Session, number: str, code: str | None) -> Complaint:
    """The report with this number, which the code opens where one is given. Raises Refused `complaint_not_found`
    (404)."""
    complaint = complaint_by_number(session, number)
    if complaint is None or (code is not None and not hmac.compare_digest(complaint.receipt_sha256, code_sha256(code))):
        detail = "No report has this number and code: look at what was noted when it was filed."
        raise Refused("complaint_not_found", detail, status=404)
    return complaint


def read_private(
    session: Session, ref: str, fields: Iterable[str], purpose: str, reader: str, now: datetime
) -> dict[str, str]:
    """Private fields, read for a purpose; the reading is recorded. Empty when nothing is kept."""
    values = private.look(session, ref, fields)
    record(session, reading(ref, sorted(values), purpose, reader), at=now)
    return values


def notices(policy: Policy, codes: Iterable[NoticeCode], now: datetime) -> list[str]:
    """The sentences of the law in force, in Vietnamese."""
    day = now.astimezone(VN).date()
    return [notice.vi for code in codes if (notice := policy.rulebook.notice(code, day)) is not None]


def law_of(session: Session, policy: Policy) -> Law:
    """What every step of a report is decided by."""
    return Law(policy.moves, policy.rulebook, working_calendar(session))


def decide_on(session: Session, complaint_id: str, official: str, desk: bool = True) -> tuple[Complaint, rules.Case]:
    """A locked report and what the rules see of it. Whom it is about, said or meant, sees no report, and away from the
    desk one sees what is in one's hands: Refused `complaint_not_found`."""
    complaint = found(complaint_for_decision(session, complaint_id), "complaint")
    accused = None
    if complaint.concerns_ref:
        accused = private.look(session, complaint.concerns_ref, (WHOM,)).get(WHOM)
    seen = accused != official and (desk or complaint.assignee == official)
    if accused == ERASED:  # nobody knows from whom to keep it
        seen, accused = official in NO_OFFICIAL, None
    clocks = [each.clock() for each in clocks_of(session, [complaint_id])[complaint_id]]
    return found(complaint if seen else None, "complaint"), complaint.case(accused, clocks)


def moved(session: Session, complaint: Complaint, events: list[Event], now: datetime) -> Moved:
    """Record these facts of a report; what they did to it."""
    receipt = record(session, *events, at=now)
    after = session.get_one(Complaint, complaint.complaint_id)
    return Moved.model_validate(
        {
            **{name: getattr(after, name) for name in Moved.model_fields if hasattr(after, name)},
            "due_at": after.due_at.astimezone(VN),
            "due_because": because_of(after.due_arithmetic),
            "acknowledge_by": _local(after.acknowledge_by),
            "attributed": after.attribution_ref is not None,
            "event_id": receipt.event_id,
            "event_sha256": receipt.event_sha256,
        }
    )


def next_complaint_number(session: Session, policy: Policy, now: datetime) -> str:
    """The next number of the day: prefix, date, a serial of at least four digits."""
    day = now.astimezone(VN).strftime("%y%m%d")
    serial = next_number(session.connection(), f"complaint-{policy.number_prefix}-{day}")
    return f"{policy.number_prefix}-{day}-{serial:04d}"


def keep(session: Session, ref: str, fields: Mapping[str, str | None], policy: Policy, now: datetime) -> None:
    """Keep private fields of a report under a reference, for as long as the settings say."""
    until = private.years_from(now, policy.private_years)
    private.keep(session, ref, fields, purpose="complaint", until=until)


def reading(ref: str, fields: list[str], purpose: str, reader: str) -> PrivateDataRead:
    """The fact that somebody read them."""
    return PrivateDataRead(reading_id=new_id(), ref=ref, fields=fields, purpose=purpose, reader=reader)


def _local(moment: datetime | None) -> datetime | None:
    return moment.astimezone(VN) if moment else None
