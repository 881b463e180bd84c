"""Logs serve the work: when they cannot be written, it goes on."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import structlog

from shared import logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = structlog.get_config(), root.handlers[:], root.level
    yield
    structlog.configure(**before[0])
    root.handlers[:], root.level = before[1], before[2]


def test_a_log_on_a_full_disk_stops_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    full = open("/dev/full", "w", buffering=1)  # noqa: SIM115  # to close it is an error too
    logs.configure(full)
    structlog.get_logger().info("request", status=201)
    logging.getLogger("nats").warning("a library's line")
    assert capsys.readouterr().err == ""
    with suppress(OSError):
        full.close()


def test_a_log_that_is_closed_stops_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    closed = io.StringIO()
    logs.configure(closed)
    closed.close()
    structlog.get_logger().info("request", status=201)
    logging.getLogger("nats").warning("a library's line")
    assert capsys.readouterr().err == ""


def test_a_line_is_one_json_document() -> None:
    text = io.StringIO()
    logs.configure(text)
    structlog.get_logger().info("request", status=201, path=Path("ngày"))
    logging.getLogger("nats").warning("a library's line")
    first, second = (json.loads(line) for line in text.getvalue().splitlines())
    assert (first["event"], first["status"], first["level"]) == ("request", 201, "info")
    assert "ngày" in first["path"] and first["timestamp"].endswith("Z")
    assert (second["event"], second["level"]) == ("a library's line", "warning")
