"""The bench itself: its arithmetic on tables of numbers, and the cheap benches end to end. How fast is not asserted."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.events import decode
from shared.mechanism import event_log, outbox
from tests.bench import books, latency
from tests.bench.__main__ import chosen
from tests.bench.bench import BENCHES, NAMES, Rounds, _latency, _throughput
from tests.bench.client import Client, Load
from tests.bench.figures import Floor, Judged, Verdict, exit_status, judge, percentile, spread, worst_of
from tests.bench.sampling import sampling
from tests.bench.sizes import Sizes
from tests.bench.stream import messages
from tests.bench.watch import Measured, as_one
from tests.support import POSTGRES, with_tables

COMMAND = (sys.executable, "-m", "tests.bench", "--quick", "--rounds", "1", "--seed", "7")
MORE, LESS = Floor(0.5), Floor(1.0, at_most=True)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1.0, 1.0, 1.0], 0.0), ([0.9, 1.0, 1.1], 0.2), ([1.0, 2.0], 2 / 3), ([2.0, 4.0, 10.0, 4.0], 2.0)],
)
def test_the_spread_is_greatest_less_least_by_the_median(values: list[float], expected: float) -> None:
    assert spread(values) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        (range(1, 101), 0.99, 99),
        (range(1, 1001), 0.99, 990),
        (range(1, 101), 0.5, 50),
        ([3, 1, 2], 0.5, 2),
        ([7], 0.99, 7),
    ],
)
def test_a_percentile_is_the_value_that_so_many_do_not_pass(values: list[float], share: float, expected: int) -> None:
    assert percentile(list(values), share) == expected


def test_the_turns_of_a_side_are_one_of_their_mean_rate_with_all_their_waits() -> None:
    turns = [
        Measured(100, 2.0, 500, {"p50": 4.0, "each": {"a": 1.0, "waits": [0.1]}, "kind": "sqlite"}),
        Measured(300, 1.0, 900, {"p50": 2.0, "each": {"a": 3.0, "waits": [0.3, 0.2]}, "kind": "sqlite"}),
        Measured(200, 0.5, 100, {"p50": 9.0, "each": {"a": 2.0, "waits": [0.4]}, "kind": "sqlite"}),
    ]
    together = {"p50": 5.0, "each": {"a": 2.0, "waits": [0.1, 0.3, 0.2, 0.4]}, "kind": "sqlite"}
    assert as_one(turns) == Measured(200, 3.5, 1500, together)


@pytest.mark.parametrize(
    ("ours", "bare", "floor", "ratio", "verdict"),
    [
        ([50, 55, 60, 55, 56], [100] * 5, MORE, 0.55, Verdict.HELD),
        ([50] * 5, [100] * 5, MORE, 0.5, Verdict.HELD),
        ([45, 46, 44, 45, 47], [100] * 5, MORE, 0.45, Verdict.MISSED),
        ([90, 95, 96, 97, 99], [100] * 5, LESS, 0.96, Verdict.HELD),
        ([101, 110, 111, 112, 120], [100] * 5, LESS, 1.11, Verdict.MISSED),
        ([50, 500, 55, 55, 55], [100, 1000, 100, 100, 100], MORE, 0.55, Verdict.HELD),  # one machine, two moods
        ([40, 50, 60, 70, 80], [100] * 5, MORE, 0.6, Verdict.UNSETTLED),  # 67 % apart
        ([90] * 4, [100] * 4, MORE, 0.9, Verdict.UNSETTLED),  # four rounds
        ([1] * 4 + [100], [100] * 5, MORE, 0.01, Verdict.UNSETTLED),
    ],
)
def test_a_verdict_needs_five_rounds_that_lie_together(
    ours: list[float], bare: list[float], floor: Floor, ratio: float, verdict: Verdict
) -> None:
    found = judge(ours, bare, floor)
    assert found.ratio == pytest.approx(ratio)
    assert found.verdict is verdict


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ([Verdict.HELD, Verdict.HELD], 0),
        ([Verdict.HELD, Verdict.MISSED, Verdict.UNSETTLED], 1),
        ([Verdict.HELD, Verdict.UNSETTLED], 2),
    ],
)
def test_the_exit_status_is_the_worst_that_is_known(verdicts: list[Verdict], status: int) -> None:
    assert exit_status(verdicts) == status == exit_status([worst_of(verdicts)])


def test_thirty_percent_apart_is_the_last_that_counts() -> None:
    assert Judged(1.0, [0.85, 1.0, 1.0, 1.0, 1.15], MORE).verdict is Verdict.HELD
    assert Judged(1.0, [0.85, 1.0, 1.0, 1.0, 1.16], MORE).verdict is Verdict.UNSETTLED


def test_the_worse_rate_of_single_events_decides_by_all_its_samples() -> None:
    bench = next(one for one in BENCHES if one.name == "latency")
    bare = Measured(1, 1, 400, {"waits": {"at_15": [0.010] * 200, "at_100": [0.010] * 200}})
    ours = Measured(1, 1, 400, {"waits": {"at_15": [0.015] * 200, "at_100": [0.018] * 197 + [0.030] * 3}})
    found = _latency(bench, Rounds([bare] * 5, [ours] * 5))

    assert (found["worst"], found["ratio"], found["verdict"]) == ("at_100", pytest.approx(1.5), "missed")
    assert (found["at_15"]["ratio"], found["at_15"]["verdict"]) == (pytest.approx(0.75), "held")
    assert found["at_100"]["samples"] == 1000
    assert found["at_100"]["ours"] == {"p50_ms": pytest.approx(18), "p99_ms": pytest.approx(30)}


async def test_lone_events_go_there_and_back_and_who_has_waited_is_not_judged_by_its_first() -> None:
    turns = list[str]()

    def line(name: str) -> latency.Line:
        began, ended = dict[str, float](), dict[str, float]()

        async def send(number: int) -> str:
            turns.append(name) if turns[-1:] != [name] else None
            event = f"{name}-{number}"
            began[event], ended[event] = 0.0, float(number)
            return event

        return latency.Line(send, began, ended)

    sizes = Sizes(rates={100.0: 450})
    first, second = await latency._at_all_rates((line("a"), line("b")), sizes)

    assert turns == ["a", "b", "a", "b", "a", "b"]  # each begins with all that warms up, and b goes on at once
    warm, each = latency.WARM_UP, latency.LEAD_IN + 200
    counted = [warm + turn * each + number for turn in range(3) for number in range(latency.LEAD_IN, each)]
    assert first.more["waits"] == second.more["waits"] == {"at_100": [float(number) for number in counted]}
    assert max(counted) < sizes.latency_events


def test_each_round_of_ours_is_held_against_its_own_bare_round() -> None:
    bench = next(one for one in BENCHES if one.name == "drain")
    bare = [Measured(rate, 1, 100) for rate in (100, 10, 100, 50, 20)]
    found = _throughput(bench, Rounds(bare, [Measured(rate, 2, 100) for rate in (60, 6, 60, 30, 12)]))
    assert found["spread"] == pytest.approx([0.6] * 5)
    assert (found["verdict"], found["bare"]["per_second"], found["ours"]["cpu_seconds"]) == ("held", 50, 2)
    assert found["by_cpu"]["ratio"] == 0.5


def test_the_bare_sides_use_nothing_of_ours() -> None:
    sides = sorted(Path(__file__).parent.glob("bare_*.py"))
    assert len(sides) == 5
    for side in sides:
        modules = {node.module for node in ast.walk(ast.parse(side.read_text())) if isinstance(node, ast.ImportFrom)}
        assert not {m for m in modules if m and m.split(".")[0] in ("services", "shared", "deploy")}, side.name


def test_a_stream_is_the_same_for_the_same_seed_and_every_version_follows_the_last() -> None:
    found, versions = messages(3, 2000), dict[str, int]()
    assert [(one.version, one.subject) for one in found] == [(one.version, one.subject) for one in messages(3, 2000)]
    for one in found:
        assert one.version == versions.get(one.aggregate, 0) + 1
        versions[one.aggregate] = one.version
    assert max(versions.values()) == 4
    assert [one.subject for one in messages(4, 2000)] != [one.subject for one in found]


async def test_the_client_counts_what_was_not_answered_201() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            if reader.at_eof():
                break
            await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(len(b'{"a": 1}'))
            writer.write(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\nbusy")

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    load = Load(server.sockets[0].getsockname()[1], "/", "none", [{"a": 1}], 1, 2, warm_up=0.05, seconds=0.1)
    found = await Client(load).run()
    server.close()
    assert found["answered"] == 0
    assert found["failed"] >= 2
    assert found["first_failure"].startswith("HTTP/1.1 503")


def test_a_look_finds_where_a_thread_spends_its_cpu() -> None:
    def compute() -> None:
        until = time.process_time() + 0.3
        while time.process_time() < until:
            sum(range(1000))

    with sampling() as samples:
        thread = threading.Thread(target=compute, name="computing")
        thread.start()
        thread.join()
    found = samples.threads["computing"]
    assert found.inside["tests/bench/test_bench.py:compute"] > 0.9 * found.cpu > 0
    assert "computing" in samples.report()


def by_itself() -> dict[str, str]:
    """The environment of a bench that a person starts, whatever the tests run on."""
    return {name: value for name, value in os.environ.items() if name not in (POSTGRES, "PYTEST_CURRENT_TEST")}


def test_the_cheap_benches_run_from_end_to_end(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    words = ["--only", "replay,drain", "--out", str(out)]
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, timeout=120, env=by_itself())

    assert done.returncode == 2, done.stderr  # one round settles nothing
    found = json.loads(out.read_text())
    assert found["seed"] == 7
    for name in ("drain", "replay"):
        one = found[name]
        assert len(one["spread"]) == 1
        assert one["ratio"] == one["spread"][0] > 0
        assert one["verdict"] == "unsettled"
        assert one["bare"]["cpu_seconds"] > 0 < one["ours"]["cpu_seconds"]
        assert one["database"] == "SQLite"
        assert f"{name}: round 1 of 1" in done.stderr
    assert found["replay"]["bare"]["rows"] == found["replay"]["ours"]["rows"]
    assert set(found["replay"]["ours"]["stages"]) == {"decode", "project", "apply", "read"}
    assert found["replay"]["fold_alone"]["ratio"] > 0
    assert found["machine"]["fsync"]["p99_ms"] > 0
    assert {"python", "nats-server", "sqlite", "motcua"} <= set(found["machine"]["versions"])
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines if "unsettled" in line] == ["drain", "replay"]
    assert [path.name for path in tmp_path.iterdir()] == ["bench.json"]


def test_ctrl_c_ends_everything_that_was_started(tmp_path: Path) -> None:
    words = ["--only", "handle", "--rounds", "50", "--out", str(tmp_path / "bench.json")]
    pipe, own = subprocess.PIPE, by_itself()
    running = subprocess.Popen([*COMMAND, *words], stdout=pipe, stderr=pipe, text=True, env=own)
    try:
        assert running.stderr is not None
        assert "handle: round 1 of 50" in running.stderr.readline()
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    finally:
        running.kill()
    assert (running.returncode, said.splitlines()[-1]) == (130, "Stopped.")
    assert list(tmp_path.iterdir()) == []
    assert _servers_under(tmp_path) == []


def _servers_under(folder: Path) -> list[str]:
    """The command lines of processes that name this folder."""
    shown = subprocess.run(["ps", "-axww", "-o", "command="], capture_output=True, text=True, check=True).stdout
    return [line for line in shown.splitlines() if str(folder) in line]


def test_what_needs_docker_says_so_before_anything_is_measured(tmp_path: Path) -> None:
    out, nowhere = tmp_path / "bench.json", {**os.environ, "PATH": str(tmp_path)}
    words = ["--only", "drain,accept_postgres", "--out", str(out)]
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, timeout=120, env=nowhere)
    assert done.returncode == 1 and not out.exists()
    assert done.stderr.startswith(
        "Docker does not answer, and accept_postgres cannot do without. The others: --only accept,drain,"
    )
    assert len(done.stderr.splitlines()) == 1


def test_a_full_counter_that_answers_too_slowly_has_missed_whatever_it_receives() -> None:
    bench = next(one for one in BENCHES if one.name == "at_a_million")
    for slowest, verdict in ((49.9, "held"), (50.0, "missed")):
        full = Measured(99, 1, 99, {"asked_ms": {"list": 1.0, "open page": slowest}})
        assert _throughput(bench, Rounds([Measured(100, 1, 100)] * 5, [full] * 5))["verdict"] == verdict


def test_the_books_are_so_many_dossiers_each_its_own_and_nothing_waits(database_url: str) -> None:
    rows, told = asyncio.run(books.pattern()), list[int]()
    books.fill(with_tables("intake", database_url), rows, 20, told.append)
    assert told[-1] == 20
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        count = {table: len(connection.execute(sa.select(table)).all()) for table in (*books.TABLES, outbox)}
        dossiers = connection.execute(sa.select(books.DOSSIER)).mappings().all()
        bodies = connection.execute(sa.select(event_log.c.body)).scalars().all()
    engine.dispose()
    assert count == {table: 20 * len(rows[table]) for table in books.TABLES} | {outbox: 0}
    facts = [fact for body in bodies if (fact := decode(body)) is not None]
    for name in ("dossier_id", "number", "lookup_sha256", "applicant_ref"):
        assert len({row[name] for row in dossiers}) == 20
        assert {getattr(fact.event, name) for fact in facts} == {row[name] for row in dossiers}
    assert {fact.id for fact in facts} == {row["event_id"] for row in dossiers}
    assert next(books.numbers(database_url, 4)) == min((row["dossier_id"], row["number"]) for row in dossiers)


def test_a_bench_that_is_none_is_refused_in_one_sentence() -> None:
    with pytest.raises(SystemExit) as refused:
        chosen("drain, fast")
    assert str(refused.value) == f"There is no bench fast: choose from {', '.join(NAMES)}."
    assert [bench.name for bench in chosen("replay, drain")] == ["drain", "replay"]
