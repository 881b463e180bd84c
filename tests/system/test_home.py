"""Every command takes --home, and means the same installation by it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import httpx
import pytest

from deploy.cli import cli
from tests.support import free_port
from tests.system.command import motcua
from tests.system.running import MOTCUA, RunningOffice, eventually


def commands(group: click.Group, name: str = "motcua") -> Iterator[tuple[str, click.Command]]:
    """Every command by its whole name."""
    for each, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {each}")
        else:
            yield f"{name} {each}", command


OFFLINE = {f"motcua sealed {each}" for each in ("keys", "list", "share", "open")}
"""What holders of keys run on machines of their own, where no office is."""


@pytest.mark.parametrize(("name", "command"), [pytest.param(*each, id=each[0]) for each in commands(cli)])
def test_every_command_takes_home_but_those_for_a_machine_without_an_office(name: str, command: click.Command) -> None:
    assert any("--home" in parameter.opts for parameter in command.params) is (name not in OFFLINE), name


def test_a_home_that_broker_config_makes_is_said(tmp_path: Path) -> None:
    words = ("broker-config", "--home", str(tmp_path / "new"))
    made, again = motcua(*words), motcua(*words)
    assert made.stderr == f"motcua: {tmp_path / 'new'} was no installation: its keys are made now.\n"
    assert (again.stdout, again.stderr) == (made.stdout, "")


def test_a_home_whose_databases_are_up_to_date_is_told_so(api_office: RunningOffice) -> None:
    done = api_office.motcua("migrate", "intake", "survey")
    assert done.stdout == "intake: up to date\nsurvey: up to date\n"


def test_another_process_serves_from_the_home_of_a_running_office(api_office: RunningOffice, tmp_path: Path) -> None:
    port = free_port()
    words, said = ["serve", "intake", "--home", str(api_office.home), "--port", str(port)], tmp_path / "said"
    with said.open("wb") as out:
        process = subprocess.Popen([*MOTCUA, *words], stdout=out, stderr=subprocess.DEVNULL)

    def ready() -> dict[str, object] | None:
        try:
            answer = httpx.get(f"http://127.0.0.1:{port}/intake/readyz")
        except httpx.TransportError:
            return None
        return answer.json() if answer.status_code == 200 else None

    try:
        assert eventually(ready, 30)["leads"] is False
        first = json.loads(said.read_text().splitlines()[0])
        assert (first["url"], first["home"]) == (f"http://127.0.0.1:{port}/intake/", str(api_office.home))
        receipt = api_office.receive_dossier()
        signed = {"Authorization": f"Bearer {api_office.token('clerk')}"}
        shown = httpx.get(f"http://127.0.0.1:{port}/intake/dossiers/{receipt['dossier_id']}", headers=signed)
        assert (shown.status_code, shown.json()["number"]) == (200, receipt["number"])
    finally:
        process.terminate()
        assert process.wait(20) == 0
