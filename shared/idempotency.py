"""Idempotency-Key: the same request again gets the same answer; another request under the same key is refused.

The key, a fingerprint of the request and the answer are written in the transaction of the work itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel
from sqlmodel import Session

from shared.errors import Refused
from shared.mechanism import idempotency
from shared.prepared import Prepared
from shared.transaction import Grouped

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
        session.info[_KNOWN] = _answered(session, calls)

    def instead(self, session: Session, call: Call) -> bytes | None:
        """Another process may have answered the same request meanwhile, and that is why this one is refused."""
        scope, key, fingerprint, *_ = call
        session.info[_KNOWN] |= _answered(session, [call])
        before = session.info[_KNOWN].get((scope, key))
        return _same_request(before, fingerprint) if before else None


def _answered(session: Session, calls: Sequence[Call]) -> dict[tuple[str, str], tuple[str, bytes]]:
    """(fingerprint, answer) of those of these calls that have been answered, by scope and key."""
    asked = {name: value for n, call in enumerate(calls) for name, value in _named(n, *call[:2]).items()}
    rows = _asking(len(calls))(session.connection(), asked).rows
    return {(scope, key): (fingerprint, bytes(answer)) for scope, key, fingerprint, answer in rows}


def _named(n: int, scope: Any, key: Any) -> dict[str, Any]:
    return {f"scope_{n}": scope, f"key_{n}": key}


@cache
def _asking(calls: int) -> Prepared:
    """One question for so many calls; each is found by both parts of the primary key. Said with OR, PostgreSQL may take
    the scope alone, and read all that one official ever asked."""
    each = [tuple(sa.bindparam(name, type_=sa.String) for name in _named(n, None, None)) for n in range(calls)]
    asked = sa.values(sa.column("scope", sa.String), sa.column("key", sa.String), name="asked").data(each).cte("asked")
    table = idempotency.c
    found = sa.select(table.scope, table.key, table.fingerprint, table.answer)
    return Prepared(found.join(asked, sa.and_(table.scope == asked.c.scope, table.key == asked.c.key)))


def _same_request(before: tuple[str, bytes], fingerprint: str) -> bytes:
    if before[0] != fingerprint:
        detail = "This Idempotency-Key was used for another request: use a new key."
        raise Refused("idempotency_key_reused", detail, status=422)
    return before[1]


answer_once = AnswerOnce()
