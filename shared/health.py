"""`/livez`, `/readyz` with its reasons, `/metrics`."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlmodel import Session

from shared.mechanism import parked
from shared.outbox import outbox_depth
from shared.unavailable import Unavailable

if TYPE_CHECKING:
    from shared.service import Service

router = APIRouter(include_in_schema=False)
OLD_SECONDS, REFUSED_SECONDS = 30.0, 5.0
"""How long an event may wait to be published before somebody is told; and while each attempt ends in an error."""


@dataclass
class Waiting:
    """How long the outbox's first event has been the same. On real time, and without its own, which may be coarse."""

    position: int | None = None
    since: float = 0.0

    def seconds(self, position: int | None) -> float:
        """The age of the wait, given who is first now."""
        if position != self.position:
            self.position, self.since = position, time.monotonic()
        return time.monotonic() - self.since if position is not None else 0.0


def answers(session: Session) -> bool:
    """Whether the database answers."""
    return bool(session.connection().execute(sa.text("SELECT 1")).scalar() == 1)


def parked_counts(session: Session) -> dict[str, int]:
    """Dead letters that wait, by each stream that ever had one, followed or not."""
    query = sa.select(parked.c.stream, sa.func.sum(sa.case((parked.c.state != "done", 1), else_=0)))
    query = query.group_by(parked.c.stream)
    return {row[0]: row[1] for row in session.connection().execute(query)}


@router.get("/livez")
async def livez(request: Request) -> Response:
    """200 while the process can do work at all: restart it otherwise."""
    alive = request.app.state.service.alive
    return JSONResponse({"alive": alive}, 200 if alive else 503)


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """200 when everything that this service promises works; 503 with the reasons otherwise."""
    service: Service = request.app.state.service
    problems = await reasons(service)
    return JSONResponse({"ready": not problems, "reasons": problems, "leads": service.leads}, 503 if problems else 200)


async def reasons(service: Service) -> list[str]:
    """Why the service is not ready, as sentences; empty when it is."""
    try:
        async with asyncio.timeout(2):
            await service.db.read(answers)
            _, first = await service.db.read(outbox_depth)
    except (TimeoutError, Unavailable, sa.exc.DBAPIError) as error:
        return [f"database: {type(error).__name__}"]
    found = [] if service.db.alive else ["database: the writer has stopped"]
    if service.db.problem:
        found.append(f"database: nothing can be saved: {service.db.problem}")
    if service.db.stuck:
        found.append(f"database: the writer has been at one transaction for {service.db.busy_seconds:.0f} s")
    if service.connected:
        found += service.watchdog.problems
    else:
        found.append("nats: not connected; requests are accepted and published later")
    if service.leads and service.relay.state.stopped:  # what a former leader found, another may have mended
        found.append(f"relay: stopped: {service.relay.state.stopped}")
    if service.leads and service.relay.letters.problem:
        found.append(f"dead letters: not shown: {service.relay.letters.problem}")
    waited = service.waiting.seconds(first)
    refused = service.relay.state.last_error if service.leads else None  # what a former leader met says nothing now
    if waited > (REFUSED_SECONDS if refused else OLD_SECONDS):
        here = "this process leads and publishes nothing"
        why = refused or (here if service.leads else "nobody leads, or whoever does publishes nothing")
        found.append(f"relay: events wait for {waited:.0f} s ({why})")
    if service.leading_problem:
        found.append(f"leader: {service.leading_problem}")
    if service.leads:
        found += [f"{name}: {flow.state.problem}" for name, flow in service.inflows.items() if flow.state.problem]
    return found


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus' text format."""
    service: Service = request.app.state.service
    seen, relay = service.metrics, service.relay.state
    seen.database.set(await _database_told(service))
    seen.published.set(relay.published)
    seen.republished.set(relay.republished)
    seen.recovered.set(relay.recovered)
    seen.leads.set(service.leads)
    seen.saves.set(service.db.alive and service.db.problem is None and not service.db.stuck)
    seen.connected.set(service.connected)
    seen.troubles.set(len(service.watchdog.problems))
    seen.gaps.labels(service.relay.stream, "hole").set(relay.missing if service.leads else 0)
    seen.stopped.set(service.leads and relay.stopped is not None)
    for stream, flow in service.inflows.items():
        seen.handled.labels(stream).set(flow.state.handled)
        seen.halted.labels(stream).set(service.leads and flow.state.problem is not None)
        seen.catching_up.labels(stream).set(service.leads and flow.state.catching_up)
        seen.position.labels(stream).set(flow.state.position)
        seen.unknown.labels(stream).set(flow.state.unknown)
        seen.redelivered.labels(stream).set(flow.state.redelivered)
        seen.gaps.labels(stream, "delivery").set(flow.state.gaps)
        seen.gaps.labels(stream, "count").set(flow.state.lost if service.leads else 0)
        seen.restarts.labels(stream).set(flow.state.restarts)
    return Response(seen.text(), media_type="text/plain; version=0.0.4")


async def _database_told(service: Service) -> bool:
    """Whether the database told what it knows in time; the last known figures stand where it did not."""
    try:
        async with asyncio.timeout(2):
            depth, first = await service.db.read(outbox_depth)
            waiting = await service.db.read(parked_counts)
    except (TimeoutError, Unavailable):
        return False
    service.metrics.outbox.set(depth)
    service.metrics.outbox_age.set(service.waiting.seconds(first))
    for stream in {*service.inflows, *waiting}:
        service.metrics.parked.labels(stream).set(waiting.get(stream, 0))
    return True
