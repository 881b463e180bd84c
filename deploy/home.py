"""The home of an embedded installation: one folder with everything in it, used by one process at a time."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import IO
from urllib.parse import quote

from deploy.office import SERVICES, check_kept
from deploy.refusal import Refusal
from shared.mechanism import STEPS
from shared.migrations import Migrations
from shared.tokens import check_keys, make_keys

LEAST_FREE_BYTES = 200 * 2**20


class Home:
    """Where an embedded office keeps its databases, keys, stream, logs and mailbox."""

    def __init__(self, path: Path, databases: str | None = None) -> None:
        self.path = path.absolute()
        self.databases = databases
        self._lock: IO[str] | None = None

    @property
    def _memory(self) -> Path:
        return self.path / "office.json"

    def remember(self, nats_url: str) -> None:
        """Keep for later commands where this office's databases and broker are (readable by its owner only)."""
        with os.fdopen(os.open(self._memory, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({"databases": self.databases, "nats_url": nats_url}, file)

    @staticmethod
    def of(path: Path) -> tuple[Home, str]:
        """An installation that has been started, and its broker's address. Raises Refusal."""
        home = Home(path)
        try:
            known = json.loads(home._memory.read_text())
            databases, nats_url = known["databases"], known["nats_url"]
            if not isinstance(databases, str | None) or not isinstance(nats_url, str):
                raise TypeError
            return Home(path, databases), nats_url
        except (OSError, ValueError, KeyError, TypeError):
            detail = "is no installation that has been started: start it once, or name another with --home."
            raise Refusal(f"{path} {detail}") from None

    def database(self, service: str) -> Path:
        """The SQLite file of a service."""
        return self.path / "data" / f"{service}.db"

    def database_url(self, service: str) -> str:
        """Its address: the SQLite file, or a database of the server that was named (`…/{service}`)."""
        return self.databases.replace("{service}", service) if self.databases else f"sqlite:///{self.database(service)}"

    @property
    def signin_private(self) -> Path:
        return self.path / "keys" / "signin.key"

    @property
    def signin_public(self) -> Path:
        return self.path / "keys" / "signin.pub"

    @property
    def mailbox(self) -> Path:
        return self.path / "mailbox"

    @property
    def log_file(self) -> Path:
        return self.path / "log" / "motcua.log"

    def check(self, ports: dict[str, int]) -> None:
        """Raises Refusal when the office cannot run here; changes nothing."""
        there = self.path
        while not os.path.exists(there):  # what may not be looked at counts as missing, unlike with Path.exists
            there = there.parent
        if not there.is_dir():
            raise Refusal(f"{there} is not a folder: choose another place with --home.")
        if not os.access(there, os.W_OK | os.X_OK) or _holds_no_files(there):
            raise Refusal(f"{there} cannot be written: choose another place with --home, or mount it writable.")
        if shutil.disk_usage(there).free < LEAST_FREE_BYTES:
            raise Refusal(f"The disk of {there} has less than 200 MB free: make room, then start again.")
        self._check_lock()
        for what, port in ports.items():
            _check_port(what, port)
        for service in SERVICES:
            _check_database(service, self.database(service))
        check_kept(self.path)
        self._check_signin()

    def _check_signin(self) -> None:
        try:
            check_keys(self.signin_private, self.signin_public)
        except ValueError as error:
            detail = "restore both files from a backup, or remove both to have new ones made."
            raise Refusal(f"The sign-in keys beside {self.signin_private} are damaged ({error}): {detail}") from error

    def _check_lock(self) -> None:
        path = self.path / "lock"
        if not path.exists():
            return
        with path.open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refusal(f"{self.path} is in use: stop that office first, or choose another --home.") from None

    def take(self) -> None:
        """Make the folders and keys that are missing, and hold the home. Raises Refusal."""
        try:
            for name in ("data", "keys", "log", "mailbox", "nats"):
                (self.path / name).mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = (self.path / "lock").open("a+")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(f"{self.path} is in use: stop that office first, or choose another --home.") from None
        except OSError as error:
            raise Refusal(
                f"{self.path} cannot be used ({error.strerror}): choose another place with --home."
            ) from error
        make_keys(self.signin_private, self.signin_public)

    def release(self) -> None:
        """Give the home up."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _check_port(what: str, port: int) -> None:
    if port == 0:
        return
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            option, made = ("--nats-port", "NATS_PORT") if what == "nats" else ("--port", "PORT")
            raise Refusal(f"Port {port} is taken: choose another with {option} (make up {made}=…).") from None


def _holds_no_files(folder: Path) -> bool:
    """Whether nothing can be kept there: it is mounted read-only, or is no disk at all, as /proc."""
    disk = os.statvfs(folder)
    return bool(disk.f_flag & os.ST_RDONLY) or disk.f_blocks == 0


def _as_it_lies(path: Path) -> str:
    """The address of a database that nobody uses, for reading without a trace: SQLite makes no files beside it, unless
    a log of a killed office lies there and must be read too."""
    log = path.with_name(f"{path.name}-wal")
    how = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
    return f"file:{quote(str(path))}?{how}"


def _check_database(service: str, path: Path) -> None:
    if not path.exists():
        return
    done: set[str] = set()
    try:
        with closing(sqlite3.connect(_as_it_lies(path), uri=True, timeout=2)) as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'migration'").fetchone():
                done = {name for (name,) in connection.execute("SELECT name FROM migration")}
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != "ok":
        raise Refusal(
            f"The database {path} is damaged ({verdict}): restore it from a backup, or move it away to start a new one."
        )
    if unknown := sorted(done - set(Migrations(service).names()) - set(STEPS)):
        raise Refusal(
            f"The database {path} has {unknown[-1]}, which this release does not know: use the newer release, or"
            " restore a backup made by this one."
        )
