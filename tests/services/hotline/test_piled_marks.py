"""A request full of marks upon one letter, which to put in order takes minutes, is refused at every door at once."""

from __future__ import annotations

import time

from shared.web import checks
from shared.web.security import SAME_ORIGIN
from tests.services.hotline.desk import Desk
from tests.services.hotline.test_pages import Browser, browser, form_of
from tests.services.hotline.test_pages_files import SAID

__all__ = ["browser"]
PILE = "a" + "\u0300" * 100_000 + "\u0327" * 100_000


async def test_nobody_stops_the_office_with_marks(browser: Browser, desk: Desk) -> None:
    held = checks.hidden_fields(form_of((await browser.get("/hotline/")).text, "/hotline/"))
    files = {"files": ("x.jpg", b"")}
    began = time.process_time()
    for path in ("/hotline/", "/hotline/?lang=en"):
        page = await browser.http.post(path, data=held | SAID | {"text": PILE}, files=files, headers=SAME_ORIGIN)
        assert page.status_code == 400, path
    body = {"channel": "web", "text": PILE}
    assert (await desk.as_(None).post("/complaints", json=body)).status_code == 422
    asked = await desk.as_(None).get("/status/PA-260605-0001", params={"code": PILE[:6000]})
    assert asked.status_code in (404, 422)
    assert time.process_time() - began < 5 and await desk.events() == []
