"""`motcua token` names nobody who is not there: whom a token names stands in events for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from deploy.home import Home
from shared.tokens import SignIn, make_keys
from tests.support import UNIT, migrated
from tests.system.command import motcua, refused

MEMBER = "INSERT INTO member VALUES (:who, :unit, 'n', 'p', 'dep', NULL, '[]', '[]', '2026-06-05 00:00:00')"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """One with keys and no database."""
    place = Home(tmp_path / "home")
    (place.path / "keys").mkdir(parents=True)
    (place.path / "data").mkdir()
    make_keys(place.signin_private, place.signin_public)
    return place.path


@pytest.fixture
def staffed(home: Path) -> Path:
    """One whose personnel knows two officials."""
    engine = sa.create_engine(migrated("personnel", Home(home).database_url("personnel")))
    with engine.begin() as connection:
        connection.execute(sa.text(MEMBER), [{"who": who, "unit": UNIT} for who in ("off-an", "off-binh")])
    engine.dispose()
    return home


def test_an_official_who_is_not_there_is_refused_with_some_who_are(staffed: Path) -> None:
    text = refused(motcua("token", "clerk", "--home", str(staffed), "--official", "off-nobody"))
    assert "There is no official off-nobody in this office" in text and "as off-an, off-binh." in text
    assert "off-an is of the unit" in refused(
        motcua("token", "clerk", "--home", str(staffed), "--official", "off-an", "--unit", "elsewhere")
    )


def test_an_official_who_is_there_gets_a_token(staffed: Path) -> None:
    done = motcua("token", "clerk", "--home", str(staffed), "--official", "off-an")
    assert (done.returncode, done.stderr) == (0, "")
    assert SignIn(Home(staffed).signin_public).official(done.stdout.strip()).id == "off-an"


def test_where_there_is_no_such_database_anybody_may_be_named(home: Path) -> None:
    done = motcua("token", "clerk", "--home", str(home), "--official", "off-nobody", "--unit", "elsewhere")
    assert (done.returncode, done.stderr) == (0, "")
    assert not list((home / "data").iterdir())


@pytest.mark.parametrize("hours", ["-1", "0", "9000"])
def test_a_token_that_was_never_good_or_is_good_for_ever_is_refused(hours: str) -> None:
    assert "'--hours'" in refused(motcua("token", "clerk", "--hours", hours))
