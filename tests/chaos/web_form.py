"""The form of the hotline's page, as a browser sends it: with files, and again with its key until it is answered."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zlib import compress

from deploy import loopback
from shared.web.checks import hidden_fields
from shared.web.security import SAME_ORIGIN
from tests.chaos.load import Writer
from tests.chaos.reports import Report
from tests.services.hotline.handed import chunk

PATH = "/hotline/"
_TOLD = re.compile(r'<p class="receipt[^"]*">(.*?)</p>', re.DOTALL)


class WebForm:
    """The page in one citizen's browser."""

    def __init__(self, url: str, citizen: Writer) -> None:
        self.browser, self.citizen = loopback.client(url, 5), citizen

    async def file(self, said: Mapping[str, Any], reporter: Mapping[str, str] | None) -> Report | None:
        """File a report with one or two pictures; none when patience ended, or it was refused."""
        citizen = self.citizen
        asked = replace(await citizen.next("HOTLINE"), files=True)
        page = await citizen.insist(PATH, lambda: self.browser.get(PATH), (429,))
        if page is None:
            return None
        typed = _hidden(page.text) | {"once": citizen.key(), "who": "named" if reporter else "anonymous"}
        typed |= {name: text for name, text in {**said, **(reporter or {})}.items() if text}
        shades = citizen.random.sample(range(256), citizen.random.choice((1, 1, 2)))
        parts = [("files", (f"IMG_{shade:04d}.png", a_picture(shade), "image/png")) for shade in shades]
        headers = SAME_ORIGIN | {"X-Request-Id": asked.request_id}
        sent = await citizen.insist(
            PATH, lambda: self.browser.post(PATH, data=typed, files=parts, headers=headers), (429,)
        )
        number, code = _told(sent.text) if sent is not None else (None, "")
        citizen.history.asked.append(replace(asked, told=number))
        return Report(number, code, citizen.writer) if number else None


def a_picture(shade: int) -> bytes:
    """One point of a PNG: there are 256 of them, so the same one comes again and again."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", compress(bytes((0, shade)))) + chunk(b"IEND", b"")


def _hidden(page: str) -> dict[str, str]:
    """What the form of the page carries that nobody types."""
    return hidden_fields(page[: page.index("</form>", page.index('id="typed"'))])


def _told(page: str) -> tuple[str, str]:
    """The number and the receipt code on the page that answers. Raises ValueError when they are not there."""
    number, code = (re.sub(r"<[^>]*>|\s", "", found) for found in _TOLD.findall(page))
    return number, code
