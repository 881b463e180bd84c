"""What notifier does when the time comes: one item a call, true when there was one. The leader runs them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import nats.errors
import structlog
from sqlmodel import Session

from services.notifier.commands import flags, follow_ups, notices
from services.notifier.commands.notices import Errand
from services.notifier.gateways import Gateways, Undelivered
from services.notifier.letters import letter
from services.notifier.rules.notices import BY_HOTLINE, way_to
from services.notifier.settings import Policy
from services.notifier.tables.deliveries import next_delivery
from services.notifier.tables.flags import next_expiry, next_lapse
from services.notifier.tables.follow_ups import next_escalation, next_reminder
from shared.clock import Clock
from shared.database import Database

log = structlog.get_logger()

Ask = Callable[[str, str, dict[str, Any]], Awaitable[Mapping[str, Any]]]
"""Request-reply with the service that holds an address: service, question, body."""


@dataclass(frozen=True)
class Work:
    """What the jobs work with."""

    db: Database
    clock: Clock
    policy: Policy
    ask: Ask
    gateways: Gateways


async def remind(work: Work) -> bool:
    """Send the reminder that is due longest."""
    return await _next(work, next_reminder, follow_ups.remind)


async def escalate(work: Work) -> bool:
    """Tell the next rung of the promise that is overdue longest."""
    return await _next(work, next_escalation, follow_ups.escalate)


async def lapse(work: Work) -> bool:
    """Close the window for an explanation that passed first."""
    return await _next(work, next_lapse, flags.lapse)


async def expire(work: Work) -> bool:
    """Let the flag go whose twelve months passed first."""
    return await _next(work, next_expiry, flags.expire)


async def _next(
    work: Work,
    find: Callable[[Session, datetime], str | None],
    act: Callable[[Session, str, Policy, datetime], bool],
) -> bool:
    now = work.clock.now()
    item = await work.db.read(find, now)
    return item is not None and await work.db.write(act, item, work.policy, now)


async def deliver(work: Work) -> bool:
    """Let the next notice out, and record what became of it."""
    notice_id = await work.db.read(next_delivery, work.clock.now())
    errand = await work.db.read(notices.errand, notice_id) if notice_id is not None else None
    if errand is None:
        return False
    try:
        contact = await _contact(work, errand)
    except (nats.errors.Error, TimeoutError):
        await work.db.write(notices.postponed, errand.notice_id, "owner_silent", work.policy, work.clock.now())
        return True
    try:
        await _let_out(work, errand, contact)
    except Undelivered as why:
        await work.db.write(notices.failed, errand.notice_id, why.code, work.policy, work.clock.now())
        log.warning("notice.undelivered", notice_id=errand.notice_id, code=why.code)
    return True


async def _contact(work: Work, errand: Errand) -> dict[str, str]:
    """How to reach them; of an official whom no event names, their own service is asked first who it is."""
    recipient = errand.recipient
    if errand.owner == "hotline" and not errand.citizen:
        known = await _told_by_hotline(work, errand)
        if not (recipient := str(known.get("told") or "")):
            return {}
    who, owner = ("ref", errand.owner) if errand.citizen else ("official_id", "personnel")
    answer = await work.ask(owner, "contact", {who: recipient, "purpose": errand.purpose})
    return {name: str(value) for name, value in answer.items() if value}


async def _told_by_hotline(work: Work, errand: Errand) -> Mapping[str, Any]:
    """Who is told of what concerns an official: as it was recorded, or whoever is on this rung now."""
    if errand.recipient == BY_HOTLINE:
        turn = {"complaint_id": errand.case_id, "rung": errand.rung or 1, "purpose": errand.purpose}
        return await work.ask("hotline", "whose_turn", turn)
    return await work.ask("hotline", "contact", {"ref": errand.recipient, "purpose": errand.purpose})


async def _let_out(work: Work, errand: Errand, contact: dict[str, str]) -> None:
    """By mail, through the mailbox, on paper, or not at all. Raises Undelivered."""
    key, out = errand.notice_id, work.gateways
    text = letter(errand, contact, work.policy)
    way = way_to(contact, citizen=errand.citizen, by_mail=out.mail is not None)
    if way == "mail" and out.mail is not None:
        await out.mail.send(key, contact["email"], text)
        await work.db.write(notices.sent, key, "mail", work.clock.now())
    elif way == "mailbox":
        await out.mailbox.send(key, contact.get("email") or contact["phone"], text)
        await work.db.write(notices.sent, key, "mailbox", work.clock.now())
    else:
        if way == "none" and errand.citizen:
            await out.paper.send(key, contact.get("full_name", ""), text)
        await work.db.write(notices.suppressed, key, "erased" if way == "erased" else "no_contact", work.clock.now())
