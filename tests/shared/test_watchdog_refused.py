"""A broker of another release beside a stream that is silent: each is said by its name."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from shared import watchdog
from tests.shared.follower import Place, a_service
from tests.shared.line import until
from tests.shared.watched import HalfDead, green, open_door, reasons, red, refusing

SILENT = "nats: the broker does not answer when asked for INTAKE; requests are accepted and published later"


@pytest.mark.parametrize(
    ("call", "stream"),
    [
        ("STREAM.INFO.DEAD_LETTERS", "DEAD_LETTERS"),
        ("STREAM.INFO.SURVEY", "SURVEY"),
        ("CONSUMER.INFO.SURVEY.hotline", "SURVEY"),
        ("STREAM.INFO.HOTLINE", "HOTLINE"),
    ],
)
async def test_the_stream_that_is_refused_is_named_and_the_one_that_is_silent_is_not(
    place: Place, url: str, call: str, stream: str
) -> None:
    """Whichever was silent beside a refusal was said to be refused, and the one that was refused was not named."""
    half = HalfDead(place.broker.port)
    half.about = ".INTAKE"
    async with open_door(a_service(place.folder, f"nats://127.0.0.1:{await half.serve()}", url)) as client:
        await green(client)
        async with refusing(place, call):
            half.silent = True
            await red(client, SILENT)
            refused = f"{stream}: this broker does not let hotline ask for it: run `make secrets` and reload it"
            assert refused in (told := await reasons(client)) and "INTAKE: this broker" not in told
            half.silent = False
            if stream == "DEAD_LETTERS":  # a broker of before the watch over them is well
                await green(client)
            else:
                await until(lambda: _not_silent(client, refused), 20)
        await green(client)


async def _not_silent(client: httpx.AsyncClient, refused: str) -> bool:
    told = await reasons(client)
    return refused in told and "nats: the broker" not in told


async def test_a_durable_that_has_the_name_of_a_stream_is_not_taken_for_it(place: Place, url: str) -> None:
    """What is asked of hotline's durable names hotline as well."""
    half = HalfDead(place.broker.port)
    half.about = ".HOTLINE"
    async with open_door(a_service(place.folder, f"nats://127.0.0.1:{await half.serve()}", url)) as client:
        await green(client)
        async with refusing(place, "CONSUMER.INFO.SURVEY.hotline"):
            half.silent = True
            await red(client, "nats: the broker does not answer when asked for HOTLINE;")
            await asyncio.sleep(2 * watchdog.LOOK_SECONDS)
            assert "HOTLINE: this broker" not in await reasons(client)
