"""Another system subscribes: what it is told, what it reads, and what stays shut to it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import nats.errors
import pytest

from deploy import office as planned
from shared.access import API
from shared.nats_client import NatsClient, connect, read_seed
from shared.streams import provision
from tests.system.running import MOTCUA, RunningOffice, eventually, running_office

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "subscriber.py"
NAME = "sub-province"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    """An office that let the province in while it ran."""
    with running_office(tmp_path_factory.mktemp("subscriber") / "home") as office:
        said = office.motcua("subscribers", "add", "province", "--events", "dossier_received").stdout
        assert "The office has let it in" in said, said
        yield office


@contextmanager
def the_example(office: RunningOffice, output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The documented example, running as its reader would run it."""
    words = [office.nats_url, str(office.seed(NAME)), NAME, "INTAKE"]
    with output.open("wb") as file:
        process = subprocess.Popen([sys.executable, str(EXAMPLE), *words], stdout=file, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


async def sign_in(office: RunningOffice) -> NatsClient:
    return await connect(office.nats_url, name=NAME, seed=read_seed(office.seed(NAME)), patience=5)


def test_what_it_is_told_names_its_key_durable_stream_and_domain(office: RunningOffice) -> None:
    said = office.motcua("subscribers", "add", "province", "--events", "dossier_received").stdout
    for wanted in (str(office.seed(NAME)), NAME, "INTAKE", "office", f"_INBOX_{NAME}"):
        assert wanted in said
    assert office.motcua("subscribers", "list").stdout == "province: intake.dossier_received\n"


def test_the_example_prints_a_dossier_received_over_http(office: RunningOffice, tmp_path: Path) -> None:
    output = tmp_path / "example.out"
    with the_example(office, output):
        receipt = office.receive_dossier()
        eventually(lambda: receipt["dossier_id"] in output.read_text(), 15)
    line = next(line for line in output.read_text().splitlines() if receipt["dossier_id"] in line)
    subject, event = line.split(" ", 1)
    assert (subject, json.loads(event)["type"]) == (
        "motcua.dai-phuc.intake.dossier_received",
        "motcua.intake.DossierReceived.v1",
    )
    assert json.loads(event)["data"]["number"] == receipt["number"]
    assert "Nguyễn" not in output.read_text()


def test_the_example_is_fifteen_lines_and_goes_on_quietly_when_the_broker_restarts(
    office: RunningOffice, tmp_path: Path
) -> None:
    output = tmp_path / "example.out"
    with the_example(office, output):
        before = office.receive_dossier()
        eventually(lambda: before["dossier_id"] in output.read_text(), 15)
        office.kill_nats()
        after = office.receive_dossier()
        eventually(lambda: after["dossier_id"] in output.read_text(), 60)
    said = output.read_text()
    assert "Traceback" not in said and 'File "' not in said, said
    code = [line for line in EXAMPLE.read_text().splitlines() if line and not line.startswith('"""')]
    assert len(code) == 15


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "python subscriber.py nats://"),
        (["nats://127.0.0.1:4222"], "python subscriber.py nats://"),
        (["{url}", "no-such-file.nk", NAME, "INTAKE"], "no-such-file.nk"),
        (["{url}", str(EXAMPLE), NAME, "INTAKE"], "invalid seed"),
    ],
)
def test_the_example_says_how_it_is_used_and_ends_with_what_is_wrong(
    office: RunningOffice, words: list[str], says: str
) -> None:
    given = [each.format(url=office.nats_url) for each in words]
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), *given], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert says in done.stderr.splitlines()[-1], done.stderr


async def test_its_key_reads_no_other_stream(office: RunningOffice) -> None:
    client = await sign_in(office)
    try:
        for call in ("DIRECT.GET.HOTLINE", "STREAM.MSG.GET.HOTLINE", "STREAM.INFO.HOTLINE", "DIRECT.GET.INTAKE"):
            with pytest.raises((nats.errors.Error, TimeoutError)):
                await client.request(f"{API}.{call}", json.dumps({"seq": 1}).encode(), timeout=0.5)
        with pytest.raises((nats.errors.Error, TimeoutError)):
            await client.request(f"{API}.CONSUMER.CREATE.HOTLINE.mine", b"{}", timeout=0.5)
    finally:
        await client.close()


