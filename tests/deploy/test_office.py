"""Every list that a new service has to join names every service of the office."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import shared.events
from deploy import office
from deploy.cli import _welcome

ROOT = Path(__file__).parents[2]
LINT: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


@pytest.mark.parametrize("service", office.SERVICES)
def test_the_import_linter_knows_every_service(service: str) -> None:
    independence, _, layers, purity = LINT
    assert f"services.{service}" in independence["modules"]
    assert f"services.{service}" in layers["containers"]
    assert f"services.{service}.rules" in purity["source_modules"]


@pytest.mark.parametrize("service", office.SERVICES)
def test_every_service_has_its_events_in_the_contract(service: str) -> None:
    assert service in shared.events.__all__


@pytest.mark.parametrize("service", office.SERVICES)
def test_the_welcome_names_every_service(service: str) -> None:
    assert service in _welcome("http://127.0.0.1:8080", Path("var"), 4222)


def test_every_folder_of_services_is_in_the_office() -> None:
    folders = {path.parent.name for path in (ROOT / "services").glob("*/app.py")}
    assert folders == set(office.SERVICES)


def test_a_backup_copies_who_listens_before_whom_it_listens_to() -> None:
    """Else a copy would have handled what another copy does not hold yet."""
    orders = re.findall(r"for s in ([a-z ]+); do", (ROOT / "docs/operating.md").read_text())
    assert len(orders) == 4, "two ways to back up, two to restore"
    for order in map(str.split, orders):
        assert sorted(order) == sorted(office.SERVICES)
        for service in order:
            heard = {stream.lower() for stream in office.streams_followed(service)} - {service}
            before = heard & set(order[: order.index(service)])
            assert not before, (
                f"{service} follows {', '.join(sorted(before))}, which docs/operating.md copies before it"
            )


def test_what_the_welcome_tells_to_type_works_on_the_office_that_said_it() -> None:
    told = _welcome("http://127.0.0.1:8080", Path("/srv/office"), 4222).splitlines()
    commands = [line for line in told if "motcua " in line]
    assert len(commands) == 2 and all("--home /srv/office" in line for line in commands)
