"""Every allow works and every deny is refused, on a real nats-server."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import nats.errors
import nats.js.errors
import pytest
import pytest_asyncio
from nats.aio.msg import Msg
from structlog.testing import capture_logs

from deploy.processes import nats_server_binary
from shared.access import API, Identity, server_config, service_identity
from shared.nats_client import NatsClient, connect, make_seed
from tests.brokers import Office, a_seed_each, an_office, office_identities
from tests.support import UNIT

RECEIVED = f"motcua.{UNIT}.intake.dossier_received"
FILED = f"motcua.{UNIT}.hotline.complaint_filed"


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with an_office(tmp_path) as running:
        yield running


async def violations(client: NatsClient) -> list[str]:
    """Flush, so that the server's complaints about what went before have arrived."""
    with capture_logs() as facts:
        await client.flush(timeout=2)
        await asyncio.sleep(0.02)
    return [str(fact["error"]) for fact in facts if "permissions violation" in str(fact.get("error"))]


async def refused_publish(client: NatsClient, subject: str, reply: str = "") -> bool:
    await client.publish(subject, b"{}", reply=reply)
    return any(subject.lower() in complaint for complaint in await violations(client))


async def length(client: NatsClient, stream: str) -> int:
    return int((await client.jetstream().stream_info(stream)).state.last_seq)


@pytest.mark.asyncio
async def test_a_service_writes_its_own_stream_alone_or_in_atomic_batches(office: Office) -> None:
    intake = await office.sign_in("intake")
    js = intake.jetstream(timeout=2)
    ack = await js.publish(RECEIVED, b"1", headers={"Nats-Msg-Id": "a", "Nats-Expected-Last-Sequence": "0"})
    assert (ack.stream, ack.seq) == ("INTAKE", 1)
    headers = {"Nats-Batch-Id": "b", "Nats-Batch-Sequence": "1", "Nats-Expected-Last-Sequence": "1"}
    await intake.publish(RECEIVED, b"2", headers=headers)
    headers = {"Nats-Batch-Id": "b", "Nats-Batch-Sequence": "2", "Nats-Batch-Commit": "1"}
    reply = json.loads((await intake.request(RECEIVED, b"3", headers=headers, timeout=2)).data)
    assert (reply["seq"], reply["count"]) == (3, 2)
    with pytest.raises(nats.js.errors.BadRequestError, match="wrong last sequence"):
        await js.publish(RECEIVED, b"4", headers={"Nats-Expected-Last-Sequence": "1"})
    dead = await js.publish(f"dead.{UNIT}.intake.hotline.x", b"poison")
    assert dead.stream == "DEAD_LETTERS"


@pytest.mark.asyncio
async def test_a_service_reads_its_own_stream_back(office: Office) -> None:
    intake = await office.sign_in("intake")
    js = intake.jetstream(timeout=2)
    await js.publish(RECEIVED, b"1")
    await js.publish(RECEIVED, b"2")
    assert await length(intake, "INTAKE") == 2
    assert (await js.get_msg("INTAKE", 1)).data == b"1"
    assert (await js.get_msg("INTAKE", 2, direct=True)).data == b"2"
    assert (await js.get_last_msg("INTAKE", RECEIVED, direct=True)).seq == 2


@pytest.mark.asyncio
async def test_a_service_pulls_acknowledges_and_resets_its_durable(office: Office) -> None:
    intake, hotline = await office.sign_in("intake"), await office.sign_in("hotline")
    for body in (b"1", b"2", b"3"):
        await intake.jetstream().publish(RECEIVED, body)
    js = hotline.jetstream(timeout=2)
    pulls = await js.pull_subscribe_bind("hotline", "INTAKE")
    first = await pulls.fetch(2, timeout=2)
    assert [(m.subject, m.data) for m in first] == [(RECEIVED, b"1"), (RECEIVED, b"2")]
    await first[0].ack_sync(timeout=2)
    assert (await js.consumer_info("INTAKE", "hotline")).num_ack_pending == 1
    assert (await js.reset_consumer("INTAKE", "hotline", seq=2)).reset_seq == 2
    again = await pulls.fetch(2, timeout=2)
    numbers = [(m.metadata.sequence.stream, m.metadata.sequence.consumer) for m in again]
    assert numbers == [(2, 1), (3, 2)], "the consumer's own sequence begins anew"
    assert await length(hotline, "INTAKE") == 3


@pytest.mark.asyncio
async def test_services_ask_each_other_and_nobody_else_hears(office: Office) -> None:
    intake, hotline = await office.sign_in("intake"), await office.sign_in("hotline")

    async def answer(question: Msg) -> None:
        await question.respond(b"ok " + question.data)

    for client, own in ((intake, "intake"), (hotline, "hotline")):
        await client.subscribe(f"rpc.{own}.>", queue=own, cb=answer)
        await client.flush()
    assert (await hotline.request("rpc.intake.person", b"1", timeout=2)).data == b"ok 1"
    assert (await intake.request("rpc.hotline.person", b"2", timeout=2)).data == b"ok 2"
    province = await office.sign_in("province")
    assert await refused_publish(province, "rpc.intake.person")


