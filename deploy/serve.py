"""Serving services over HTTP from one process: each under `/<service>/…`, the front page at `/`."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping
from typing import Any

import structlog
import uvicorn
import uvloop
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.http import problem
from shared.web.assets import build_assets, static_app

log = structlog.get_logger()

MOST_OF_A_HEAD = 64 * 1024
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class NotStarted(Exception):
    """A service did not start; the message is the first line of why."""


def combine(apps: Mapping[str, FastAPI], *more: BaseRoute) -> Starlette:
    """One application of several services, and the styles and fonts of their pages; its lifespan runs theirs."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for name, each in apps.items():
                with _noting(app, name):
                    await stack.enter_async_context(each.router.lifespan_context(each))
            gc.freeze()  # what has started stays: to look through it for garbage held everything up for 0.1 s at a time
            yield

    async def front(_request: Request) -> Response:
        return RedirectResponse("/intake/", 307)

    assets = build_assets()
    routes: list[BaseRoute] = [Mount(f"/{name}", app) for name, app in apps.items()]
    routes.append(Mount(assets.prefix, static_app(assets)))
    if "intake" in apps:
        routes.append(Route("/", front))
    return Starlette(routes=[*routes, *more], lifespan=lifespan, exception_handlers={HTTPException: _nowhere(apps)})


@contextlib.contextmanager
def _noting(app: Starlette, name: str) -> Iterator[None]:
    """Keep why a service did not start, and where: uvicorn writes that it did not, and says no more."""
    try:
        yield
    except Exception as error:  # it goes on rising; only its first line is kept
        first = (str(error) or type(error).__name__).splitlines()[0]
        app.state.failed = f"{name} did not start: {first}"
        log.exception("start.failed", service=name)
        raise


def _nowhere(apps: Mapping[str, FastAPI]) -> Callable[[Request, Exception], Awaitable[Response]]:
    """What no service answers for is a page where a person asks, as it is within a service; else a problem document."""
    host = next((app.state for app in apps.values() if hasattr(app.state, "pages")), None)

    async def nowhere(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if host is not None:
            request.scope["motcua.secure"] = host.service.settings.secure_cookies  # as its own middleware says
            page: Response | None = host.pages.problem_for(request, error)
            if page is not None:
                return page
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "request_refused")
        answer = problem(error.status_code, code, "There is nothing at this address: begin at /.")
        answer.headers.update(error.headers or {})
        return answer

    return nowhere


def run(main: Coroutine[Any, Any, None]) -> None:
    """asyncio.run on uvloop: `uvicorn.Server` chooses no loop when it does not own it."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


class BoundedHead(HttpToolsProtocol):
    """uvicorn's HTTP without requests whose line and headers never end: it bounds neither, and joins their pieces."""

    head: int | None = None
    """Bytes of the headers that are being read, after the piece in which they began; none outside of them."""

    def on_message_begin(self) -> None:
        self.head = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self.head = None
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        went_on = self.head is not None
        super().data_received(data)
        if self.head is None or not went_on:
            return
        self.head += len(data)
        if self.head > MOST_OF_A_HEAD and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()


class Server(uvicorn.Server):
    """uvicorn without its own signal handlers: we say when it ends."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Without its sys.exit, which would end the loop and everybody on it in the middle: see `started`."""
        with contextlib.suppress(SystemExit):
            await super().serve(sockets)


async def serve(app: Starlette, host: str, port: int, graceful_seconds: float) -> None:
    """Serve until SIGINT, SIGTERM or cancellation, then finish what is under way. A second signal hurries.

    Raises NotStarted.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=BoundedHead,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(graceful_seconds),
        lifespan="on",
        proxy_headers=False,
    )
    http = Server(config)

    def stop() -> None:
        http.force_exit = http.should_exit
        http.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    serving = asyncio.create_task(http.serve())
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        http.should_exit = True
        await serving
        raise
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    if not http.started:
        raise NotStarted(getattr(app.state, "failed", "the port cannot be served"))
