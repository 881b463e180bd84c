"""HTTP as all services speak it: problem+json, a canonical log line, a cause for what is recorded, a bounded body."""

from __future__ import annotations

import asyncio
import re
import time
from functools import partial
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.causes import caused_by
from shared.errors import Refused, frames, why
from shared.events import Cause
from shared.metrics import Metrics
from shared.texts import new_id
from shared.tracing import Door, Tracing
from shared.unavailable import Closed, OutcomeUnknown, Unavailable

log = structlog.get_logger()
MOST_BYTES = 1_000_000
_TRACEPARENT = re.compile(r"^00-(?=[0-9]*[a-f])[0-9a-f]{32}-(?=[0-9]*[a-f])[0-9a-f]{16}-[0-9a-f]{2}$")
_REQUEST_ID = re.compile(r"^(?=[0-9-]*[A-Fa-f])([0-9A-Fa-f]{32}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$")
"""A caller's id stands in events and logs. With the form of a UUID and a letter among its digits, it is no name, no
phone and no citizen's number, padded or not."""
_ASKED_BY_MACHINES = ("livez", "readyz", "metrics")
UNNOTED = "unnoted"
"""Of an app's state: last parts of paths whose requests leave no log line, no span and no figure, nor their time."""
ROOMY = "roomy"
"""Of an app's state: pairs of a path below it, as a regular expression, and how many bytes are posted there at most."""
_UNREAD = "The body was not read as JSON: send Content-Type: application/json."
_FIELD = re.compile(r"^[A-Za-z_][A-Za-z0-9_-]{0,40}$")


