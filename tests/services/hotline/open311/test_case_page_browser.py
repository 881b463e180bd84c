"""The desk's page of a report that an app has filed, in a real browser without JavaScript."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from deploy.loopback import DIRECTLY
from deploy.serve import combine
from shared.clock import Clock
from tests.services.hotline.desk import NOW, OFFICE, Desk
from tests.services.hotline.open311.app import A_REPORT, KEY, PERSONAL, keys_file
from tests.services.hotline.test_pages_browser import Window
from tests.shared.web.look import complaints, in_a_browser
from tests.support import app_of, new_database

pytestmark = pytest.mark.browser
LONG = f"https://anh.example.vn/{'a1b2c3d4' * 50}.jpg"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """A hotline that knows an app, on a port."""
    folder = tmp_path_factory.mktemp("open311")
    with new_database(folder) as url:
        desk = Desk(app_of("hotline", url, folder, Clock(NOW), open311_keys_file=keys_file(folder)), folder)
        asyncio.run(desk.hears(*OFFICE))
        with in_a_browser(combine({"hotline": desk.app})) as (address, browser):
            yield Window(address, desk, browser)
        desk.service.db.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(("lang", "says"), [("vi", "Tọa độ"), ("en", "Coordinates")])
def test_what_an_app_said_is_read_on_a_phone_and_at_a_desk(window: Window, width: int, lang: str, says: str) -> None:
    data = {"api_key": KEY} | A_REPORT | {"media_url": LONG, "address_id": f"TN-{width}-{lang}"}
    filed = httpx.post(f"{window.url}/hotline/open311/v2/requests.json", data=data, timeout=10, **DIRECTLY)
    number = filed.json()[0]["service_request_id"]
    page = window.open(lang, width, "leader", "operator")
    page.goto(f"{window.url}/hotline/desk")
    page.get_by_role("link", name=number).click()
    page.select_option("#purpose", "triage")
    page.click("form[action$='/text'] button.ghost")
    read = page.inner_text("main")
    assert says in read and f"{PERSONAL['lat']}, {PERSONAL['long']}" in read and LONG in read
    assert complaints(page) == []
