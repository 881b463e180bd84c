"""A report as its page shows it, and whom it offers there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from services.hotline.commands.retention import erased_of
from services.hotline.rules import conflict
from services.hotline.rules.life import HANDS
from services.hotline.tables import (
    Complaint,
    ComplaintClock,
    Escalation,
    OfficialRow,
    complaint_seen_by,
    everybody,
    officials_by_name,
)
from services.hotline.tables.clocks import clocks_of
from services.hotline.tables.dangers import escalations_of
from services.hotline.tables.files import ComplaintFile, files_of
from services.hotline.tables.merging import lead_seen_by, merged_seen_by
from services.hotline.tables.parts import parts_seen_by
from shared.errors import found

Names = list[tuple[str, str]]
"""Officials to choose from: id, name and post."""


@dataclass(frozen=True)
class Opened:
    """A report, and the people whom its page names."""

    complaint: Complaint
    clocks: list[ComplaintClock]
    told: Escalation | None
    everybody: Names
    takers: Names
    """Who may have it in their hands."""
    parts: list[Complaint]
    """The other parts of what was one report, of which this official may know."""
    lead: Complaint | None
    """The report that it is answered with; beside it those that are answered with it, where this is the desk."""
    merged: list[Complaint]
    files: list[ComplaintFile]
    erased: dict[str, date]
    """What of it was erased because its time was over, and on which day that was."""


def opened(session: Session, complaint_id: str, official: str, desk: bool, accused: str) -> Opened:
    """A report as this official sees it. `accused` is whom it is about, where they have just read that: only then does
    the list leave out whom it may not be given to, since it would say without a reading whom it is about.

    Raises Refused `complaint_not_found` (404).
    """
    complaint = found(complaint_seen_by(session, complaint_id, official, desk), "complaint")
    rows, people = officials_by_name(session), everybody(session)
    free = [each for each in rows if not accused or conflict(each.official_id, accused, people) is None]
    clocks, told = clocks_of(session, [complaint_id]), escalations_of(session, [complaint_id])
    parts, takers = parts_seen_by(session, complaint, official, desk), who_may(free, HANDS)
    files, own = files_of(session, complaint_id), clocks[complaint_id]
    lead, merged = lead_seen_by(session, complaint, official, desk), []
    if desk:
        merged = merged_seen_by(session, complaint, official)
    at, erased = told.get(complaint_id), erased_of(session, complaint)
    return Opened(complaint, own, at, named(rows), takers, parts, lead, merged, files, erased)


def named(rows: Sequence[OfficialRow]) -> Names:
    """These officials, for a list to choose from."""
    return [(each.official_id, f"{each.name} · {each.post}") for each in rows]


def who_may(rows: Sequence[OfficialRow], roles: Collection[str]) -> Names:
    """Those of them who have one of these roles, as far as is known."""
    return named([each for each in rows if each.person().may(roles)])
