"""Idempotency-Key: the same request again gets the same answer; another request under the same key is refused.

The key, a fingerprint of the request and the answer are written in the transaction of the work itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel
from sqlmodel import Session

from shared.errors import Refused
from shared.mechanism import idempotency
from shared.prepared import Prepared
from shared.transaction import Grouped

_BEFORE = sa.select(idempotency).where(idempotency.c.key.in_(sa.bindparam("keys", expanding=True)))
_ANSWERED = Prepared(idempotency.insert(), "scope", "key", "fingerprint", "answer", "answered_at")
_KNOWN = "answers known"

Call = tuple[str, str, str, datetime, Callable[..., BaseModel], Any]
"""scope, key, fingerprint of the request, now, the function and its arguments."""


class AnswerOnce(Grouped):
    """`db.write(answer_once, scope, key, fingerprint, now, function, args)`: the JSON answer of `function(session,
    *args)`, computed once per scope and key. Raises Refused `idempotency_key_reused` (422)."""

    def __call__(
        self,
        session: Session,
        scope: str,
        key: str,
        fingerprint: str,
        now: datetime,
        function: Callable[..., BaseModel],
        args: Any,
    ) -> bytes:
        """The answer, from the first time if there was one."""
        known: dict[tuple[str, str], tuple[str, bytes]] = session.info[_KNOWN]
        if before := known.get((scope, key)):
            return _same_request(before, fingerprint)
        answer = function(session, *args).model_dump_json().encode()
        row = {"scope": scope, "key": key, "fingerprint": fingerprint, "answer": answer, "answered_at": now}
        _ANSWERED.later(session.connection(), row)
        known[scope, key] = fingerprint, answer
        return answer

    def beforehand(self, session: Session, calls: Sequence[Call]) -> None:
        """What has been answered under these keys, asked once for a group."""
        rows = session.connection().execute(_BEFORE, {"keys": [call[1] for call in calls]})
        session.info[_KNOWN] = {(row.scope, row.key): (row.fingerprint, bytes(row.answer)) for row in rows}

    def instead(self, session: Session, call: Call) -> bytes | None:
        """Another process may have answered the same request meanwhile, and that is why this one is refused."""
        scope, key, fingerprint, *_ = call
        self.beforehand(session, [call])
        before = session.info[_KNOWN].get((scope, key))
        return _same_request(before, fingerprint) if before else None


def _same_request(before: tuple[str, bytes], fingerprint: str) -> bytes:
    if before[0] != fingerprint:
        detail = "This Idempotency-Key was used for another request: use a new key."
        raise Refused("idempotency_key_reused", detail, status=422)
    return before[1]


answer_once = AnswerOnce()
