"""`python -m deploy.secrets` (`make secrets`): what the compose deployment keeps secret, made once in deploy/secrets/.

    postgres_password, SERVICE_db_password, SERVICE_owner_db_password    database roles
    auditor_db_password                                                  a role that reads, private tables apart
    keys/NAME.nk                                                         nkey seeds of who may sign in at the broker
    smtp_password                                                        empty: for the operator to fill in
    signin.key, signin.pub                                               signs and checks sign-in tokens
    nats.conf                                                            who may say what: public keys, written anew

The folder is its owner's alone (0700). The files in it are readable (0444), since Compose mounts each as it is into a
container that runs as another user. What exists is never overwritten; delete one file to renew it.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import click

from deploy import office
from shared.access import server_config
from shared.tokens import make_keys

FOLDER = Path(__file__).parent / "secrets"
WRITTEN_AGAIN = ("nats.conf", "subscribers.json", "smtp_password")


def make_secrets(folder: Path, unit: str) -> list[str]:
    """Makes what is missing and writes nats.conf anew; returns the names of what was made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    before = _files(folder)
    roles = [f"{service}{role}_db" for service in office.SERVICES for role in ("", "_owner")]
    for name in ("postgres", "auditor_db", *roles):
        _once(folder / f"{name}_password", secrets.token_urlsafe(32))
    _once(folder / "subscribers.json", "[]")
    _once(folder / "smtp_password", "")
    make_keys(folder / "signin.key", folder / "signin.pub")
    _write_config(folder, unit)
    made = sorted(_files(folder) - before)
    for path in _files(folder):
        path.chmod(0o644 if path.name in WRITTEN_AGAIN else 0o444)
    return [str(path.relative_to(folder)) for path in made]


def _write_config(folder: Path, unit: str) -> None:
    text = server_config(
        office.identities(folder, unit),
        host="0.0.0.0",
        port=4222,
        http_port=8222,
        store_dir=Path("/data"),
        server_name=f"motcua-{unit}",
    )
    (folder / "nats.conf").write_text(text)  # in place: a mounted file that is replaced stays the old one inside


def _once(path: Path, text: str) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def unit_of(environment_file: Path) -> str | None:
    """MOTCUA_UNIT as `deploy/.env` sets it, if it does."""
    lines = environment_file.read_text().splitlines() if environment_file.exists() else []
    values = [line.partition("=")[2].strip().strip("\"'") for line in lines if line.startswith("MOTCUA_UNIT=")]
    return values[-1] or None if values else None


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, help="Where to; deploy/secrets.")
@click.option("--unit", help="The commune in subjects; MOTCUA_UNIT from the environment or deploy/.env, else dai-phuc.")
def main(folder: Path, unit: str | None) -> None:
    """Make the secrets of the compose deployment that are missing. Nothing is overwritten."""
    unit = unit or os.environ.get("MOTCUA_UNIT") or unit_of(FOLDER.parent / ".env") or "dai-phuc"
    made = make_secrets(folder, unit)
    click.echo(
        f"{folder}: {len(made)} made for {unit}." if made else f"{folder}: all there; nats.conf written for {unit}."
    )


if __name__ == "__main__":
    sys.exit(main())
