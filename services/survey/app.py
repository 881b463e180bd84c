"""Survey's table of contents: what comes in, what runs, what goes out."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from faststream.nats import NatsMessage

from services.survey import pages, routes
from services.survey.handlers import FOLLOWS
from services.survey.projection import project
from services.survey.settings import Policy, Settings
from shared.clock import Clock
from shared.service import Service
from shared.web.door import furnish


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """Wire settings → database → doors."""
    service = Service("survey", settings, projection=project, follows=FOLLOWS, clock=clock)

    @service.broker.subscriber(**service.durable("INTAKE"))
    async def from_intake(message: NatsMessage) -> None:
        """Results handed over: each one is worth a slip."""
        await service.take("INTAKE", message)

    @service.broker.subscriber(**service.durable("PERSONNEL"))
    async def from_personnel(message: NatsMessage) -> None:
        """Names of departments."""
        await service.take("PERSONNEL", message)

    app = service.app("slips, ratings, figures", routes.router, pages.router)
    app.state.policy = Policy.of(settings)
    furnish(app, service, Path(pages.__file__).parent, refusals=pages.REFUSALS)
    return app
