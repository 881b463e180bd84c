"""Serving services over HTTP from one process: each under `/<service>/…`, the front page at `/`."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route


def combine(apps: Mapping[str, FastAPI], *more: BaseRoute) -> Starlette:
    """One application of several services; its lifespan runs theirs."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for app in apps.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield

    async def front(_request: Request) -> Response:
        return RedirectResponse("/intake/", 307)

    routes: list[BaseRoute] = [Mount(f"/{name}", app) for name, app in apps.items()]
    if "intake" in apps:
        routes.append(Route("/", front))
    return Starlette(routes=[*routes, *more], lifespan=lifespan)


def server(app: Any, host: str, port: int, graceful_seconds: float) -> uvicorn.Server:
    """A uvicorn server that leaves logs and signals to us."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(graceful_seconds),
        lifespan="on",
        proxy_headers=False,
    )
    return uvicorn.Server(config)
