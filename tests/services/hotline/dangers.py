"""Dangers by example: taken down, triaged, and told of as time passes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from services.hotline import jobs
from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import CONDUCT, filed

DANGER = CONDUCT | {"category": "roads", "severity": "danger"}
PASSED = NOW + timedelta(minutes=15, seconds=1)
"""Just after a danger that came now was to be acknowledged."""


async def a_danger(desk: Desk, **changed: Any) -> str:
    """A report that an operator finds to be dangerous."""
    complaint_id = str((await filed(desk))["complaint_id"])
    done = await desk.as_("off-operator-1", "operator").post(
        f"/complaints/{complaint_id}/triage", json=DANGER | changed
    )
    assert done.status_code == 201, done.text
    return complaint_id


async def tells(timed: Timed, at: datetime | None = None) -> int:
    """Let everybody be told whose turn it is at a moment; how often somebody was."""
    timed.clock.goes_to(at or timed.clock.now())
    done, app = 0, timed.desk.app
    while await jobs.tell_of_next_danger(timed.desk.service.db, timed.clock, app.state.policy):
        done += 1
        assert done < 50, "the ladder never ends"
    return done


async def told(desk: Desk) -> list[list[str]]:
    """Who was told, time after time, as far as the facts say."""
    return [event["told"] for event in await desk.events("ComplaintEscalated")]


async def sealed(desk: Desk) -> list[str]:
    """Who was told of what concerns an official, time after time, as `private` keeps it."""
    refs = [event["told_ref"] for event in await desk.events("ComplaintEscalated") if event["told_ref"]]
    return [(await desk.kept(ref)).get("told", "") for ref in refs]
