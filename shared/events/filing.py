"""Events of a filing online: from its registration until it is received as a dossier, or ends without one. Owner:
services/intake."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from shared.events.base import Event, Privacy, fact
from shared.events.intake import ARITHMETIC, DOSSIER, STATUS, TEXT, StopReason, SupplementReason

FILING = "01997e3c-5a00-7000-8000-000000000005"
VISIT = "01997e3c-5a00-7000-8000-000000000006"
RefusalReason = Literal["not_competent", "not_eligible", "papers_missing", "papers_invalid", "filed_twice"]


class FilingRegistered(Event, service="intake", about="filing_id", privacy=Privacy.OPEN, begins=True):
    """A citizen filed online: registered, and not yet received; the office has to look, and to answer, by its dates."""

    filing_id: str = fact("The filing.", example=FILING)
    status_code: int = fact(STATUS, example=1)
    portal_number: str = fact("Its number at the portal.", example="G22.99.01-260605-000123")
    procedure: str = fact("National code of the procedure.", example="1.001193")
    procedure_version: str = fact("First day of the procedure version in force.", example="2025-07-01")
    papers: list[str] = fact("Codes of the papers that came with it.", example=["giay_chung_sinh"], default=[])
    applicant_ref: str = fact("Random reference to the applicant in intake's private table.", example="prs_5d0c1a")
    filed_at: datetime = fact("When the citizen filed.", example="2026-06-05T16:20:00+07:00")
    registered_by: str = fact("Who took it over from the portal.", example="off-clerk-1")
    department: str = fact("The department that would handle it.", example="dep-hanh-chinh-cong")
    look_by: datetime = fact("Until when somebody has to look at it.", example="2026-06-08T09:00:00+07:00")
    answer_by: datetime = fact(
        "Until when it is received, or papers are asked for.", example="2026-06-08T17:00:00+07:00"
    )
    answer_by_arithmetic: dict[str, Any] = fact("How that date was reached.", example=ARITHMETIC)


class FilingSupplementRequested(Event, service="intake", about="filing_id", privacy=Privacy.OPEN):
    """The citizen was asked in writing for all that is missing, at once (form M02)."""

    filing_id: str = fact("The filing.", example=FILING)
    status_code: int = fact(STATUS, example=5)
    papers: list[str] = fact("Codes of the papers asked for.", example=["giay_chung_sinh"])
    reason_code: SupplementReason = fact("Why, by code.", example="papers_unclear")
    details_ref: str | None = fact(
        "Reference to what was written to the citizen, in intake's private table.", example=TEXT, default=None
    )
    requested_by: str = fact("Who asked.", example="off-clerk-1")
    requested_at: datetime = fact("When.", example="2026-06-08T10:00:00+07:00")
    supplement_by: datetime = fact("Until when they may come.", example="2026-06-29T10:00:00+07:00")
    supplement_by_arithmetic: dict[str, Any] = fact("How that date was reached.", example=ARITHMETIC)
    visit_id: str | None = fact(
        "The visit to the counter of whoever filed it, which goes on.", example=VISIT, default=None
    )


class FilingAccepted(Event, service="intake", about="filing_id", privacy=Privacy.OPEN):
    """It was complete and is received: `DossierReceived` beside it says all else."""

    filing_id: str = fact("The filing.", example=FILING)
    status_code: int = fact(STATUS, example=2)
    dossier_id: str = fact("The dossier that it became.", example=DOSSIER)
    accepted_by: str = fact("Who received it.", example="off-clerk-1")
    accepted_at: datetime = fact("When.", example="2026-06-08T10:00:00+07:00")


class FilingRefused(Event, service="intake", about="filing_id", privacy=Privacy.OPEN):
    """It is not received: in writing, with the reason and its legal basis (form M03)."""

    filing_id: str = fact("The filing.", example=FILING)
    status_code: int = fact(STATUS, example=3)
    reason_code: RefusalReason = fact("Why, by code.", example="not_competent")
    basis: str = fact("Number of the act, and its article.", example="118/2025/NĐ-CP, Điều 17")
    details_ref: str | None = fact(
        "Reference to what was written to the citizen, in intake's private table.", example=TEXT, default=None
    )
    refused_by: str = fact("Who signed.", example="off-clerk-1")
    refused_at: datetime = fact("When.", example="2026-06-08T10:00:00+07:00")


class FilingWithdrawn(Event, service="intake", about="filing_id", privacy=Privacy.OPEN):
    """The citizen took it back before it was received."""

    filing_id: str = fact("The filing.", example=FILING)
    status_code: int = fact(STATUS, example=7)
    recorded_by: str = fact("Who wrote it down.", example="off-clerk-1")
    withdrawn_at: datetime = fact("When.", example="2026-06-08T10:00:00+07:00")


class FilingClosed(Event, service="intake", about="filing_id", privacy=Privacy.OPEN):
    """What was asked for did not come in its time: it is closed in writing, with its legal basis (form M05), and the
    citizen may file anew."""

    filing_id: str = fact("The filing.", example=FILING)
    status_code: int = fact(STATUS, example=8)
    reason_code: StopReason = fact("Why, by code.", example="supplement_lapsed", default="supplement_lapsed")
    basis: str | None = fact(
        "The act that lets it be closed, as intake's rules name it; none where that was not recorded.",
        example="NĐ 297/2025/NĐ-CP",
        default=None,
    )
    closed_by: str = fact("Who closed it.", example="off-clerk-1")
    closed_at: datetime = fact("When.", example="2026-06-30T08:00:00+07:00")


class FilingUnanswered(Event, service="intake", about="filing_id", privacy=Privacy.OPEN):
    """The office has neither received it nor asked for papers in its time: told once."""

    filing_id: str = fact("The filing.", example=FILING)
    answer_by: datetime = fact("The date that has passed.", example="2026-06-08T17:00:00+07:00")
    procedure: str = fact("National code of the procedure.", example="1.001193")
    department: str = fact("The department that would handle it.", example="dep-hanh-chinh-cong")
    noticed_at: datetime = fact("When it was noticed.", example="2026-06-08T17:00:01+07:00")
