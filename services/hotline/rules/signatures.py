"""Who signed a message, as Standard Webhooks has it: HMAC-SHA256 over its id, its moment and its body."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.errors import Refused

WINDOW_SECONDS = 300
"""How far the moment of a message may be from ours: what was overheard is of no use later (Standard Webhooks)."""
_ID = re.compile(r"[\x21-\x2d\x2f-\x7e]{1,200}")
_MOMENT = re.compile(r"[0-9]{1,12}")
_VERSION = "v1,"
_MOST_SIGNATURES = 10


@dataclass(frozen=True)
class Signed:
    """What a message says of itself: the headers `webhook-id`, `webhook-timestamp` (seconds), `webhook-signature`."""

    message_id: str
    timestamp: str
    signatures: str


def signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """What a message is signed with: `v1,` and 32 bytes in base64."""
    said = b".".join((message_id.encode(), timestamp.encode(), body))
    return _VERSION + base64.b64encode(hmac.digest(key, said, "sha256")).decode()


def check_signature(keys: Sequence[bytes], signed: Signed, body: bytes, now: datetime) -> None:
    """Raises Refused `signature_invalid` (401), whatever it is that is wrong: no such channel, no key, another one's
    key, another moment or another body."""
    given = [each for each in signed.signatures.split(" ") if each.isascii()][:_MOST_SIGNATURES]
    known = bool(_ID.fullmatch(signed.message_id) and _MOMENT.fullmatch(signed.timestamp))
    good = False
    for key in keys if known else ():
        wanted = signature(key, signed.message_id, signed.timestamp, body)
        for each in given:  # all of them, so that how long it takes tells nothing
            good |= hmac.compare_digest(each, wanted)
    if not good or abs(now.timestamp() - int(signed.timestamp)) > WINDOW_SECONDS:
        detail = "Sign webhook-id, webhook-timestamp and the body with a key of this channel, within five minutes."
        raise Refused("signature_invalid", detail, status=401)
