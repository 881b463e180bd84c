"""Secrets are made once, for their owner alone, and never overwritten."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from deploy import office
from deploy.processes import nats_server_binary
from deploy.secrets import make_secrets, unit_of
from shared.nats_client import public_key_of, read_seed
from shared.tokens import SignIn, issue


def test_what_is_made_fits_together(tmp_path: Path) -> None:
    made = make_secrets(tmp_path, "tan-lap")
    assert {"postgres_password", "signin.key", "signin.pub", "nats.conf", "keys/intake.nk"} <= set(made)
    token = issue(tmp_path / "signin.key", "off-1", "tan-lap", ["clerk"])
    assert SignIn(tmp_path / "signin.pub").official(token).id == "off-1"
    config = (tmp_path / "nats.conf").read_text()
    assert public_key_of(read_seed(tmp_path / "keys" / "intake.nk")) in config
    assert "motcua.tan-lap.intake.>" in config
    check = [nats_server_binary(), "-t", "-c", str(tmp_path / "nats.conf")]
    assert subprocess.run(check, capture_output=True, check=False).returncode == 0


def test_the_folder_is_its_owners_alone_and_containers_can_read_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    made = make_secrets(folder, "dai-phuc")
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE((folder / "keys").stat().st_mode) == 0o700
    assert all(stat.S_IMODE((folder / name).stat().st_mode) & 0o444 == 0o444 for name in made)


def test_again_it_makes_nothing_and_changes_no_secret(tmp_path: Path) -> None:
    names = make_secrets(tmp_path, "dai-phuc")
    before = {name: (tmp_path / name).read_bytes() for name in names}
    assert make_secrets(tmp_path, "dai-phuc") == []
    assert {name: (tmp_path / name).read_bytes() for name in names} == before


def test_one_deleted_secret_is_made_anew_and_no_other(tmp_path: Path) -> None:
    make_secrets(tmp_path, "dai-phuc")
    (tmp_path / "intake_db_password").unlink()
    assert make_secrets(tmp_path, "dai-phuc") == ["intake_db_password"]


def test_another_unit_changes_the_configuration_alone_and_in_place(tmp_path: Path) -> None:
    make_secrets(tmp_path, "dai-phuc")
    inode = (tmp_path / "nats.conf").stat().st_ino
    assert make_secrets(tmp_path, "tan-lap") == []
    assert "motcua.tan-lap." in (tmp_path / "nats.conf").read_text()
    assert (tmp_path / "nats.conf").stat().st_ino == inode, "a mounted file that is replaced stays the old one inside"


def test_passwords_are_long_and_all_different(tmp_path: Path) -> None:
    make_secrets(tmp_path, "dai-phuc")
    passwords = [path.read_text().strip() for path in tmp_path.glob("*_password") if path.stem != "smtp_password"]
    assert len(passwords) == 2 + 2 * len(office.SERVICES) == len(set(passwords))
    assert min(map(len, passwords)) >= 40


@pytest.mark.parametrize(
    ("text", "unit"), [("", None), ("MOTCUA_UNIT=a\nMOTCUA_UNIT='tan-lap'\n", "tan-lap"), ("#MOTCUA_UNIT=x\n", None)]
)
def test_the_unit_is_the_one_of_the_environment_file(tmp_path: Path, text: str, unit: str | None) -> None:
    (tmp_path / ".env").write_text(text)
    assert unit_of(tmp_path / ".env") == unit
    assert unit_of(tmp_path / "none") is None
