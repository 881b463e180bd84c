"""Notifier's table of contents: what comes in, what runs, what goes out."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from faststream.nats import NatsMessage

from services.notifier import jobs, pages, routes
from services.notifier.gateways import Gateways
from services.notifier.handlers import FOLLOWS
from services.notifier.projection import project
from services.notifier.settings import Policy, Settings
from shared.clock import Clock
from shared.service import Service
from shared.web.door import furnish


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """Wire settings → database → doors."""
    service = Service("notifier", settings, projection=project, follows=FOLLOWS, clock=clock)
    policy = Policy.of(settings)

    @service.broker.subscriber(**service.durable("INTAKE"))
    async def from_intake(message: NatsMessage) -> None:
        """Dates promised, moved and kept."""
        await service.take("INTAKE", message)

    @service.broker.subscriber(**service.durable("HOTLINE"))
    async def from_hotline(message: NatsMessage) -> None:
        """Answers owed and given; conduct that was verified."""
        await service.take("HOTLINE", message)

    @service.broker.subscriber(**service.durable("PERSONNEL"))
    async def from_personnel(message: NatsMessage) -> None:
        """Who heads whom, and the days that are worked."""
        await service.take("PERSONNEL", message)

    work = jobs.Work(service.db, service.clock, policy, service.ask, Gateways.of(settings))
    service.every(settings.poll_seconds, "remind", lambda: jobs.remind(work))
    service.every(settings.poll_seconds, "escalate", lambda: jobs.escalate(work))
    service.every(settings.poll_seconds, "lapse", lambda: jobs.lapse(work))
    service.every(settings.poll_seconds, "expire", lambda: jobs.expire(work))
    service.every(settings.poll_seconds, "deliver", lambda: jobs.deliver(work))

    app = service.app("follow-ups, notices, matters to clarify", pages.router, routes.router)
    furnish(app, service, Path(pages.__file__).parent, refusals=pages.REFUSALS)
    app.state.policy = policy
    return app
