"""`motcua procedures`: a new version of a procedure, looked at before it is put in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from deploy.databases import DATABASE_URL, session_of
from deploy.options import HOME
from deploy.refusal import Refusal
from services.intake.rulebook import Catalogue, Procedure, this_release
from services.intake.rules import versions
from services.intake.tables import counting_calendar, standing_of
from shared.dated import WrongRow
from shared.worktime import VN, Limit

MOST_SHOWN = 20


@click.group("procedures")
def procedures() -> None:
    """The catalogue: new versions of procedures."""


@procedures.command()
@click.argument("file", type=click.Path(path_type=Path))
@HOME
@DATABASE_URL
@click.option("--all", "every", is_flag=True, help=f"Every open dossier, not {MOST_SHOWN} of each procedure.")
def preview(file: Path, home: Path, database_url: str | None, every: bool) -> None:
    """What the versions in FILE change, and which open dossiers they pass by. Nothing is put in force.

    FILE has rows like those of services/intake/rulebook/procedures (see docs/operating.md).
    """
    release = this_release()
    try:
        catalogue = release.with_versions(file)
    except WrongRow as error:
        raise Refusal(str(error)) from error
    with session_of("intake", home, database_url, write=False) as session:
        for version in catalogue.procedures[len(release.procedures) :]:
            calendar = counting_calendar(session, version.code)
            standing = standing_of(session, version.code)
            for line in _told(catalogue, version, list(versions.compared(version, standing, calendar)), every):
                click.echo(line)
    click.echo(f"To put this in force, name {file} in INTAKE_PROCEDURES_FILE and start intake again.")


def _told(
    catalogue: Catalogue, version: Procedure, dossiers: Sequence[versions.Compared], every: bool
) -> Iterator[str]:
    old = versions.before(catalogue, version)
    instead = f"in place of the version of {old.version}" if old else "a procedure that this release has not"
    yield f"{version.code} {version.name}: from {version.version}, {instead}"
    for name, (was, becomes) in (versions.changed(old, version) if old else {}).items():
        yield f"  {name}: {_words(was)} → {_words(becomes)}"
    yield from _open(version, dossiers, every)
    yield ""


def _open(version: Procedure, dossiers: Sequence[versions.Compared], every: bool) -> Iterator[str]:
    if not dossiers:
        yield "  No dossier of it is open."
        return
    yield f"  Open: {len(dossiers)}. Each keeps the version that it was received under, and its date."
    yield "  {:<28}{:<18}{:<18}{}".format("NUMBER", "RECEIVED", "PROMISED", "UNDER THIS VERSION")
    for each in dossiers if every else dossiers[:MOST_SHOWN]:
        row = (each.dossier.number, _at(each.dossier.received_at), _at(each.dossier.due_at), _due(each))
        yield "  {:<28}{:<18}{:<18}{}".format(*row)
    if not every and len(dossiers) > MOST_SHOWN:
        yield f"  … and {len(dossiers) - MOST_SHOWN} more: see them with --all."
    if missed := sum(each.missed for each in dossiers):
        yield (
            f"  {missed} came on {version.version} or later, under an older version, whose promise stands. Begin on a"
            " later day, unless the act itself began then."
        )


def _due(each: versions.Compared) -> str:
    """What this version would have promised, and whether it came in its time."""
    due = "no such kind of case" if each.due_at is None else _at(each.due_at)
    return f"{due}  ! came under an older version" if each.missed else due


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(VN):%Y-%m-%d %H:%M}"


def _words(value: Any) -> str:
    """A value as the file has it, short: of what has a code, the codes."""
    if isinstance(value, Limit):
        return f"{value.kind} {value.amount}"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(sorted(getattr(each, "code", str(each)) for each in value)) or "none"
    return str(value)
