"""`motcua subscribers`: other systems that read open events, each with a key and durables of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click
import nats.errors
import nats.js.errors

from deploy import office
from deploy.office import Subscriber, durable_of, keep_subscribers, seed_file
from deploy.options import HOME, is_running, nats_url_of, quiet
from deploy.refusal import Refusal
from shared.access import DOMAIN
from shared.events import Event, Privacy, event_named, every_event
from shared.nats_client import connect, keep_seed, read_seed

LET_IN_SECONDS = 15.0


@click.group()
def subscribers() -> None:
    """Other systems that read open events: add, list, remove."""


@subscribers.command()
@click.argument("name")
@click.option("--events", required=True, help="dossier_received,rating_submitted: open events, parted by commas.")
@HOME
def add(name: str, events: str, home: Path) -> None:
    """Let NAME read these events from now on, all of them from the first. Run again to change which."""
    quiet()
    if not office.SUBSCRIBER_NAME.match(name):
        raise Refusal(f"{name!r} cannot be a name: take small letters, digits and hyphens, a letter first, 31 at most.")
    chosen = Subscriber(name, tuple(kind.event_type() for kind in open_events(events.split(","))))
    _check(home)
    others = [each for each in office.subscribers(home) if each.name != name]
    keep_seed(seed_file(home, durable_of(chosen)))
    keep_subscribers(home, sorted([*others, chosen], key=lambda each: each.name))
    _say_how(home, chosen)


@subscribers.command(name="list")
@HOME
def list_(home: Path) -> None:
    """Who may read what."""
    _check(home)
    found = office.subscribers(home)
    for each in found:
        click.echo(f"{each.name}: {', '.join(names_of(each))}")
    if not found:
        click.echo("Nobody outside the office reads its events.")


@subscribers.command()
@click.argument("name")
@HOME
def remove(name: str, home: Path) -> None:
    """Shut NAME out, and throw its key away."""
    _check(home)
    found = {each.name: each for each in office.subscribers(home)}
    if name not in found:
        raise Refusal(f"There is no subscriber {name}; there are: {', '.join(found) or 'none'}.")
    gone = found.pop(name)
    keep_subscribers(home, found.values())
    seed_file(home, durable_of(gone)).unlink(missing_ok=True)
    when = "within seconds" if is_running(home) else "at the next start"
    click.echo(
        f"{name} is shut out {when}; its durable stays in the streams, unused, and goes on if {name} comes back."
    )


def _check(home: Path) -> None:
    if not (home / "keys").is_dir():
        raise Refusal(f"{home} is no installation: start the office there once, or name another with --home.")


def open_events(names: Sequence[str]) -> list[type[Event]]:
    """The open events of these names (`dossier_received`, `intake.dossier_received`, `DossierReceived` or a type).
    Raises Refusal."""
    found: list[type[Event]] = []
    for name in filter(None, map(str.strip, names)):
        kinds = [kind for kind in every_event() if name in _names(kind)]
        if not kinds:
            known = ", ".join(kind.token() for kind in every_event() if kind.privacy is Privacy.OPEN)
            raise Refusal(f"There is no event {name}; the open ones are: {known}.")
        for kind in kinds:
            if kind.privacy is not Privacy.OPEN:
                raise Refusal(f"{name} is {kind.privacy.value}: only open events leave the office.")
        found += [kind for kind in kinds if kind not in found]
    if not found:
        raise Refusal("Name at least one event with --events.")
    return found


def names_of(who: Subscriber) -> list[str]:
    """The events it may read, as `intake.dossier_received`: of whichever version, since all of them share a subject."""
    kinds = (event_named(each) for each in who.events)
    return list(dict.fromkeys(f"{kind.service}.{kind.token()}" for kind in kinds if kind is not None))


def _names(kind: type[Event]) -> tuple[str, ...]:
    return (kind.token(), f"{kind.service}.{kind.token()}", kind.event_name(), kind.event_type())


def _say_how(home: Path, chosen: Subscriber) -> None:
    durable, seed = durable_of(chosen), seed_file(home, durable_of(chosen))
    streams = ", ".join(chosen.filters())
    for line in (
        f"{chosen.name} may read {', '.join(names_of(chosen))}.",
        f"  credential   {seed}   (an nkey seed: a secret; hand it over as such)",
        f"  durable      {durable}",
        f"  streams      {streams}",
        f"  API domain   {DOMAIN}   (nats-py: nc.jetstream(domain={DOMAIN!r}))",
        f"  inboxes      _INBOX_{durable}",
    ):
        click.echo(line)
    if not is_running(home):
        click.echo("It takes effect at the next start of the office.")
    elif asyncio.run(_let_in(nats_url_of(home), seed, durable, list(chosen.filters()))):
        click.echo(f"The office has let it in: {nats_url_of(home)}")
    elif (home / "nats" / "nats.conf").is_file():
        raise Refusal(f"The office has not let it in within {LET_IN_SECONDS:.0f} s: see {home}/log/motcua.log.")
    else:
        click.echo(
            "Your own broker does not know it yet: give it what `motcua broker-config` prints, and reload it twice"
        )
        click.echo("(nats-server 2.15 ties a new account to the streams at the second SIGHUP).")


async def _let_in(url: str, seed: Path, durable: str, streams: Sequence[str]) -> bool:
    """Whether the running office lets it in and has made its durables, within some seconds."""
    try:
        async with asyncio.timeout(LET_IN_SECONDS):
            while not await _reads(url, seed, durable, streams):
                await asyncio.sleep(0.25)
    except TimeoutError:
        return False
    return True


async def _reads(url: str, seed: Path, durable: str, streams: Sequence[str]) -> bool:
    try:
        client = await connect(url, name=durable, seed=read_seed(seed), patience=2)
    except (TimeoutError, OSError, nats.errors.Error):
        return False
    try:
        for stream in streams:
            await client.jetstream(timeout=1).consumer_info(stream, durable)
    except (TimeoutError, nats.errors.Error, nats.js.errors.Error):
        return False
    finally:
        await client.close()
    return True
