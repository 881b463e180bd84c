"""A whole office as its operator starts it: `motcua up` in a process of its own, on free ports.

with running_office(tmp_path / "home") as office:
    receipt = office.receive_dossier()          # over HTTP, as a clerk
    office.kill(); office.start()               # the same home, the same ports
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from deploy.loopback import DIRECTLY
from deploy.office import SERVICES
from deploy.processes import naming
from shared.tokens import issue
from shared.worktime import VN, Calendar, add_working_days
from tests.folded import assert_folds
from tests.support import UNIT, free_port, held_by
from tests.system import containers
from tests.system.containers import Containers

MOTCUA = (sys.executable, "-c", "from deploy.start import main; main()")
"""The `motcua` command of this very code."""
READY_SECONDS = 60.0
STOP_SECONDS = 20.0
A_DOSSIER: dict[str, Any] = {
    "procedure": "1.001193",
    "channel": "counter",
    "applicant": {"full_name": "Nguyễn Văn An", "citizen_id": "019203001234", "phone": "0912345678"},
    "papers": ["giay_chung_sinh"],
}


@dataclass
class Place:
    """Where an office is, and what its keys open."""

    home: Path
    port: int
    nats_port: int

    @property
    def url(self) -> str:
        """Where pages and APIs are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def nats_url(self) -> str:
        """Where the event streams are."""
        return f"nats://127.0.0.1:{self.nats_port}"

    def database_url(self, service: str) -> str:
        """A service's database: SQLAlchemy's address."""
        return f"sqlite:///{self.home / 'data' / service}.db"

    def seed(self, name: str) -> Path:
        """The file with the nkey seed of an identity (`auditor`, `intake`, `sub-province`)."""
        return self.home / "keys" / f"{name}.nk"

    def token(self, *roles: str, official: str | None = None, unit: str = UNIT) -> str:
        """A sign-in token; the official is the seeded one of the first role when none is named."""
        return issue(self.home / "keys" / "signin.key", official or f"off-{roles[0]}-1", unit, roles)


@dataclass
class RunningOffice(Place):
    """An office in a process; started, killed and started again on one home."""

    options: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    """Environment variables of its own, beside the options."""
    process: subprocess.Popen[bytes] | None = None
    containers: Containers | None = None
    """PostgreSQL and NATS under this office, in a run on containers."""

    @property
    def output(self) -> Path:
        """What the process said, over all its starts; its log is <home>/log/motcua.log."""
        return self.home.with_name(f"{self.home.name}.out")

    @property
    def running(self) -> bool:
        """Whether the office's own process lives."""
        return self.process is not None and self.process.poll() is None

    def database_url(self, service: str) -> str:
        """A service's database: SQLAlchemy's address."""
        if self.containers is not None:
            return self.containers.database_url(service)
        return super().database_url(service)

    @property
    def environment(self) -> dict[str, str]:
        """What its processes find in their environment."""
        return {**os.environ, **self.settings}

    def client(self, *roles: str, official: str | None = None) -> httpx.Client:
        """An HTTP client, signed in when roles are given. The caller closes it."""
        headers = {"Authorization": f"Bearer {self.token(*roles, official=official)}"} if roles else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=10, **DIRECTLY)

    def receive_dossier(self, **changes: Any) -> dict[str, Any]:
        """A complete dossier at the counter; returns the receipt. Raises httpx.HTTPStatusError."""
        with self.client("clerk") as client:
            return self.post(client, "/intake/dossiers", A_DOSSIER | changes)

    @staticmethod
    def post(client: httpx.Client, path: str, body: Any = None) -> dict[str, Any]:
        """One request with an Idempotency-Key of its own. Raises httpx.HTTPStatusError with what was answered."""
        answer = client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})
        if not answer.is_success:
            text = f"{path}: {answer.status_code} {answer.text}"
            raise httpx.HTTPStatusError(text, request=answer.request, response=answer)
        found: dict[str, Any] = answer.json()
        return found

    def motcua(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a `motcua` command on this home and wait for it (60 s). Raises CalledProcessError when asked to check."""
        command = [*MOTCUA, *words, "--home", str(self.home)]
        return subprocess.run(command, capture_output=True, text=True, check=check, timeout=60, env=self.environment)

    def start(self) -> None:
        """Start it and wait until every service is ready. Raises RuntimeError with what it said."""
        assert not self.running, "the office runs already"
        self.home.parent.mkdir(parents=True, exist_ok=True)
        before = self.output.stat().st_size if self.output.exists() else 0
        ports = ("--port", str(self.port), "--nats-port", str(self.nats_port))
        more = (*self.options, *(self.containers.words() if self.containers else ()))
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [*MOTCUA, "up", "--home", str(self.home), *ports, *more],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=self.environment,
            )
        self._wait_until_open(before)

    def _wait_until_open(self, before: int) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            said = self.output.read_bytes()[before:].decode(errors="replace")
            if "The office is open." in said:
                return
            if not self.running or "not ready after" in said:
                break
            time.sleep(0.05)
        raise RuntimeError(f"the office did not open: {said}")

    def stop(self) -> int | None:
        """SIGINT, as Ctrl-C does; returns its exit status. SIGKILL after twenty seconds (then the status is -9)."""
        if self.process is None:
            return None
        if self.running:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode

    def kill(self) -> None:
        """SIGKILL to the office's process alone: its nats-server lives on, an orphan, until the next start."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def nats_pids(self) -> list[int]:
        """The nats-servers that run on this home's configuration."""
        if self.containers is not None:
            return [self.containers.pid()]
        return naming(self.home.resolve() / "nats" / "nats.conf")

    def kill_nats(self) -> list[int]:
        """SIGKILL to the nats-server of this home; it is started again for us. Returns whom it met."""
        if self.containers is not None:
            return self.containers.kill()
        found = self.nats_pids()
        for pid in found:
            os.kill(pid, signal.SIGKILL)
        return found


@contextmanager
def running_office(
    home: Path,
    *,
    port: int | None = None,
    nats_port: int | None = None,
    options: tuple[str, ...] = (),
    settings: Mapping[str, str] | None = None,
) -> Iterator[RunningOffice]:
    """An office that is open, on free ports unless told; `options` are more words for `motcua up`, `settings` more
    environment variables.

    Ended afterwards with its nats-server, however it was left.
    """
    office = RunningOffice(home, port or free_port(), nats_port or free_port(), options, settings or {})
    if containers.wanted():
        office.containers = Containers(home, office.nats_port)
        office.containers.start()
    try:
        office.start()
        databases = {service: office.database_url(service) for service in SERVICES}
        for service, url in databases.items():
            held_by(service, url)
        yield office
        office.stop()
        for url in databases.values():
            assert_folds(url)
    finally:
        office.stop()
        if office.containers is not None:
            office.containers.stop()
        else:
            office.kill_nats()


def in_the_morning() -> tuple[str, str]:
    """Words for `motcua up`: its clock starts on the morning of the next working day, whatever the hour is here. A
    number that is drawn there counts for that day, and is called on it."""
    day = add_working_days(datetime.now(VN).date(), 1, Calendar())
    return "--clock", datetime(day.year, day.month, day.day, 8, tzinfo=VN).isoformat()


def eventually(check: Callable[[], Any], seconds: float = 10.0) -> Any:
    """What `check` answers, as soon as that is true. Raises AssertionError after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (answer := check()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {check}"
        time.sleep(0.05)
    return answer
