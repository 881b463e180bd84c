"""Events of personnel: departments, officials, pledges and the working calendar. Owner: services/personnel."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.events.base import Event, Privacy, fact

Role = Literal["clerk", "officer", "head", "operator", "leader", "admin"]


class UnitOpened(Event, service="personnel", about="department_id", privacy=Privacy.OPEN, begins=True):
    """A department of the commune exists."""

    department_id: str = fact("The department.", example="dep-hanh-chinh-cong")
    name: str = fact("Its name.", example="Trung tâm Phục vụ hành chính công")
    opened_at: datetime = fact("Since when.", example="2025-07-01T00:00:00+07:00")


class OfficialAppointed(Event, service="personnel", about="official_id", privacy=Privacy.INTERNAL, begins=True):
    """An official took a post. Their name stands on the badge and the door; it is no citizen's data."""

    official_id: str = fact("The official.", example="off-clerk-1")
    name: str = fact("As on the badge.", example="Trần Thu Hà")
    post: str = fact("The post.", example="Công chức tiếp nhận")
    department_id: str = fact("The department.", example="dep-hanh-chinh-cong")
    heads_up_to: str | None = fact("Who heads them; none for the chair.", example="off-head-1")
    relatives: list[str] = fact("Officials declared as relatives.", example=[], default=[])
    roles: list[Role] = fact("What they may do.", example=["clerk"])
    appointed_at: datetime = fact("Since when.", example="2025-07-01T00:00:00+07:00")


class PledgeSigned(Event, service="personnel", about="pledge_id", privacy=Privacy.INTERNAL, begins=True):
    """An official signed the year's pledge not to harass or obstruct citizens."""

    pledge_id: str = fact("The pledge, one per official and year.", example="off-clerk-1-2026")
    official_id: str = fact("Who signed.", example="off-clerk-1")
    year: int = fact("For which year.", example=2026)
    text_version: str = fact("Which text.", example="2025-07")
    text_sha256: str = fact("SHA-256 of the text signed.", example="ef" * 32)
    signed_at: datetime = fact("When.", example="2026-01-05T08:00:00+07:00")
    witness: str = fact("The official who witnessed it.", example="off-leader-1")


class CalendarDayDeclared(Event, service="personnel", about="day_id", privacy=Privacy.OPEN):
    """A day is declared off or worked, against the standing calendar. Dates already promised never move later."""

    day_id: str = fact("The day as an aggregate.", example="day-2026-01-02")
    day: date = fact("The day.", example="2026-01-02")
    kind: Literal["OFF", "WORK"] = fact("Off or worked.", example="OFF")
    basis: str = fact("The act that declares it.", example="CV 12729/VPCP-KGVX")
    declared_at: datetime = fact("When.", example="2025-12-20T08:00:00+07:00")
    declared_by: str = fact("The official, or `rulebook` for a day that a release brings.", example="off-leader-1")
