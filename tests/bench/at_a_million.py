"""`at_a_million`: a counter with a million dossiers in its books, beside one that opens today.

It receives as fast, and what is asked of it all day is answered in under 50 ms at the median: asked one by one, before
the load. What is called bare in the table is the counter that opens today.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from shared.texts import new_ref
from shared.web.security import SAME_ORIGIN, SESSION, cookie_name
from tests.bench.accept import Door, bodies, by_turns, our_door
from tests.bench.books import citizen_of, fill, numbers, pattern
from tests.bench.figures import Verdict
from tests.bench.place import OfficeBroker, a_postgres, office_broker
from tests.bench.sizes import Sizes
from tests.bench.watch import Measured
from tests.support import migrated, new_database, with_tables

BOUND_MS = 50.0
QUESTIONS = {
    "list": "/intake/dossiers",
    "open page": "/intake/counter/open",
    "counter page": "/intake/counter",
    "search by number": "/intake/counter?number={number}",
    "dossier": "/intake/dossiers/{dossier_id}",
    "dossier page": "/intake/counter/{dossier_id}",
    "its way": "/intake/dossiers/{dossier_id}/way",
    "earlier": "/intake/dossiers/earlier",
}
"""What is asked; of the last, what the same person brought before, by POST."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Books:
    """The full database, and the broker that its events go to in every round: with a new one each time, all that was
    published before would be lost, and the relay would publish it once more."""

    url: str
    broker: OfficeBroker


_open: list[Books] = []
"""While they are."""


@asynccontextmanager
async def books(place: Path, sizes: Sizes, say: Say) -> AsyncIterator[None]:
    """A database full of dossiers, for every round."""

    def told(count: int) -> None:
        say(f"at_a_million: {count:,} of {sizes.dossiers:,} dossiers are in the books")

    with new_database(place, "books") as url:
        rows = await pattern()
        await asyncio.to_thread(fill, with_tables("intake", url), rows, sizes.dossiers, told)
        with TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as folder:
            async with office_broker(Path(folder)) as broker:
                _open.append(Books(url, broker))
                try:
                    yield
                finally:
                    _open.clear()


@asynccontextmanager
async def books_on_postgres(place: Path, sizes: Sizes, say: Say) -> AsyncIterator[None]:
    """The same on PostgreSQL, and so is the counter that opens today."""
    with a_postgres():
        async with books(place, sizes, say):
            yield


async def both(folder: Path, sizes: Sizes) -> tuple[Measured, Measured]:
    """The counter that opens today, and the one with the books, by short turns."""
    async with empty_door(folder / "empty", sizes) as first, full_door(folder / "full", sizes) as second:
        today, for_years = await by_turns(first, second)
    return today, for_years


async def empty(folder: Path, sizes: Sizes) -> Measured:
    """The counter that opens today, alone."""
    async with empty_door(folder, sizes) as door:
        (found,) = await by_turns(door)
    return found


async def full(folder: Path, sizes: Sizes) -> Measured:
    """The counter with the books, alone."""
    async with full_door(folder, sizes) as door:
        (found,) = await by_turns(door)
    return found


@asynccontextmanager
async def empty_door(folder: Path, sizes: Sizes) -> AsyncIterator[Door]:
    """Open, with nothing in its database."""
    folder.mkdir(exist_ok=True)
    with new_database(folder, "empty") as url:
        async with our_door(folder, sizes, migrated("intake", url)) as door:
            yield door


@asynccontextmanager
async def full_door(folder: Path, sizes: Sizes) -> AsyncIterator[Door]:
    """Open, with the books; the medians of what is asked of it, in milliseconds."""
    folder.mkdir(exist_ok=True)
    (held,) = _open
    some = await asyncio.to_thread(lambda: list(numbers(held.url, sizes.asked)))

    async def asks(address: str, token: str) -> dict[str, Any]:
        return {"asked_ms": {name: await _median(address, token, path, some) for name, path in QUESTIONS.items()}}

    seed = secrets.randbelow(2**31)
    async with our_door(folder, sizes, held.url, seed=seed, asks=asks, broker=held.broker) as door:
        yield door


async def _median(address: str, token: str, path: str, some: list[tuple[str, str]]) -> float:
    waits, headers = [], {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60) as client:
        client.cookies.set(cookie_name(SESSION, secure=False), token)
        for dossier_id, number in some:
            began = time.perf_counter()
            answer = await _ask(client, path.format(dossier_id=dossier_id, number=number), number)
            waits.append(time.perf_counter() - began)
            if answer.status_code not in (200, 201, 303):
                raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
    return median(waits) * 1000


async def _ask(client: httpx.AsyncClient, path: str, number: str) -> httpx.Response:
    if path != QUESTIONS["earlier"]:
        return await client.get(path)
    asked = {"citizen_id": citizen_of(int(number.rsplit("-", 1)[1])), "procedure": bodies(0, 1)[0]["procedure"]}
    return await client.post(path, json=asked, headers=SAME_ORIGIN | {"Idempotency-Key": new_ref("key")})


def answers_in_time(asked: dict[str, float]) -> Verdict:
    """What is said of the medians of all rounds."""
    return Verdict.HELD if all(wait < BOUND_MS for wait in asked.values()) else Verdict.MISSED
