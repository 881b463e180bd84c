"""The checker, in the manner of Jepsen's queue checker: what the streams hold against what was asked and acknowledged.

A fact that was acknowledged and is not there is lost; per writer and stream it is a prefix (nothing of that writer
before it arrived), a tail (nothing after it did), or in the middle. A request without an answer may have taken effect:
if its fact is there it is recovered, and never counted as lost. What nobody asked for and a service has committed (a
consequence, a reminder) is lost as well when no stream has it; its writer is the log.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from shared.events import Event, Recorded, hotline, survey
from tests.chaos.load import Asked, History
from tests.chaos.reactions import caused_by, ended_again, left_behind, owed, without_files

WHERE = ("prefix", "middle", "tail")


@dataclass
class Verdict:
    """The figures of a run; those of harm must all be zero and each `bool` true."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    effects_missing: int = 0
    effects_doubled: int = 0
    replay_equal: bool = False
    seed: int = 0
    database: str = "sqlite"
    pauses: int = 0
    jumps: int = 0
    slow: int = 0
    recovered: int = 0
    """Never answered, and there."""
    unanswered: int = 0
    refused: int = 0
    """Answers that a request of the load should never get, and what took effect although it was declined."""
    false_stops: int = 0
    """Times that a relay stopped for a person to decide: nobody had restored or written anything."""
    lost_where: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WHERE, 0))
    settled: bool = False
    """Whether everything was published and handled in time."""
    handled_equals_published: bool = False
    """Whether every service shows the effects of each fact that it follows."""
    deaths: dict[str, int] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)
    """Crash points at which the office killed itself."""

    @property
    def sound(self) -> bool:
        """Whether everything was as promised."""
        harm = (self.lost, self.doubled, self.disordered, self.effects_missing, self.effects_doubled, self.refused)
        return (
            not any((*harm, self.false_stops))
            and self.settled
            and self.replay_equal
            and self.handled_equals_published
            and self.acknowledged > 0
        )

    @property
    def holds(self) -> bool:
        """Whether everything was as promised although something was killed."""
        return self.sound and self.kills > 0

    def as_data(self) -> dict[str, Any]:
        """The last line of a run."""
        return asdict(self)


def judge(
    verdict: Verdict, history: History, streams: Sequence[Recorded[Event]], logs: Mapping[str, Sequence[str]]
) -> None:
    """Fill in what the facts of all streams say, each stream in its order; `logs` are the ids that each service has
    committed and waits no more to publish, in its order."""
    asking = {one.cause.correlation for one in streams}
    verdict.acknowledged = len(history.acknowledged)
    verdict.refused = len(history.refused) + sum(each.request_id in asking for each in history.declined)
    verdict.unanswered = len(history.unanswered)
    asked = [*_by_id(history.asked, streams)]
    lost, recovered = losses(asked, streams)
    acknowledged = {each.event_id for each in asked}
    for service, log in logs.items():
        lost.update(unpublished(log, {one.id for one in streams if one.event.service == service}, acknowledged))
    verdict.lost_where = {where: lost[where] for where in WHERE}
    verdict.lost, verdict.recovered = lost.total(), recovered
    verdict.doubled = _doubled(history, streams)
    verdict.disordered = _disordered(streams)
    with_files, due, caused = {each.request_id for each in asked if each.files}, owed(streams), caused_by(streams)
    verdict.effects_missing = due.missing(caused) + left_behind(streams) + without_files(streams, with_files)
    verdict.effects_doubled = due.doubled(caused) + ended_again(streams)


def _by_id(asked: Iterable[Asked], streams: Sequence[Recorded[Event]]) -> Iterator[Asked]:
    """Each request with the id of its fact, where a page told a number alone; a number that no fact has stands for one
    that is lost."""
    numbers = {one.event.number: one.id for one in streams if isinstance(one.event, hotline.ComplaintFiled)}
    for each in asked:
        yield each if each.told is None else replace(each, event_id=numbers.get(each.told, each.told))


def losses(asked: Iterable[Asked], streams: Sequence[Recorded[Event]]) -> tuple[Counter[str], int]:
    """How many acknowledged facts are missing, by place; and how many unacknowledged ones are there."""
    ids, asking = {one.id for one in streams}, {one.cause.correlation for one in streams}
    by_writer: dict[tuple[int, str], list[Asked]] = defaultdict(list)
    for each in asked:
        by_writer[each.writer, each.stream].append(each)
    lost: Counter[str] = Counter()
    recovered = 0
    for own in by_writer.values():
        there = [each.number for each in own if (each.event_id or "") in ids or each.request_id in asking]
        missing = [each.number for each in own if each.event_id is not None and each.event_id not in ids]
        lost.update(_place(number, there) for number in missing)
        recovered += sum(each.event_id is None and each.request_id in asking for each in own)
    return lost, recovered


def unpublished(log: Sequence[str], ids: Set[str], counted: Set[str | None]) -> Iterator[str]:
    """The place of each fact that a service's log has and not its stream, but for those that are counted already."""
    there = [number for number, id_ in enumerate(log) if id_ in ids]
    for number, id_ in enumerate(log):
        if id_ not in ids and id_ not in counted:
            yield _place(number, there)


def _place(number: int, there: Sequence[int]) -> str:
    if not there or number > max(there):
        return "tail"
    return "prefix" if number < min(there) else "middle"


def _doubled(history: History, streams: Sequence[Recorded[Event]]) -> int:
    """Facts that stand there twice, and requests that took effect twice."""
    ids = Counter(one.id for one in streams)
    first_hand = Counter(
        (one.cause.correlation, type(one.event), None if one.event.begins else one.event.aggregate)
        for one in streams
        if _of_a_request(one)
    )
    return (
        sum(count - 1 for count in ids.values())
        + sum(count - 1 for count in first_hand.values())
        + sum(max(0, found - most) for found, most in _ratings(history, streams))
    )


def _of_a_request(one: Recorded[Event]) -> bool:
    return one.cause.causation is None and (one.cause.correlation or "").startswith("c4a05000-")


def _ratings(history: History, streams: Sequence[Recorded[Event]]) -> Iterable[tuple[int, int]]:
    """A rating does not say which request it comes from: there are at most as many as were asked for."""
    yield (
        sum(isinstance(one.event, survey.RatingSubmitted) for one in streams),
        sum(each.stream == "SURVEY" for each in history.asked),
    )


def _disordered(streams: Sequence[Recorded[Event]]) -> int:
    last: dict[tuple[str, str], int] = {}
    wrong = 0
    for one in streams:
        key = (one.event.service, one.event.aggregate)
        wrong += one.sequence != last.get(key, 0) + 1
        last[key] = one.sequence
    return wrong
