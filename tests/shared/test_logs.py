"""Logs serve the work: when they cannot be written, it goes on."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import nats.errors
import pytest
import sqlalchemy as sa
import structlog
from pydantic import BaseModel, ValidationError

from shared import logs
from shared.deliveries import Gap
from shared.unavailable import in_short

SAID = "Nguyễn Văn An, 0912345678"


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


class Reading(BaseModel):
    phone: int


async def _nobody_waits() -> None:
    """A library's line about a task, which shows its exception."""
    task = asyncio.ensure_future(_fails())
    await asyncio.wait([task])
    del task
    gc.collect()


async def _fails() -> None:
    raise KeyError(SAID)


def _for_a_reason() -> None:
    try:
        Reading.model_validate({"phone": SAID})
    except ValidationError as error:
        error.add_note(SAID)
        raise ExceptionGroup(SAID, [KeyError(SAID), RuntimeError(SAID)]) from error


def test_no_line_holds_what_an_exception_says_and_each_says_its_type_and_place() -> None:
    """Ours, a library's, and the repetition of it in a library's own words."""
    text = io.StringIO()
    logs.configure(text)
    with pytest.raises(ExceptionGroup) as caught:
        _for_a_reason()
    structlog.get_logger().exception("job.failed", job="deliver", exc_info=caught.value)
    logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n", exc_info=caught.value)
    asyncio.run(_nobody_waits())
    lines = [json.loads(line) for line in text.getvalue().splitlines()]
    assert [line["event"] for line in lines] == [
        "job.failed",
        "Exception in ASGI application",
        "Task exception was never retrieved",
    ]
    assert "Nguyễn" not in text.getvalue() and "0912345678" not in text.getvalue()
    raised, cause = lines[0]["exception"]
    assert (raised["exc_type"], raised["frames"][-1]["name"]) == ("ExceptionGroup", "_for_a_reason")
    assert [each["exc_type"] for [each] in raised["exceptions"]] == ["KeyError", "RuntimeError"]
    assert cause["exc_type"] == "ValidationError"
    assert lines[2]["exception"][0]["frames"][-1]["name"] == "_fails"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError(SAID), "KeyError"),
        (sa.exc.StatementError(SAID, "INSERT", SAID, KeyError(SAID)), "StatementError"),
        (Gap("delivery 3 is missing"), "Gap: delivery 3 is missing"),
        (TimeoutError(), "TimeoutError"),
        (ConnectionRefusedError(111, "Connection refused"), "ConnectionRefusedError: [Errno 111] Connection refused"),
        (nats.errors.NoServersError(), "NoServersError: nats: no servers available for connection"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_is_repeated_where_it_can_hold_nothing_of_a_citizen(error: Exception, told: str) -> None:
    assert in_short(error) == told
