"""The same office on PostgreSQL and NATS in containers: what `pytest --containers` puts under `motcua up`."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import docker.errors
import sqlalchemy as sa
from testcontainers.core.container import DockerContainer

from deploy import office
from tests.support import UNIT, postgres_of_this_run

IMAGE = "nats:2.15"
WATCH_SECONDS = 0.3


def wanted() -> bool:
    """Whether this run is on containers."""
    return postgres_of_this_run() is not None


@dataclass
class Containers:
    """The databases and the broker of one office; the operator's part (reload, restart) is played here."""

    home: Path
    nats_port: int
    prefix: str = field(default_factory=lambda: f"o{uuid4().hex[:10]}")
    broker: DockerContainer | None = None
    _watching: threading.Event = field(default_factory=threading.Event)

    def database_url(self, service: str) -> str:
        """A service's database."""
        database = f"{self.prefix}_{service}"
        return sa.make_url(postgres_of_this_run() or "").set(database=database).render_as_string(hide_password=False)

    def words(self) -> tuple[str, ...]:
        """What `motcua up` is told."""
        template = self.database_url("SERVICE").replace("SERVICE", "{service}")
        return ("--databases", template, "--nats-url", f"nats://127.0.0.1:{self.nats_port}")

    def start(self) -> None:
        """Make the databases and run the broker, with this home's keys."""
        self._databases("CREATE DATABASE")
        self._write_config()
        config = str(self.config.resolve())
        container = DockerContainer(IMAGE).with_command("-c /etc/nats/office.conf")
        container.with_volume_mapping(config, "/etc/nats/office.conf", "ro")
        container.ports = {4222: ("127.0.0.1", self.nats_port)}
        self.broker = container.start()
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def config(self) -> Path:
        """The broker's configuration, as `motcua broker-config` prints it."""
        return self.home.with_name(f"{self.home.name}.conf")

    def stop(self) -> None:
        """Remove the broker and the databases."""
        self._watching.set()
        if self.broker is not None:
            with suppress(docker.errors.APIError):
                self.broker.stop()
        self._databases("DROP DATABASE IF EXISTS")

    def pid(self) -> int:
        """The broker's process on this machine."""
        found: dict[str, Any] = self._wrapped().client.api.inspect_container(self._wrapped().id)
        return int(found["State"]["Pid"])

    def kill(self) -> list[int]:
        """SIGKILL to the broker, then start it again as Docker's restart policy would."""
        pid = self.pid()
        self._wrapped().kill()
        self._wrapped().start()
        return [pid]

    def _wrapped(self) -> Any:
        assert self.broker is not None
        return self.broker.get_wrapped_container()

    def _databases(self, what: str) -> None:
        admin = sa.create_engine(postgres_of_this_run() or "", isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
        force = " WITH (FORCE)" if what.startswith("DROP") else ""
        with admin.connect() as connection:
            for service in office.SERVICES:
                connection.exec_driver_sql(f'{what} "{self.prefix}_{service}"{force}')

    def _write_config(self) -> None:
        words = ["broker-config", "--home", str(self.home), "--unit", UNIT]
        command = [sys.executable, "-c", "from deploy.start import main; main()", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        self.config.write_text(done.stdout)  # in place: the mounted file must stay the same one
        self.config.chmod(0o644)

    def _watch(self) -> None:
        """Reload the broker when subscribers come or go, as an operator would."""
        path, seen = self.home / "subscribers.json", b""
        while not self._watching.wait(WATCH_SECONDS):
            now = path.read_bytes() if path.exists() else b""
            if now != seen:
                seen = now
                self._write_config()
                for _ in range(2):  # the server ties a new account's imports to the others at the second reload only
                    with suppress(docker.errors.APIError):
                        self._wrapped().kill(signal="SIGHUP")
                    self._watching.wait(WATCH_SECONDS)
