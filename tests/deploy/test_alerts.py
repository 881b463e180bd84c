"""The alert rules against what a service really shows, and the runbook that they name."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # a tool of development, without types
from prometheus_client.parser import text_string_to_metric_families

from deploy import office
from tests.support import app_of, client_of, new_database

ROOT = Path(__file__).parents[2]
HERE = ROOT / "deploy/prometheus"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((HERE / "alerts.yaml").read_text())["groups"] for rule in group["rules"]
]
SCRAPED: dict[str, Any] = yaml.safe_load((HERE / "prometheus.yaml").read_text())["scrape_configs"][0]
RUNBOOK = (ROOT / "docs/runbook.md").read_text()

OF_THE_LANGUAGE = {"by", "sum", "max", "min", "rate", "increase", "histogram_quantile", "or", "and", "unless"}
OF_PROMETHEUS = {"up"}
OF_THE_SCRAPE = {"service", "instance", "job"}
RENAMED = {"exported_job": "job"}
"""Prometheus calls a label so that the scrape has too."""


async def shown(folder: Path) -> dict[str, set[str]]:
    """The samples of a service that follows others and has jobs and of the one that has people's files, with labels."""
    found: dict[str, set[str]] = defaultdict(set)
    for service in ("notifier", "hotline"):
        with new_database(folder, service) as url:
            app = app_of(service, url, folder)
            async with client_of(app, folder) as client:
                assert (await client.get("/livez")).status_code == 200
                text = (await client.get("/metrics")).text
            app.state.service.db.close()
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                found[sample.name] |= set(sample.labels)
    return found


def named(expression: str) -> tuple[dict[str, set[str]], set[str]]:
    """The metrics in an expression with the labels that it asks of each, and the labels by which it groups."""
    groups = {label.strip() for part in re.findall(r"\bby \(([^)]*)\)", expression) for label in part.split(",")}
    rest = re.sub(r"\bby \([^)]*\)", "by", re.sub(r"\[[^]]*\]", "", expression))
    found: dict[str, set[str]] = defaultdict(set)
    for name, asked in re.findall(r"([a-z_][a-z_0-9]*)(?:\{([^}]*)\})?", re.sub(r'"[^"]*"', '""', rest)):
        if name not in OF_THE_LANGUAGE:
            found[name] |= set(re.findall(r"(\w+)\s*[=!]", asked))
    return found, groups


def test_an_expression_is_read_as_it_stands() -> None:
    found, groups = named('sum by (service, le) (rate(one_count{route!~"/a|b", status="5.."}[5m])) / two > 0.05')
    assert found == {"one_count": {"route", "status"}, "two": set()}
    assert groups == {"service", "le"}


async def test_every_rule_asks_for_what_a_service_shows(tmp_path: Path) -> None:
    there = await shown(tmp_path)
    for rule in RULES:
        metrics, groups = named(rule["expr"])
        assert metrics, rule["alert"]
        for name, asked in metrics.items():
            assert name in there or name in OF_PROMETHEUS, (rule["alert"], name)
            missing = {RENAMED.get(label, label) for label in asked | groups} - OF_THE_SCRAPE - there[name]
            assert not missing, (rule["alert"], name, missing)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_every_rule_says_whom_it_wakes_and_why_and_names_its_page(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"
    assert re.search(rf"^## {rule['alert']}\n\n\*\*{rule['labels']['severity']}\*\*", RUNBOOK, re.M), "no such page"


def test_every_page_of_the_runbook_is_named_by_a_rule() -> None:
    pages = re.findall(r"^## ([A-Z][A-Za-z]+)$", RUNBOOK, re.M)
    assert sorted(pages) == sorted(rule["alert"] for rule in RULES)


def test_every_service_is_scraped_under_its_name() -> None:
    asked = {one["labels"]["service"]: one["targets"] for one in SCRAPED["static_configs"]}
    assert asked == {service: [f"{service}:8000"] for service in office.SERVICES}
