"""Hotline's table of contents: what comes in, what runs, what goes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from faststream.nats import NatsMessage

from services.hotline import commands, jobs, open311, pages, routes
from services.hotline.commands import ladder
from services.hotline.commands.ladder import TOLD
from services.hotline.figures import Figures
from services.hotline.handlers import FOLLOWS
from services.hotline.models.messages import OF_REPORTER
from services.hotline.projection import project
from services.hotline.routes import (
    answers,
    calls,
    clusters,
    denunciations,
    files,
    guidance,
    life,
    merging,
    messages,
    parts,
    rates,
    settlement,
    sheets,
    shifts,
    undecided,
)
from services.hotline.rulebook.open311 import load as load_open311
from services.hotline.settings import Policy, Settings
from shared.clock import Clock
from shared.http import ROOMY, UNNOTED
from shared.service import Service
from shared.web.door import furnish

DENOUNCING = frozenset({"denunciation", "denunciations"})
"""Last parts of the paths by which somebody denounces: that they did, and when, is noted nowhere."""
WITH_FILES = ("/", "/supplement", "/desk/call", "/desk/[^/]+/supplement")
"""Pages to which files are sent."""


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """Wire settings → database → doors."""
    service = Service("hotline", settings, projection=project, follows=FOLLOWS, clock=clock)
    policy = Policy.of(settings)

    @service.broker.subscriber(**service.durable("PERSONNEL"))
    async def from_personnel(message: NatsMessage) -> None:
        """Calendar days and officials of personnel."""
        await service.take("PERSONNEL", message)

    @service.broker.subscriber("rpc.hotline.contact", queue="hotline")
    async def contact(body: dict[str, Any]) -> dict[str, str]:
        """How to reach a reporter, or who is told of what concerns an official, for the notifier and one purpose; the
        reading is recorded."""
        ref, purpose = str(body["ref"]), str(body["purpose"])
        now = service.clock.now()
        return await service.db.write(commands.read_private, ref, (*OF_REPORTER, TOLD), purpose, "notifier", now)

    @service.broker.subscriber("rpc.hotline.whose_turn", queue="hotline")
    async def whose_turn(body: dict[str, Any]) -> dict[str, str]:
        """Who is told, on a rung, of a report that concerns an official; reading whom it concerns is recorded."""
        asked = (str(body["complaint_id"]), int(body["rung"]), str(body["purpose"]), "notifier")
        return await service.db.write(ladder.whose_turn, *asked, service.clock.now(), policy)

    service.every(
        settings.poll_seconds, "unobjected", lambda: jobs.close_next_unobjected(service.db, service.clock, policy)
    )
    service.every(
        settings.poll_seconds, "line_test", lambda: jobs.open_test_of_tonight(service.db, service.clock, policy)
    )
    service.every(settings.risk_seconds, "risk", lambda: jobs.weigh_matters(service.db, service.clock, policy))

    service.every(settings.poll_seconds, "danger", lambda: jobs.tell_of_next_danger(service.db, service.clock, policy))
    service.every(
        settings.poll_seconds, "envelopes", lambda: jobs.give_envelopes_out(service.db, service.clock, policy)
    )

    service.every(settings.risk_seconds, "drafts", lambda: jobs.erase_old_drafts(service.db, service.clock))

    figures = Figures(service.metrics.registry)
    service.every(
        settings.risk_seconds,
        "retention",
        lambda: jobs.erase_what_is_over(service.db, service.clock, policy, figures),
    )

    service.every(
        settings.risk_seconds,
        "file_sizes",
        lambda: jobs.measure_files(service.db, service.clock, policy, figures),
    )

    telephone = (calls.router, sheets.router, shifts.router)
    matters = (clusters.router, settlement.router, rates.router)
    besides = (denunciations.router, guidance.router, parts.router, merging.router, files.router)
    routers = (
        routes.router,
        messages.router,
        life.router,
        undecided.router,
        *telephone,
        answers.router,
        *matters,
        *besides,
        open311.router,
    )
    app = service.app("reports, answers, checks of conduct", *routers, pages.router)
    app.state.policy, app.state.figures = policy, figures
    setattr(app.state, UNNOTED, DENOUNCING)
    setattr(app.state, ROOMY, [(path, policy.files.most) for path in WITH_FILES])
    app.state.open311 = load_open311(settings.open311_keys_file)
    furnish(
        app,
        service,
        Path(pages.__file__).parent,
        refusals=pages.REFUSALS,
        keyed=(f"{open311.BASE}/", f"{messages.BASE}/"),
    )
    return app
