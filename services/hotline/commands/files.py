"""Files that come with a report: kept before the fact of it, checked each time somebody who may open it reads them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlmodel import Session

from services.hotline import commands
from services.hotline.commands import heard, life, reading
from services.hotline.commands.file_budget import no_room_for
from services.hotline.models import Purpose
from services.hotline.models.files import (
    CameWith,
    FileRead,
    FileView,
    HeardWithFiles,
    MovedWithFiles,
    NewFile,
    Over,
    ReceiptWithFiles,
)
from services.hotline.models.life import Supplement, Told
from services.hotline.models.messages import Reported
from services.hotline.rules.files import check_count, said_of
from services.hotline.rules.life import Hand
from services.hotline.settings import Policy
from services.hotline.tables import Complaint, complaint_by_number, complaint_seen_by
from services.hotline.tables.files import ComplaintFile, files_of, store_file, stored_file
from shared import private
from shared.errors import Refused, found
from shared.events.files import ComplaintFilesReceived, FileReceived
from shared.record import record
from shared.texts import new_ref
from shared.worktime import VN

log = structlog.get_logger()


@dataclass(frozen=True)
class Came:
    """With what files came, and whose they are: of the official who wrote that down, or of a sender."""

    came_with: CameWith
    by: str | None
    sender: str = ""


def file_with(
    session: Session,
    body: Reported,
    files: Sequence[NewFile],
    operator: str | None,
    policy: Policy,
    now: datetime,
    sender: str = "",
) -> ReceiptWithFiles:
    """Take a report in with its files, all of them, or none where they are above a budget of the day. `sender` is whose
    they are who is not signed in. Raises Refused."""
    _check(files, policy, now)
    receipt = commands.file_complaint(session, body, operator, policy, now)
    over = _attach(session, receipt.complaint_id, files, Came("report", operator, sender), policy, now)
    return ReceiptWithFiles(**receipt.model_dump(), files_over=over)


def supplement_with(
    session: Session,
    number: str,
    body: Told,
    files: Sequence[NewFile],
    policy: Policy,
    now: datetime,
    sender: str = "",
) -> HeardWithFiles:
    """What was asked for, with its files. Raises Refused as `heard.supplement` does."""
    _check(files, policy, now)
    done = heard.supplement(session, number, body, policy, now)
    complaint = found(complaint_by_number(session, number), "complaint")
    over = _attach(session, complaint.complaint_id, files, Came("supplement", None, sender), policy, now)
    return HeardWithFiles(**done.model_dump(), files_over=over)


def write_supplement_with(
    session: Session,
    complaint_id: str,
    body: Supplement,
    files: Sequence[NewFile],
    by: Hand,
    policy: Policy,
    now: datetime,
) -> MovedWithFiles:
    """The same, written down at the desk. Raises Refused as `life.supplement` does."""
    _check(files, policy, now)
    done = life.supplement(session, complaint_id, body, by, policy, now)
    over = _attach(session, complaint_id, files, Came("supplement", by.official), policy, now)
    return MovedWithFiles(**done.model_dump(), files_over=over)


def _check(files: Sequence[NewFile], policy: Policy, now: datetime) -> None:
    rule = policy.files.rule(now.astimezone(VN).date())
    if files and rule is None:
        raise Refused("no_rule_in_force", "No row says what may come with a report on this day.", status=422)
    if rule is not None:
        check_count(files, rule)


def _attach(
    session: Session, complaint_id: str, files: Sequence[NewFile], came: Came, policy: Policy, now: datetime
) -> Over | None:
    """Keep these files, the same one once, and then record that they came; or say whose budget they are above."""
    once = {file.content: file for file in files}
    if over := no_room_for(session, sum(map(len, once)), came.by, came.sender, policy, now):
        _tell_the_desk(session, complaint_id, len(once), came, policy, now)
        return over
    until, received = private.years_from(now, policy.private_years), []
    for each in once.values():
        ref, salt = new_ref("fil"), secrets.token_hex(16)
        store_file(session, ref, each.content, salt, purpose="complaint", until=until)
        said = {"kind": each.kind, "bytes": len(each.content), "sha256": said_of(each.content, salt)}
        received.append(FileReceived.model_validate({"file_ref": ref, **said}))
    if received:
        event = ComplaintFilesReceived(
            complaint_id=complaint_id,
            files=received,
            came_with=came.came_with,
            recorded_by=came.by,
            received_at=now.astimezone(VN),
        )
        record(session, event, at=now)
    return None


def _tell_the_desk(session: Session, complaint_id: str, files: int, came: Came, policy: Policy, now: datetime) -> None:
    """Whoever reads the report reads beside it that files are to be asked for."""
    complaint, later = session.get_one(Complaint, complaint_id), came.came_with == "supplement"
    ref = complaint.supplement_ref if later else complaint.text_ref
    field = "later_files_not_taken" if later else "files_not_taken"
    commands.keep(session, str(ref), {field: str(files)}, policy, now)


def files_for(session: Session, complaint_id: str, reader: str, desk: bool) -> list[FileView]:
    """The files of a report, for whoever may open it. Raises Refused `complaint_not_found` (404)."""
    found(complaint_seen_by(session, complaint_id, reader, desk), "complaint")
    return [view_of(row) for row in files_of(session, complaint_id)]


def view_of(row: ComplaintFile) -> FileView:
    """A file as it is shown."""
    return FileView.model_validate(row.model_dump() | {"received_at": row.received_at.astimezone(VN)})


def read_file(
    session: Session, complaint_id: str, file_ref: str, purpose: Purpose, reader: str, now: datetime, desk: bool = True
) -> FileRead:
    """A file of a report, for whoever may open it; the reading is recorded.

    Raises Refused `complaint_not_found`, `file_not_found` (both 404; the second also for what was erased), and
    `file_changed` for what is missing or no longer what was handed over.
    """
    complaint = found(complaint_seen_by(session, complaint_id, reader, desk), "complaint")
    known = {row.file_ref: (nth, row) for nth, row in enumerate(files_of(session, complaint_id), 1)}
    nth, row = found(known.get(file_ref), "file")
    stored = found(stored_file(session, file_ref), "file")
    if not stored.whole or said_of(stored.content, stored.salt) != row.sha256:
        log.error("file.changed", complaint_id=complaint_id, file_ref=file_ref)
        detail = "This file is no longer what was handed over: tell whoever runs the system, who has backups."
        raise Refused("file_changed", detail)
    view = view_of(row)
    record(session, reading(file_ref, ["content"], purpose, reader), at=now)
    return FileRead(view.kind, stored.content, complaint.number, nth)
