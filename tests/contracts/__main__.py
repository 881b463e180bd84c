"""`python -m tests.contracts`: golden samples, what each release published, and whether today's events keep to it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from deploy.schemas import sample_of, text_of
from shared.events import every_event
from tests.contracts import check as checking
from tests.contracts import published

FOLDER = Path(__file__).parent


def keep(folder: Path, *, anew: bool, releases: Path = published.FOLDER) -> list[Path]:
    """Write the samples that are missing; with `anew` also those of events that no release has published."""
    known = {type_ for release in published.releases(releases) for type_ in published.schemas(release, releases)}
    if anew:
        for old in folder.glob("motcua.*.json"):
            if old.stem not in known:
                old.unlink()
    missing = [kind for kind in every_event() if not (folder / f"{kind.event_type()}.json").exists()]
    for kind in missing:
        (folder / f"{kind.event_type()}.json").write_text(text_of(json.loads(sample_of(kind))))
    return [folder / f"{kind.event_type()}.json" for kind in missing]


@click.group(invoke_without_command=True)
@click.option("--anew", is_flag=True, help="Make anew the samples of events that no release has published yet.")
@click.pass_context
def contracts(context: click.Context, anew: bool) -> None:
    """Without a command: keep a golden sample of each event version that has none yet. What is kept stays."""
    if context.invoked_subcommand is None:
        for path in keep(FOLDER, anew=anew):
            click.echo(path.name)


@contracts.command()
@click.argument("release")
def publish(release: str) -> None:
    """Keep what RELEASE (0.2.0) publishes of its events, for ever: schemas, and the code that reads and writes them."""
    _hold()
    try:
        made = published.publish(release)
    except (ValueError, FileExistsError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{made.name}: {len(published.schemas(release))} events. Commit it; it is never edited.")


@contracts.command()
def check() -> None:
    """Say where today's events break what a release published. Status 1 when one does."""
    _hold()
    known = published.releases()
    click.echo(f"Today's events keep what {', '.join(known)} published.")


def _hold() -> None:
    if found := checking.faults():
        click.echo("\n".join([*found, "", checking.REMEDY]), err=True)
        sys.exit(1)


if __name__ == "__main__":
    contracts(prog_name="python -m tests.contracts")
