"""An intake office in this process, and browsers without JavaScript that come to it."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette

from deploy.serve import combine
from shared.clock import Clock
from shared.tokens import issue
from shared.web.checks import hidden_fields
from shared.web.security import SAME_ORIGIN, SESSION, cookie_name
from shared.worktime import VN
from tests.services.intake.emergency import A_DECLARATION, MONDAY_MORNING
from tests.services.intake.office import FRIDAY, Office
from tests.shared.web.conftest import Browser
from tests.support import UNIT, SetClock, app_of, keys

FRIDAY_AFTERNOON = datetime(2026, 6, 5, 15, 1, tzinfo=VN)
A_BIRTH: dict[str, Any] = {
    "procedure": "1.001193 Đăng ký khai sinh",
    "citizen_id": "0192 0300 1234",
    "full_name": "Nguyễn Thị Hường",
    "phone": "0912 345 678",
    "address": "Xóm Đồng Cả",
    "papers": "giay_chung_sinh",
    "do": "save",
}


class Visitor(Browser):
    """A browser at the office, at an address of its own; fills in the form that is sent to a path."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(app)
        self.address = f"10.0.{random.randrange(256)}.{random.randrange(256)}"

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"X-Forwarded-For": self.address} | more.pop("headers", {})
        return super().ask(method, path, headers=headers, **more)

    def submit(self, page: httpx.Response, action: str, **typed: Any) -> httpx.Response:
        found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page.text, re.DOTALL)
        assert found, f"no form for {action}"
        headers = SAME_ORIGIN | {"Accept": "text/html"}
        return self.ask("POST", action, data=hidden_fields(found[0]) | typed, headers=headers)

    def submit_file(self, page: httpx.Response, action: str, name: str, raw: bytes, **typed: Any) -> httpx.Response:
        """Fill in a form that takes a file."""
        found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page.text, re.DOTALL)
        assert found, f"no form for {action}"
        fields, headers = hidden_fields(found[0]) | typed, SAME_ORIGIN | {"Accept": "text/html"}
        return self.ask("POST", action, headers=headers, data=fields, files={name: ("export.csv", raw, "text/csv")})

    def receive(self, **changed: Any) -> str:
        """A dossier at the counter, also of somebody who has one of the same procedure already; returns its id."""
        answer = self.submit(self.get("/intake/counter"), "/intake/counter", **A_BIRTH | changed)
        if same := seen_on(answer):
            answer = self.submit(answer, "/intake/counter", **A_BIRTH | changed, seen=same)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].split("/")[3]


def seen_on(page: httpx.Response) -> list[str]:
    """The ids of what a page shows as perhaps the same case, as its form sends them."""
    return re.findall(r'<input type="hidden" name="seen" value="([^"]*)">', page.text)


@pytest.fixture
def clock() -> Clock:
    return Clock(FRIDAY_AFTERNOON)


@pytest.fixture
def intake(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[FastAPI]:
    app = app_of("intake", database_url, tmp_path, clock, trusted_proxies=1)
    with closing(app.state.service.db):
        yield app


@pytest.fixture
def come(intake: FastAPI, tmp_path: Path) -> Callable[..., Visitor]:
    """Somebody opens a browser: a citizen, or an official with roles."""

    def come(*roles: str, unit: str = UNIT) -> Visitor:
        visitor = Visitor(combine({"intake": intake}))
        if roles:
            private, _ = keys(tmp_path)
            visitor.cookies.set(cookie_name(SESSION, False), issue(private, f"off-{roles[0]}-1", unit, roles))
        return visitor

    return come


@pytest.fixture
def clerk(come: Callable[..., Visitor]) -> Visitor:
    return come("clerk")


@pytest.fixture
def leader(come: Callable[..., Visitor]) -> Visitor:
    return come("leader")


@pytest.fixture
def head(come: Callable[..., Visitor]) -> Visitor:
    return come("head")


@pytest.fixture
def citizen(come: Callable[..., Visitor]) -> Visitor:
    return come()


def lookup_code(receipt: str) -> str:
    """The lookup code as a receipt page prints it."""
    found = re.search(r"(?<![0-9a-fA-F-])[0-9A-Z]{4}(-[0-9A-Z]{4}){3}(?![0-9a-f-])", receipt)
    assert found
    return found[0]


def number(page: str) -> str:
    """The dossier's number as a page prints it."""
    found = re.search(r"H55\.27\.05-\d{6}-\d{4,}", page)
    assert found
    return found[0]


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    clock = SetClock()
    clock.goes_to(FRIDAY)
    app = app_of("intake", database_url, tmp_path, clock, rate_factor=10_000)
    yield Office(app, tmp_path, clock, database_url)
    app.state.service.db.close()


@pytest.fixture
def twin(office: Office) -> Iterator[Office]:
    """Another process of the same office: a writer of its own on the same database."""
    app = app_of("intake", office.url, office.folder, office.clock, rate_factor=10_000)
    with closing(app.state.service.db):
        yield replace(office, app=app)


@pytest.fixture
async def shut(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """The office in an emergency, on its first morning; one address may book as often as it likes."""
    clock = SetClock()
    clock.goes_to(FRIDAY)
    app = app_of("intake", database_url, tmp_path, clock, rate_factor=10_000)
    office = Office(app, tmp_path, clock, database_url)
    await office.post("leader", "/emergencies", A_DECLARATION)
    clock.goes_to(MONDAY_MORNING)
    yield office
    app.state.service.db.close()


@pytest.fixture
def twin_of_shut(shut: Office) -> Iterator[Office]:
    """Another process of the office in an emergency."""
    app = app_of("intake", shut.url, shut.folder, shut.clock, rate_factor=10_000)
    with closing(app.state.service.db):
        yield replace(shut, app=app)
