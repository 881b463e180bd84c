"""The HTTP application of a service: its routers, its documents, its health."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from faststream.specification.asyncapi import AsyncAPI

from shared import health
from shared.doors import document_keys
from shared.http import Canonical, answer_problems

if TYPE_CHECKING:
    from shared.service import Service


def build(service: Service, title: str, routers: Sequence[APIRouter]) -> FastAPI:
    """Everything that answers HTTP for this service, under the path where it is mounted."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    app = FastAPI(
        title=f"Motcua {service.name}: {title}",
        version="1",
        lifespan=lifespan,
        openapi_url=None,  # told below
        docs_url=None,
        redoc_url=None,
        servers=[{"url": f"/{service.name}"}],
        telemetry={"tracing": False, "metrics": False, "logs": False},  # ours know routes, causes and streams
    )
    app.state.service = service
    answer_problems(app)
    for router in routers:
        document_keys(router.routes)
        app.router.routes.extend(router.routes)  # an included router is asked twice for each request
    app.include_router(health.router)  # last: each route that stands before another is tried first
    app.state.asyncapi = cache(lambda: asyncapi_document(service))
    app.add_route("/openapi.json", _told(app.openapi), include_in_schema=False)
    app.add_route("/asyncapi.json", _told(app.state.asyncapi), include_in_schema=False)
    app.add_middleware(Canonical, service=service.name, metrics=service.metrics, tracing=service.tracing)
    return app


def _told(document: Callable[[], dict[str, Any]]) -> Callable[[Request], Awaitable[Response]]:
    """A door to a document that is the same for as long as the app lives: made when it is first asked for."""
    body = cache(lambda: bytes(JSONResponse(document()).body))

    async def tell(_request: Request) -> Response:
        return Response(body(), media_type="application/json")

    return tell


def asyncapi_document(service: Service) -> dict[str, Any]:
    """FastStream's own description of what this service hears and answers."""
    return AsyncAPI(service.broker, title=f"Motcua {service.name}").to_specification().to_jsonable()  # type: ignore[no-any-return]  # untyped upstream
