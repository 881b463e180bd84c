"""Write the next migration of a service from its tables: `python -m deploy.new_migration intake the_line`.

It compares the tables with what the existing migrations make, and writes what differs; read it before you commit it.
"""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext

from deploy.office import SERVICES
from shared import mechanism
from shared.migrations import Migrations

HEADER = '''"""{title}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from shared.mechanism import Instant


def upgrade(op: Operations) -> None:
'''


def difference(service: str) -> str:
    """The Python code that brings a migrated database to the tables of today; empty when they agree."""
    tables = importlib.import_module(f"services.{service}.tables")
    by_hand = [getattr(tables, name).metadata for name in ("SideEffect", "Private") if hasattr(tables, name)]
    aside = {name for metadata in by_hand for name in metadata.tables}
    metadata = tables.Table.metadata
    engine = sa.create_engine("sqlite://")
    migrations = Migrations(service)
    if (migrations.folder / "HEAD").exists():
        migrations.apply(engine)
    ours = set(mechanism.metadata.tables) | aside | {"migration", "sqlite_sequence"}
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or name not in ours}
        )
        operations = produce_migrations(context, metadata).upgrade_ops
        if operations is None or operations.is_empty():
            return ""
        return str(render_python_code(operations, sqlalchemy_module_prefix="sa.", alembic_module_prefix="op."))


def main(service: str, name: str) -> None:
    """Write NNNN_name.py and HEAD."""
    if service not in SERVICES:
        raise SystemExit(f"There is no service {service}: it is one of {', '.join(SERVICES)}.")
    migrations = Migrations(service)
    code = difference(service)
    if not code:
        raise SystemExit(
            f"{service}: the tables are as the migrations make them, nothing to write. "
            f"Change services/{service}/tables first."
        )
    code = re.sub(r"sqlmodel\.sql\.sqltypes\.AutoString\(length=(\d+)\)", r"sa.String(\1)", code)
    code = re.sub(r"shared\.mechanism\.Instant\([^)]*\)", "Instant()", code)
    code = re.sub(r"op\.f\(('[^']+')\)", r"\1", code)
    code = "\n".join(line for line in code.splitlines() if "###" not in line)
    number = len(list(migrations.folder.glob("[0-9]*.py"))) + 1
    path = migrations.folder / f"{number:04d}_{name}.py"
    path.write_text(HEADER.format(title=name.replace("_", " ").capitalize()) + code + "\n")
    (migrations.folder / "HEAD").write_text(path.stem + "\n")
    subprocess.run([str(Path(sys.executable).with_name("ruff")), "check", "--fix", "-q", path], check=False)
    subprocess.run([str(Path(sys.executable).with_name("ruff")), "format", "-q", path], check=False)
    print(path)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: python -m deploy.new_migration SERVICE name_in_snake_case")
    main(*sys.argv[1:])
