"""What a form posts, taken apart within limits of size and time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from shared.doors import address_of, household_of
from shared.errors import Refused

MOST_IN_A_FIELD = 1_000_000
"""Bytes of a field that is no file, and of a form that is none of the large ones."""
_TAIL = 200
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


@dataclass(frozen=True)
class Pace:
    """How slowly a form may come, in seconds: without a byte, and in all."""

    idle: float
    whole: float


SLOWEST = Pace(30, 540)


@dataclass
class Large:
    """The forms of more than a megabyte that are read at this moment. Each may lie in memory, for as long as its pace
    allows."""

    most: int = 12
    of_one: int = 6
    """From one address, which half a commune may share."""
    reading: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def place(self, request: Request) -> Iterator[None]:
        """Have one of them. Raises Refused `too_many_requests` (429)."""
        who = household_of(address_of(request, request.app.state.service.settings.trusted_proxies))
        if self.reading.total() >= self.most or self.reading[who] >= self.of_one:
            raise Refused("too_many_requests", "Too many large forms come at once: wait a minute.", status=429)
        self.reading[who] += 1
        try:
            yield
        finally:
            self.reading[who] -= 1
            self.reading += Counter()  # forgets whoever has none


LARGE = Large()


async def parts_of(
    request: Request, max_bytes: int, max_fields: int, max_files: int, pace: Pace = SLOWEST, large: Large = LARGE
) -> FormData:
    """The fields and files of a posted form. Raises Refused `form_too_large` (413), `form_unreadable` (400),
    `form_too_slow` (408) and `too_many_requests` (429)."""
    with ExitStack() as places:
        return await _parts(request, _Limited(request, max_bytes, pace, large, places), max_fields, max_files)


async def _parts(request: Request, stream: _Limited, max_fields: int, max_files: int) -> FormData:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    part = min(stream.most, MOST_IN_A_FIELD)
    try:
        if kind == MULTIPART.encode():
            limits = {"max_files": max_files, "max_fields": max_fields, "max_part_size": part}
            parsed = await MultiPartParser(request.headers, stream.chunks(), **limits).parse()
            stream.check_ended(options.get(b"boundary", b""))
            return parsed
        if kind == URLENCODED.encode():  # no file comes so
            stream.most = part
            parser = FormParser(request.headers, stream.chunks(), max_fields=max_fields, max_part_size=part)
            return await parser.parse()
    except (MultiPartException, FormParserError, UnicodeDecodeError, ClientDisconnect) as broken:
        raise Refused("form_unreadable", "Send the form again as the page prints it.", status=400) from broken
    except TimeoutError as late:
        detail = "The form came too slowly: send it again, with fewer or smaller files."
        raise Refused("form_too_slow", detail, status=408) from late
    raise Refused("form_unreadable", "Send a form: urlencoded or multipart.", status=400)


class _Limited:
    """What is posted, up to so many bytes and no slower than this."""

    def __init__(self, request: Request, most: int, pace: Pace, large: Large, places: ExitStack) -> None:
        self.request, self.most, self.pace, self._tail = request, most, pace, b""
        self._large, self._places = large, places

    def check_ended(self, boundary: bytes) -> None:
        """A form of several parts says where it ends: of one that is cut off, nobody would miss the last file. Raises
        MultiPartException."""
        if b"--" + boundary + b"--" not in self._tail:
            raise MultiPartException("The form is cut off.")

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The bytes, as they come. Raises Refused `form_too_large` (413), `too_many_requests` (429), TimeoutError."""
        seen, stream = 0, self.request.stream()
        until = asyncio.get_running_loop().time() + self.pace.whole
        while True:
            try:
                async with asyncio.timeout_at(until), asyncio.timeout(self.pace.idle):
                    chunk = await anext(stream)
            except StopAsyncIteration:  # all of it is there
                return
            if seen <= MOST_IN_A_FIELD < seen + len(chunk):
                self._places.enter_context(self._large.place(self.request))
            seen += len(chunk)
            if seen > self.most:
                raise Refused("form_too_large", f"A form may have {self.most} bytes.", status=413)
            self._tail = (self._tail + chunk)[-_TAIL:]
            yield chunk
