"""The HTTP door of intake, on a real database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import app_of, client_of


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-10:00", "1999-12-31T12:00:00Z", "2100-01-01T00:00:00Z"]
)
async def test_a_promise_at_the_ends_of_the_calendar_is_refused(database_url: str, tmp_path: Path, moment: str) -> None:
    """The first and the last hours of the calendar have no local time: they ended in a 500."""
    app = app_of("intake", database_url, tmp_path)
    answer = await client_of(app, tmp_path).get("/procedures/1.001193/promise", params={"received_at": moment})
    assert (answer.status_code, answer.json()["code"]) == (422, "date_out_of_range")
    app.state.service.db.close()
