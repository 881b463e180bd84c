"""What `motcua streams` refuses, and what the server refuses it: each time the way that is named is one."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nats.js import JetStreamContext
from nats.js.api import StorageType, StreamConfig
from nats.js.errors import APIError

from shared.access import API
from shared.refused_changes import asked
from shared.streams import ConsumerPlan, ProvisionRefused, StreamPlan, dead_letter_stream, provision, service_stream
from tests.brokers import Office
from tests.shared.test_streams import js, office
from tests.support import UNIT

__all__ = ["js", "office"]  # the fixtures
RECEIVED = "motcua.*.intake.dossier_received"
ASIDE = "stop the broker, move its folder jetstream/streams/streams/SURVEY aside, start the broker and run"


async def made(office: Office, call: str, body: dict[str, Any]) -> None:
    """Make something with settings that the client library does not know."""
    client = await office.sign_in("provisioner")
    answer = json.loads((await client.request(f"{API}.{call}", json.dumps(body).encode(), timeout=5)).data)
    if "error" in answer:
        raise APIError.from_error(answer["error"])


CANNOT_CHANGE: dict[str, Any] = {
    "allow_msg_counter": {"allow_msg_counter": True},
    "allow_msg_schedules": {"allow_msg_schedules": True},
    "first_seq": {"first_seq": 7},
}


@pytest.mark.parametrize("setting", CANNOT_CHANGE)
async def test_what_a_stream_was_made_with_and_cannot_lose_is_refused_with_the_way(
    office: Office, js: JetStreamContext, setting: str
) -> None:
    await made(
        office,
        "STREAM.CREATE.SURVEY",
        {"name": "SURVEY", "subjects": ["motcua.*.survey.>"], **CANNOT_CHANGE[setting]},
    )
    with pytest.raises(ProvisionRefused) as refused:
        await provision(js, [service_stream("survey")], [])
    assert ASIDE in str(refused.value)


async def test_a_subject_that_somebody_added_is_taken_away_while_nothing_stands_there(js: JetStreamContext) -> None:
    """Readiness said to run the provisioner, and the provisioner that subjects are only ever added."""
    config = (await js.stream_info("INTAKE")).config
    await js.update_stream(config.evolve(subjects=["motcua.*.intake.>", "stray.>"]))
    assert await provision(js, [service_stream("intake")], []) == [
        "stream INTAKE changed: subjects ['motcua.*.intake.>', 'stray.>'] → ['motcua.*.intake.>']"
    ]


async def test_messages_that_would_stand_where_nobody_looks_are_named_with_the_way(
    office: Office, js: JetStreamContext
) -> None:
    intake = (await office.sign_in("intake")).jetstream()
    await intake.publish(f"motcua.{UNIT}.intake.dossier_received", b"1")
    await intake.publish(f"motcua.{UNIT}.intake.dossier_completed", b"2")
    with pytest.raises(ProvisionRefused) as refused:
        await provision(js, [StreamPlan("INTAKE", (RECEIVED,))], [])
    assert str(refused.value).startswith(
        f"stream INTAKE would no longer take motcua.{UNIT}.intake.dossier_completed, and holds messages there: stop the"
    )
    assert (await js.stream_info("INTAKE")).config.subjects == ["motcua.*.intake.>"]


async def test_of_dead_letters_it_is_not_said_that_they_are_built_anew_from_a_log(
    office: Office, tmp_path: Path
) -> None:
    await office.broker.stop()
    shutil.move(office.broker.home / "jetstream/streams/streams/DEAD_LETTERS", tmp_path / "aside")
    await office.broker.start()
    js = (await office.sign_in("provisioner")).jetstream()
    await js.add_stream(StreamConfig(name="DEAD_LETTERS", subjects=["dead.>"], storage=StorageType.MEMORY))
    with pytest.raises(ProvisionRefused) as refused:
        await provision(js, [dead_letter_stream()], [])
    assert str(refused.value).endswith("what was parked before is then shown by `motcua dead-letters list` alone.")


async def test_who_took_the_subjects_of_a_stream_is_named_and_the_way_works(
    office: Office, js: JetStreamContext, tmp_path: Path
) -> None:
    await js.add_stream(StreamConfig(name="ELSEWHERE", subjects=["motcua.*.survey.slip_issued"]))
    with pytest.raises(ProvisionRefused) as refused:
        await provision(js, [service_stream("survey")], [])
    assert "ELSEWHERE takes them. Where that is none of the office's streams, stop the broker, move" in str(
        refused.value
    )
    await office.broker.stop()
    shutil.move(office.broker.home / "jetstream/streams/streams/ELSEWHERE", tmp_path / "aside")
    await office.broker.start()
    js = (await office.sign_in("provisioner")).jetstream()
    assert await provision(js, [service_stream("survey")], []) == ["stream SURVEY created"]


async def test_a_server_that_keeps_or_knows_other_settings_is_another_than_this_release_needs(
    office: Office, js: JetStreamContext
) -> None:
    later = made(office, "STREAM.CREATE.SURVEY", {"name": "SURVEY", "of_a_later_release": True})
    with pytest.raises(ProvisionRefused, match=r"\(10025\): it is another nats-server than this release needs"):
        await asked(js, "stream SURVEY", later)
    with pytest.raises(ProvisionRefused, match="it is another nats-server than this release needs"):
        await provision(js, [replace(service_stream("survey"), max_bytes=0)], [])


async def test_a_consumer_of_a_missing_stream_says_what_to_do(js: JetStreamContext) -> None:
    with pytest.raises(ProvisionRefused, match="mend what it names, and run `motcua streams` again"):
        await provision(js, [], [ConsumerPlan("NOWHERE", "hotline")])
