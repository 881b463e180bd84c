"""Events of notifier: notices, follow-ups and the fair procedure of a flag. Owner: services/notifier."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from shared.events.base import Event, Privacy, fact

FOLLOW_UP = "01997e3c-5a00-7000-8000-000000000005"
FLAG = "01997e3c-5a00-7000-8000-000000000006"
NOTICE = "01997e3c-5a00-7000-8000-000000000007"
Kind = Literal["result_date", "complaint_answer", "flag_explanation", "filing_answer"]
Purpose = Literal[
    "result_ready",
    "result_waiting",
    "papers_asked",
    "not_received",
    "filing_closed",
    "rescheduled",
    "deadline_suspended",
    "date_given_back",
    "rating_invitation",
    "reminder",
    "escalation",
    "complaint_answered",
    "danger",
    "flag",
]


class FollowUpOpenedV1(Event, service="notifier", about="follow_up_id", privacy=Privacy.INTERNAL, begins=True):
    """A promise of another service is watched: it has a due time, reminders, a ladder and an end."""

    follow_up_id: str = fact("The follow-up.", example=FOLLOW_UP)
    kind: Literal["result_date", "complaint_answer", "flag_explanation"] = fact(
        "What was promised.", example="result_date"
    )
    case_id: str = fact("The dossier, report or flag.", example="01997e3c-5a00-7000-8000-000000000001")
    case_number: str = fact("Its number as people say it.", example="H55.27.05-260605-0001")
    promised_by: str = fact("Id of the event that made the promise.", example="01997e3c-5a00-7000-8000-0000000000ff")
    department: str | None = fact(
        "The department that is to act, if one is.", example="dep-hanh-chinh-cong", default=None
    )
    official_id: str | None = fact(
        "Who is to act; none while nobody is, and none where that would name an official concerned by a flag.",
        example="off-clerk-1",
    )
    due_at: datetime = fact("When it is due.", example="2026-06-08T17:00:00+07:00")
    remind_at: datetime | None = fact(
        "When to remind; none where no time is left for it.", example="2026-06-05T17:00:00+07:00"
    )
    escalate_at: datetime | None = fact(
        "When the ladder begins; none where it has none.", example="2026-06-08T17:00:00+07:00", default=None
    )
    opened_at: datetime = fact("When the promise was made.", example="2026-06-05T15:01:00+07:00")


def _as_it_was(data: dict[str, Any]) -> dict[str, Any]:
    """There are more kinds and purposes since: those of before mean what they meant."""
    return data


class FollowUpOpened(
    Event,
    service="notifier",
    about="follow_up_id",
    privacy=Privacy.INTERNAL,
    begins=True,
    version=2,
    upcasts=_as_it_was,
):
    """A promise of another service is watched: it has a due time, reminders, a ladder and an end."""

    follow_up_id: str = fact("The follow-up.", example=FOLLOW_UP)
    kind: Kind = fact("What was promised.", example="result_date")
    case_id: str = fact("The dossier, report or flag.", example="01997e3c-5a00-7000-8000-000000000001")
    case_number: str = fact("Its number as people say it.", example="H55.27.05-260605-0001")
    promised_by: str = fact("Id of the event that made the promise.", example="01997e3c-5a00-7000-8000-0000000000ff")
    department: str | None = fact(
        "The department that is to act, if one is.", example="dep-hanh-chinh-cong", default=None
    )
    official_id: str | None = fact(
        "Who is to act; none while nobody is, and none where that would name an official concerned by a flag.",
        example="off-clerk-1",
    )
    due_at: datetime = fact("When it is due.", example="2026-06-08T17:00:00+07:00")
    remind_at: datetime | None = fact(
        "When to remind; none where no time is left for it.", example="2026-06-05T17:00:00+07:00"
    )
    escalate_at: datetime | None = fact(
        "When the ladder begins; none where it has none.", example="2026-06-08T17:00:00+07:00", default=None
    )
    opened_at: datetime = fact("When the promise was made.", example="2026-06-05T15:01:00+07:00")


class FollowUpReminded(Event, service="notifier", about="follow_up_id", privacy=Privacy.INTERNAL):
    """The person to act was reminded before the date."""

    follow_up_id: str = fact("The follow-up.", example=FOLLOW_UP)
    official_id: str | None = fact("Who was reminded.", example="off-clerk-1")
    reminded_at: datetime = fact("When.", example="2026-06-08T07:00:00+07:00")
    next_at: datetime | None = fact(
        "When to remind again; none after the last time.", example="2026-06-09T07:00:00+07:00", default=None
    )


class FollowUpEscalated(Event, service="notifier", about="follow_up_id", privacy=Privacy.INTERNAL):
    """The date passed: the next person on the ladder was told."""

    follow_up_id: str = fact("The follow-up.", example=FOLLOW_UP)
    to_official_id: str = fact("Who was told.", example="off-head-1")
    rung: int = fact("Which rung of the ladder, from 1.", example=1)
    escalated_at: datetime = fact("When.", example="2026-06-08T17:00:01+07:00")
    next_at: datetime | None = fact("When the next rung is told; none at the top.", example="2026-06-09T17:00:00+07:00")


class FollowUpMoved(Event, service="notifier", about="follow_up_id", privacy=Privacy.INTERNAL):
    """The promise has a new date, or another person is to act."""

    follow_up_id: str = fact("The follow-up.", example=FOLLOW_UP)
    official_id: str | None = fact("Who is to act.", example="off-officer-1")
    due_at: datetime = fact("When it is due.", example="2026-06-10T17:00:00+07:00")
    remind_at: datetime | None = fact(
        "When to remind; none where it was done or no time is left.", example="2026-06-09T17:00:00+07:00"
    )
    escalate_at: datetime | None = fact(
        "When the next rung is told; none at the top.", example="2026-06-10T17:00:00+07:00", default=None
    )
    rung: int = fact("Rungs of the ladder told so far, of this date.", example=0, default=0)
    moved_at: datetime = fact("When.", example="2026-06-08T08:00:00+07:00")


class FollowUpClosed(Event, service="notifier", about="follow_up_id", privacy=Privacy.INTERNAL):
    """The promise was kept, in time or late."""

    follow_up_id: str = fact("The follow-up.", example=FOLLOW_UP)
    closed_by: str = fact("Id of the event that ended it.", example="01997e3c-5a00-7000-8000-0000000000fe")
    closed_at: datetime = fact("When.", example="2026-06-08T10:00:00+07:00")
    in_time: bool = fact("Whether the date was kept.", example=True)


class NoticeIntendedV1(Event, service="notifier", about="notice_id", privacy=Privacy.INTERNAL, begins=True):
    """Somebody is to be told something; the outcome follows as sent, suppressed or failed, always one of them."""

    notice_id: str = fact("The notice.", example=NOTICE)
    purpose: Literal[
        "result_ready", "rescheduled", "rating_invitation", "reminder", "escalation", "complaint_answered", "flag"
    ] = fact("What for.", example="result_ready")
    recipient_kind: Literal["citizen", "official"] = fact("Whom.", example="citizen")
    recipient: str = fact(
        "Reference or official id, never an address; `concerned` stands for the official a flag is about.",
        example="prs_5d0c1a",
    )
    owner: Literal["intake", "hotline", "personnel"] = fact("The service that holds the address.", example="intake")
    case_id: str = fact("What it is about.", example="01997e3c-5a00-7000-8000-000000000001")
    case_number: str = fact("Its number.", example="H55.27.05-260605-0001")
    about_due_at: datetime | None = fact(
        "The date that the notice speaks of, if any.", example="2026-06-08T17:00:00+07:00", default=None
    )
    step: Literal["raised", "informed", "explained", "lapsed", "decided"] | None = fact(
        "For a flag: which step.", example=None, default=None
    )
    rung: int | None = fact("For an escalation: the rung told.", example=1, default=None)
    due_at: datetime = fact("When to send it.", example="2026-06-08T10:00:00+07:00")


class NoticeIntended(
    Event,
    service="notifier",
    about="notice_id",
    privacy=Privacy.INTERNAL,
    begins=True,
    version=2,
    upcasts=_as_it_was,
):
    """Somebody is to be told something; the outcome follows as sent, suppressed or failed, always one of them."""

    notice_id: str = fact("The notice.", example=NOTICE)
    purpose: Purpose = fact("What for.", example="result_ready")
    recipient_kind: Literal["citizen", "official"] = fact("Whom.", example="citizen")
    recipient: str = fact(
        "Reference or official id, never an address; `concerned` stands for the official a flag is about.",
        example="prs_5d0c1a",
    )
    owner: Literal["intake", "hotline", "personnel"] = fact("The service that holds the address.", example="intake")
    case_id: str = fact("What it is about.", example="01997e3c-5a00-7000-8000-000000000001")
    case_number: str = fact("Its number.", example="H55.27.05-260605-0001")
    about_due_at: datetime | None = fact(
        "The date that the notice speaks of, if any.", example="2026-06-08T17:00:00+07:00", default=None
    )
    step: Literal["raised", "informed", "explained", "lapsed", "decided"] | None = fact(
        "For a flag: which step.", example=None, default=None
    )
    rung: int | None = fact("For an escalation: the rung told.", example=1, default=None)
    due_at: datetime = fact("When to send it.", example="2026-06-08T10:00:00+07:00")


class NoticeSent(Event, service="notifier", about="notice_id", privacy=Privacy.INTERNAL):
    """The notice left."""

    notice_id: str = fact("The notice.", example=NOTICE)
    means: Literal["mail", "mailbox"] = fact("By which means.", example="mailbox")
    sent_at: datetime = fact("When.", example="2026-06-08T10:00:01+07:00")
    attempts: int = fact("How many tries it took.", example=1)


class NoticeSuppressed(Event, service="notifier", about="notice_id", privacy=Privacy.INTERNAL):
    """The notice was not sent, for a reason that somebody can act on."""

    notice_id: str = fact("The notice.", example=NOTICE)
    reason: Literal["no_contact", "erased"] = fact("Why.", example="no_contact")
    suppressed_at: datetime = fact("When.", example="2026-06-08T10:00:01+07:00")


class NoticeFailed(Event, service="notifier", about="notice_id", privacy=Privacy.INTERNAL):
    """All tries failed; a person has to do it."""

    notice_id: str = fact("The notice.", example=NOTICE)
    attempts: int = fact("How many tries.", example=8)
    error_code: str = fact("The last error by code; no text.", example="smtp_refused")
    failed_at: datetime = fact("When.", example="2026-06-09T10:00:01+07:00")


class FlagRaised(Event, service="notifier", about="flag_id", privacy=Privacy.RESTRICTED, begins=True):
    """Verified facts met a rule: a human is asked to look. No sanction follows from it."""

    flag_id: str = fact("The flag.", example=FLAG)
    official_id: str = fact("The official concerned.", example="off-clerk-1")
    rule: str = fact("The rule and its version.", example="repeated_harassment@2025-07-01")
    rule_sha256: str = fact("SHA-256 of the rule's text as data.", example="aa" * 32)
    evidence: list[str] = fact("Ids of the events it rests on.", example=["01997e3c-5a00-7000-8000-0000000000f1"])
    complaints: list[str] = fact("The verified reports.", example=["01997e3c-5a00-7000-8000-000000000002"])
    reporters: list[str] = fact("Officials who reported, if any: they may not review.", example=[], default=[])
    excluded: list[str] = fact("Who may not review: accused, relatives, subordinates, reporters.", example=[])
    raised_at: datetime = fact("When.", example="2026-06-11T09:00:01+07:00")
    expires_at: datetime = fact("When it expires (12 months).", example="2027-06-11T09:00:01+07:00")


class FlagReviewed(Event, service="notifier", about="flag_id", privacy=Privacy.RESTRICTED):
    """A human who is not concerned looked at the facts."""

    flag_id: str = fact("The flag.", example=FLAG)
    reviewer: str = fact("Who looked.", example="off-leader-1")
    proceed: bool = fact("Whether the official is to be asked.", example=True)
    reviewed_at: datetime = fact("When.", example="2026-06-12T09:00:00+07:00")


class OfficialInformed(Event, service="notifier", about="flag_id", privacy=Privacy.RESTRICTED):
    """The official was told what is said and asked to explain within five working days."""

    flag_id: str = fact("The flag.", example=FLAG)
    informed_by: str = fact("Who told them.", example="off-leader-1")
    informed_at: datetime = fact("When.", example="2026-06-12T10:00:00+07:00")
    explain_by: datetime = fact("Until when.", example="2026-06-19T10:00:00+07:00")


class ExplanationGiven(Event, service="notifier", about="flag_id", privacy=Privacy.RESTRICTED):
    """The official explained."""

    flag_id: str = fact("The flag.", example=FLAG)
    explanation_ref: str = fact("Reference to the text in notifier's private table.", example="txt_8a")
    explained_at: datetime = fact("When.", example="2026-06-15T09:00:00+07:00")


class ExplanationLapsed(Event, service="notifier", about="flag_id", privacy=Privacy.RESTRICTED):
    """The window for the explanation passed unused."""

    flag_id: str = fact("The flag.", example=FLAG)
    lapsed_at: datetime = fact("When.", example="2026-06-19T10:00:00+07:00")


class FlagDecided(Event, service="notifier", about="flag_id", privacy=Privacy.RESTRICTED):
    """The finding after an explanation or a lapsed window. A council's outcome is another matter."""

    flag_id: str = fact("The flag.", example=FLAG)
    finding: Literal["unfounded", "coaching", "refer_to_council"] = fact("The finding.", example="coaching")
    evidence: list[str] = fact("Ids of the events it rests on.", example=["01997e3c-5a00-7000-8000-0000000000f1"])
    reasons_ref: str = fact("Reference to the reasons in notifier's private table.", example="txt_8b")
    decided_by: str = fact("Who decided.", example="off-leader-1")
    decided_at: datetime = fact("When.", example="2026-06-20T09:00:00+07:00")


class FlagExpired(Event, service="notifier", about="flag_id", privacy=Privacy.RESTRICTED):
    """Twelve months passed: the flag counts no more, whatever was found, and nothing may follow from it."""

    flag_id: str = fact("The flag.", example=FLAG)
    expired_at: datetime = fact("When.", example="2027-06-11T09:00:01+07:00")


class PrivateDataRead(Event, service="notifier", about="reading_id", privacy=Privacy.INTERNAL, begins=True):
    """Somebody read an explanation or reasons: who, which (by reference) and what for."""

    reading_id: str = fact("This reading.", example="01997e3c-5a00-7000-8000-0000000000ad")
    ref: str = fact("Which text, by reference.", example="txt_8a")
    fields: list[str] = fact("Names of the fields read.", example=["explanation"])
    purpose: str = fact("What for.", example="decision")
    reader: str = fact("The official or service who read.", example="off-leader-1")
