"""Which database a command works on, and what it says of an address that is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.home import Home
from tests.shared.line import NOW, a_database, nothing, with_tables
from tests.support import set_aside
from tests.system.command import motcua, refused

LIST = ("tracking", "list", "--service", "notifier")


async def test_the_database_that_the_home_remembers_is_meant_whatever_files_a_trial_left(
    database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    with_tables(f"sqlite:///{tmp_path}/data/notifier.db")
    with a_database(with_tables(database_url), "notifier", nothing) as db:
        await db.write(set_aside, "INTAKE", 0, 900, b"{", "not an event of ours", NOW)
    Home(tmp_path, database_url).remember("nats://127.0.0.1:4222")
    assert motcua(*LIST, "--home", str(tmp_path)).stdout == "INTAKE  at 900, 1 handed over\n"
    Home(tmp_path).remember("nats://127.0.0.1:4222")
    assert motcua(*LIST, "--home", str(tmp_path)).stdout == "notifier has followed no stream yet.\n"


def test_a_home_that_does_not_say_where_its_databases_are_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with_tables(f"sqlite:///{tmp_path}/data/notifier.db")
    assert "is no installation that has been started" in refused(motcua(*LIST, "--home", str(tmp_path)))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "mysql://x/y",
        "oracle://",
        "postgresql://x/y",
        "postgresql+asyncpg://x/y",
        "postgresql+psycopg://u@127.0.0.1:port/y",
    ],
)
def test_what_is_no_address_of_a_database_is_said_in_one_sentence(tmp_path: Path, url: str) -> None:
    written = "is no database address: write it as postgresql+psycopg://user@host/name or sqlite:////path/name.db."
    assert refused(motcua(*LIST, "--database-url", url)) == f"motcua: --database-url {written}\n"
    environment = f"import os; os.environ['NOTIFIER_DATABASE_URL'] = {url!r}"
    assert refused(motcua(*LIST, code=environment)) == f"motcua: NOTIFIER_DATABASE_URL {written}\n"
    owners = f"import os; os.environ['NOTIFIER_OWNER_DATABASE_URL'] = {url!r}"
    assert refused(motcua("migrate", "notifier", code=owners)) == f"motcua: NOTIFIER_OWNER_DATABASE_URL {written}\n"
    Home(tmp_path, url or "x").remember("nats://127.0.0.1:4222")
    assert refused(motcua(*LIST, "--home", str(tmp_path))) == f"motcua: What {tmp_path} remembers {written}\n"
    assert "--databases names a database" in refused(motcua("up", "--databases", url + "{service}"))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "(NOTIFIER_SIGNIN_PUBLIC_KEY_FILE: Field required)"),
        ({"SIGNIN_PUBLIC_KEY_FILE": "x", "DATABASE_PASSWORD_FILE": "nowhere"}, "There is no password in nowhere."),
        ({"SIGNIN_PUBLIC_KEY_FILE": "x", "DATABASE_PASSWORD_FILE": os.devnull}, "There is no password in /dev/null."),
    ],
)
def test_an_environment_that_names_a_database_and_not_all_of_its_service_is_said(
    more: dict[str, str], says: str
) -> None:
    own = {"DATABASE_URL": "postgresql+psycopg://u@127.0.0.1/y", **more}
    code = f"import os; os.environ.update({ {f'NOTIFIER_{name}': text for name, text in own.items()} })"
    assert says in refused(motcua(*LIST, code=code))
