"""What was parked and is asked for again: handed over in order, one transaction each, by whoever leads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa
import structlog
from sqlmodel import Session

from shared.changes import Projection
from shared.database import Database
from shared.errors import why
from shared.inbox import DONE, LET_GO, Fenced, Follows, aggregate_of, next_redrive, redrive, refuse_redrive
from shared.mechanism import parked
from shared.unavailable import is_unavailable

log = structlog.get_logger()


def not_its_fault(error: Exception) -> bool:
    """Whether the event is not to blame: it is held and tried again, never parked."""
    return isinstance(error, Fenced) or is_unavailable(error)


async def redrive_all(
    service: str,
    stream: str,
    db: Database,
    projection: Projection,
    follows: Follows,
    sure: Callable[[], Awaitable[None]],
) -> None:
    """Hand over again all that was asked for; what fails waits on. Raises what is no event's fault."""
    while (seq := await db.read(next_redrive, stream)) is not None:
        await sure()
        try:
            handled = await db.write(redrive, stream, seq, projection, follows)
        except Exception as error:  # of the event, which waits on, or of the database, which is told
            if not_its_fault(error):
                raise
            await db.write(refuse_redrive, stream, seq, why(error))
            log.error("event.parked_again", service=service, stream=stream, seq=seq)
        else:
            log.info("event.redriven" if handled else "event.let_go", service=service, stream=stream, seq=seq)


def parked_one(session: Session, stream: str, seq: int) -> sa.Row[Any] | None:
    """A parked event; none when there is no such."""
    mine = sa.select(parked).where(parked.c.stream == stream, parked.c.stream_seq == seq)
    return session.connection().execute(mine).first()


def first_that_waits(session: Session, stream: str, seq: int) -> sa.Row[Any] | None:
    """The oldest event that waits of the aggregate of this parked one: the others go on after it."""
    same = sa.and_(parked.c.stream == stream, parked.c.aggregate == aggregate_of(stream, seq), parked.c.state != DONE)
    return session.connection().execute(sa.select(parked).where(same).order_by(parked.c.stream_seq).limit(1)).first()


def let_go(session: Session, stream: str, seq: int, *, at_once: bool = False) -> None:
    """This parked event need not be handled by a release that does not follow it, and is done when it is redriven.

    `at_once`: it is done now, as nobody redrives anything of a stream that is not followed. What was done before stays.
    """
    mine = sa.and_(parked.c.stream == stream, parked.c.stream_seq == seq, parked.c.state != DONE)
    cause = sa.literal(LET_GO) + sa.func.substr(parked.c.cause, 1, 500 - len(LET_GO))
    values = {"cause": sa.case((parked.c.cause.startswith(LET_GO), parked.c.cause), else_=cause)}
    session.connection().execute(parked.update().where(mine).values(values | ({"state": DONE} if at_once else {})))
