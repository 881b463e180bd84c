"""What our client does in another way than nats-py's."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from nats.aio.client import Client

from shared.nats_client import NatsClient

LINES = st.lists(st.binary(max_size=12) | st.text("Nats-\x1c\x85 :\t\r\n\xe9", max_size=12).map(str.encode)).map(
    b"\r\n".join
)


@given(LINES)
@example(b"Nats-Sequence: 42\r\nNats-Msg-Id:a:b\r\nMotcua-Cause: \xc3\xa9\r\n\r\n")
@example(b": nameless\r\nno colon\r\nTwo Words: x\r\n\x1cA\x1c: y\r\nA : z\r\nA:again")
def test_headers_are_read_as_nats_py_reads_them(raw: bytes) -> None:
    assert NatsClient._parse_header_lines(raw) == Client._parse_header_lines(raw)


VALUES = st.text("a9 :\t\r\n\xa0\u3000\u2028\xe9\u1ed9", max_size=8)
HEADERS = st.none() | st.dictionaries(
    st.sampled_from(("Nats-Msg-Id", "Content-Type", "Motcua-Cause", "Two Words", " ")), VALUES
)


async def _sent(kind: type[Client], headers: dict[str, str] | None, body: bytes, reply: str) -> list[Any]:
    """What a client of this kind hands to its connection, and counts; or what it raises."""
    client = kind()
    sent: list[Any] = []

    async def send(command: bytes, priority: bool = False) -> None:
        sent.append((bytes(command), priority))

    client._send_command = send  # type: ignore[method-assign]
    try:
        await client._send_publish("motcua.dai-phuc.intake", reply, body, len(body), headers)
    except Exception as error:  # noqa: BLE001  # whatever it is, the other client is to raise the same
        sent.append(repr(error))
    return [*sent, client.stats["out_msgs"], client.stats["out_bytes"]]


@given(HEADERS, st.binary(max_size=9), st.sampled_from(("", "_INBOX_x.1")))
@example({"Nats-Msg-Id": " 01a2 ", "Content-Type": "application/cloudevents+json"}, b"{}", "")
@example({"Nats-Msg-Id": "a\nNats-Batch-Id: b"}, b"{}", "")
@example({"Nats-Msg-Id": "a\u2028b"}, b"{}", "")
@example({}, b"", "")
def test_what_is_published_is_what_nats_py_sends(headers: dict[str, str] | None, body: bytes, reply: str) -> None:
    async def both() -> list[list[Any]]:
        return [await _sent(kind, headers, body, reply) for kind in (NatsClient, Client)]

    ours, theirs = asyncio.run(both())
    assert ours == theirs
