"""Readiness of a service on a real broker, as its door says it, and a broker that answers some of what is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx

from shared.access import API
from shared.service import Service
from tests.shared.follower import Place
from tests.shared.line import until

RED_SECONDS = 10.0


@asynccontextmanager
async def open_door(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """The running service, and a client of its doors."""
    app = service.app("watched")
    async with service.running():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://office") as client:
            yield client


async def reasons(client: httpx.AsyncClient) -> str:
    answer = await client.get("/readyz")
    assert (answer.status_code == 200) == (not answer.json()["reasons"])
    return "; ".join(answer.json()["reasons"])


async def red(client: httpx.AsyncClient, words: str, seconds: float = RED_SECONDS) -> None:
    """Readiness says so, within ten seconds unless told otherwise."""

    async def says() -> bool:
        return words in await reasons(client)

    await until(says, seconds)


async def green(client: httpx.AsyncClient) -> None:
    async def ready() -> bool:
        return not await reasons(client)

    await until(ready, 20)


@asynccontextmanager
async def refusing(place: Place, call: str) -> AsyncIterator[None]:
    """Meanwhile the broker does not let hotline make this call."""
    before, subject = place.broker.identities, f"{API}.{call}"
    assert any(subject in each.publish for each in before if each.name == "hotline")
    await place.broker.reload(
        [
            replace(each, publish=tuple(may for may in each.publish if may != subject or each.name != "hotline"))
            for each in before
        ]
    )
    yield
    await place.broker.reload(before)


class HalfDead:
    """Between a client and its broker: while `silent`, JetStream's API is asked in vain (all of it, or `about` a
    stream alone), and pings are answered."""

    def __init__(self, port: int) -> None:
        self.port, self.silent, self.about = port, False, API
        self.server: asyncio.Server | None = None

    async def serve(self) -> int:
        self.server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        return int(self.server.sockets[0].getsockname()[1])

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        answers = asyncio.create_task(self._copy(there, writer))
        try:
            while line := await reader.readline():
                words = line.split()
                body = await reader.readexactly(int(words[-1]) + 2) if words[:1] in ([b"PUB"], [b"HPUB"]) else b""
                if not (self.silent and len(words) > 1 and self.about.encode() in words[1]):
                    back.write(line + body)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            answers.cancel()
            back.close()
            writer.close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
