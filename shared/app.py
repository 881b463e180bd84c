"""The HTTP application of a service: its routers, its documents, its health."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI, Request
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
        docs_url=None,
        redoc_url=None,
        servers=[{"url": f"/{service.name}"}],
        telemetry={"tracing": False, "metrics": False, "logs": False},  # ours know routes, causes and streams
    )
    app.state.service = service
    answer_problems(app)
    for router in routers:
        document_keys(router.routes)
        app.include_router(router)
    app.include_router(health.router)  # last: each route that stands before another is tried first

    @app.get("/asyncapi.json", include_in_schema=False)
    async def asyncapi(_request: Request) -> JSONResponse:
        return JSONResponse(asyncapi_document(service))

    app.add_middleware(Canonical, service=service.name, metrics=service.metrics, tracing=service.tracing)
    return app


def asyncapi_document(service: Service) -> dict[str, Any]:
    """FastStream's own description of what this service hears and answers."""
    return AsyncAPI(service.broker, title=f"Motcua {service.name}").to_specification().to_jsonable()  # type: ignore[no-any-return]  # untyped upstream
