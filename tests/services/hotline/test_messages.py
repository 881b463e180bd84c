"""Message channels: who signs is who it is, once for each message, and nothing is recorded of anybody else's."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.hotline.rulebook.channels import load
from services.hotline.rules.signatures import Signed, check_signature, signature
from shared.clock import Clock
from shared.dated import WrongRow
from shared.errors import Refused
from tests.services.hotline.desk import NOW, OFFICE, Desk
from tests.services.hotline.messaging import CHANNEL, KEY, MESSAGE, NEXT_KEY, channels_file, handed_over, headers_of
from tests.support import app_of


def desk_at(url: str, folder: Path, **settings: Any) -> Desk:
    file = channels_file(folder)
    return Desk(app_of("hotline", url, folder, Clock(NOW), trusted_proxies=1, channels_file=file, **settings), folder)


@pytest.fixture
async def listening(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A hotline that one channel may hand messages to."""
    found = desk_at(database_url, tmp_path)
    await found.hears(*OFFICE)
    yield found
    found.service.db.close()


async def test_a_message_becomes_a_report_that_nobody_has_decided_yet(listening: Desk) -> None:
    answer = await handed_over(listening.as_(None))
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert receipt["number"] == "PA-260605-0001" and receipt["receipt_code"]
    [event] = await listening.events("ComplaintFiled")
    assert (event["channel"], event["via"], event["taken_by"]) == ("web", CHANNEL, None)
    assert await listening.kept(event["text_ref"]) == {"text": MESSAGE["text"]}
    who = {"full_name": MESSAGE["full_name"], "channel_address": MESSAGE["address"]}
    assert await listening.kept(event["reporter_ref"]) == who
    assert MESSAGE["address"] not in await listening.log()
    view = await listening.as_("off-operator-1", "operator").get(f"/complaints/{receipt['complaint_id']}")
    assert (view.json()["status"], view.json()["kind"], view.json()["via"]) == ("filed", None, CHANNEL)


async def test_the_same_message_again_is_the_same_report(listening: Desk) -> None:
    client, later = listening.as_(None), NOW + timedelta(minutes=2)
    first = await handed_over(client, message_id="msg_1")
    again = await handed_over(client, message_id="msg_1", at=later, key=NEXT_KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    other = await handed_over(client, MESSAGE | {"text": "Việc khác"}, message_id="msg_1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(await listening.events("ComplaintFiled")) == 1
    assert "msg_1" not in str(await listening.rows("idempotency")), "it may be somebody's telephone number"


BODY = orjson.dumps(MESSAGE)
GOOD = headers_of(BODY)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-signature": ""},
        {"webhook-signature": headers_of(BODY, key=b"x" * 32)["webhook-signature"]},
        {"webhook-signature": GOOD["webhook-signature"].removeprefix("v1,")},
        {"webhook-signature": GOOD["webhook-signature"].replace("v1,", "v1a,")},
        {"webhook-signature": GOOD["webhook-signature"][:-4]},
        {"webhook-signature": "v1,é"},
        {"webhook-id": ""},
        {"webhook-id": "another"},
        {"webhook-id": "with.point"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": str(int(NOW.timestamp()) + 1)},
        {"webhook-timestamp": "-5"},
        {"webhook-timestamp": "9" * 30},
        {"Authorization": "Bearer nonsense", "webhook-signature": ""},
        headers_of(BODY, at=NOW - timedelta(seconds=360)),
        headers_of(BODY, at=NOW + timedelta(seconds=360)),
    ],
)
async def test_what_is_not_signed_by_the_channel_now_is_refused_and_leaves_nothing(
    listening: Desk, changed: dict[str, str]
) -> None:
    path = f"/channels/{CHANNEL}/messages"
    sent = {name: value.encode() for name, value in (GOOD | changed).items()}
    answer = await listening.as_(None).post(path, content=BODY, headers=sent)
    assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid")
    assert answer.json()["detail"].count(".") == 1
    assert await listening.events() == await listening.rows("private") == await listening.rows("idempotency") == []


async def test_no_channel_reads_as_a_wrong_signature_and_an_official_is_no_channel(listening: Desk) -> None:
    for channel in ("sms", "Zalo-OA", "x" * 64):
        answer = await listening.as_(None).post(f"/channels/{channel}/messages", content=BODY, headers=GOOD)
        assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid")
    unsigned = await listening.as_("off-operator-1", "operator").post(f"/channels/{CHANNEL}/messages", json=MESSAGE)
    assert unsigned.status_code == 401 and await listening.events() == []


async def test_one_changed_byte_of_the_body_is_another_message(listening: Desk) -> None:
    path = f"/channels/{CHANNEL}/messages"
    for at in range(0, len(BODY), 7):
        changed = BODY[:at] + bytes((BODY[at] ^ 1,)) + BODY[at + 1 :]
        assert (await listening.as_(None).post(path, content=changed, headers=GOOD)).status_code == 401
    assert (await listening.as_(None).post(path, content=BODY, headers=GOOD)).status_code == 201


async def test_of_several_signatures_one_is_enough_as_while_a_key_is_renewed(listening: Desk) -> None:
    stranger = headers_of(BODY, key=b"x" * 32, message_id="msg_1")["webhook-signature"]
    for number, key in enumerate((KEY, NEXT_KEY)):
        good = headers_of(BODY, key=key, message_id=f"msg_{number}")
        both = good | {"webhook-signature": f"{stranger} {good['webhook-signature']} v2,later"}
        answer = await listening.as_(None).post(f"/channels/{CHANNEL}/messages", content=BODY, headers=both)
        assert answer.status_code == 201


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"text": "Đèn hỏng"}, "address"),
        (MESSAGE | {"text": " "}, "text"),
        (MESSAGE | {"text": "x" * 5001}, "text"),
        (MESSAGE | {"text": "a\u202eb"}, "text"),
        (MESSAGE | {"phone": "gọi cho tôi"}, "phone"),
        (MESSAGE | {"accused": "off-chair"}, "accused"),
    ],
)
async def test_a_signed_message_that_is_wrong_says_where(listening: Desk, said: dict[str, str], where: str) -> None:
    answer = await handed_over(listening.as_(None), said)
    assert answer.status_code == 422
    assert [each["where"] for each in answer.json()["errors"]] == [["body", where]]
    assert await listening.events() == []


