"""`python -m tests.bench.alike`: a hotline with 100,000 reports of a year, three in ten without an answer.

What a report is alike to is found in under 20 ms at the median, and the queue page stands in under 100 ms: both asked
one by one, in one process. Some four people report a matter, in half of its words and some others; of its hamlets a
commune has large ones and small ones.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import click
import sqlalchemy as sa
from sqlmodel import Session

from services.hotline.commands.clusters import alike_to
from services.hotline.rulebook.alike import load
from services.hotline.rules import alike
from services.hotline.rules.alike import Said
from services.hotline.tables import Complaint, ComplaintClock, complaints_seen_by
from shared.changes import table_of
from shared.clock import Clock
from shared.engines import open_engine
from shared.mechanism import private
from shared.web.security import SESSION, cookie_name
from tests.bench.figures import percentile
from tests.bench.place import a_postgres
from tests.folded import damaged
from tests.support import POSTGRES, app_of, client_of, new_database, postgres_of_this_run, with_tables

NOW = datetime(2026, 6, 5, 14, 10, tzinfo=UTC)
RULE = max(load().rows, key=lambda row: row.valid_from)
HAMLETS = 150
SEARCH_MS, QUEUE_MS = 20.0, 100.0
AT_ONCE = 5_000
TOPICS = {
    "sanitation": "rác bãi mùi hôi thối cống nước thải chất đống dọn xe thu gom ruồi muỗi chuột chôn đốt khói ao bẩn",
    "roads": "đường ổ gà đèn hỏng sụt lún nắp biển báo cầu gãy tối xe máy ngã trẻ em học sinh mương lề bùn trơn",
    "land": "đất ranh giới sổ đỏ lấn chiếm thu hồi đo đạc bản đồ thửa bìa tách hàng rào tranh chấp bồi thường",
    "security": "trộm cắp đánh nhau ồn ào karaoke đêm khuya cờ bạc chó thả rông xe phân khối pháo nổ say rượu",
    "building_order": "xây trái phép tường nứt đổ vật liệu vỉa hè giàn giáo cơi nới tầng móng hàng xóm lấn ngõ bụi",
    "policy_benefits": "trợ cấp hộ nghèo người già khuyết tật chậm tiền danh sách sót bảo hiểm thẻ xét thương binh",
}
STARTS, ENDS = ("b", "ch", "đ", "g", "h", "kh", "l", "m", "n", "ph", "t", "v"), ("an", "em", "ít", "o", "ui", "ương")
OTHERS = [f"{start}{end}" for start in STARTS for end in ENDS]
"""Syllables of no topic."""


@dataclass(frozen=True)
class Waits:
    """How long each question was waited for, in milliseconds, and the bound of their median."""

    what: str
    ms: list[float]
    bound: float

    @property
    def held(self) -> bool:
        """Whether the median is under the bound."""
        return median(self.ms) < self.bound

    def __str__(self) -> str:
        said = "held" if self.held else "missed"
        p50, p99 = median(self.ms), percentile(self.ms, 0.99)
        return f"{self.what:16} median {p50:7.1f} ms, p99 {p99:7.1f} ms, under {self.bound:g} ms: {said}"


def _matter(dice: random.Random) -> tuple[str, str, list[str]]:
    """What several people report within days of each other: its topic, hamlet and words."""
    topic = dice.choice(list(TOPICS))
    words = [*dice.sample(TOPICS[topic].split(), 5), *dice.sample(OTHERS, 5)]
    (hamlet,) = dice.choices(range(HAMLETS), [1 / (1 + n) ** 0.7 for n in range(HAMLETS)])
    return topic, f"Xóm {hamlet + 1}", words


def reports(count: int, seed: int) -> Iterator[tuple[dict[str, Any], Said]]:
    """The rows of so many reports of a year, the newest first, and what was said of each."""
    dice = random.Random(seed)
    every = timedelta(days=365) / count
    matters = [_matter(dice) for _ in range(max(1, count // 4))]
    for n in range(count):
        matter = matters[min(int(dice.triangular(-9, 9)) + n // 4, len(matters) - 1)]
        topic, hamlet, words = matter
        told = [*dice.sample(words, dice.randint(4, len(words))), *dice.sample(OTHERS, dice.randint(0, 12))]
        said = Said(" ".join(told), hamlet)
        filed_at, open_ = NOW - n * every, n % 10 < 3
        yield (
            {
                "complaint_id": f"c-{n:06d}",
                "unit": "dai-phuc",
                "number": f"PA-260605-{n:06d}",
                "channel": "web",
                "text_ref": f"txt_{n}",
                "receipt_sha256": "cd" * 32,
                "filed_at": filed_at,
                "due_at": filed_at + timedelta(days=21),
                "due_arithmetic": {},
                "status": "assigned" if open_ else "closed",
                "kind": "pakn",
                "category": topic,
                "severity": "normal",
                "assignee": f"off-{n % 40}",
                "event_id": "e",
                "reopened": 0,
                "entered_late": False,
            },
            said,
        )


def clocks_of(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The clocks of a report: that of its answer is owed."""
    for code in ("pakn_answer", "pakn_referral", "pakn_rejection"):
        yield {
            "complaint_id": row["complaint_id"],
            "code": code,
            "nth": 1,
            "started_at": row["filed_at"],
            "due_at": row["due_at"],
            "due_arithmetic": {},
            "rule": f"{code}@2022-06-23",
            "owed": code == "pakn_answer",
            "started_s": int(row["filed_at"].timestamp()),
            "lasts_s": 21 * 86_400,
            "outcome": None if row["status"] == "assigned" else "met",
        }


