"""A form that comes with files: read within the limits of the day, each file looked at before anything is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from services.hotline.models.files import NewFile, Over
from services.hotline.pages.file_words import (
    CHOOSE_AGAIN,
    FILE_KINDS,
    FILE_REFUSALS,
    FILES_OVER,
    Attach,
    attach_of,
    megabytes,
)
from services.hotline.rulebook.files import FilesRule
from services.hotline.rules.files import check_count, check_size, cleaned
from services.hotline.settings import Policy
from shared.doors import RateLimit, address_of, household_of
from shared.errors import Refused
from shared.http import MOST_BYTES
from shared.service import Service
from shared.web.forms import Form, read_form
from shared.web.language import Words
from shared.web.posted import Pace
from shared.worktime import VN

FILES = "files"
"""The field of the page."""
_MORE = 20
"""So many files too many are answered with a sentence on the page."""
_large = RateLimit("6/minute")


@dataclass(frozen=True)
class Sent:
    """A form and its files."""

    form: Form
    files: list[NewFile] = field(default_factory=list)
    refused: Refused | None = None
    """Why one of them is not taken."""
    sender: str = ""
    """Whose they are who is not signed in, for today alone: a digest of their address."""

    @property
    def keyed(self) -> Form:
        """The form with what its files are, by which it is known when it comes again."""
        known = tuple(sha256(each.content).hexdigest() for each in self.files)
        return replace(self.form, values={**self.form.values, FILES: known})

    def with_errors(self, others: Mapping[str, str], words: Words) -> Form:
        """The form with what is wrong, its files included; those that are not kept are to be chosen again."""
        found = dict(others)
        if self.refused is not None:
            found[FILES] = words(FILE_REFUSALS[self.refused.code])
        elif found and self.files:
            found[FILES] = words(CHOOSE_AGAIN)
        return self.form.refused(found)

    def again(self, words: Words) -> Form:
        """The form as it comes back where the step was refused: its files are to be chosen again."""
        return self.form.refused({FILES: words(CHOOSE_AGAIN)}) if self.files else self.form


async def form_with_files(request: Request, policy: Policy, now: datetime, *, by_anybody: bool = True) -> Sent:
    """The posted form and what came with it. Raises Refused as `read_form` does, and `too_many_requests` (429) before
    one more large one is read that anybody may send."""
    rule = rule_of(policy, now)
    if rule is None:
        return Sent(await read_form(request))
    if by_anybody and int(request.headers.get("content-length") or MOST_BYTES + 1) > MOST_BYTES:
        await _large(request)
    pace = Pace(rule.idle_seconds, rule.seconds)
    form = await read_form(request, max_bytes=rule.whole, max_files=rule.files + _MORE, pace=pace)
    chosen = form.files.get(FILES, ())
    try:
        check_count(chosen, rule)
        return Sent(form, [await _looked_at(each, rule) for each in chosen], sender=_sender(request, now))
    except Refused as no:
        return Sent(form, refused=no)


def _sender(request: Request, now: datetime) -> str:
    """By what this address is known today. The key of the digest is the service's own and in no database, so nobody
    tries out there which address it was; of another day it is another digest."""
    service: Service = request.app.state.service
    address = household_of(address_of(request, service.settings.trusted_proxies))
    return service.fingerprint(f"files {now.astimezone(VN).date()} {address}".encode())


async def _looked_at(upload: UploadFile, rule: FilesRule) -> NewFile:
    check_size(upload.size or 0, rule)
    return NewFile(*await asyncio.to_thread(cleaned, await upload.read(), rule))


def rule_of(policy: Policy, now: datetime) -> FilesRule | None:
    """What may come with a form today."""
    return policy.files.rule(now.astimezone(VN).date())


def attached(policy: Policy, now: datetime, words: Words) -> Attach | None:
    """What a form says of the files that may come with it today."""
    return attach_of(rule_of(policy, now), words)


def received(files: list[NewFile], over: Over | None, words: Words) -> dict[str, Any]:
    """What was received, as its sender reads it; or why the files were not."""
    if over:
        return {"files": [], "files_over": words(FILES_OVER[over])}
    said = [f"{words(FILE_KINDS[each.kind])}, {megabytes(len(each.content), words)}" for each in files]
    return {"files": said, "files_over": ""}
