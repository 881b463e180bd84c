"""The compose deployment for real: images are built, containers run, and what they may not do they cannot.

Needs Docker and fails without it: `make smoke` runs it, `make test` leaves it out. All is thrown away afterwards.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from deploy import office
from deploy.demo.day import plan
from deploy.demo.drive import Day
from deploy.secrets import make_secrets
from shared.clock import Clock
from shared.tokens import SignIn, issue
from shared.worktime import VN
from tests.support import UNIT, free_port
from tests.system.running import A_DOSSIER, eventually

_VISITS, _REPORTS = plan(datetime(2026, 6, 5, tzinfo=VN), seed=1)
DAY_VISITS = [one for one in _VISITS if one.rates][:3]
DAY_REPORTS = [one for one in _REPORTS if one.conduct]
ROOT = Path(__file__).parents[2]
HEALTHY_SECONDS = 90
pytestmark = pytest.mark.containers


@dataclass
class Stack:
    """A compose project of its own: secrets, ports and volumes."""

    project: str
    secrets: Path
    port: int
    seconds_to_healthy: float = 0.0

    def compose(self, *words: str, check: bool = True, timeout: float = 120) -> str:
        """`docker compose …`; returns what it printed. Raises AssertionError with that, when asked to check."""
        command = ["docker", "compose", "--project-name", self.project, "--file", str(ROOT / "deploy/compose.yaml")]
        settings = {
            "MOTCUA_SECRETS": str(self.secrets),
            "MOTCUA_HTTP": f"127.0.0.1:{self.port}",
            "MOTCUA_HTTPS": f"127.0.0.1:{free_port()}",
            "MOTCUA_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "MOTCUA_VERSION": self.project,
            "MOTCUA_UNIT": UNIT,
        }
        environment = {**os.environ, **settings}
        done = subprocess.run([*command, *words], env=environment, capture_output=True, text=True, timeout=timeout)
        assert not check or done.returncode == 0, f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout + ("" if check else done.stderr)

    def up(self) -> float:
        """Starts everything and waits until all is healthy; returns the seconds it took."""
        began = time.monotonic()
        try:
            self.compose(
                "up", "--detach", "--wait", "--wait-timeout", str(HEALTHY_SECONDS), timeout=HEALTHY_SECONDS + 30
            )
        except AssertionError as error:
            raise AssertionError(
                f"{error}\n{self.compose('logs', '--no-color', '--tail', '15', check=False)}"
            ) from error
        return time.monotonic() - began

    def inside(self, service: str, *words: str, user: str = "", check: bool = True) -> str:
        """What a command in a container prints."""
        return self.compose("exec", "--no-TTY", *(("--user", user) if user else ()), service, *words, check=check)

    def sql(self, service: str, statement: str, database: str = "") -> str:
        """What PostgreSQL answers the service's own role, errors included."""
        read = f"PGPASSWORD=$(cat /run/secrets/{service}_db_password) exec psql -qAt -h 127.0.0.1 -U {service}"
        script = f'{read} {database or service} -c "$0"'
        return self.inside("postgres", "bash", "-c", script, statement, user="postgres", check=False).strip()

    def events(self, stream: str) -> int:
        """How many events a stream holds."""
        script = (
            "import asyncio, sys; from pathlib import Path; from shared.nats_client import connect, read_seed\n"
            "async def main():\n"
            "    seed = read_seed(Path('/run/secrets/provisioner_nkey'))\n"
            "    nc = await connect('nats://nats:4222', name='provisioner', seed=seed, patience=10)\n"
            "    print('seq', (await nc.jetstream().stream_info(sys.argv[1])).state.last_seq); await nc.close()\n"
            "asyncio.run(main())"
        )
        said = self.compose("run", "--rm", "--no-deps", "--entrypoint", "python", "provision", "-c", script, stream)
        found = re.search(r"^seq (\d+)$", said, re.M)
        assert found, said
        return int(found[1])

    def count(self, service: str, table: str) -> int:
        """How many rows a table has."""
        return int(self.sql(service, f"SELECT count(*) FROM {table}"))

    def replay(self, service: str) -> str:
        """What the auditor's replay says."""
        words = ("replay", "--service", service, "--compare")
        return self.compose("run", "--rm", "--no-deps", "audit", *words, check=False)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=10)

    def receive_dossier(self) -> None:
        token = issue(self.secrets / "signin.key", "off-clerk-1", UNIT, ["clerk"])
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
        url = f"http://127.0.0.1:{self.port}/intake/dossiers"
        answer = httpx.post(url, json=A_DOSSIER, headers=headers, timeout=10)
        assert answer.status_code == 201, answer.text


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    secrets = tmp_path_factory.mktemp("compose") / "secrets"
    make_secrets(secrets, UNIT)
    running = Stack(f"motcua-smoke-{uuid4().hex[:8]}", secrets, free_port())
    try:
        running.compose("build", timeout=900)
        running.seconds_to_healthy = running.up()
        yield running
    finally:
        running.compose("down", "--volumes", "--remove-orphans", "--timeout", "5", check=False)
        subprocess.run(["docker", "image", "rm", f"motcua:{running.project}"], capture_output=True, check=False)


def test_everything_is_healthy_within_ninety_seconds(stack: Stack) -> None:
    assert stack.seconds_to_healthy < HEALTHY_SECONDS
    for service in office.SERVICES:
        answer = stack.get(f"/{service}/readyz")
        assert (answer.status_code, answer.json()["leads"]) == (200, True), service


