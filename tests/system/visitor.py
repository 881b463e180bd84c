"""A browser without JavaScript at a running office: it reads pages, keeps cookies and sends the forms it was given."""

from __future__ import annotations

import re
from typing import Any

import httpx

from shared.web.checks import hidden_fields
from shared.web.security import SAME_ORIGIN, SESSION, cookie_name
from tests.system.running import RunningOffice


class Visitor(httpx.Client):
    """Somebody in front of a page; an official signed in by cookie when roles are given. Close it, or use `with`."""

    def __init__(self, office: RunningOffice, *roles: str, official: str | None = None) -> None:
        super().__init__(base_url=office.url, headers={"Accept": "text/html"}, timeout=10)
        if roles:
            self.cookies.set(cookie_name(SESSION, False), office.token(*roles, official=official))

    def page(self, path: str) -> httpx.Response:
        """A page that is there."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer

    def submit(self, page: httpx.Response, action: str, **typed: Any) -> httpx.Response:
        """Send the form of a page that goes to `action`, filled in; it must not be refused."""
        found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page.text, re.DOTALL)
        assert found, f"{page.request.url} has no form for {action}"
        answer = self.post(action, data=hidden_fields(found[0]) | typed, headers=SAME_ORIGIN)
        assert answer.status_code in (200, 201, 303), f"{action}: {answer.status_code} {answer.text}"
        return answer