@pytest.mark.asyncio
async def test_an_auditor_reads_whole_streams(office: Office) -> None:
    intake, auditor = await office.sign_in("intake"), await office.sign_in("auditor")
    for number in range(30):
        await intake.jetstream().publish(RECEIVED, str(number).encode())
    assert (await auditor.jetstream().get_msg("INTAKE", 30, direct=True)).data == b"29"
    inbox = auditor.new_inbox()
    answers = await auditor.subscribe(inbox)
    await auditor.publish(f"{API}.DIRECT.GET.INTAKE", b'{"seq": 1, "batch": 50}', reply=inbox)
    got = [await answers.next_msg(timeout=2) for _ in range(31)]
    assert [m.data for m in got[:30]] == [str(number).encode() for number in range(30)]
    assert (got[30].headers or {})["Status"] == "204"


@pytest.mark.asyncio
async def test_a_subscriber_pulls_only_what_its_durable_was_made_for(office: Office) -> None:
    intake, province = await office.sign_in("intake"), await office.sign_in("province")
    await intake.jetstream().publish(f"motcua.{UNIT}.intake.dossier_completed", b"not for the province")
    await intake.jetstream().publish(RECEIVED, b"for the province")
    js = province.jetstream(timeout=2)
    pulls = await js.pull_subscribe_bind("province", "INTAKE")
    messages = await pulls.fetch(5, timeout=1)
    assert [m.data for m in messages] == [b"for the province"]
    await messages[0].ack_sync(timeout=2)
    assert (await js.reset_consumer("INTAKE", "province", seq=1)).reset_seq == 1


NOT_FOR_A_SERVICE = [
    FILED,
    "motcua.other-unit.intake.dossier_received",
    f"dead.{UNIT}.hotline.x",
    "rpc.survey.x",
    "_INBOX_hotline.x",
    "$JS.ACK.INTAKE.hotline.1.1.1.1.1",
    "$JS.API.STREAM.INFO.INTAKE",
    f"{API}.STREAM.INFO.HOTLINE",
    f"{API}.STREAM.CREATE.MINE",
    f"{API}.STREAM.UPDATE.INTAKE",
    f"{API}.STREAM.DELETE.INTAKE",
    f"{API}.STREAM.PURGE.INTAKE",
    f"{API}.STREAM.MSG.DELETE.INTAKE",
    f"{API}.STREAM.SNAPSHOT.INTAKE",
    f"{API}.STREAM.RESTORE.INTAKE",
    f"{API}.STREAM.NAMES",
    f"{API}.DIRECT.GET.HOTLINE",
    f"{API}.DIRECT.GET.DEAD_LETTERS",
    f"{API}.CONSUMER.CREATE.INTAKE",
    f"{API}.CONSUMER.CREATE.INTAKE.mine",
    f"{API}.CONSUMER.DURABLE.CREATE.INTAKE.mine",
    f"{API}.CONSUMER.DELETE.INTAKE.hotline",
    f"{API}.CONSUMER.PAUSE.INTAKE.hotline",
    f"{API}.CONSUMER.MSG.NEXT.INTAKE.hotline",
    f"{API}.CONSUMER.RESET.INTAKE.hotline",
]
NOT_FOR_READERS = [
    RECEIVED,
    f"dead.{UNIT}.intake.x",
    f"{API}.STREAM.CREATE.MINE",
    f"{API}.STREAM.UPDATE.INTAKE",
    f"{API}.STREAM.DELETE.INTAKE",
    f"{API}.STREAM.PURGE.INTAKE",
    f"{API}.STREAM.MSG.DELETE.INTAKE",
    f"{API}.CONSUMER.CREATE.INTAKE.mine",
    f"{API}.CONSUMER.MSG.NEXT.INTAKE.hotline",
    f"{API}.CONSUMER.RESET.INTAKE.hotline",
    "$JS.ACK.INTAKE.hotline.1.1.1.1.1",
]
NOT_FOR_THE_PROVISIONER = [
    RECEIVED,
    f"{API}.STREAM.DELETE.INTAKE",
    f"{API}.STREAM.PURGE.INTAKE",
    f"{API}.STREAM.MSG.DELETE.INTAKE",
    f"{API}.STREAM.MSG.GET.INTAKE",
    f"{API}.STREAM.RESTORE.INTAKE",
    f"{API}.CONSUMER.DELETE.INTAKE.hotline",
    f"{API}.CONSUMER.MSG.NEXT.INTAKE.hotline",
    f"{API}.DIRECT.GET.INTAKE",
]
DENIED = {
    "intake": NOT_FOR_A_SERVICE,
    "auditor": [*NOT_FOR_READERS, "rpc.intake.person", f"{API}.STREAM.NAMES"],
    "province": [*NOT_FOR_READERS, f"{API}.STREAM.INFO.INTAKE", f"{API}.DIRECT.GET.INTAKE"],
    "provisioner": NOT_FOR_THE_PROVISIONER,
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", DENIED)
async def test_what_is_not_allowed_is_refused(office: Office, name: str) -> None:
    client = await office.sign_in(name)
    allowed = [subject for subject in DENIED[name] if not await refused_publish(client, subject)]
    assert allowed == []
    assert await length(await office.sign_in("auditor"), "INTAKE") == 0


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["intake", "auditor", "province", "provisioner"])
async def test_nobody_listens_to_others(office: Office, name: str) -> None:
    client = await office.sign_in(name)
    for subject in (">", "motcua.>", "_INBOX_hotline.>", "_INBOX.>", "rpc.hotline.>", "$JS.>", "$SYS.>"):
        await client.subscribe(subject)
        assert any(f'"{subject.lower()}"' in complaint for complaint in await violations(client)), subject


