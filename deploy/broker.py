"""The embedded broker: nats-server from the wheel, started, watched and ended by this process.

<home>/nats/nats.conf       written anew at each start     <home>/nats/jetstream   the streams
<home>/nats/nats.log        kept small by the server       <home>/nats/lock        held while we own the server
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import structlog

from deploy.processes import end, naming, nats_server_binary
from shared.access import Identity, server_config

log = structlog.get_logger()

READY_SECONDS = 30.0
"""Long, for a big store to be read; an empty one takes 0.05 s."""
STOP_SECONDS = 10.0
STEADY_SECONDS = 30.0
BACKOFF_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0)


class BrokerRefused(Exception):
    """The broker cannot run here; one sentence says what to do."""


class Broker:
    """One nats-server on the loopback interface, with its files under `home`.

    One process owns it at a time: a second one is refused, and a server left behind by a killed owner is ended first.
    """

    def __init__(self, home: Path, port: int, identities: Sequence[Identity], *, http_port: int | None = None) -> None:
        self.home = home.resolve() / "nats"
        self.port = port
        self.http_port = http_port
        self.identities = tuple(identities)
        self.config = self.home / "nats.conf"
        self.log_file = self.home / "nats.log"
        self.server_name = f"motcua-{port}"
        self._process: asyncio.subprocess.Process | None = None
        self._wanted = False
        self._lock: IO[str] | None = None

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"nats://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def start(self) -> None:
        """Runs the server and returns when it answers. Raises BrokerRefused."""
        self._wanted = True
        if self.pid is not None:
            return
        try:
            await self._start()
        except BaseException:
            await self._end()
            raise
        log.info("broker.started", pid=self.pid, port=self.port)

    async def _start(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._own()
        for leftover in naming(self.config):
            log.warning("broker.leftover_ended", pid=leftover)
            await end(leftover, self.config, seconds=STOP_SECONDS)
        self._refuse_taken_port()
        self._write(self.config)
        await self._spawn()
        await self._ready()

    async def stop(self) -> None:
        """Ends the server in an orderly way (SIGKILL after ten seconds) and gives up the home."""
        self._wanted = False
        await self._end()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
            log.info("broker.stopped", returncode=process.returncode)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def ensure_running(self) -> None:
        """The supervisor: starts the server and restarts it whenever it ended, until `stop` or cancelled."""
        self._wanted, failures = True, 0
        while self._wanted:
            process = self._process
            if process is None or process.returncode is not None:
                failures += not await self._restarted(failures)
                continue
            began, code = time.monotonic(), await process.wait()
            if self._wanted:
                log.error("broker.died", returncode=code)
                failures = 0 if time.monotonic() - began > STEADY_SECONDS else failures + 1

    async def reload(self, identities: Sequence[Identity]) -> None:
        """Lets these identities in, and no others, without cutting those who stay. Raises BrokerRefused."""
        self.identities = tuple(identities)
        trial = self.config.with_suffix(".new")
        self._write(trial)
        check = await asyncio.create_subprocess_exec(
            nats_server_binary(),
            "-t",
            "-c",
            str(trial),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said = (await check.communicate())[0].decode(errors="replace").strip()
        if check.returncode != 0:
            raise BrokerRefused(f"The broker's new configuration is not valid, the old one stays: {said}")
        os.replace(trial, self.config)
        for _ in range(2):  # 2.15.1 ties a new account's imports to the others only at the second time
            if self.pid is not None:
                size = self.log_file.stat().st_size
                os.kill(self.pid, signal.SIGHUP)
                await self._logged(size, "Reloaded server configuration")

    def _write(self, path: Path) -> None:
        text = server_config(
            self.identities,
            host="127.0.0.1",
            port=self.port,
            http_port=self.http_port,
            store_dir=self.home,  # the server adds "jetstream"
            server_name=self.server_name,
            log_file=self.log_file,
        )
        path.write_text(text)

    def _own(self) -> None:
        """Take the home, or refuse: two owners would end each other's server."""
        if self._lock is not None:
            return
        file = (self.home / "lock").open("a")
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise BrokerRefused(
                f"Another motcua already runs the broker in {self.home}: stop that one, or choose another home."
            ) from error
        self._lock = file

    def _refuse_taken_port(self) -> None:
        with socket.socket() as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise
                raise BrokerRefused(
                    f"Port {self.port} on 127.0.0.1 is taken by another program: end it, or choose another port."
                ) from error

    async def _spawn(self) -> None:
        with self.log_file.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                nats_server_binary(),
                "-c",
                str(self.config),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is ours: the services finish first
            )

    async def _ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.pid is None:
                raise BrokerRefused(f"The broker ended at once, see {self.log_file}: {self._last_words()}")
            if await self._greets():
                return
            await asyncio.sleep(0.01)
        raise BrokerRefused(f"The broker did not answer within {READY_SECONDS:.0f} s, see {self.log_file}.")

    async def _greets(self) -> bool:
        """Whether our server, and no stranger, greets on the port."""
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", self.port), 1)
        except (OSError, TimeoutError):
            return False
        try:
            greeting = await asyncio.wait_for(reader.readline(), 1)
        except (OSError, TimeoutError):
            return False
        finally:
            writer.close()
        return greeting.startswith(b"INFO ") and f'"server_name":"{self.server_name}"'.encode() in greeting

    async def _restarted(self, failures: int) -> bool:
        await asyncio.sleep(BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1] if failures else 0)
        if not self._wanted:
            return False
        try:
            await self.start()
        except BrokerRefused as refusal:
            log.error("broker.not_restarted", why=str(refusal))
            return False
        return True

    async def _logged(self, after: int, words: str) -> None:
        """Waits until the log says so, at most five seconds. Raises BrokerRefused."""
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            with self.log_file.open("rb") as file:
                file.seek(after if after <= self.log_file.stat().st_size else 0)
                if words.encode() in file.read():
                    return
            await asyncio.sleep(0.02)
        raise BrokerRefused(f"The broker did not take its new configuration, see {self.log_file}: {self._last_words()}")

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            lines = self.log_file.read_text(errors="replace").strip().splitlines()
            return lines[-1] if lines else "it said nothing"
        return "it left no log"
