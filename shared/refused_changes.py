"""What the provisioner does not do, or the server does not: each refusal says what an operator can do instead."""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Sequence

from nats.js import JetStreamContext
from nats.js.errors import APIError, NotFoundError

from shared.access import DEAD_LETTERS
from shared.provisioned import Settings, changed, settled

SUBJECTS_OVERLAP, UNKNOWN_SETTING = 10065, 10025
CANNOT_BECOME = (10012, 10052)
"""The server's codes for a consumer and a stream that cannot have these settings; others may pass."""
AGAIN = "mend what it names, and run `motcua streams` again."
ANOTHER_SERVER = (
    "it is another nats-server than this release needs (deploy/compose.yaml names it); start that one and run "
    "`motcua streams` again."
)


class ProvisionRefused(Exception):
    """The server holds something that must not or cannot become what was asked; one sentence says what to do."""


def refuse_unsafe_stream(name: str, held: Settings, wanted: Settings) -> None:
    """Raises ProvisionRefused for what cannot be changed, or would delete events."""
    for setting in ("storage", "retention", "allow_msg_ttl", "first_seq"):
        if settled(held.get(setting)) != settled(wanted.get(setting)):
            raise ProvisionRefused(
                f"stream {name} was made with {setting} {held.get(setting)}, which cannot be changed: {set_aside(name)}"
            )
    if any(held.get(setting) for setting in ("sealed", "mirror", "sources", "persist_mode")):
        raise ProvisionRefused(
            f"stream {name} is sealed, a copy, or acknowledges before it writes, which cannot be changed: "
            + set_aside(name)
        )
    for setting in ("max_msgs", "max_bytes", "max_age", "max_msgs_per_subject"):
        if _limit(wanted[setting]) < _limit(held.get(setting)):
            raise ProvisionRefused(
                f"stream {name}: {setting} may not shrink to {wanted[setting]}, the server would delete events."
            )


async def refuse_stranding(js: JetStreamContext, name: str, held: Settings, wanted: Settings) -> None:
    """Raises ProvisionRefused where messages of the stream would stand under subjects that it no longer takes."""
    if not set(held.get("subjects") or ()) - set(wanted["subjects"]):
        return
    known = (await js.stream_info(name, subjects_filter=">")).state.subjects or {}
    stranded = [subject for subject in known if not any(_takes(each, subject) for each in wanted["subjects"])]
    if stranded:
        raise ProvisionRefused(
            f"stream {name} would no longer take {listed(stranded)}, and holds messages there: {set_aside(name)}"
        )


def refuse_unsafe_consumer(what: str, differs: Sequence[str], way: str) -> None:
    """Raises ProvisionRefused for what cannot be changed."""
    fixed = ("ack_policy", "deliver_policy", "replay_policy", "deliver_subject", "mem_storage", "max_waiting")
    unchangeable = [each for each in differs if each.split(" ", 1)[0] in fixed]
    if unchangeable:
        raise ProvisionRefused(f"{what} cannot change {', '.join(unchangeable)}: {way}")


def set_aside(name: str) -> str:
    """How a stream is made anew."""
    after = "what was parked before is then shown by `motcua dead-letters list` alone."
    if name != DEAD_LETTERS:
        after = "the stream is then built anew from its service's event log."
    return f"{_moved(name)}; {after}"


def without_folder(stream: str, durable: str) -> str:
    """How a consumer is made anew."""
    return (
        f"stop the broker, remove its folder jetstream/streams/streams/{stream}/obs/{durable}, start the broker and "
        "run `motcua streams` again; a service goes on from its own tracking, a subscriber begins anew."
    )


async def asked(
    js: JetStreamContext, what: str, call: Awaitable[object], subjects: Collection[str] = (), way: str = AGAIN
) -> None:
    """What is asked of the server is done. Raises ProvisionRefused with its words, and the way on: `way` is for what
    cannot become what it is to be."""
    try:
        await call
    except APIError as error:
        if error.err_code == SUBJECTS_OVERLAP:
            other = await _taken_by(js, subjects)
            way = f"{other} takes them. Where that is none of the office's streams, {_moved(other)}."
        elif error.err_code == UNKNOWN_SETTING:
            way = ANOTHER_SERVER
        elif error.err_code not in CANNOT_BECOME:
            way = AGAIN
        why = f"{error.description} ({error.err_code})"
        raise ProvisionRefused(f"{what}: the server refused it: {why}: {way}") from error


def verify(what: str, held: Settings, wanted: Settings) -> None:
    """Raises ProvisionRefused where the server holds something else than what it has accepted."""
    still = changed(held, wanted)
    if still:
        raise ProvisionRefused(
            f"{what}: the server accepted the settings and kept others: {', '.join(still)}: {ANOTHER_SERVER}"
        )


def listed(values: Collection[str]) -> str:
    """In one order, parted by commas."""
    return ", ".join(sorted(values))


def _moved(name: str) -> str:
    return (
        f"stop the broker, move its folder jetstream/streams/streams/{name} aside, start the broker and run "
        "`motcua streams` again"
    )


async def _taken_by(js: JetStreamContext, subjects: Collection[str]) -> str:
    for subject in subjects:
        try:
            return await js.find_stream_name_by_subject(subject)
        except NotFoundError:
            continue
    return "another stream"


def _takes(pattern: str, subject: str) -> bool:
    """Whether a stream of this subject, which may have wildcards, takes that one."""
    wanted, found = pattern.split("."), subject.split(".")
    if wanted[-1] == ">":
        wanted = wanted[:-1] + ["*"] * max(1, len(found) - len(wanted) + 1)
    return len(wanted) == len(found) and all(a in ("*", b) for a, b in zip(wanted, found, strict=True))


def _limit(value: float | None) -> float:
    return value if value and value > 0 else float("inf")
