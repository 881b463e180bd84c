"""What one process serves."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from deploy.serve import combine


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