async def test_what_is_no_json_and_what_is_too_large_is_refused(listening: Desk) -> None:
    path = f"/channels/{CHANNEL}/messages"
    for body, status in ((b"\xff\xfe", 422), (b"[]", 422), (b"", 422), (b" " * 64_001, 413), (b" " * 1_000_001, 413)):
        answer = await listening.as_(None).post(path, content=body, headers=headers_of(body))
        assert answer.status_code == status, body[:9]
    assert await listening.events() == []


async def test_an_address_that_asks_without_end_is_told_to_wait(listening: Desk) -> None:
    answers = [await handed_over(listening.as_(None), key=b"x" * 32) for _ in range(301)]
    assert {each.status_code for each in answers[:300]} == {401} and answers[300].status_code == 429


async def test_the_same_message_at_two_replicas_at_once_is_one_report(database_url: str, tmp_path: Path) -> None:
    both = [desk_at(database_url, tmp_path) for _ in range(2)]
    asked = [handed_over(desk.as_(None), message_id=f"msg_{n}") for n in range(4) for desk in both * 2]
    answers = await asyncio.gather(*asked)
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["receipt_code"] for each in answers}) == 4
    assert len(await both[0].events("ComplaintFiled")) == 4
    for desk in both:
        desk.service.db.close()


def test_keys_are_good_on_their_days_and_one_that_ended_is_not(tmp_path: Path) -> None:
    book = load(channels_file(tmp_path))
    assert book.keys(CHANNEL, date(2026, 6, 4)) == [KEY]
    assert book.keys(CHANNEL, date(2026, 6, 5)) == [KEY, NEXT_KEY]
    assert book.keys("sms", date(2026, 6, 5)) == load(None).keys(CHANNEL, date(2026, 6, 5)) == []
    file = channels_file(tmp_path)
    file.write_text(
        file.read_text().replace("valid_from = 2026-01-01", "valid_from = 2026-01-01\nvalid_to = 2026-06-05")
    )
    assert load(file).keys(CHANNEL, date(2026, 6, 5)) == [NEXT_KEY]
    assert KEY.decode() not in repr(book)


@pytest.mark.parametrize(
    "written", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_nonsense!", "dGhlIGZpcnN0IGtleSBvZiB0aGUgY2g="]
)
def test_a_file_that_holds_no_key_is_named_and_not_shown(tmp_path: Path, written: str) -> None:
    file = channels_file(tmp_path)
    (tmp_path / "zalo-1.key").write_text(written)
    with pytest.raises(WrongRow, match=r"zalo-1\.key holds no key") as wrong:
        load(file)
    assert not written or written not in str(wrong.value).replace("whsec_ and", "")
    (tmp_path / "zalo-1.key").unlink()
    with pytest.raises(WrongRow):
        load(file)


def test_it_signs_as_standard_webhooks_does() -> None:
    """The example of the standard's own libraries."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    said = b'{"test": 2432232314}'
    made = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", said)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_nobody_who_has_no_key_is_ever_right() -> None:
    with pytest.raises(Refused, match="signature_invalid"):
        check_signature([], Signed("m", str(int(NOW.timestamp())), "v1,"), b"", NOW)
