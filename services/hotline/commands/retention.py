"""What was promised to be kept no longer is erased, a little at a time; and what a report says of that afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from services.hotline.commands import refs_of
from services.hotline.settings import Policy
from services.hotline.tables import Complaint
from services.hotline.tables.erased import days_erased
from services.hotline.tables.file_days import forget_days
from services.hotline.tables.files import refs_of_files
from services.hotline.tables.retention import erase_fields, erase_files, had_a_night
from shared.worktime import VN

FIELDS_AT_ONCE, FILES_AT_ONCE = 200, 10
"""Of one transaction, for which whoever reports something at that moment waits."""


@dataclass(frozen=True)
class Erased:
    """How much one transaction erased."""

    fields: int
    files: int

    def __bool__(self) -> bool:
        return bool(self.fields or self.files)


def erase_what_is_over(session: Session, policy: Policy, now: datetime) -> Erased:
    """Erase the next private fields and files that are kept longer than was promised, and the counts of yesterday.

    A clock that has just jumped by years would erase all, for good: fields and files wait until the office has had a
    night by it, of which the nightly call that tries the line out tells.
    """
    today = now.astimezone(VN).date()
    forget_days(session, today)
    if policy.calls.line_test(today) is not None and not had_a_night(session, now):
        return Erased(0, 0)
    return Erased(erase_fields(session, now, FIELDS_AT_ONCE), erase_files(session, now, FILES_AT_ONCE))


def erased_of(session: Session, complaint: Complaint) -> dict[str, date]:
    """What of a report was erased because its time was over, and the day on which that was: by the first of its private
    fields, `reporter` or `files` (of several files the last day)."""
    named = refs_of(complaint) | dict.fromkeys(refs_of_files(session, complaint.complaint_id), "files")
    if complaint.reporter_ref:
        named[complaint.reporter_ref] = "reporter"
    return days_erased(session, named)
