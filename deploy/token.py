"""`motcua token`: a sign-in token, to try the API with."""

from __future__ import annotations

from pathlib import Path

import click
import sqlalchemy as sa

from deploy.home import Home
from deploy.options import HOME, OTHER_HOME
from deploy.refusal import Refusal
from services.personnel.rulebook import seeded_official
from shared.engines import open_engine
from shared.tokens import issue

MOST_NAMED = 6


@click.command()
@click.argument("role", type=click.Choice(["clerk", "officer", "head", "operator", "leader", "admin"]))
@HOME
@click.option("--official", help="Whose token; the seeded official of that role, when left out.")
@click.option("--unit", default="dai-phuc", show_default=True)
@click.option(
    "--hours",
    type=click.FloatRange(0, 24 * 366, min_open=True),
    default=10.0,
    show_default=True,
    help="How long it is good for.",
)
@click.option("--key", type=click.Path(path_type=Path), help="The signing key, when it does not lie in the home.")
def token(role: str, home: Path, official: str | None, unit: str, hours: float, key: Path | None) -> None:
    """Print a sign-in token for ROLE, to try the API with."""
    path = key or Home(home).signin_private
    if not path.exists():
        raise Refusal(f"There is no signing key in {path}: {OTHER_HOME.format('--key')}")
    who = official or seeded_official(role)
    if key is None:  # another's key signs for another office
        _check(who, unit, _officials(home))
    try:
        click.echo(issue(path, who, unit, [role], hours=hours))
    except ValueError as error:
        raise Refusal(f"{path} is no signing key ({error}): restore it, or name another with --key.") from error


def _check(who: str, unit: str, known: dict[str, str]) -> None:
    """Whom a token names stands in events for ever."""
    if known and who not in known:
        some = ", ".join(list(known)[:MOST_NAMED]) + (" …" if len(known) > MOST_NAMED else "")
        raise Refusal(f"There is no official {who} in this office: choose one with --official, as {some}.")
    if known and unit != known[who]:
        raise Refusal(f"{who} is of the unit {known[who]}, not of {unit}: leave --unit out, or name theirs.")


def _officials(home: Path) -> dict[str, str]:
    """The unit of each official of the home, by id; empty where its personnel database is not, or not yet made."""
    try:
        place = Home.of(home)[0]
    except Refusal:
        place = Home(home)
    if place.databases is None and not place.database("personnel").is_file():
        return {}
    engine = open_engine(place.database_url("personnel"), write=False)
    try:
        with engine.connect() as connection:
            rows = connection.execute(sa.text("SELECT official_id, unit FROM member ORDER BY official_id")).all()
    except sa.exc.DBAPIError:
        return {}
    finally:
        engine.dispose()
    return {row.official_id: row.unit for row in rows}
