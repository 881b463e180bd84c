"""The checker: what the streams hold against what was acknowledged, in the manner of a queue checker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from shared.events import Event, Recorded, hotline, intake, notifier, survey


@dataclass
class Verdict:
    """The figures that must all be zero (and `replay_equal` true)."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    effects_missing: int = 0
    effects_doubled: int = 0
    replay_equal: bool = False
    seed: int = 0

    @property
    def holds(self) -> bool:
        """Whether everything was as promised."""
        zero = (self.lost, self.doubled, self.disordered, self.effects_missing, self.effects_doubled)
        return not any(zero) and self.replay_equal and self.kills > 0 and self.acknowledged > 0

    def as_data(self) -> dict[str, int | bool]:
        """The last line of a run."""
        return asdict(self)


def judge(
    verdict: Verdict,
    acknowledged: Iterable[str],
    expected: Mapping[type[Event], int],
    streams: Sequence[Recorded[Event]],
) -> None:
    """Fill the verdict from all events of all streams, each stream in its order.

    `expected` says how many events of a kind all requests together may have made: more means that one took effect
    twice.
    """
    ids = Counter(one.id for one in streams)
    verdict.lost = sum(1 for wanted in acknowledged if wanted not in ids)
    kinds = Counter(type(one.event) for one in streams)
    too_many = sum(max(0, kinds[kind] - most) for kind, most in expected.items())
    verdict.doubled = sum(count - 1 for count in ids.values()) + too_many
    verdict.disordered = _disordered(streams)
    verdict.effects_missing, verdict.effects_doubled = _effects(streams)


def _disordered(streams: Sequence[Recorded[Event]]) -> int:
    last: dict[tuple[str, str], int] = {}
    wrong = 0
    for one in streams:
        key = (one.event.service, one.event.aggregate)
        wrong += one.sequence != last.get(key, 0) + 1
        last[key] = one.sequence
    return wrong


def _effects(streams: Sequence[Recorded[Event]]) -> tuple[int, int]:
    """Each promise has one follow-up, each closed dossier one slip."""
    opened = Counter(one.event.promised_by for one in streams if isinstance(one.event, notifier.FollowUpOpened))
    slips = Counter(one.cause.causation for one in streams if isinstance(one.event, survey.SlipIssued))
    missing = doubled = 0
    for one in streams:
        if isinstance(one.event, intake.DossierReceived | hotline.ComplaintFiled):
            found = opened[one.id]
        elif isinstance(one.event, intake.ResultHandedOver):
            found = slips[one.id]
        else:
            continue
        missing += found == 0
        doubled += max(0, found - 1)
    return missing, doubled
