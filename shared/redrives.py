"""What was parked and is asked for again: handed over in order, one transaction each, by whoever leads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from shared.changes import Projection
from shared.database import Database
from shared.errors import why
from shared.inbox import Fenced, Follows, next_redrive, redrive, refuse_redrive
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
            await db.write(redrive, stream, seq, projection, follows)
        except Exception as error:  # of the event, which waits on, or of the database, which is told
            if not_its_fault(error):
                raise
            await db.write(refuse_redrive, stream, seq, why(error))
            log.error("event.parked_again", service=service, stream=stream, seq=seq)
        else:
            log.info("event.redriven", service=service, stream=stream, seq=seq)
