"""Large forms that come slowly take some places, and never all that the office has."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from shared.web.posted import LARGE
from shared.web.security import SAME_ORIGIN
from tests.services.hotline.desk import Desk
from tests.services.hotline.test_pages import Browser, browser
from tests.services.hotline.test_pages_files import reported

__all__ = ["browser"]
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x", "Accept": "text/html"} | SAME_ORIGIN
HEAD = b'--x\r\nContent-Disposition: form-data; name="files"; filename="x.jpg"\r\n\r\n'


@pytest.mark.parametrize("path", ["/hotline/", "/hotline/?lang=en", "/hotline/desk/call"])
async def test_one_address_has_so_many_large_forms_read_at_once_and_reports_go_on(
    browser: Browser, desk: Desk, path: str
) -> None:
    go_on = asyncio.Event()

    async def held() -> Any:
        yield HEAD + bytes(1_100_000)
        await go_on.wait()
        yield b"\r\n--x--\r\n"

    def post() -> asyncio.Task[httpx.Response]:
        return asyncio.create_task(browser.http.post(path, content=held(), headers=MULTIPART))

    slow = [post() for _ in range(LARGE.of_one)]
    while LARGE.reading.total() < LARGE.of_one:
        await asyncio.sleep(0.01)  # until each has its place
    refused = await post()
    assert refused.status_code == 429
    assert (await reported(browser, [])).status_code == 200, "whoever only writes is heard"
    go_on.set()
    assert 429 not in {each.status_code for each in await asyncio.gather(*slow)}
    assert LARGE.reading.total() == 0


async def test_what_is_no_file_has_no_room_of_files(browser: Browser) -> None:
    headers = SAME_ORIGIN | {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/hotline/", "/hotline/?lang=vi"):
        assert (await browser.http.post(path, content=b"&" * 1_000_001, headers=headers)).status_code == 413
