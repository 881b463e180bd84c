"""What can be asked of personnel: plain functions, one transaction each."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlmodel import Session

from services.personnel import rules
from services.personnel.models import (
    CalendarView,
    Coverage,
    DayReceipt,
    DayToDeclare,
    DayView,
    PledgeReceipt,
    PledgeToSign,
    SessionToken,
)
from services.personnel.settings import Policy
from services.personnel.tables import (
    CalendarDay,
    Department,
    Member,
    Pledge,
    day_for_decision,
    member_for_decision,
    members,
    pledges_of,
    working_calendar,
)
from shared.errors import Refused, found
from shared.events import Event
from shared.record import record
from shared.tokens import issue
from shared.worktime import SEEDED_OVERRIDES, VN, NoteCode


def open_register(session: Session, policy: Policy, now: datetime) -> bool:
    """Record whatever of the register and the seeded calendar is not there yet; true when anything was missing."""
    first: list[tuple[Event, datetime]] = []
    for department in policy.register.departments:
        if session.get(Department, department.department_id) is None:
            first.append((rules.opened(department), department.opened_at))
    for official in policy.register.officials:
        if session.get(Member, official.official_id) is None:
            first.append((rules.appointed(official), official.appointed_at))
    for override in SEEDED_OVERRIDES:
        if session.get(CalendarDay, override.day) is None:
            first.append((rules.seeded_day(override, now), now))
    for event, at in first:
        record(session, event, at=at)
    return bool(first)


def sign_pledge(session: Session, body: PledgeToSign, official: str, policy: Policy, now: datetime) -> PledgeReceipt:
    """The official who asks signs the year's pledge. Raises Refused."""
    if body.official_id != official:
        raise Refused("not_yourself", "Everybody signs for themselves.", status=403)
    signer = found(member_for_decision(session, official), "official").colleague()
    witness = session.get(Member, body.witness)
    event = rules.sign_pledge(
        signer,
        witness.colleague() if witness else None,
        rules.text_in_force(policy.pledges, now.astimezone(VN).date()),
        year=body.year,
        read_version=body.text_version,
        already=session.get(Pledge, rules.pledge_id(official, body.year)) is not None,
        now=now,
    )
    receipt = record(session, event, at=now)
    return PledgeReceipt(**event.model_dump(), event_id=receipt.event_id, event_sha256=receipt.event_sha256)


def pledge_coverage(session: Session, year: int | None, policy: Policy, now: datetime) -> Coverage:
    """How many signed a year's pledge (this year's, when none is named). Raises Refused."""
    today = now.astimezone(VN).date()
    year = today.year if year is None else year
    text = rules.text_in_force(policy.pledges, min(today, date(year, 12, 31)))
    everybody = [row.colleague() for row in members(session)]
    signed = {row.official_id for row in pledges_of(session, year)}
    count = rules.coverage(year, everybody, signed, text.joiners, working_calendar(session), now)
    return Coverage(
        year=year,
        active=count.active,
        signed=count.signed,
        share=count.share,
        not_yet_signed=count.joining + count.missing,
        joining=count.joining,
        missing=count.missing,
        joiners=text.joiners.as_data(),
    )


def declare_day(session: Session, body: DayToDeclare, official: str, now: datetime) -> DayReceipt:
    """A leader declares a day off or worked; a day may be declared again. Raises Refused."""
    row = day_for_decision(session, body.day)
    before = row.override() if row else None
    calendar = working_calendar(session)
    event = rules.declare_day(body.day, body.kind, body.basis, before, calendar, official, now)
    receipt = record(session, event, at=now, first=row is None)
    return DayReceipt(
        day_id=event.day_id,
        day=event.day,
        kind=event.kind,
        basis=event.basis,
        event_id=receipt.event_id,
        event_sha256=receipt.event_sha256,
    )


def calendar_of(session: Session, year: int) -> CalendarView:
    """The days of a year that are not what their weekday says, and why."""
    calendar = working_calendar(session)
    declared = {each.day: each.basis for each in calendar.overrides}
    first, days = date(year, 1, 1), []
    for offset in range((date(year, 12, 31) - first).days + 1):
        note = calendar.note(first + timedelta(days=offset))
        if note is not None and note.code is not NoteCode.WEEKEND:
            kind: rules.Kind = "OFF" if note.off else "WORK"
            basis = declared.get(note.day)
            days.append(DayView(day=note.day, kind=kind, why=note.vi, why_en=note.en, basis=basis))
    return CalendarView(year=year, days=days)


def sign_in(session: Session, official_id: str, policy: Policy) -> SessionToken:
    """In a trial: a token for any official of the register. Raises Refused `not_a_trial` (403)."""
    if policy.trial_key is None:
        detail = "This office is no trial: get a token from `motcua token ROLE`."
        raise Refused("not_a_trial", detail, status=403)
    row = found(session.get(Member, official_id), "official")
    token = issue(policy.trial_key, row.official_id, policy.unit, row.roles, name=row.name)
    return SessionToken(token=token, official_id=row.official_id, name=row.name, roles=row.roles)


def mail_address(session: Session, official_id: str, policy: Policy) -> dict[str, str]:
    """Where notices to an official go; empty for somebody the register does not know."""
    row = session.get(Member, official_id)
    return {"email": f"{row.official_id}@{policy.mail_domain}"} if row else {}
