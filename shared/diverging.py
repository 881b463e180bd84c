"""Where a stream holds something else than its log, or may come to: told in words that say what a person has to do."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg, RetentionPolicy, StreamConfig, StreamState
from nats.js.errors import NotFoundError
from sqlmodel import Session

from shared.database import Database
from shared.events import every_event, stream_of
from shared.mechanism import event_log, publication

KINDS_AMONG = 5_000
"""Among so many events the last of each kind is looked at: more than are published between two looks of a relay."""
_OTHERWISE = ("mirror", "no_ack", "sealed", "sources", "subject_transform")
_MEANWHILE = "Nothing is published until this is settled; requests are still accepted."
_ANEW = "Move the stream aside and let it be built anew from the log, each event at its old sequence."


class Diverged(Exception):
    """The stream cannot be made to hold what the log says: a person has to decide. The text says what to do."""


def stores_otherwise(config: StreamConfig) -> list[str]:
    """Settings under which a stream keeps something else than what it is told, or does not say that it keeps it."""
    found = [name for name in _OTHERWISE if getattr(config, name)]
    return found if config.retention == RetentionPolicy.LIMITS else [*found, "retention"]


def expect_settings(service: str, config: StreamConfig) -> None:
    """The stream is set to store what it is told. Raises Diverged."""
    if settings := stores_otherwise(config):
        raise Diverged(
            f"{service}: {stream_of(service)} is set to store something else than what is published "
            f"({', '.join(settings)}): run `motcua streams`, which mends it or says how. Nothing is published until "
            "then, and all of it afterwards; requests are still accepted."
        )


def expect_whole(service: str, state: StreamState) -> None:
    """The stream has lost nothing that is not its end. Raises Diverged."""
    if lost := state.last_seq - state.messages:
        raise Diverged(
            f"{service}: {stream_of(service)} has lost {lost} of its {state.last_seq} messages, and the broker takes "
            f"none back in its place. {_ANEW} {_MEANWHILE}"
        )


async def expect_first(service: str, db: Database, message: RawStreamMsg, position: int, placed: int | None) -> None:
    """The message is this event of our log under its own subject, which stands nowhere else. Raises Diverged."""
    subject, noted = await db.read(_place_of, position)
    if (known := placed or noted) not in (None, message.seq):  # a leader that was slow may have noted it meanwhile
        raise stranger(service, message.seq or 0, f"repeats the event that stands at {known}")
    expect_subject(service, message, subject)


def expect_subject(service: str, message: RawStreamMsg, subject: str) -> None:
    """The message stands under this subject. Raises Diverged."""
    if message.subject != subject:
        raise Diverged(
            f"{service}: message {message.seq} of {stream_of(service)} stands under {message.subject}, where nobody "
            f"looks for it, not under {subject}: somebody had set the stream to rename what is published. "
            f"{_ANEW} {_MEANWHILE}"
        )


async def message_at(service: str, js: JetStreamContext, seq: int) -> RawStreamMsg:
    """What the stream holds here, where it must hold something. Raises Diverged when it cannot be read."""
    try:
        return await js.get_msg(stream_of(service), seq, direct=True)
    except NotFoundError:
        raise Diverged(
            f"{service}: message {seq} of {stream_of(service)} cannot be read: the broker's disk is damaged. "
            f"{_ANEW} {_MEANWHILE}"
        ) from None


async def expect_event(service: str, js: JetStreamContext, db: Database, seq: int, event_id: str | None) -> None:
    """The stream holds this event here, and the last of each kind before it under its own subject. Raises Diverged."""
    if not seq:
        return
    if event_id is None:
        raise stranger(service, seq, "is unknown to our log")
    found = ((await message_at(service, js, seq)).headers or {}).get("Nats-Msg-Id", "")
    if found != event_id:
        raise stranger(service, seq, f"is {found or 'a stranger'}, not {event_id}")
    for place, subject in await db.read(_last_of_each_kind, seq):
        expect_subject(service, await message_at(service, js, place), subject)


async def expect_kinds(service: str, unit: str, db: Database, subjects: Collection[str]) -> None:
    """The log has something under each of these subjects. Raises Diverged."""
    ours = {f"motcua.{unit}.{service}.{kind.token()}" for kind in every_event(service)}
    for subject in sorted({*subjects} - ours):
        if not await db.read(_knows, subject):
            raise Diverged(
                f"{service}: {stream_of(service)} holds messages under {subject}, where nobody looks for them and "
                "nothing of our log stands: somebody had set the stream to rename what is published. "
                f"{_ANEW} {_MEANWHILE}"
            )


def stranger(service: str, seq: int, what: str) -> Diverged:
    """The stream holds what the log does not; what is wrong with the message at this sequence."""
    stream = stream_of(service)
    return Diverged(
        f"{service}: message {seq} of {stream} {what}. Either the database was restored from an older backup "
        "(restore a newer one, or move the stream aside and let it be built anew from the log), "
        f"or somebody else wrote into {stream}. {_MEANWHILE}"
    )


def _place_of(session: Session, position: int) -> tuple[str, int | None]:
    """The subject of an event of our log, and where it stands as far as we have noted it."""
    query = sa.select(event_log.c.subject, publication.c.stream_seq).where(event_log.c.position == position)
    noted = query.outerjoin_from(event_log, publication, publication.c.position == event_log.c.position)
    row = session.connection().execute(noted).one()
    return row[0], row[1]


def _knows(session: Session, subject: str) -> bool:
    query = sa.select(event_log.c.position).where(event_log.c.subject == subject).limit(1)
    return session.connection().execute(query).first() is not None


def _last_of_each_kind(session: Session, seq: int) -> list[tuple[int, str]]:
    """Where the last event under each subject stands, among those up to this sequence."""
    query = sa.select(sa.func.max(publication.c.stream_seq), event_log.c.subject).join(
        event_log, event_log.c.position == publication.c.position
    )
    query = query.where(publication.c.stream_seq.between(seq - KINDS_AMONG + 1, seq)).group_by(event_log.c.subject)
    return [(row[0], row[1]) for row in session.connection().execute(query)]
