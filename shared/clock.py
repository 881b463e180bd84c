"""Time as a dependency: deadlines and flags obey it, a trial may set it and speed it up, production refuses that."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Clock:
    """A clock that starts at `start` (None: real time) and runs `speed` times as fast as the wall."""

    start: datetime | None = None
    speed: float = 1.0
    _zero: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """The present, in UTC."""
        if self.start is None and self.speed == 1.0:
            return datetime.now(UTC)
        passed = timedelta(seconds=(time.monotonic() - self._zero) * self.speed)
        return ((self.start or self._real_start()) + passed).astimezone(UTC)

    def _real_start(self) -> datetime:
        return datetime.now(UTC) - timedelta(seconds=time.monotonic() - self._zero)

    def seconds_until(self, moment: datetime) -> float:
        """Wall seconds until `moment` on this clock; 0 when it has passed."""
        return max(0.0, (moment - self.now()).total_seconds() / self.speed)
