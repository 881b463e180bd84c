"""What must hold of streams and logs whatever the events say: no message and no version missing, the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson

from shared.events import Event, Recorded

MOST_SHOWN = 20


@dataclass
class Checks:
    """Looks at every message on its way to the fold. Faults are sentences that name the position."""

    published: Iterator[tuple[int, int, bytes]] = field(default_factory=lambda: iter(()))
    """Of the own stream, which is walked first: (stream sequence, log position, body), in the stream's order."""
    compared: bool = False
    """Whether `published` says what the own stream should hold."""
    faults: list[str] = field(default_factory=list)
    more: int = 0
    """Faults beyond those kept."""

    def __post_init__(self) -> None:
        self._stream = ""
        self._next = 1
        self._sequential = True
        self._versions: dict[tuple[str, str], int] = {}
        self._own = self.compared
        self._ahead = next(self.published, None)

    def fault(self, sentence: str) -> None:
        """Keep a fault."""
        if len(self.faults) < MOST_SHOWN:
            self.faults.append(sentence)
        else:
            self.more += 1

    def begin(self, stream: str) -> None:
        """A stream's messages follow, from 1."""
        self._stream, self._next, self._sequential = stream, 1, True

    def begin_log(self) -> None:
        """Events of the log follow, by their position."""
        self._stream, self._sequential = f"log of {self._stream}", False

    def message(self, seq: int, body: bytes, recorded: Recorded[Event] | None) -> None:
        """Look at one message, and at the event in it where it could be read."""
        if self._sequential:
            if seq != self._next:
                self.fault(f"{self._stream} has no message {_span(self._next, seq - 1)}")
            self._next = seq + 1
            if self._own:
                self._same_bytes(seq, body)
        if recorded is not None:
            source = f"/{recorded.unit}/{recorded.event.service}"
            self._no_gap(seq, (source, recorded.event.aggregate), recorded.sequence)
        else:
            self._no_gap_beside(seq, body)

    def end(self, last: int) -> None:
        """The stream has been read; it should have reached `last`."""
        if self._next <= last:
            self.fault(f"{self._stream} ends at {self._next - 1}; {last} had been published there")
        self._own = False

    def _same_bytes(self, seq: int, body: bytes) -> None:
        while self._ahead is not None and self._ahead[0] < seq:
            self._ahead = next(self.published, None)  # not in the stream, which has been said
        if self._ahead is None or self._ahead[0] > seq:
            self.fault(f"{self._stream} {seq} stands in the stream and not in the log")
            return
        _, position, written = self._ahead
        if written != body:
            self.fault(f"{self._stream} {seq} holds other bytes than position {position} of the log")
        self._ahead = next(self.published, None)

    def _no_gap_beside(self, seq: int, body: bytes) -> None:
        """Of an event that was not read, the envelope still says which version it is."""
        try:
            envelope = orjson.loads(body)
            key, version = (str(envelope["source"]), str(envelope["subject"])), int(envelope["sequence"])
        except (ValueError, KeyError, TypeError):
            return  # said by whoever wanted to read it
        self._no_gap(seq, key, version)

    def _no_gap(self, seq: int, key: tuple[str, str], version: int) -> None:
        before = self._versions.get(key, 0)
        if version != before + 1:
            self.fault(f"{self._stream} {seq} is version {version} of {key[1]}, after version {before}")
        self._versions[key] = version


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"
