"""What one process serves."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI, Request

from deploy.serve import combine, serve
from shared.http import Canonical, answer_problems
from shared.metrics import Metrics
from tests.shared.line import until
from tests.support import free_port


@pytest.fixture
def thawed() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


async def test_what_has_started_is_not_looked_through_for_garbage(thawed: None) -> None:
    app = combine({"intake": FastAPI()})
    before = len(gc.get_objects())
    async with app.router.lifespan_context(app):
        assert gc.get_freeze_count() > before / 2 > len(gc.get_objects())


@pytest.mark.parametrize(("method", "code"), [("POST", "outcome_unknown"), ("GET", "database_unavailable")])
async def test_whoever_is_not_waited_for_at_a_stop_is_told_what_is_known(method: str, code: str) -> None:
    """The grace is over, and what the request has written may be saved, or not: it is not told that nothing was."""
    app, port, under_way = FastAPI(), free_port(), asyncio.Event()
    answer_problems(app)
    app.add_middleware(Canonical, service="intake", metrics=Metrics("intake"))

    @app.api_route("/slow", methods=["GET", "POST"])
    async def slow(_request: Request) -> None:
        under_way.set()
        await asyncio.Event().wait()

    serving = asyncio.create_task(serve(combine({"intake": app}), "127.0.0.1", port, 1.0))
    await until(lambda: _listens(port))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        asked = asyncio.create_task(client.request(method, "/intake/slow"))
        await under_way.wait()
        serving.cancel()
        answer = await asked
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    with pytest.raises(asyncio.CancelledError):
        await serving


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
