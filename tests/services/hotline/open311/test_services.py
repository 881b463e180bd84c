"""Where to begin, and what may be reported."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from services.hotline.pages.words import CATEGORIES
from services.hotline.rulebook.open311 import load
from shared.dated import WrongRow
from shared.events.hotline import Category
from shared.web.language import read_english
from tests.services.hotline.open311.app import JSON, KEY, OLD_KEY, App, keys_file

TODAY = date(2026, 6, 5)
LOCALE = Path(__file__).parents[4] / "services/hotline/pages/locale/en.po"


async def test_discovery_says_where_json_is_spoken_and_whom_to_ask_for_a_key(app: App) -> None:
    found = await app.get("discovery.json", "discovery")
    (endpoint,) = found["endpoints"]
    assert endpoint["url"] == "http://127.0.0.1:8080/hotline/open311/v2"
    assert (endpoint["type"], endpoint["formats"]) == ("test", ["application/json"])
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert "0208 382 4567" in found["contact"] and "api_key" in found["key_service"]
    english = await app.get("discovery.json", "discovery", lang="en")
    assert english["contact"].startswith("Hotline of")


async def test_every_category_is_a_service_in_vietnamese_and_in_english(app: App) -> None:
    services, english = (
        await app.get("services.json", "services"),
        await app.get("services.json", "services", lang="en"),
    )
    assert [each["service_code"] for each in services] == list(get_args(Category))
    assert {each["service_code"]: each["service_name"] for each in services} == CATEGORIES
    catalogue = read_english(LOCALE)
    assert [each["service_name"] for each in english] == [catalogue[each["service_name"]][0] for each in services]
    assert all(each["metadata"] is False and each["type"] == "realtime" for each in services)
    assert all(each["keywords"] and each["group"] and each["description"] for each in (*services, *english))


async def test_no_service_asks_for_more(app: App) -> None:
    for code in get_args(Category):
        assert await app.get(f"services/{code}.json", "service_definition") == {"service_code": code, "attributes": []}
    assert "service_code" in await app.refused("services/001.json", 404)


@pytest.mark.parametrize("given", ["dai-phuc", "127.0.0.1", "", " "])
async def test_an_app_may_say_which_office_it_means(app: App, given: str) -> None:
    assert await app.get("services.json", "services", jurisdiction_id=given)


@pytest.mark.parametrize("path", ["services.json", "services/roads.json", "requests.json", "discovery.json"])
async def test_an_app_that_means_another_office_is_told_so(app: App, path: str) -> None:
    assert "jurisdiction_id" in await app.refused(path, 404, jurisdiction_id="sfgov.org")


@pytest.mark.parametrize("path", ["services.xml", "services/roads.xml", "requests.xml", "discovery.xml"])
async def test_xml_is_not_offered_and_that_is_said(app: App, path: str) -> None:
    assert "JSON" in await app.refused(path, 404)
    assert "JSON alone" in await app.refused(path, 404, lang="en")


@pytest.mark.parametrize("path", ["", "nonsense", "services", "requests/a/b.json", "requests.html"])
async def test_what_is_not_there_is_said_in_the_standards_form(app: App, path: str) -> None:
    assert "discovery.json" in await app.refused(path, 404)


async def test_what_cannot_be_posted_to_is_not_there(
    app: App,
) -> None:
    answer = await app.desk.as_(None).post("/open311/v2/services.json", data={"api_key": KEY})
    assert (answer.status_code, answer.json()[0]["code"], answer.headers["content-type"]) == (404, 404, JSON)


async def test_there_are_no_tokens_since_a_number_is_told_at_once(app: App) -> None:
    assert "token" in await app.refused("tokens/123456.json", 404)


async def test_one_address_may_ask_sixty_times_a_minute(app: App) -> None:
    for _ in range(60):
        await app.get("services.json", "services")
    answer = await app.desk.as_(None).get("/open311/v2/services.json")
    assert (answer.status_code, answer.json()[0]["code"]) == (429, 429)
    assert answer.headers["retry-after"] == "60"


def test_a_key_is_known_by_its_hash_on_the_days_that_it_is_good_for(tmp_path: Path) -> None:
    georeport = load(keys_file(tmp_path))
    assert georeport.app(KEY, TODAY) == "xa-minh"
    assert georeport.app(KEY, date(2025, 12, 31)) is None
    assert georeport.app(OLD_KEY, TODAY) is None and georeport.app(OLD_KEY, date(2026, 5, 31)) == "xa-minh"
    assert georeport.app("", TODAY) is None
    assert load().app(KEY, TODAY) is None
    assert KEY not in keys_file(tmp_path).read_text()


@pytest.mark.parametrize("digest", ["", "abc", "K" * 64, KEY])
def test_a_key_that_is_no_hash_is_refused_at_the_start(tmp_path: Path, digest: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(f'[[app]]\ncode = "a"\nsha256 = "{digest}"\nbasis = "b"\nvalid_from = 2026-01-01\n')
    with pytest.raises(WrongRow, match="sha256"):
        load(file)
