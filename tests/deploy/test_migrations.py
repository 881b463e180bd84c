"""What the migrations make is what the tables say, for every service."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from deploy import office
from deploy.new_migration import difference
from shared.engines import open_engine
from shared.mechanism import event_log, outbox, tracking
from shared.migrations import Migrations, NewerDatabase
from tests.folded import damaged
from tests.shared.line import NOW
from tests.support import migrated


@pytest.mark.parametrize("service", office.SERVICES)
def test_the_tables_are_as_the_migrations_make_them(service: str) -> None:
    assert difference(service) == ""


@pytest.mark.parametrize("service", office.SERVICES)
def test_migrating_again_does_nothing(service: str, database_url: str) -> None:
    engine = open_engine(migrated(service, database_url), write=True)

    assert Migrations(service).apply(engine) == []
    engine.dispose()


def test_a_database_from_before_the_outbox_had_a_trigger_gets_it(database_url: str) -> None:
    engine = open_engine(migrated("intake", database_url), write=True)
    damaged(database_url)  # its log will hold what is no event
    of_table = "" if engine.dialect.name == "sqlite" else " ON event_log"
    with engine.begin() as connection:  # as an older release left it
        connection.execute(sa.text(f"DROP TRIGGER event_log_to_publish{of_table}"))
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("DROP FUNCTION event_log_to_publish"))
        connection.execute(sa.text("DELETE FROM migration WHERE name = 'mechanism_0002_outbox_by_trigger'"))

    assert Migrations("intake").apply(engine) == ["mechanism_0002_outbox_by_trigger"]
    row = {"event_id": "e-1", "aggregate": "a", "version": 1, "subject": "s", "body": b"{}", "recorded_at": NOW}
    with engine.begin() as connection:
        connection.execute(event_log.insert(), row)
        logged = connection.execute(sa.select(event_log.c.position)).scalars().all()
        assert connection.execute(sa.select(outbox.c.position)).scalars().all() == logged
    engine.dispose()


def test_a_database_that_never_counted_what_was_handled_gets_where_to(database_url: str) -> None:
    engine = open_engine(migrated("notifier", database_url), write=True)
    with engine.begin() as connection:  # as an older release left it
        connection.execute(sa.text("INSERT INTO tracking (stream, last_seq, claim) VALUES ('INTAKE', 7, 3)"))
        for column in ("sha256", "handed", "filters"):
            connection.execute(sa.text(f"ALTER TABLE tracking DROP COLUMN {column}"))
        connection.execute(sa.text("DELETE FROM migration WHERE name = 'mechanism_0003_what_was_handled'"))

    assert Migrations("notifier").apply(engine) == ["mechanism_0003_what_was_handled"]
    with engine.begin() as connection:
        assert tuple(connection.execute(sa.select(tracking)).one()) == ("INTAKE", 7, 3, None, None, None)
    engine.dispose()


def test_a_database_of_a_newer_release_is_refused(database_url: str) -> None:
    engine = open_engine(migrated("intake", database_url), write=True)
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO migration (name) VALUES ('0999_from_tomorrow')"))

    with pytest.raises(NewerDatabase, match="0999_from_tomorrow"):
        Migrations("intake").apply(engine)
    engine.dispose()


def test_a_head_that_names_another_migration_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "0001_one.py").touch()
    (tmp_path / "HEAD").write_text("0002_two\n")
    monkeypatch.setattr(Migrations, "folder", tmp_path)

    with pytest.raises(ValueError, match="HEAD says 0002_two"):
        Migrations("intake").names()