def test_the_door_leads_to_the_services_and_shows_no_metrics(stack: Stack) -> None:
    assert stack.get("/").status_code in (200, 307)
    for service in office.SERVICES:
        assert stack.get(f"/{service}/openapi.json").status_code == 200
        assert stack.get(f"/{service}/metrics").status_code == 404
    assert stack.get("/nothing").status_code == 404


def test_the_operator_gets_a_token_from_the_container_that_holds_the_key(stack: Stack) -> None:
    token = stack.inside("personnel", "motcua", "token", "clerk").split()[0]
    assert SignIn(stack.secrets / "signin.pub").official(token).may("clerk")


@pytest.mark.parametrize("service", office.SERVICES)
def test_a_container_has_no_rights_it_does_not_need(stack: Stack, service: str) -> None:
    script = "id -u; (touch /x || touch /opt/motcua/x) 2>&1; ls /run/secrets; grep CapEff /proc/self/status"
    said = stack.inside(service, "sh", "-c", script)
    assert said.startswith("10001\n") and "Read-only file system" in said
    assert said.rstrip().endswith("0000000000000000"), "no capabilities"
    others = [other for other in office.SERVICES if other != service]
    assert not [
        secret
        for secret in said.split()
        if secret.startswith((*others, "provisioner", "postgres")) or "owner" in secret
    ]


@pytest.mark.parametrize("service", office.SERVICES)
def test_a_service_works_with_rows_and_its_event_log_only_grows(stack: Stack, service: str) -> None:
    allowed = ["INSERT INTO tracking VALUES ('X', 1)", "UPDATE tracking SET last_seq = 2 WHERE stream = 'X'"]
    allowed += [
        "DELETE FROM tracking WHERE stream = 'X'",
        "SELECT 1 FROM event_log LIMIT 0",
        "SELECT 1 FROM migration LIMIT 0",
    ]
    assert [answer for statement in allowed if (answer := stack.sql(service, statement))] == []
    denied = ["UPDATE event_log SET version = 2", "DELETE FROM event_log", "TRUNCATE event_log", "TRUNCATE tracking"]
    denied += [
        "DELETE FROM migration",
        "CREATE TABLE mine (i int)",
        "DROP TABLE tracking",
        "ALTER TABLE event_log DISABLE TRIGGER ALL",
    ]
    for statement in denied:
        answer = stack.sql(service, statement)
        assert "permission denied" in answer or "must be owner" in answer, (statement, answer)
    for database in {*office.SERVICES, "postgres"} - {service}:
        assert "permission denied for database" in stack.sql(service, "SELECT 1", database)


def test_a_fact_reaches_its_stream_and_outlives_containers(stack: Stack) -> None:
    before = stack.events("INTAKE")
    stack.receive_dossier()
    eventually(lambda: stack.events("INTAKE") > before, 20)
    after = stack.events("INTAKE")
    stack.compose("stop", timeout=90)
    states = [json.loads(line) for line in stack.compose("ps", "--all", "--format", "json").splitlines()]
    assert {one["Service"]: one["ExitCode"] for one in states if one["ExitCode"]} == {}, "everything ended in order"
    stack.up()
    assert stack.events("INTAKE") == after
    for service in office.SERVICES:
        eventually(lambda service=service: stack.get(f"/{service}/readyz").status_code == 200, 30)  # type: ignore[misc]  # a default binds the loop's variable


async def test_the_line_runs_through_the_containers_and_a_replay_equals_it(stack: Stack) -> None:
    clock = Clock()
    visits = [
        replace(one, at=clock.now(), steps=tuple((step, timedelta()) for step, _ in one.steps)) for one in DAY_VISITS
    ]
    reports = [replace(one, at=clock.now() - timedelta(hours=1)) for one in DAY_REPORTS]
    day = Day(f"http://127.0.0.1:{stack.port}", stack.secrets / "signin.key", UNIT, clock, lambda: None)

    await day.drive(visits, reports)

    assert day.happened["dossiers: hand-over"] == len(visits)
    assert day.happened["ratings"] == len(visits)
    assert day.happened["reports verified"] == 2
    assert day.flag_id is not None
    for service in office.SERVICES:
        said = eventually(lambda service=service: stack.replay(service), 30)  # type: ignore[misc]  # a default binds the loop's variable
        assert "Equal." in said


def test_with_one_container_killed_the_others_go_on_and_it_catches_up(stack: Stack) -> None:
    before = stack.count("notifier", "followup")
    stack.compose("kill", "--signal", "KILL", "notifier")
    for _ in range(5):
        stack.receive_dossier()
    assert stack.get("/hotline/readyz").status_code == 200
    assert stack.count("notifier", "followup") == before

    stack.compose("start", "notifier")

    eventually(lambda: stack.count("notifier", "followup") == before + 5, 40)
    assert "Equal." in stack.replay("notifier")


def test_an_auditor_reads_what_is_not_private_and_writes_nothing(stack: Stack) -> None:
    assert stack.sql("auditor", "SELECT count(*) > 0 FROM event_log", "intake") == "t"
    for statement in ("SELECT * FROM private", "SELECT * FROM idempotency", "DELETE FROM outbox"):
        assert "permission denied" in stack.sql("auditor", statement, "intake"), statement
    for table in ("private", "private_file", "private_bytes"):
        assert "permission denied" in stack.sql("auditor", f"SELECT * FROM {table}", "hotline"), table


def test_the_jobs_run_again_change_nothing(stack: Stack) -> None:
    assert "as they should be" in stack.compose("run", "--rm", "--no-deps", "provision")
    stack.compose("run", "--rm", "--no-deps", "migrate")
    again = stack.inside("postgres", "/docker-entrypoint-initdb.d/10-services.sh", user="postgres")
    assert again.startswith("databases and roles: ")
    assert stack.sql("intake", "SELECT 1") == "1"
