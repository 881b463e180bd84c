"""Idempotency-Key: the same request again gets the same answer; another request under the same key is refused.

The key, a fingerprint of the request and the answer are written in the transaction of the work itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel
from sqlmodel import Session

from shared.errors import Refused
from shared.mechanism import idempotency
from shared.prepared import Prepared

_BEFORE = Prepared(
    sa.select(idempotency.c.fingerprint, idempotency.c.answer).where(
        idempotency.c.scope == sa.bindparam("scope"), idempotency.c.key == sa.bindparam("key")
    )
)
_ANSWERED = Prepared(idempotency.insert(), "scope", "key", "fingerprint", "answer", "answered_at")


def answer_once(
    session: Session,
    scope: str,
    key: str,
    fingerprint: str,
    now: datetime,
    function: Callable[..., BaseModel],
    args: Any,
) -> bytes:
    """The JSON answer of `function(session, *args)`, computed once per scope and key. Raises Refused
    `idempotency_key_reused` (422)."""
    connection = session.connection()
    before = _BEFORE(connection, {"scope": scope, "key": key}).first()
    if before is not None:
        if before.fingerprint != fingerprint:
            detail = "This Idempotency-Key was used for another request: use a new key."
            raise Refused("idempotency_key_reused", detail, status=422)
        return bytes(before.answer)
    answer = function(session, *args).model_dump_json().encode()
    row = {"scope": scope, "key": key, "fingerprint": fingerprint, "answer": answer, "answered_at": now}
    _ANSWERED(connection, row)
    return answer
