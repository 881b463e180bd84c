"""What this door says of a service, of a report and of what happened to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from services.hotline.models import Receipt
from services.hotline.open311 import words
from services.hotline.open311.objects import Created, CreatedOnce, Service, ServiceRequest, State, Update
from services.hotline.rulebook import Notice
from services.hotline.rulebook.open311 import GeoReport, ServiceRow
from services.hotline.tables import Complaint, PublishedAnswer
from services.hotline.tables.open311 import Step
from shared.events.hotline import ClosingReason
from shared.web.language import Words
from shared.web.words import Language
from shared.worktime import VN
from shared.worktime.wording import moment_words

MEANWHILE = ("asked", "referred", "reopened")
"""States that are told as they are; of another, how far the report came."""
CLOSED: dict[str, State] = dict.fromkeys(("early", "on_time", "late", *get_args(ClosingReason)), "closed")
"""What ends a report, as the standard has it: an answer, by its outcome, or an end without one, by its reason."""


@dataclass(frozen=True)
class Speaker:
    """Who answers, in which language, on the grounds of which rulebook."""

    georeport: GeoReport
    unit_name: str
    words: Words
    now: datetime

    @property
    def language(self) -> Language:
        """The reader's."""
        return self.words.language

    def moment(self, at: datetime) -> str:
        """A moment as people here say it."""
        return moment_words(at.astimezone(VN), self.language)

    def service(self, row: ServiceRow) -> Service:
        """A service, in the reader's language."""
        vi = self.language == "vi"
        return Service(
            service_code=row.code,
            service_name=row.vi if vi else row.en,
            description=row.about_vi if vi else row.about_en,
            metadata=False,
            type="realtime",
            keywords=", ".join(row.keywords_vi if vi else row.keywords_en),
            group=row.group_vi if vi else row.group_en,
        )

    def request(self, complaint: Complaint, published: tuple[PublishedAnswer, str] | None = None) -> ServiceRequest:
        """What is public of a report, its answer as everybody may read it among it. What it is about is said only of
        what a human found to be a report (PAKN), of a category that lists may show."""
        _, row = self.words, self.shown(complaint)
        ended = complaint.outcome or complaint.closing_reason
        came = "triaged" if complaint.triaged_at else "filed"
        stands = ended or (complaint.status if complaint.status in MEANWHILE else came)
        return ServiceRequest(
            service_request_id=complaint.number,
            status=CLOSED.get(stands, "open"),
            status_notes=self._notes(stands, published),
            service_name=self.service(row).service_name if row else _(words.UNSORTED),
            service_code=row.code if row else None,
            description=None,
            agency_responsible=_(words.AGENCY, unit=self.unit_name),
            service_notice=_(words.DUE, due=self.moment(complaint.due_at)),
            requested_datetime=w3c(complaint.filed_at),
            updated_datetime=w3c(max(complaint.told_at, published[0].published_at) if published else complaint.told_at),
            expected_datetime=w3c(complaint.due_at),
        )

    def _notes(self, stands: str, published: tuple[PublishedAnswer, str] | None) -> str:
        """How a report stands, and of one that is over its answer, which stays in Vietnamese."""
        said = self.words(words.STANDS[stands])
        return f"{said}: {published[1]}" if published and stands in CLOSED else said

    def update(self, step: Step) -> Update:
        """What is public of something that happened. Its id is another when it happens again."""
        status = CLOSED.get(step.what, "open")
        return Update(
            update_id=f"{step.number}-{step.what}-{int(step.at.timestamp())}",
            service_request_id=step.number,
            status=status,
            updated_datetime=w3c(step.at),
            description=self.words(words.STANDS[step.what]),
        )

    def shown(self, complaint: Complaint) -> ServiceRow | None:
        """The service that a report is shown under, if it may be."""
        if complaint.kind != "pakn" or complaint.category is None:
            return None
        row = self.georeport.service(complaint.category, self.now.astimezone(VN).date())
        return row if row is not None and row.listed else None

    def created(self, receipt: Receipt, law: Notice | None) -> CreatedOnce:
        """The number, and in the notice the code with which the answer is read, and what the law makes us say."""
        said = {"number": receipt.number, "code": receipt.receipt_code, "due": self.moment(receipt.due_at)}
        notice = self.words(words.FILED, **said)
        if law is not None:
            notice += f" {law.vi if self.language == 'vi' else law.en}"
        return CreatedOnce([Created(service_request_id=receipt.number, service_notice=notice)])


def w3c(moment: datetime) -> str:
    """A moment as the standard writes it: to the second, with its offset."""
    return moment.astimezone(VN).isoformat(timespec="seconds")
