"""`motcua streams`: make streams and consumers as this release needs them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
import nats.errors

from deploy import office
from deploy.options import HOME, OTHER_HOME, connected, nats_url_of, quiet
from deploy.refusal import Refusal
from shared.nats_client import NatsClient
from shared.streams import ProvisionRefused, provision


@click.command()
@HOME
@click.option("--nats-url", envvar="MOTCUA_NATS_URL", help="The broker, when not the home's.")
@click.option(
    "--seed", type=click.Path(path_type=Path), envvar="MOTCUA_NATS_SEED_FILE", help="The provisioner's nkey seed."
)
def streams(home: Path, nats_url: str | None, seed: Path | None) -> None:
    """Make streams and consumers as the services need them; changed settings are applied, or refused aloud."""
    quiet()
    path = seed or office.seed_file(home, office.PROVISIONER)
    if not path.is_file():
        raise Refusal(f"There is no key of the provisioner in {path}: {OTHER_HOME.format('--seed')}")
    url = nats_url or nats_url_of(home)
    try:
        done = asyncio.run(_provision(url, path, home, None if nats_url else home))
    except ProvisionRefused as error:
        raise Refusal(str(error)) from error
    except (TimeoutError, OSError) as error:
        raise Refusal(f"{url} has stopped answering: run it again when the broker is back.") from error
    except nats.errors.Error as error:
        mend = "see in the broker's log whether JetStream is on and its disk has room, then run it again."
        raise Refusal(f"{url} has no streams to work on ({type(error).__name__}): {mend}") from error
    for line in done or ["Streams and consumers are as they should be."]:
        click.echo(line)


async def _provision(url: str, seed: Path, home: Path, own: Path | None) -> list[str]:
    nc = await connected(url, name=office.PROVISIONER, seed=seed, home=own)
    try:
        return await provision(nc.jetstream(timeout=5), office.stream_plans(), office.consumer_plans(home))
    except TimeoutError as error:  # what is not allowed is not answered either
        if nc.refused:
            raise Refusal(f"{url} does not let {_refused(nc, seed, home)}") from error
        raise
    finally:
        await nc.close()


def _refused(nc: NatsClient, seed: Path, home: Path) -> str:
    """Who may not do what, and what is needed. Who may not hear answers where the provisioner does is somebody else."""
    if any(subject.startswith(f"_inbox_{office.PROVISIONER}.") for subject in nc.refused):
        own = office.seed_file(home, office.PROVISIONER)
        key = own if own.is_file() else f"keys/{own.name} in the home of the office, or in compose in deploy/secrets"
        return f"whoever holds {seed} make streams: name the provisioner's key with --seed ({key})."
    mend = "write it anew (`make secrets`, or `motcua broker-config`), reload it twice, then run this again."
    calls = ", ".join(sorted(nc.refused))
    return f"the provisioner ask for {calls}: its configuration is of another release: {mend}"
