"""The room and the desk through pages: a number is taken, called, and its visit ends."""

from __future__ import annotations

import re
from typing import Any

import httpx

from services.intake.tables import Visit
from shared.changes import table_of
from shared.mechanism import event_log
from tests.services.intake.conftest import Visitor
from tests.shared.line import rows
from tests.shared.web import conftest

COUNTER, VISITS, TICKET = "/intake/counter", "/intake/counter/visits", "/intake/ticket"
A_LIST = {"papers": "giay_chung_sinh", "details": "Xin lại ở bệnh viện."}
NO = {"reason_code": "not_competent", "basis": "118/2025/nđ-cp, điều 17", "details": "Nộp ở xã khác."}


def text_of(page: httpx.Response) -> str:
    """What is read there."""
    return conftest.text_of(page.text)


def ticket(citizen: Visitor, *, at: str = "kiosk", **typed: str) -> httpx.Response:
    """A number; to file, without saying which procedure, unless it is typed."""
    page = citizen.get(f"{TICKET}?at={at}")
    page = citizen.submit(page, TICKET, **{"purpose": "file"} | typed)
    assert page.status_code == 200, text_of(page)
    return page if 'class="number"' in page.text else citizen.submit(page, TICKET, do="take", **typed)


def address_of(page: httpx.Response) -> str:
    """Where a ticket is followed."""
    found = re.search(rf'href="({TICKET}/[0-9a-f-]+)"', page.text)
    assert found, text_of(page)
    return found[1]


def call_next(clerk: Visitor, desk: str = "2") -> httpx.Response:
    return clerk.submit(clerk.get(VISITS), f"{VISITS}/call-next", **{"call-desk": desk})


def called(citizen: Visitor, clerk: Visitor, **typed: str) -> str:
    """The desk's page of a new visit."""
    ticket(citizen, **typed)
    answer = call_next(clerk)
    assert answer.status_code == 303, text_of(answer)
    return str(answer.headers["location"])


def end(clerk: Visitor, path: str, outcome: str, page: httpx.Response | None = None, **typed: Any) -> httpx.Response:
    named = {f"{outcome}-{name}": value for name, value in typed.items()}
    return clerk.submit(page or clerk.get(f"{path}?procedure=1.001193"), f"{path}/{outcome}", **named)


def kinds(url: str) -> list[str]:
    return [row["subject"].rsplit(".", 1)[1] for row in rows(url, event_log) if ".intake." in row["subject"]]


def outcomes(url: str) -> list[str | None]:
    return [row["outcome"] for row in rows(url, table_of(Visit))]
