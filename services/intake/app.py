"""Intake's table of contents: what comes in, what runs, what goes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from faststream.nats import NatsMessage

from services.intake import commands, jobs, pages, routes
from services.intake.handlers import FOLLOWS
from services.intake.projection import project
from services.intake.settings import Policy, Settings
from shared.clock import Clock
from shared.service import Service
from shared.web.door import furnish


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """Wire settings → database → doors."""
    service = Service("intake", settings, projection=project, follows=FOLLOWS, clock=clock)
    policy = Policy.of(settings)

    @service.broker.subscriber(**service.durable("PERSONNEL"))
    async def from_personnel(message: NatsMessage) -> None:
        """Calendar days, officials and departments, as personnel tells them."""
        await service.take("PERSONNEL", message)

    @service.broker.subscriber("rpc.intake.contact", queue="intake")
    async def contact(body: dict[str, Any]) -> dict[str, str]:
        """How to reach an applicant, for the notifier and one purpose; the reading is recorded."""
        ref, purpose = str(body["ref"]), str(body["purpose"])
        now = service.clock.now()
        return await service.db.write(commands.read_private, ref, commands.CONTACT, purpose, "notifier", now)

    service.every(settings.poll_seconds, "overdue", lambda: jobs.tell_next_overdue(service.db, service.clock))

    service.every(settings.poll_seconds, "unanswered", lambda: jobs.tell_next_unanswered(service.db, service.clock))

    service.every(
        settings.poll_seconds, "uncollected", lambda: jobs.tell_next_uncollected(service.db, service.clock, policy)
    )

    service.every(settings.poll_seconds, "visits", lambda: jobs.close_next_visit(service.db, service.clock))

    kinds = (routes.dossiers, routes.declarations, routes.filings, routes.visits, routes.emergencies, routes.bookings)
    routers = (*(each.router for each in kinds), routes.earlier.router, routes.lost.router, pages.router)
    app = service.app("procedures, visits, dossiers, result dates", *routers)
    furnish(app, service, Path(pages.__file__).parent, refusals=pages.REFUSALS)
    app.state.policy = policy
    return app
