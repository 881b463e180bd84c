"""A message channel by example: its key, and how it signs."""

from __future__ import annotations

import base64
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import orjson

from services.hotline.rules.signatures import signature
from shared.texts import new_id
from tests.services.hotline.desk import NOW

CHANNEL = "zalo-oa"
KEY, NEXT_KEY = b"the first key of the channel....", b"the second key of the channel..."
MESSAGE = {"text": "Đèn đường xóm Đồng Cả hỏng", "address": "zalo-77120034", "full_name": "Nguyễn Văn Bưởi"}


def channels_file(folder: Path, *more: str) -> Path:
    """A channel with one key, and a second one from the middle of June on; `more` rows may follow."""
    rows = []
    for n, (key, first) in enumerate(((KEY, "2026-01-01"), (NEXT_KEY, "2026-06-05"))):
        (folder / f"zalo-{n}.key").write_text(f"whsec_{base64.b64encode(key).decode()}\n")
        rows.append(
            f'[[channel]]\ncode = "{CHANNEL}"\nkey_file = "zalo-{n}.key"\nbasis = "12/HĐ"\nvalid_from = {first}'
        )
    path = folder / "channels.toml"
    path.write_text("\n\n".join([*rows, *more]), encoding="utf-8")
    return path


def headers_of(body: bytes, at: datetime = NOW, key: bytes = KEY, message_id: str = "") -> dict[str, str]:
    """What a message is sent with."""
    known, moment = message_id or f"msg_{new_id()}", str(int(at.timestamp()))
    signed = {
        "webhook-id": known,
        "webhook-timestamp": moment,
        "webhook-signature": signature(key, known, moment, body),
    }
    return {"Content-Type": "application/json"} | signed


async def handed_over(
    client: httpx.AsyncClient, said: dict[str, Any] = MESSAGE, changed: dict[str, str] | None = None, **signed: Any
) -> httpx.Response:
    """What a channel is answered to a message."""
    body = orjson.dumps(said)
    headers = headers_of(body, **signed) | (changed or {})
    return await client.post(f"/channels/{CHANNEL}/messages", content=body, headers=headers)