@pytest.mark.asyncio
async def test_an_answer_cannot_be_sent_into_anothers_stream(office: Office) -> None:
    """Within one account JetStream stores its answer under any reply subject: reading would be writing."""
    intake, hotline = await office.sign_in("intake"), await office.sign_in("hotline")
    auditor, province = await office.sign_in("auditor"), await office.sign_in("province")
    await intake.jetstream().publish(RECEIVED, b"forged")
    for client, call, body in (
        (intake, "DIRECT.GET.INTAKE", b'{"seq": 1}'),
        (intake, "STREAM.MSG.GET.INTAKE", b'{"seq": 1}'),
        (intake, "STREAM.INFO.INTAKE", b""),
        (auditor, "DIRECT.GET.INTAKE", b'{"seq": 1}'),
        (auditor, "STREAM.MSG.GET.INTAKE", b'{"seq": 1}'),
        (province, "CONSUMER.INFO.INTAKE.province", b""),
        (province, "CONSUMER.MSG.NEXT.INTAKE.province", b'{"batch": 1, "expires": 500000000}'),
        (hotline, "CONSUMER.RESET.INTAKE.hotline", b""),
    ):
        await client.publish(f"{API}.{call}", body, reply=RECEIVED if client is hotline else FILED)
        await client.flush()
    await intake.publish(RECEIVED, b"a second one, its acknowledgement astray", reply=FILED)
    await intake.flush()
    await asyncio.sleep(0.3)
    assert await length(auditor, "HOTLINE") == 0
    assert await length(auditor, "INTAKE") == 2


@pytest.mark.asyncio
@pytest.mark.parametrize("seed", [None, make_seed()[0]], ids=["no key", "a stranger's key"])
async def test_strangers_stay_outside(office: Office, seed: str | None) -> None:
    with pytest.raises((TimeoutError, nats.errors.Error)):
        await connect(office.broker.url, name="intake", seed=seed, patience=1)


def test_the_configuration_is_valid_and_holds_no_secret(tmp_path: Path) -> None:
    seeds = a_seed_each("intake", "hotline", "auditor", "province", "provisioner")
    settings: dict[str, Any] = {"host": "0.0.0.0", "port": 4222, "http_port": 8222, "server_name": "office"}
    text = server_config(office_identities(seeds), store_dir=tmp_path / 'a "b"', **settings)
    assert "no_auth_user" not in text and "sync_interval: always" in text
    assert not any(seed in text for seed in seeds.values())
    path = tmp_path / "nats.conf"
    path.write_text(text)
    check = subprocess.run([nats_server_binary(), "-t", "-c", str(path)], capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stderr


@pytest.mark.parametrize("name", ["streams", "In take", "a.b", "", 'x"'])
def test_a_name_that_could_break_out_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        Identity(name, make_seed()[1], (), ())


def test_a_stream_name_that_could_break_out_is_refused() -> None:
    with pytest.raises(ValueError, match="not one token"):
        service_identity("intake", make_seed()[1], unit=UNIT, consumes=["*"])


def test_two_identities_do_not_share_a_name_or_a_key(tmp_path: Path) -> None:
    one = service_identity("intake", make_seed()[1], unit=UNIT)
    for other in (
        service_identity("intake", make_seed()[1], unit=UNIT),
        service_identity("hotline", one.public_key, unit=UNIT),
    ):
        with pytest.raises(ValueError, match="not distinct"):
            server_config([one, other], host="127.0.0.1", port=4222, store_dir=tmp_path, server_name="office")
