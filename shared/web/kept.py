"""Nothing typed is lost, and nothing of it is stored: a page is asked for again in the other language with what was
typed on it, and what was sent without a sign-in is given back to be sent again.

The language switch of a page that holds a form is a button of that form: it posts to the page's own address with
`?lang=`. Such a post becomes a GET before any door sees it, so nothing is checked, done or counted, and `blank` is then
what was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import Refused
from shared.http import most_bytes
from shared.web.forms import TYPED_BY, Form, TypedByAnother, asked_again, read_form
from shared.web.language import in_other_language
from shared.web.security import AT_DESK, KEYED

if TYPE_CHECKING:
    from shared.web.pages import Pages

MOST_FIELDS, MOST_FILES = 1_000, 20
"""Of one post, files included, which are not kept."""
MOST_KEPT = 64_000
"""Characters that are given back."""


class KeepTyped:
    """Pure ASGI middleware, inside `WebSecurity`, which has refused what another site sent. `refused` answers a form
    that cannot be read."""

    def __init__(self, app: ASGIApp, *, refused: Callable[[Request, Exception], Response | None]) -> None:
        self.app, self.refused = app, refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _asks_again(Request(scope)):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            typed = await _read(request)
        except (Refused, HTTPException) as no:
            await (self.refused(request, no) or Response(status_code=400))(scope, receive, send)
            return
        request.state.typed = typed
        scope["method"] = "GET"
        with asked_again(typed):
            await self.app(scope, _read_already(receive), send)


def typed_again(request: Request) -> Form | None:
    """What was typed on this page, when it is asked for again; none on any other request."""
    typed: Form | None = getattr(request.state, "typed", None)
    return typed


def wants_html(request: Request) -> bool:
    """Whether a person's browser asks: it names text/html, which programs do not."""
    return "text/html" in request.headers.get("accept", "")


async def given_back(pages: Pages, request: Request, error: Exception) -> Response | None:
    """A page that holds all that was typed and a button that sends it again, for what lacks a sign-in or was typed by
    another official, and for what was typed on a page that can only be posted to; none for any other error."""
    if not wants_html(request):
        return None
    if isinstance(error, TypedByAnother):
        return _send_again(pages, request, error.form, 403)
    typed = typed_again(request)
    if isinstance(error, Refused) and error.code in ("not_signed_in", "role_missing"):
        try:
            typed = typed or (await _read(request) if _is_form(request) else None)
        except (Refused, HTTPException) as no:
            return pages.problem_for(request, no)
        if typed is not None and (error.status == 401 or _another(request, typed)):
            return _send_again(pages, request, typed, error.status)
    elif typed is not None and isinstance(error, HTTPException) and error.status_code == 405:
        reader = pages.reader(request)
        if typed[TYPED_BY] not in ("", reader.official_id if reader else None):
            return _send_again(pages, request, typed, 403 if reader else 401)
        return pages.resend(request, typed, status=200, code="language_changed")
    return None


def _send_again(pages: Pages, request: Request, form: Form, status: int) -> Response:
    """It can be sent by whoever had the page open when it was typed (401: sign in; 403: somebody else is signed in)."""
    return pages.render(
        request,
        "send_again.html",
        status=status,
        headers={"WWW-Authenticate": "Bearer"} if status == 401 else {},
        form=form,
        another=status == 403,
        typed_by=form[TYPED_BY],
        files=any(each.filename for several in form.files.values() for each in several),
        other_language_url=in_other_language(request, request.scope["path"]),
    )


def _another(request: Request, form: Form) -> bool:
    return form[TYPED_BY] not in ("", request.scope.get(AT_DESK, ""))


def _is_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    return request.method == "POST" and kind in ("application/x-www-form-urlencoded", "multipart/form-data")


def _asks_again(request: Request) -> bool:
    of_a_page = _is_form(request) and wants_html(request) and not request.scope.get(KEYED)
    return of_a_page and request.query_params.get("lang") in ("vi", "en")


async def _read(request: Request) -> Form:
    """What was posted, whatever its token: nothing is done with it."""
    most = most_bytes(request.scope)
    form = await read_form(request, max_bytes=most, max_fields=MOST_FIELDS, max_files=MOST_FILES, guarded=False)
    if sum(len(name) + len(value) for name, several in form.values.items() for value in several) > MOST_KEPT:
        raise Refused("form_too_large", f"A form may hold {MOST_KEPT} characters.", status=413)
    return form


def _read_already(receive: Receive) -> Receive:
    told = False

    async def nothing_more() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return nothing_more
