"""Without its broker the office goes on taking people in; what it acknowledged is said later, once and in order."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.system.errands import REPORT
from tests.system.running import A_DOSSIER, RunningOffice, eventually, running_office
from tests.system.streams import stored, wait_for_quiet

MANY = 8
NORMAL_SECONDS = 2.0
"""Far above what a request takes (0.02 s) and far below any timeout of the broker's client."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    with running_office(tmp_path_factory.mktemp("outages") / "home") as office:
        yield office


@contextmanager
def silent_broker(office: RunningOffice) -> Iterator[None]:
    """The broker holds its connections and answers nothing, as on a machine that hangs."""
    stopped = office.nats_pids()
    assert stopped, "no broker to stop"
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def people_come(office: RunningOffice) -> list[str]:
    """Dossiers and reports, one after the other, each taken in as fast as ever; returns the ids of their facts."""
    found, slowest = [], 0.0
    with office.client("clerk") as clerk, office.client() as citizen:
        for _ in range(MANY):
            began = time.monotonic()
            found.append(office.post(clerk, "/intake/dossiers", A_DOSSIER)["event_id"])
            report = {"channel": "web", "text": REPORT}
            found.append(office.post(citizen, "/hotline/complaints", report)["event_id"])
            slowest = max(slowest, time.monotonic() - began)
    assert slowest < 2 * NORMAL_SECONDS
    return found


def why_not_ready(office: RunningOffice, service: str) -> str:
    """The reasons that a service gives; nothing while it is ready."""
    with office.client() as anybody:
        answer = anybody.get(f"/{service}/readyz")
    assert answer.status_code == (503 if answer.json()["reasons"] else 200)
    return "; ".join(answer.json()["reasons"])


def said_once_and_in_order(office: RunningOffice, acknowledged: list[str]) -> None:
    """Wait for quiet: each fact is in its stream once, in the order of its acknowledgement, and its promise watched."""
    wait_for_quiet(office)
    messages = [each.envelope for each in stored(office, "HOTLINE", "INTAKE", "NOTIFIER")]
    ids = [each["id"] for each in messages]
    for own in (acknowledged[0::2], acknowledged[1::2]):
        assert [each for each in ids if each in own] == own
    watched = [each["data"]["promised_by"] for each in messages if each["type"] == "motcua.notifier.FollowUpOpened.v2"]
    assert sorted(each for each in watched if each in acknowledged) == sorted(acknowledged)


def test_with_a_silent_broker_people_are_taken_in_and_told_on_later(office: RunningOffice) -> None:
    with silent_broker(office):
        acknowledged = people_come(office)
        for service in ("intake", "hotline", "notifier", "survey"):
            eventually(lambda service=service: "nats" in why_not_ready(office, service), 30)
        acknowledged += people_come(office)
        with office.client() as anybody:
            assert "motcua_outbox_events 16.0" in anybody.get("/intake/metrics").text
            assert anybody.get("/intake/livez").status_code == 200
    said_once_and_in_order(office, acknowledged)
    assert not [why for service in ("intake", "hotline", "notifier") if (why := why_not_ready(office, service))]


def test_a_killed_broker_comes_back_by_itself(office: RunningOffice) -> None:
    killed = office.kill_nats()
    acknowledged = people_come(office)
    (back,) = eventually(office.nats_pids, 20)
    assert back not in killed
    said_once_and_in_order(office, acknowledged)


def test_a_killed_office_starts_again_beside_the_broker_it_left(office: RunningOffice) -> None:
    acknowledged = people_come(office)
    left = office.nats_pids()
    office.kill()
    assert office.nats_pids() == left
    office.start()
    acknowledged += people_come(office)
    assert len(office.nats_pids()) == 1
    said_once_and_in_order(office, acknowledged)