async def test_its_key_publishes_nothing(office: RunningOffice) -> None:
    before = await asyncio.to_thread(office.receive_dossier)
    client = await sign_in(office)
    try:
        for subject in ("motcua.dai-phuc.intake.dossier_received", "motcua.dai-phuc.hotline.complaint_filed"):
            with pytest.raises((nats.errors.Error, TimeoutError)):
                await client.request(subject, b"{}", timeout=0.5)
    finally:
        await client.close()
    compared = await asyncio.to_thread(office.motcua, "replay", "--service", "intake", "--compare", check=False)
    assert compared.returncode == 0, f"after {before['number']}: {compared.stdout}"


@pytest.mark.parametrize(
    ("name", "events", "why"),
    [
        ("province", "complaint_verified", "restricted: only open events leave the office"),
        ("province", "official_appointed", "internal: only open events leave the office"),
        ("province", "dossier_eaten", "no event dossier_eaten; the open ones are"),
        ("Province!", "dossier_received", "cannot be a name"),
        ("province", " , ", "at least one event"),
    ],
)
def test_what_must_not_leave_is_refused_in_one_sentence(
    office: RunningOffice, name: str, events: str, why: str
) -> None:
    before = (office.home / "subscribers.json").read_text()
    done = office.motcua("subscribers", "add", name, "--events", events, check=False)
    assert done.returncode == 2
    assert why in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert (office.home / "subscribers.json").read_text() == before


def test_a_subscriber_removed_is_shut_out_within_seconds(office: RunningOffice, tmp_path: Path) -> None:
    office.motcua("subscribers", "add", "press", "--events", "dossier_completed")
    seed = read_seed(office.seed("sub-press"))
    office.motcua("subscribers", "remove", "press")
    assert not office.seed("sub-press").exists()

    async def shut_out() -> bool:
        try:
            client = await connect(office.nats_url, name="sub-press", seed=seed, patience=0.5)
        except (TimeoutError, nats.errors.Error):
            return True
        await client.close()
        return False

    eventually(lambda: asyncio.run(shut_out()), 15)


async def test_letting_somebody_in_leaves_the_durables_of_services_as_another_release_set_them(
    office: RunningOffice,
) -> None:
    provisioner = planned.PROVISIONER
    client = await connect(office.nats_url, name=provisioner, seed=read_seed(office.seed(provisioner)), patience=5)
    js = client.jetstream(timeout=5)
    [ours] = [plan for plan in planned.consumer_plans() if (plan.stream, plan.durable) == ("INTAKE", "survey")]
    newer = replace(ours, filter_subjects=tuple(sorted((*ours.filter_subjects, "motcua.*.intake.visit_opened"))))
    assert newer.filter_subjects != ours.filter_subjects
    await provision(js, [], [newer])
    said = await asyncio.to_thread(office.motcua, "subscribers", "add", "district", "--events", "visit_opened")
    assert "The office has let it in" in said.stdout
    held = (await js.consumer_info("INTAKE", "survey")).config.filter_subjects
    await provision(js, [], [ours])
    await client.close()
    await asyncio.to_thread(office.motcua, "subscribers", "remove", "district")
    assert held == list(newer.filter_subjects)


def test_without_a_running_office_it_takes_effect_at_the_next_start(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    words = ["subscribers", "add", "province", "--events", "dossier_received,rating_submitted", "--home", str(home)]
    said = subprocess.run([*MOTCUA, *words], capture_output=True, text=True, check=True).stdout
    assert "at the next start" in said
    assert json.loads((home / "subscribers.json").read_text())[0]["name"] == "province"
