"""Templates, compiled once in a process."""

from __future__ import annotations

from typing import Any

import jinja2


class Compiled(jinja2.BytecodeCache):
    """What templates were compiled to in this process: ten environments share them, and an office starts a second
    earlier. Languages and services differ in what a template is given, not in its code."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Fill the bucket, if its source has been compiled."""
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Remember what its source was compiled to."""
        self._code[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()
