"""What our client does in another way than nats-py's."""

from __future__ import annotations

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
