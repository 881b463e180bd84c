"""Hotline's tables, and the questions asked of them. Every row here is the fold of events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.hotline.rules import Case, Person, Status
from services.hotline.rules.clocks import Clock
from services.hotline.rules.life import OPEN
from services.hotline.tables.answers import PublishedAnswer as PublishedAnswer
from services.hotline.tables.answers import WithheldAnswer as WithheldAnswer
from services.hotline.tables.base import Private as Private
from services.hotline.tables.base import Table as Table
from services.hotline.tables.calls import MissedCall as MissedCall
from services.hotline.tables.clocks import ComplaintClock as ComplaintClock
from services.hotline.tables.clocks import most_used, shares_of_the_first
from services.hotline.tables.clusters import ClusterMember as ClusterMember
from services.hotline.tables.clusters import ReportCluster as ReportCluster
from services.hotline.tables.denunciations import SealedReport as SealedReport
from services.hotline.tables.erased import ERASED, WHOM
from services.hotline.tables.erased import PrivateErased as PrivateErased
from services.hotline.tables.file_days import PrivateFileDay as PrivateFileDay
from services.hotline.tables.files import ComplaintFile as ComplaintFile
from services.hotline.tables.ladder import Escalation as Escalation
from services.hotline.tables.risk import Petition as Petition
from services.hotline.tables.risk import SettlementRisk as SettlementRisk
from services.hotline.tables.risk import SettlementStep as SettlementStep
from services.hotline.tables.sheets import AllottedNumber as AllottedNumber
from services.hotline.tables.sheets import CallSheet as CallSheet
from services.hotline.tables.shifts import DeskShift as DeskShift
from services.hotline.tables.shifts import LineTest as LineTest
from shared.calendars import calendar_of
from shared.mechanism import Instant, private
from shared.worktime import Calendar

HOLDER = "receipt-holder"
"""Who reads an answer with the code of the receipt: nobody we know."""
NO_OFFICIAL = (HOLDER, "")
"""They, and the office itself when the time comes."""
_SELDOM = ("referred_at", "asked_at", "supplemented_at", "reopened_at", "closed_at")
TOLD = ("triaged_at", "answered_at", *_SELDOM)
"""When something happened to a report that everybody may know of, beside its being filed."""


class Complaint(Table, table=True):
    """A report and where it is. Whom it is about stands in no row before a human has verified it."""

    __table_args__ = (
        sa.Index("ix_complaint_kind_filed_at", "kind", "filed_at"),
        sa.Index("ix_complaint_kind_triaged_at", "kind", "triaged_at"),
        sa.Index("ix_complaint_kind_answered_at", "kind", "answered_at"),
        sa.Index("ix_complaint_status_due_at", "status", "due_at"),
        *(
            sa.Index(
                f"ix_complaint_kind_{moment}",
                "kind",
                moment,
                sqlite_where=sa.text(f"{moment} IS NOT NULL"),
                postgresql_where=sa.text(f"{moment} IS NOT NULL"),
            )
            for moment in _SELDOM
        ),
        sa.Index("ix_complaint_taken_by_filed_at", "taken_by", "filed_at"),
    )

    complaint_id: str = Field(primary_key=True, max_length=64)
    unit: str = Field(max_length=64)
    number: str = Field(max_length=40, index=True)
    channel: str = Field(max_length=16)
    via: str | None = Field(default=None, max_length=64)
    """The message channel that handed it over."""
    taken_by: str | None = Field(default=None, max_length=64)
    entered_late: bool = False
    """Written on paper while the system was down, and entered afterwards."""
    reporter_ref: str | None = Field(default=None, max_length=64)
    text_ref: str = Field(max_length=64)
    receipt_sha256: str = Field(max_length=64)
    filed_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant, index=True)
    due_arithmetic: dict[str, Any] = Field(sa_type=sa.JSON)
    status: str = Field(max_length=16)
    kind: str | None = Field(default=None, max_length=16)
    category: str | None = Field(default=None, max_length=32)
    severity: str | None = Field(default=None, max_length=16)
    triaged_at: datetime | None = Field(default=None, sa_type=Instant)
    triaged_by: str | None = Field(default=None, max_length=64)
    acknowledge_by: datetime | None = Field(default=None, sa_type=Instant)
    attribution_ref: str | None = Field(default=None, max_length=64)
    attributed_by: str | None = Field(default=None, max_length=64)
    meant_ref: str | None = Field(default=None, max_length=64)
    """Whom somebody meant who may not say it; what is attributed goes before it."""
    answer_ref: str | None = Field(default=None, max_length=64)
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    answered_by: str | None = Field(default=None, max_length=64)
    outcome: str | None = Field(default=None, max_length=16)
    finding: str | None = Field(default=None, max_length=16)
    conduct: str | None = Field(default=None, max_length=16)
    verified_at: datetime | None = Field(default=None, sa_type=Instant)
    event_id: str = Field(max_length=36)
    """The event that filed it."""
    assignee: str | None = Field(default=None, max_length=64, index=True)
    """In whose hands it is; nobody's are the desk's."""
    assigned_at: datetime | None = Field(default=None, sa_type=Instant)
    taken_up_at: datetime | None = Field(default=None, sa_type=Instant)
    referral_ref: str | None = Field(default=None, max_length=64)
    referred_at: datetime | None = Field(default=None, sa_type=Instant)
    given_back_ref: str | None = Field(default=None, max_length=64)
    question_ref: str | None = Field(default=None, max_length=64)
    asked_at: datetime | None = Field(default=None, sa_type=Instant)
    supplement_ref: str | None = Field(default=None, max_length=64)
    supplemented_at: datetime | None = Field(default=None, sa_type=Instant)
    unsettled_ref: str | None = Field(default=None, max_length=64)
    reopened: int = 0
    reopened_at: datetime | None = Field(default=None, sa_type=Instant)
    closing_reason: str | None = Field(default=None, max_length=16)
    closing_ref: str | None = Field(default=None, max_length=64)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    guidance_ref: str | None = Field(default=None, max_length=64)
    guided_at: datetime | None = Field(default=None, sa_type=Instant)
    admission_ref: str | None = Field(default=None, max_length=64)
    admitted_at: datetime | None = Field(default=None, sa_type=Instant)
    part_of: str | None = Field(default=None, max_length=64, index=True)
    """The report that it was made of."""
    body_asked: int = 0
    """How often the competent body was asked again."""
    merged_into: str | None = Field(default=None, max_length=64, index=True)
    """The report that it is answered with, or was."""
    set_aside: list[list[Any]] | None = Field(default=None, sa_type=sa.JSON)
    """The clocks that merging ended: code and which of this name, each."""
    separated_ref: str | None = Field(default=None, max_length=64)

    def case(self, accused: str | None = None, clocks: Sequence[Clock] = ()) -> Case:
        """What the rules see of it."""
        return Case(
            self.complaint_id,
            Status(self.status),
            self.category,
            self.due_at,
            accused,
            self.finding,
            self.conduct,
            self.brought_by,
            self.assignee,
            self.severity,
            self.channel,
            tuple(clocks),
            self.asked_at is not None,
            self.reopened,
            self.taken_up_at is not None,
            self.kind,
        )

    @property
    def concerns_ref(self) -> str | None:
        """Where it is kept whom it is about, said or meant."""
        return self.attribution_ref or self.meant_ref

    @property
    def told_at(self) -> datetime:
        """When something last happened to it that everybody may know of."""
        since: list[datetime] = [at for name in TOLD if (at := getattr(self, name)) is not None]
        return max([self.filed_at, *since])

    @property
    def brought_by(self) -> frozenset[str]:
        """Who took the call, and who attributed it: they do not verify it."""
        return frozenset(who for who in (self.taken_by, self.attributed_by) if who is not None)


class OfficialRow(Table, table=True):
    """An official whom personnel appointed."""

    official_id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=200)
    post: str = Field(max_length=200)
    heads_up_to: str | None = Field(default=None, max_length=64)
    relatives: list[str] = Field(sa_type=sa.JSON)
    roles: list[str] | None = Field(default=None, sa_type=sa.JSON)
    """None for whom personnel appointed before this was kept."""

    def person(self) -> Person:
        """What the rules see of them."""
        roles = None if self.roles is None else frozenset(self.roles)
        return Person(self.heads_up_to, frozenset(self.relatives), roles)


class CalendarDay(Table, table=True):
    """A day that personnel declared off or worked."""

    day: date = Field(primary_key=True)
    kind: str = Field(max_length=4)
    basis: str = Field(max_length=200)


def complaint_for_decision(session: Session, complaint_id: str) -> Complaint | None:
    """A report, locked until the transaction ends."""
    return session.get(Complaint, complaint_id, with_for_update=True)


def complaint_by_number(session: Session, number: str) -> Complaint | None:
    """The report with this number."""
    return session.exec(select(Complaint).where(Complaint.number == number)).first()


def complaint_seen_by(session: Session, complaint_id: str, official: str, desk: bool = True) -> Complaint | None:
    """A report, unless it is attributed to whoever looks; away from the desk, if it is in their hands."""
    query = seen_by(official, desk).where(Complaint.complaint_id == complaint_id)
    found: Complaint | None = session.exec(query).first()
    return found


_OPEN = col(Complaint.status).in_([each.value for each in OPEN])


def complaints_seen_by(
    session: Session, official: str, now: datetime, limit: int = 100, desk: bool = True
) -> list[Complaint]:
    """The reports, without those attributed to whoever looks (away from the desk, those in their hands): first what has
    no answer, by how much of its clock is used up, what nobody has before what somebody has; then the others."""
    if desk and (used := shares_of_the_first(session, now, limit)) is not None:
        its = (col(Complaint.complaint_id), col(Complaint.assignee).is_(None), Complaint.due_at, Complaint.number)
        asked = seen_by(official, desk).where(_OPEN, its[0].in_(used)).with_only_columns(*its)
        if len(rows := session.connection().execute(asked).all()) >= limit:
            first = [row[0] for row in sorted(rows, key=lambda row: (-used[row[0]], not row[1], *row[2:]))[:limit]]
            those = {each.complaint_id: each for each in session.exec(select(Complaint).where(its[0].in_(first)))}
            return [those[each] for each in first]
    found = list(session.exec(_waiting(official, desk, most_used(now)).limit(limit)))
    if len(found) == limit:
        return found
    ended = seen_by(official, desk).where(~_OPEN).order_by(col(Complaint.due_at), col(Complaint.number))
    return found + list(session.exec(ended.limit(limit - len(found))))


def _waiting(official: str, desk: bool, used: Any) -> Any:
    """What has no answer, in the order of the queue."""
    share = sa.func.coalesce(used.c.used, 0)
    held = sa.case((col(Complaint.assignee).is_(None), 0), else_=1)
    clock = used.c.complaint_id == col(Complaint.complaint_id)
    query = seen_by(official, desk).where(_OPEN).join(used, clock, isouter=True)
    return query.order_by(share.desc(), held, col(Complaint.due_at), col(Complaint.number))


def count_open_reports(session: Session) -> int:
    """How many reports wait for their answer. Those that concern an official are left out: whoever is accused would
    count one that no list shows them."""
    nobodys = (col(Complaint.attribution_ref).is_(None), col(Complaint.meant_ref).is_(None))
    return session.exec(select(sa.func.count()).select_from(Complaint).where(_OPEN, *nobodys)).one()


def phone_reports_since(session: Session, official: str, since: datetime, limit: int = 20) -> list[Complaint]:
    """The reports that an official took by telephone from a moment on, the newest first."""
    taken = (Complaint.taken_by == official, col(Complaint.filed_at) >= since, Complaint.channel == "phone")
    newest = (col(Complaint.filed_at).desc(), col(Complaint.number).desc())
    return list(session.exec(seen_by(official, desk=True).where(*taken).order_by(*newest).limit(limit)))


def seen_by(official: str, desk: bool) -> Any:
    """The reports, without those attributed to whoever looks; away from the desk, those in their hands."""
    seen = select(Complaint).where(~concerns(official))
    return seen if desk else seen.where(Complaint.assignee == official)


def concerns(official: str) -> Any:
    """Asks whether a report is attributed to this official, who then sees nothing of it. Once it is erased to whom it
    is, no official does: nobody knows from whom to keep it."""
    about = sa.func.coalesce(col(Complaint.attribution_ref), col(Complaint.meant_ref))
    names = (official,) if official == HOLDER else (official, ERASED)
    named = (private.c.ref == about, private.c.field == WHOM, private.c.value.in_(names))
    return sa.exists(sa.select(private.c.ref).where(*named))


def next_unobjected(session: Session, now: datetime) -> str | None:
    """The answered report whose time to object was over first."""
    objecting = (ComplaintClock.code == "objection", col(ComplaintClock.outcome).is_(None), ComplaintClock.due_at < now)
    query = select(Complaint.complaint_id).join(
        ComplaintClock, col(ComplaintClock.complaint_id) == col(Complaint.complaint_id)
    )
    query = query.where(Complaint.status == Status.ANSWERED.value, *objecting).order_by(col(ComplaintClock.due_at))
    return session.exec(query).first()


def everybody(session: Session) -> dict[str, Person]:
    """Every official with whoever heads them and their relatives."""
    rows = session.exec(select(OfficialRow))
    return {row.official_id: row.person() for row in rows}


def officials_by_name(session: Session) -> list[OfficialRow]:
    """Every official, for a list to choose from."""
    return list(session.exec(select(OfficialRow).order_by(OfficialRow.name, OfficialRow.official_id)))


def working_calendar(session: Session) -> Calendar:
    """The calendar in force: the seeded one, and what personnel declared, which wins."""
    return calendar_of(session, CalendarDay)
