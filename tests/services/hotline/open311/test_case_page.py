"""The desk's page of a report that an app has filed."""

from __future__ import annotations

import pytest

from tests.services.hotline.desk import Desk
from tests.services.hotline.open311.app import PERSONAL, App, sorted_out
from tests.services.hotline.test_pages import Browser, text_of


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ("Tọa độ", "Người gửi chọn Đường sá, hạ tầng", "Ảnh ở địa chỉ (chưa ai xem)", "Mã địa chỉ TN-0042")),
        ("en", ("Coordinates", "What the sender chose Roads and infrastructure", "Address number TN-0042")),
    ],
)
async def test_whoever_reads_the_text_reads_where_it_is_and_what_was_chosen(
    app: App, desk: Desk, language: str, words: tuple[str, ...]
) -> None:
    complaint_id = await sorted_out(desk, await app.filed(address_id="TN-0042"), category="sanitation")
    browser, path = Browser(desk), f"/hotline/desk/{complaint_id}"
    browser.sign_in("off-operator-1", "operator")
    page = await browser.get(f"{path}?lang={language}")
    assert PERSONAL["lat"] not in page.text
    read = text_of(await browser.send(page, f"{path}/text", purpose="triage"))
    for said in (*words, f"{PERSONAL['lat']}, {PERSONAL['long']}", PERSONAL["media_url"], PERSONAL["address_string"]):
        assert said in read
    await browser.http.aclose()