def kept_of(row: dict[str, Any], said: Said) -> Iterator[dict[str, Any]]:
    """What lies of a report in the private table: its text and place, and the traits that it is found by."""
    spots = alike.spots_of(RULE, said)
    traits = alike.written(alike.traits_of(RULE, said, spots, row["filed_at"]))
    drawers = [alike.drawer(row["category"], spot, alike.month_of(row["filed_at"])) for spot in spots.own()]
    told = [(row["text_ref"], "text", said.text), (row["text_ref"], "place", said.place)]
    for ref, field, value in (*told, *((drawer, row["complaint_id"], traits) for drawer in drawers)):
        yield {"ref": ref, "field": field, "value": value, "purpose": "complaint", "kept_until": NOW}


def fill(url: str, count: int, seed: int) -> None:
    """Write them; no row here is the fold of a log."""
    engine = open_engine(with_tables("hotline", url), write=True)
    some: list[tuple[dict[str, Any], Said]] = []
    for each in reports(count, seed):
        some.append(each)
        if len(some) == AT_ONCE:
            _write(engine, some)
            some = []
    _write(engine, some)
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    if engine.dialect.name == "postgresql":  # as it does by itself in a year
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
    engine.dispose()


def _write(engine: sa.Engine, some: list[tuple[dict[str, Any], Said]]) -> None:
    if not some:
        return
    with engine.begin() as connection:
        connection.execute(table_of(Complaint).insert(), [row for row, _ in some])
        connection.execute(table_of(ComplaintClock).insert(), [clock for row, _ in some for clock in clocks_of(row)])
        connection.execute(private.insert(), [kept for row, said in some for kept in kept_of(row, said)])


def timed(what: str, bound: float, asked: int, ask: Callable[[int], Any]) -> Waits:
    """Ask so many times, and say how long each took."""
    waits = []
    for n in range(asked):
        began = time.perf_counter()
        ask(n)
        waits.append((time.perf_counter() - began) * 1000)
    return Waits(what, waits, bound)


def questions(url: str, count: int, asked: int, seed: int) -> Iterator[Waits]:
    """The two questions themselves, each with a session of its own."""
    engine = open_engine(url, write=False)
    dice = random.Random(seed)
    some = [f"c-{dice.randrange(count):06d}" for _ in range(asked)]
    found = []

    def search(n: int) -> None:
        with Session(engine) as session:
            found.append(len(alike_to(session, some[n], RULE)))

    def queue(_: int) -> None:
        with Session(engine) as session:
            complaints_seen_by(session, "off-operator-1", NOW)

    yield timed("cluster search", SEARCH_MS, asked, search)
    print(f"{'':16} a report is alike to {median(found):g} others at the median, {max(found)} at most")
    yield timed("queue question", QUEUE_MS, max(1, asked // 10), queue)
    engine.dispose()


async def page(url: str, folder: Path, asked: int) -> Waits:
    """The queue page, as the application renders it."""
    app = app_of("hotline", url, folder, Clock(NOW), trusted_proxies=1, rate_factor=1000)
    waits = []
    async with client_of(app, folder, "operator") as client:
        token = client.headers["Authorization"].removeprefix("Bearer ")
        client.cookies.set(cookie_name(SESSION, secure=False), token)
        for _ in range(max(1, asked // 10)):
            began = time.perf_counter()
            answer = await client.get("/desk", headers={"Accept": "text/html"})
            waits.append((time.perf_counter() - began) * 1000)
            answer.raise_for_status()
    app.state.service.db.close()
    damaged(url)
    return Waits("queue page", waits, QUEUE_MS)


def measured(folder: Path, count: int, asked: int, seed: int) -> list[Waits]:
    """All of it on a database of its own."""
    with new_database(folder, "alike") as url:
        fill(url, count, seed)
        found = list(questions(url, count, asked, seed))
        return [*found, asyncio.run(page(url, folder, asked))]


@contextmanager
def _sqlite() -> Iterator[None]:
    """Every database made meanwhile is SQLite's, also in a run on PostgreSQL."""
    server = os.environ.pop(POSTGRES, None)
    try:
        yield
    finally:
        if server:
            os.environ[POSTGRES] = server


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgres"]), default="sqlite")
@click.option("--reports", "count", default=100_000, help="How many reports there are.")
@click.option("--asked", default=500, help="How often a search is asked for; the queue is a tenth as often.")
@click.option("--seed", default=2026)
def main(database: str, count: int, asked: int, seed: int) -> None:
    """Print medians and p99; 1 when a bound is missed. PostgreSQL is that of MOTCUA_TEST_POSTGRES, or a container."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        if database == "postgres" and postgres_of_this_run() is None:
            stack.enter_context(a_postgres())
        elif database == "sqlite":
            stack.enter_context(_sqlite())
        print(f"{count:,} reports on {database}, seed {seed}")
        found = measured(folder, count, asked, seed)
        for each in found:
            print(each)
    sys.exit(0 if all(each.held for each in found) else 1)


if __name__ == "__main__":
    main()
