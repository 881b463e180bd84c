"""Which message channels may hand over reports, and the keys they sign with, as dated data."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from shared.dated import Dated, in_force, read_rows, read_tables

PREFIX = "whsec_"
KEY_BYTES = range(24, 65)
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


@dataclass(frozen=True, kw_only=True)
class ChannelKey(Dated):
    """A key of a channel. While one takes another's place both are good: the old one until the day on which it ends."""

    code: str
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class ChannelBook:
    """The keys of all channels."""

    rows: tuple[ChannelKey, ...] = ()

    def keys(self, code: str, day: date) -> list[bytes]:
        """The keys that a channel may sign with on a day; none where there is no such channel."""
        return [row.key for row in self.rows if row.code == code and in_force([row], day)]


def load(file: Path | None) -> ChannelBook:
    """The channels of a file of `[[channel]]` rows, each of which names the file of its key; none without one. Raises
    WrongRow."""
    return ChannelBook(tuple(_channels(file)) if file else ())


def _channels(file: Path) -> Iterable[ChannelKey]:
    def made(*, key_file: str, **row: Any) -> ChannelKey:
        if not _CODE.fullmatch(str(row.get("code"))):
            raise ValueError("code has small letters, digits and hyphens, at most 32")
        return ChannelKey(key=read_key(file.parent / key_file), **row)

    return read_rows(file, read_tables(file, "channel"), "channel", made)


def read_key(file: Path) -> bytes:
    """The key in a file, as Standard Webhooks writes it. Raises ValueError, which does not repeat it."""
    written = file.read_text(encoding="utf-8").strip()
    try:
        key = base64.b64decode(written.removeprefix(PREFIX), validate=True)
    except ValueError:  # no base64, which is said below without repeating it
        key = b""
    if not written.startswith(PREFIX) or len(key) not in KEY_BYTES:
        raise ValueError(f"{file} holds no key: {PREFIX} and 24 to 64 bytes in base64")
    return key
