"""A browser without JavaScript, for the sample service of the styleguide."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from shared.web.checks import hidden_fields
from shared.web.security import SAME_ORIGIN
from tests.shared.web.styleguide import create_app


class Browser:
    """Asks an app in this process, keeps its cookies and sends what a form holds."""

    def __init__(self, app: Starlette, base: str = "http://office") -> None:
        self.app, self.base = app, base
        self.cookies = httpx.Cookies()

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url=self.base, cookies=self.cookies) as client:
                answer = await client.request(method, path, **more)
                self.cookies = client.cookies
                return answer

        return asyncio.run(go())

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("GET", path, headers={"Accept": "text/html"} | more.pop("headers", {}), **more)

    def send(self, page: httpx.Response, path: str, **typed: Any) -> httpx.Response:
        """Sends the last form of a page, filled in."""
        fields: dict[str, Any] = hidden_fields(page.text) | typed
        return self.ask("POST", path, data=fields, headers=SAME_ORIGIN | {"Accept": "text/html"})


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="session")
def app(build: Path) -> Starlette:
    return create_app(build)


@pytest.fixture
def browser(app: Starlette) -> Browser:
    return Browser(app)


def text_of(html: str) -> str:
    """What a reader sees of a page, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