def problem(status: int, code: str, detail: str, **more: Any) -> JSONResponse:
    """An RFC 9457 problem document; `code` is stable, `detail` says what to do, and `retry_after` in how
    many seconds, where that is known."""
    title = HTTPStatus(status).phrase
    body = {
        "type": f"urn:motcua:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }
    later = {429: str(more.get("retry_after", 60)), 503: "5"}
    headers = {401: {"WWW-Authenticate": "Bearer"}} | {each: {"Retry-After": when} for each, when in later.items()}
    return JSONResponse(body, status, headers.get(status), media_type="application/problem+json")


def answer_problems(app: FastAPI) -> None:
    """Every failure of this app becomes a problem document, or a page where a person reads it."""

    async def answer(request: Request, error: Exception, made: JSONResponse) -> Response:
        pages = getattr(app.state, "pages", None)
        page: Response | None = await pages.page_for(request, error) if pages else None
        return page or made

    @app.exception_handler(Refused)
    async def _(request: Request, error: Refused) -> Response:
        return await answer(request, error, problem(error.status, error.code, error.detail, **error.more))

    @app.exception_handler(RequestValidationError)
    async def _(request: Request, error: RequestValidationError) -> Response:
        wrong = [{"where": [_where(part) for part in item["loc"]], "what": _what(item)} for item in error.errors()]
        detail = _UNREAD if _was_not_read(request, error) else "The request is not as the API describes it."
        made = problem(422, "invalid_request", detail, errors=wrong)
        return await answer(request, HTTPException(422), made)

    @app.exception_handler(HTTPException)
    async def _(request: Request, error: HTTPException) -> Response:
        codes = {400: "invalid_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}
        code = codes.get(error.status_code, "request_refused")
        made = problem(error.status_code, code, str(error.detail))
        made.headers.update(error.headers or {})
        return await answer(request, error, made)

    @app.exception_handler(Unavailable)
    async def _(request: Request, error: Unavailable) -> Response:
        log.warning("database.unavailable", code=error.code, error=str(error))
        return await answer(request, HTTPException(503), problem(503, error.code, error.detail))

    @app.exception_handler(Exception)
    async def _(request: Request, error: Exception) -> Response:
        made = problem(500, "internal_error", "Something is wrong with the office's system: nothing was saved.")
        response = await answer(request, error, made)  # made outside every middleware, where its id is needed most
        response.headers["x-request-id"] = getattr(request.state, "request_id", new_id())
        return response


def _was_not_read(request: Request, error: RequestValidationError) -> bool:
    """Whether a body came under a name that it is not read under."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    wanted = kind == "application/json" or kind.endswith("+json")
    return not wanted and isinstance(error.body, bytes | str) and bool(error.body)


def _where(part: int | str) -> str:
    """A part of the place of an error; what the caller named himself is repeated only where it looks like a field."""
    return str(part) if isinstance(part, int) or _FIELD.match(part) else "…"


def _what(item: Any) -> str:
    """What is wrong, without the value: Pydantic's words for an unknown tag repeat it."""
    return "Not one of the known kinds" if item["type"] == "union_tag_invalid" else str(item["msg"])


class Canonical:
    """Pure ASGI: one log line and one observation a request, a request id, and the cause its facts will carry."""

    def __init__(self, app: ASGIApp, service: str, metrics: Metrics, tracing: Tracing | None = None) -> None:
        self.app, self.service, self.metrics, self.tracing = app, service, metrics, tracing
        self.log = log.bind(service=service)  # made once: to make it took longer than a line

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"").decode("latin-1")
        request_id = given if _REQUEST_ID.match(given) else new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        trace = headers.get(b"traceparent", b"").decode("latin-1")
        caller = trace if _TRACEPARENT.match(trace) else None
        answered = partial(self._answer, scope, _bounded(receive, headers, most_bytes(scope)), send, request_id)
        last = scope["path"].rpartition("/")[2]
        unnoted = last in getattr(scope["app"].state, UNNOTED, ())
        if self.tracing is None or unnoted or last in _ASKED_BY_MACHINES:
            await answered(None if unnoted else caller, unnoted=unnoted)
            return
        with self.tracing.door(caller) as door:
            await answered(door.traceparent, door)

    async def _answer(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        request_id: str,
        trace: str | None,
        door: Door | None = None,
        *,
        unnoted: bool = False,
    ) -> None:
        status, answering, began, asked, app = 500, False, time.perf_counter(), scope["method"], self.app
        if asked == "HEAD":  # what watches an office asks so: it is answered as GET is, without the body
            scope = {**scope, "method": "GET"}
            app = _unseen() if _shows_who_asks(scope) else app

        async def noting(message: Message) -> None:
            nonlocal status, answering
            if message["type"] == "http.response.start":
                status, answering = message["status"], True
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            elif asked == "HEAD" and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        cause = Cause(correlation=request_id, traceparent=trace)
        with caused_by(cause):
            try:
                await app(scope, receive, noting)
            except asyncio.CancelledError:  # a stop has waited long enough: whoever asked is told what is known
                if answering:
                    raise
                await (await _cut_short(scope))(scope, receive, noting)
            except Exception as error:  # it goes on rising; here it still has its request's id
                failed = {"error": why(error), "frames": frames(error)}
                self.log.error("request.failed", method=asked, route=_route(scope), **failed)
                raise
            finally:
                seconds = time.perf_counter() - began
                route = _route(scope)
                if not unnoted:
                    self.metrics.request(route, asked, status, seconds)
                if door is not None:
                    door.answered(route, asked, status)
                if not unnoted and route.removeprefix("/") not in _ASKED_BY_MACHINES:
                    ms = round(seconds * 1000, 1)
                    self.log.info("request", method=asked, route=route, status=status, ms=ms)


async def _cut_short(scope: Scope) -> Response:
    """The answer to a request that a stop does not wait for: what it wrote may be saved, or not."""
    handlers, error = scope["app"].exception_handlers, Closed() if scope["method"] == "GET" else OutcomeUnknown()
    response: Response = await handlers[Unavailable](Request(scope), error)
    return response


def _shows_who_asks(scope: Scope) -> bool:
    """Whether it comes with what could open something private: a sign-in, or a code in the query. A GET of that is
    recorded as a reading, and a HEAD shows nobody anything."""
    shown = {name for name, _ in scope["headers"]} & {b"authorization", b"cookie"}
    return bool(shown or scope["query_string"])


def _unseen() -> Response:
    refused = problem(405, "method_not_allowed", "Ask with GET: HEAD is answered without a sign-in and a query only.")
    refused.headers["Allow"] = "GET"
    return refused


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", "unmatched")


def most_bytes(scope: Scope) -> int:
    """How many bytes the body of this request may have."""
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    roomy = getattr(scope["app"].state, ROOMY, ()) if scope["method"] == "POST" else ()
    return next((most for pattern, most in roomy if re.fullmatch(pattern, path)), MOST_BYTES)


def _bounded(receive: Receive, headers: dict[bytes, bytes], most: int) -> Receive:
    read = 0
    declared = headers.get(b"content-length", b"0")

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most or (declared.isdigit() and int(declared) > most):
            raise HTTPException(413, f"The request is larger than {most // 1_000_000} MB.")
        return message

    return bounded
