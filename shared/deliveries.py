"""What comes from a followed stream, what can be wrong with it, and what is shown of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import nats.errors
from nats.aio.msg import Msg

from shared.events import digest

NOT_STARTED = "not started"
ACK_SECONDS = 2.0


class Gap(Exception):
    """A delivery is missing between the server and us, or came a second time."""


class FarBehind(Exception):
    """More waits than one message at a time carries: begin again with pulls."""


class Behind(Exception):
    """The stream is shorter than what we have handled: its owner is completing it; nothing is skipped meanwhile."""


class Changed(Exception):
    """Where the last fact that we handled stood, the stream holds another one: what follows is no continuation."""

    def __init__(self, service: str, stream: str, seq: int) -> None:
        super().__init__(
            f"{stream} does not hold at {seq} what we handled there: it holds another fact (it was built anew from an "
            "older backup), or none (the broker's disk is damaged). Nothing is handled until this is settled: restore "
            f"{service}'s database from the same backup, have the stream built anew from an undamaged log, or compare "
            "and accept (docs/runbook.md, NotHandled)"
        )


class Subscription(Protocol):
    """The part of a FastStream subscriber that we start and stop."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as the server numbered it."""

    seq: int
    body: bytes
    message: Msg


@dataclass
class LastHandled:
    """What was handled last: it comes first after a reset, and is compared, or learnt where nobody noted it."""

    seq: int
    sha256: str | None
    awaited: bool
    """Whether it has not come again yet."""

    def is_continued(self, deliveries: Sequence[Delivery]) -> bool:
        """Whether it has come as it was, or these are not the first since the reset."""
        if not self.awaited:
            return True
        first = deliveries[0]
        if first.seq == self.seq:
            found = digest(first.body)
            self.sha256 = self.sha256 or found
        else:
            found = None
        self.awaited = found != self.sha256
        return not self.awaited


@dataclass
class InflowState:
    """What health and metrics show of one followed stream."""

    position: int = 0
    handed: int | None = None
    """Facts up to the position, as we count them; none until there is something to count from."""
    handled: int = 0
    parked: int = 0
    unknown: int = 0
    """Events that a newer release wrote, which this one cannot read: parked."""
    restarts: int = 0
    redelivered: int = 0
    """Deliveries that this process had had before."""
    gaps: int = 0
    """Times that a delivery was missing or came twice."""
    lost: int = 0
    """Facts that stand in the stream up to the position and were never handed over, as the watchdog counts."""
    catching_up: bool = False
    problem: str | None = NOT_STARTED

    def follow_from(self, position: int, handed: int | None) -> None:
        """Begin here; where nothing is counted yet, what was lost before is no longer said."""
        self.position, self.handed = position, handed
        if handed is None:
            self.lost = 0


async def acknowledge(deliveries: Sequence[Delivery]) -> None:
    """All in one flight: the server takes them in order, so the last one's answer stands for all. Raises Gap."""
    for item in deliveries[:-1]:
        await item.message.ack()
    try:
        await deliveries[-1].message.ack_sync(ACK_SECONDS)
    except (nats.errors.Error, TimeoutError):  # the server will send them again, and tracking will know them
        raise Gap(f"{len(deliveries)} acknowledgements got no answer") from None
