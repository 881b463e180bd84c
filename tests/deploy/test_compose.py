"""The compose file against the office it describes; nothing is started here (tests/system does)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # a tool of development, without types

from deploy import office
from deploy.secrets import make_secrets

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "deploy/compose.yaml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
SHARED = {"personnel": {"signin_pub", "signin_key"}, "notifier": {"signin_pub", "smtp_password"}}


@pytest.mark.parametrize("service", office.SERVICES)
def test_every_service_has_its_container_its_job_and_its_way_in(service: str) -> None:
    container, prefix = CONTAINERS[service], service.upper()
    assert container["command"][:2] == ["serve", service]
    assert container["healthcheck"]["test"][-1] == service
    assert container["environment"][f"{prefix}_NATS_SEED_FILE"] == f"/run/secrets/{service}_nkey"
    assert service in CONTAINERS["migrate"]["command"]
    assert CONTAINERS["migrate"]["environment"][f"{prefix}_DATABASE_ROLE"] == service
    assert service in CONTAINERS["postgres"]["environment"]["MOTCUA_SERVICES"].split()
    assert service in CONTAINERS["caddy"]["depends_on"]
    caddy = re.search(r"path_regexp service \^/\(([a-z|]+)\)", (ROOT / "deploy/Caddyfile").read_text())
    assert caddy is not None and service in caddy[1].split("|")


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_container_runs_with_little(name: str) -> None:
    container = CONTAINERS[name]
    assert container["read_only"] is True and container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in container and "latest" not in container["image"]
    assert set(container["networks"]) <= {"inside", "edge"}
    assert name == "caddy" or "ports" not in container


def secrets_of(container: dict[str, Any]) -> list[str]:
    """The names of a container's secrets, written short or long."""
    return [one if isinstance(one, str) else one["source"] for one in container.get("secrets", [])]


def test_no_secret_stands_in_the_environment_and_each_reads_its_own() -> None:
    for name, container in CONTAINERS.items():
        for variable, value in container.get("environment", {}).items():
            assert not re.search("password|secret|key|seed", variable, re.I) or value.startswith(
                ("/run/secrets/", "/office/")
            )
        for secret in secrets_of(container):
            if name in office.SERVICES:
                assert secret.startswith(f"{name}_") or secret in SHARED.get(name, {"signin_pub"}), (name, secret)
                assert "owner" not in secret


def test_what_is_mounted_is_what_make_secrets_makes(tmp_path: Path) -> None:
    made = set(make_secrets(tmp_path, "dai-phuc"))
    prefix = "${MOTCUA_SECRETS:-./secrets}/"
    files = [one["file"] for kind in ("secrets", "configs") for one in COMPOSE[kind].values()]
    mounted = {file.removeprefix(prefix) for file in files if file.startswith(prefix)}
    assert made - mounted <= {"keys/auditor.nk"}, "the auditor's key is handed to a person"
    of_others = {file for file in mounted - made if not any(service in file for service in office.SERVICES)}
    assert mounted - made == of_others
    used = {secret for container in CONTAINERS.values() for secret in secrets_of(container)}
    assert used == set(COMPOSE["secrets"])


def test_what_can_be_set_is_what_the_example_shows() -> None:
    example = (ROOT / ".env.example").read_text()
    shown = dict(re.findall(r"^(MOTCUA_[A-Z_]+)=(.*)$", example, re.M))
    known = set(re.findall(r"^#?(MOTCUA_[A-Z_]+)=", example, re.M))
    defaults = dict(re.findall(r"\$\{(MOTCUA_[A-Z_]+):-([^}]*)\}", TEXT))
    assert known == set(defaults) - {"MOTCUA_SECRETS"}
    assert {name: defaults[name] for name in shown} == shown


def test_nothing_names_a_package_index_or_a_place_on_a_machine() -> None:
    files = ["deploy/compose.yaml", "deploy/Dockerfile", "deploy/Caddyfile", ".env.example", "requirements.lock"]
    for file in files:
        text = (ROOT / file).read_text()
        assert not re.search(r"index-url|find-links [^/]|/home/|/Users/|--trusted-host", text), file
