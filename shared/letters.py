"""Dead letters on their way into the stream where everybody can see them. Events do not wait for them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import nats.errors
import structlog
from nats.aio.client import Client

from shared.database import Database
from shared.nats_client import asked
from shared.outbox import Letter, confirm_parked
from shared.unavailable import in_short

log = structlog.get_logger()

ANSWER_SECONDS = 1.0
REST_SECONDS = 10.0


@dataclass
class Letters:
    """What one service has parked, published by who leads."""

    service: str
    unit: str
    db: Database
    problem: str | None = None
    """Why they are not shown."""
    _due: float = 0.0

    async def show(self, nc: Client, letters: Sequence[Letter]) -> bool:
        """Publish these; whether all are. After a failure they rest for a while."""
        if letters and time.monotonic() < self._due:
            return False
        try:
            for letter in letters:
                await self._show(nc, letter)
        except (TimeoutError, nats.errors.Error) as error:
            self.problem, self._due = in_short(error), time.monotonic() + REST_SECONDS
            log.warning("relay.letters_not_shown", service=self.service, events=len(letters), error=self.problem)
            return False
        self.problem = None
        return True

    async def _show(self, nc: Client, letter: Letter) -> None:
        message_id = f"{self.service}:{letter.stream}:{letter.stream_seq}"
        headers = {"Nats-Msg-Id": message_id, "Motcua-Cause": letter.cause[:200].encode("ascii", "replace").decode()}
        subject = f"dead.{self.unit}.{self.service}.{letter.stream.lower()}"
        if "seq" not in await asked(nc, subject, letter.body, headers, ANSWER_SECONDS):
            raise nats.errors.Error(f"whoever answers to {subject} has not said where it stands")
        await self.db.write(confirm_parked, letter.stream, letter.stream_seq)
