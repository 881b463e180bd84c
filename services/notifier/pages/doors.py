"""What notifier's pages share: addresses that a program and a browser both know, and the policy."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import Scope

from services.notifier.settings import Policy
from shared.doors import policy_of
from shared.tokens import Official
from shared.web.door import SignedInAs
from shared.web.security import FORM_TYPES


class PageRoute(APIRoute):
    """A route for browsers alone: the API keeps the same address for programs, `/flags` is one thing to talk about.

    A browser asks for text/html and sends forms; a program bears a token.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """No match for a program: the API's route comes next."""
        if scope["type"] == "http" and not _from_browser(scope["method"], Headers(scope=scope)):
            return Match.NONE, {}
        return super().matches(scope)


def _from_browser(method: str, headers: Headers) -> bool:
    if "authorization" in headers:
        return False
    if method == "POST":
        return headers.get("content-type", "").split(";")[0].strip().lower() in FORM_TYPES
    return "text/html" in headers.get("accept", "")


def page_router() -> APIRouter:
    """A router whose routes are for browsers."""
    return APIRouter(include_in_schema=False, route_class=PageRoute)


Rules = Annotated[Policy, Depends(policy_of)]
Someone = Annotated[Official, SignedInAs()]
"""Anybody of this unit who is signed in."""
