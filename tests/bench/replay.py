"""`replay`: events a second from the stream into rows, by `deploy.replay` and by hand; and the fold alone."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.replay import replay
from deploy.replay.compare import AUDITOR
from deploy.replay.fold import IN_A_TRANSACTION, shadow_of
from shared.changes import apply
from shared.events import decode
from tests.bench import bare_drain, bare_replay
from tests.bench.place import office_broker, plain_broker
from tests.bench.sizes import Sizes
from tests.bench.stream import Message, messages
from tests.bench.watch import Measured, settled, watching


async def bare(folder: Path, sizes: Sizes) -> Measured:
    """The whole by hand; and from bodies in memory, without reading the stream."""
    stream = messages(sizes.seed, sizes.events)
    async with plain_broker(folder) as client:
        await bare_drain.a_stream(client)
        await bare_drain.publish(client, _bodies(stream))
        tables = bare_replay.Tables(folder / "bare.db")
        with watching() as watch:
            async for batch in bare_replay.read(client, len(stream)):
                tables.take(batch)
        tables.close()
    alone = _alone(folder, stream)
    return watch.measured(len(stream), alone_per_second=len(stream) / alone, rows=tables.rows)


def _alone(folder: Path, stream: list[Message]) -> float:
    tables = bare_replay.Tables(folder / "alone.db")
    with settled():
        began = time.perf_counter()
        for batch in _batches(stream):
            tables.take(one.body for one in batch)
        seconds = time.perf_counter() - began
    tables.close()
    return seconds


async def ours(folder: Path, sizes: Sizes) -> Measured:
    """`motcua replay` without its digests; and the fold of bodies in memory, with the seconds of each stage."""
    stream = messages(sizes.seed, sizes.events)
    async with office_broker(folder) as broker:
        client = await broker.sign_in("intake")
        await bare_drain.publish(client, _bodies(stream))
        await client.close()
        auditor = await broker.sign_in(AUDITOR)
        try:
            with watching() as watch:
                folded = await replay("intake", auditor)
        finally:
            await auditor.close()
    assert folded.events == len(stream) and not folded.faults, folded.faults
    stages = _stages(stream)
    alone = len(stream) / sum(stages.values())
    stages["read"] = max(0.0, folded.seconds - sum(stages.values()))
    more = {"alone_per_second": alone, "stages": stages, "rows": _written(stream)}
    return Measured(len(stream) / folded.seconds, watch.cpu_seconds, len(stream), more)


def _stages(stream: list[Message]) -> dict[str, float]:
    """The fold of bodies in memory, in batches as a replay's: seconds to decode, to project, and to apply."""
    seconds = {"decode": 0.0, "project": 0.0, "apply": 0.0}
    with shadow_of("intake") as shadow, settled():
        for batch in _batches(stream):
            with _timed(seconds, "decode"):
                facts = [fact for one in batch if (fact := decode(one.body)) is not None]
            with _timed(seconds, "project"):
                changes = [change for fact in facts for change in shadow.projection(fact)]
            with _timed(seconds, "apply"), shadow.connection.begin():
                apply(shadow.connection, changes)
    return seconds


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds[stage] += time.perf_counter() - began


def _batches(stream: list[Message]) -> Iterable[list[Message]]:
    return (stream[start : start + IN_A_TRANSACTION] for start in range(0, len(stream), IN_A_TRANSACTION))


def _written(stream: list[Message]) -> int:
    """How many rows a fold by key writes: the dossiers of each batch."""
    return sum(len({one.aggregate for one in batch}) for batch in _batches(stream))


def _bodies(stream: list[Message]) -> list[tuple[str, bytes]]:
    return [(one.subject, one.body) for one in stream]
