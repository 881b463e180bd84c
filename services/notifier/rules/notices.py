"""The rules of notices: who is told what, once; how they are reached; when to try again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.notifier.rulebook import Delivery
from services.notifier.rules.follow_ups import same_id
from shared.events.notifier import NoticeIntended, Purpose

CONCERNED = "concerned"
"""Stands for the official a flag is about, whom no internal event may name."""
BY_HOTLINE = "by-hotline"
"""Stands for whom hotline tells of a report that concerns an official: a name would say whom it does not concern."""
Owner = Literal["intake", "hotline", "personnel"]
Step = Literal["raised", "informed", "explained", "lapsed", "decided"]
Way = Literal["mail", "mailbox", "none", "erased"]


@dataclass(frozen=True)
class Case:
    """What a notice is about."""

    case_id: str
    number: str


def to_citizen(
    purpose: Purpose, case: Case, ref: str, owner: Owner, because: str, at: datetime, about: datetime | None = None
) -> NoticeIntended:
    """A citizen is to be told; `because` is the id of the event that led to it."""
    return NoticeIntended(
        notice_id=same_id(because, ref, purpose),
        purpose=purpose,
        recipient_kind="citizen",
        recipient=ref,
        owner=owner,
        case_id=case.case_id,
        case_number=case.number,
        about_due_at=about,
        due_at=at,
    )


def to_official(
    purpose: Purpose,
    case: Case,
    official: str,
    because: str,
    at: datetime,
    about: datetime | None = None,
    *,
    rung: int | None = None,
    step: Step | None = None,
    owner: Owner = "personnel",
) -> NoticeIntended:
    """An official is to be told; `because` names the cause and its occurrence. Where no event may say who it is,
    `official` is a reference and its `owner` knows them."""
    return NoticeIntended(
        notice_id=same_id(because, official, purpose),
        purpose=purpose,
        recipient_kind="official",
        recipient=official,
        owner=owner,
        case_id=case.case_id,
        case_number=case.number,
        about_due_at=about,
        rung=rung,
        step=step,
        due_at=at,
    )


def by_hotline(
    purpose: Purpose, case: Case, because: str, at: datetime, about: datetime, *, rung: int
) -> NoticeIntended:
    """Whoever is on this rung for a report that concerns an official is to be told: hotline says who that is, as it
    leaves."""
    return to_official(purpose, case, BY_HOTLINE, because, at, about, rung=rung, owner="hotline")


def way_to(contact: Mapping[str, str], *, citizen: bool, by_mail: bool) -> Way:
    """How somebody is reached: by mail where there is a server, else through the mailbox, from which letters and
    text messages are taken; not at all without phone and e-mail; `erased` when the owner keeps nothing of a citizen."""
    if citizen and not any(contact.values()):
        return "erased"
    if contact.get("email") and by_mail:
        return "mail"
    return "mailbox" if contact.get("email") or contact.get("phone") else "none"


def next_try(attempts: int, now: datetime, delivery: Delivery) -> datetime | None:
    """When to try again after so many failed attempts; none when a person has to do it."""
    if attempts >= delivery.attempts:
        return None
    return now + timedelta(seconds=delivery.delays_seconds[attempts - 1])
