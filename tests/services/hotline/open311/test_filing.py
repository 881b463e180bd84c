"""An app files a report."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from services.hotline.open311.filing import Repeat
from shared.clock import Clock
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.open311.app import (
    A_REPORT,
    BASE,
    KEY,
    OLD_KEY,
    OTHER_KEY,
    PERSONAL,
    App,
    keys_file,
    sorted_out,
)
from tests.support import app_of


def later(desk: Desk, **by: int) -> None:
    """Time passes."""
    desk.service.clock = Clock(NOW + timedelta(**by))


async def test_a_report_gets_its_number_and_what_to_expect(app: App, desk: Desk) -> None:
    (created,) = await app.post()
    assert created["service_request_id"] == "PA-260605-0001" and created["account_id"] is None
    assert "29/6/2026" in created["service_notice"]
    assert "không nhận tố cáo" in created["service_notice"]
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", created["service_notice"])
    assert code
    status = await desk.as_(None).get("/status/PA-260605-0001", params={"code": code[0]})
    assert (status.status_code, status.json()["due_at"]) == (200, "2026-06-29T07:00:00+07:00")
    [event] = await desk.events("ComplaintFiled")
    assert (event["channel"], event["taken_by"]) == ("web", None)


async def test_what_an_app_says_lies_where_private_texts_lie(app: App, desk: Desk) -> None:
    await app.filed()
    [event] = await desk.events("ComplaintFiled")
    reporter = {"full_name": "Nguyễn Văn Bưởi", "phone": PERSONAL["phone"], "email": PERSONAL["email"]}
    assert await desk.kept(event["reporter_ref"]) == reporter
    kept = {name: PERSONAL[name] for name in ("lat", "long", "media_url")}
    kept |= {"text": PERSONAL["description"], "place": PERSONAL["address_string"], "service_code": "roads"}
    assert await desk.kept(event["text_ref"]) == kept


async def test_the_desk_reads_where_it_is_and_what_was_chosen(app: App, desk: Desk) -> None:
    complaint_id = await sorted_out(desk, await app.filed(address_id="TN-0042"))
    operator = desk.as_("off-operator-1", "operator")
    read = (await operator.get(f"/complaints/{complaint_id}/text", params={"purpose": "triage"})).json()
    assert (read["lat"], read["long"]) == (PERSONAL["lat"], PERSONAL["long"])
    assert (read["service_code"], read["address_id"]) == ("roads", "TN-0042")
    [reading] = await desk.events("PrivateDataRead")
    assert {"lat", "long", "text"} <= set(reading["fields"])


async def test_nobody_need_say_who_they_are(app: App, desk: Desk) -> None:
    await app.filed(first_name="", last_name="", phone="", email="")
    await app.filed(first_name="", last_name="", phone="", description="Rác")
    anonymous, by_mail = await desk.events("ComplaintFiled")
    assert anonymous["reporter_ref"] is None
    assert await desk.kept(by_mail["reporter_ref"]) == {"email": PERSONAL["email"]}


@pytest.mark.parametrize("key", ["", OLD_KEY, KEY[:-1], f"{KEY}k", KEY.upper(), "khóa"])
async def test_without_a_valid_key_nothing_is_filed(app: App, desk: Desk, key: str) -> None:
    (error,) = await app.post(403, api_key=key)
    assert error["code"] == 403 and "api_key" in error["description"]
    assert await desk.events("ComplaintFiled") == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Accept": "text/html, image/gif, */*; q=.2"},  # what Java's own client sends
        {"Origin": "https://app.example.vn", "Sec-Fetch-Site": "cross-site"},
        {"Cookie": "motcua_session=x; lang=en"},
    ],
)
async def test_it_comes_from_no_page_of_ours_and_its_language_may_be_said(desk: Desk, headers: dict[str, str]) -> None:
    data = {"api_key": KEY} | A_REPORT
    answer = await desk.as_(None).post(f"{BASE}/requests.json", params={"lang": "en"}, data=data, headers=headers)
    assert answer.status_code == 201, answer.text
    notice = answer.json()[0]["service_notice"]
    assert "receipt code" in notice and "does not take denunciations" in notice


async def test_a_key_in_the_address_is_none(app: App, desk: Desk) -> None:
    data = A_REPORT
    answer = await desk.as_(None).post(f"{BASE}/requests.json", params={"api_key": KEY}, data=data)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "001"}, 404, "service_code"),
        ({"service_code": "a\x00"}, 404, "service_code"),
        ({"jurisdiction_id": "sfgov.org"}, 404, "jurisdiction_id"),
        ({"address_string": "", "lat": "", "long": ""}, 400, "address_string"),
        ({"address_string": "", "lat": ""}, 400, "lat"),
        ({"lat": "91"}, 400, "lat"),
        ({"long": "105,8"}, 400, "long"),
        ({"lat": "nan"}, 400, "lat"),
        ({"email": "buoi"}, 400, "email"),
        ({"phone": "gọi sau"}, 400, "phone"),
        ({"first_name": "12", "last_name": ""}, 400, "full_name"),
        ({"description": "a" * 4001}, 400, "description"),
        ({"description": "a\x00b"}, 400, "description"),
        ({"address_string": "a" * 201}, 400, "address_string"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
    ],
)
async def test_what_is_wrong_is_named_and_not_repeated(
    app: App, desk: Desk, fields: dict[str, str], status: int, said: str
) -> None:
    (error,) = await app.post(status, **fields)
    assert error["code"] == status and said in error["description"]
    assert not [value for value in fields.values() if len(value) > 3 and value in error["description"]]
    assert await desk.events("ComplaintFiled") == []


async def test_what_the_standard_does_not_know_is_not_looked_at(app: App, desk: Desk) -> None:
    await app.filed(**{"attribute[easting]": "1", "title": "Ổ gà", "requested_datetime": "2026-06-05T21:10:00+07:00"})
    assert len(await desk.events("ComplaintFiled")) == 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{}", "application/json"),
        (b"api_key=\xff\xfe", "application/x-www-form-urlencoded"),
        (b"api_key=%ff%fe", "application/x-www-form-urlencoded"),
        (b"a=1&" * 300, "application/x-www-form-urlencoded"),
        (b"api_key=a", "text/plain"),
        (b"api_key=a", ""),
    ],
)
async def test_what_cannot_be_read_is_refused(desk: Desk, content: bytes, kind: str) -> None:
    answer = await desk.as_(None).post(f"{BASE}/requests.json", content=content, headers={"Content-Type": kind})
    assert answer.status_code == 400 and "urlencoded" in answer.json()[0]["description"]


async def test_a_megabyte_is_too_much(desk: Desk) -> None:
    data = {"api_key": KEY, "description": "a" * 1_100_000}
    answer = await desk.as_(None).post(f"{BASE}/requests.json", data=data)
    assert (answer.status_code, answer.json()[0]["code"]) == (413, 413)


async def test_the_same_bytes_are_one_report_for_a_quarter_of_an_hour(app: App, desk: Desk) -> None:
    first = await app.post()
    later(desk, minutes=14)
    assert await app.post() == first
    assert len(await desk.events("ComplaintFiled")) == 1
    later(desk, minutes=45)
    assert await app.post() != first
    assert len(await desk.events("ComplaintFiled")) == 2


async def test_another_device_another_app_or_other_words_are_another_report(app: App, desk: Desk) -> None:
    numbers = [
        await app.filed(),
        await app.filed(device_id="thiet-bi-78"),
        await app.filed(api_key=OTHER_KEY),
        await app.filed(description="Ổ gà nữa"),
    ]
    assert len(set(numbers)) == 4 == len(await desk.events("ComplaintFiled"))


async def test_the_same_report_sent_six_times_at_once_is_one(app: App, desk: Desk) -> None:
    answers = await asyncio.gather(*(app.post() for _ in range(6)))
    assert all(answer == answers[0] for answer in answers)
    assert len(await desk.events("ComplaintFiled")) == 1


async def test_sent_at_once_to_two_processes_it_is_one_report_too(
    app: App, desk: Desk, database_url: str, tmp_path: Path
) -> None:
    settings = {"trusted_proxies": 1, "open311_keys_file": keys_file(tmp_path)}
    other = Desk(app_of("hotline", database_url, tmp_path, Clock(NOW), **settings), tmp_path)
    answers = await asyncio.gather(*(each.post() for each in (app, App(other)) * 4))
    other.service.db.close()
    assert all(answer == answers[0] for answer in answers)
    assert len(await desk.events("ComplaintFiled")) == 1


async def test_an_idempotency_key_is_good_for_as_long_as_it_is_kept_and_for_nothing_else(app: App, desk: Desk) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = await app.post(headers=key)
    later(desk, days=3)
    assert await app.post(headers=key) == first
    (error,) = await app.post(400, headers=key, description="Khác")
    assert "Idempotency-Key" in error["description"]
    (short,) = await app.post(400, headers={"Idempotency-Key": "k1"})
    assert "16" in short["description"]
    assert (await app.post(headers=key, api_key=OTHER_KEY)) != first
    assert len(await desk.events("ComplaintFiled")) == 2


def test_two_turns_that_follow_each_other_hold_the_whole_time_before_a_moment() -> None:
    for minute in range(60):
        first, within, after = (Repeat.of("a", "f", NOW + timedelta(minutes=minute + by), 15) for by in (0, 14, 31))
        assert first.key in (within.key, within.before)
        assert first.key not in (after.key, after.before)


async def test_no_word_of_a_citizen_is_in_any_answer_event_or_line(
    app: App, desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    number = await app.filed()
    await sorted_out(desk, number)
    await app.get("requests.json", "requests")
    await app.get(f"requests/{number}.json", "requests")
    await app.post(400, phone="hãy gọi chị Bưởi")
    said = capfd.readouterr()
    places = [answer.text for answer in app.answers] + [str(answer.headers) for answer in app.answers]
    places += [await desk.log(), said.out, said.err]
    for secret in (*PERSONAL.values(), "Bưởi", "hãy gọi", KEY):
        assert not [place[:200] for place in places if secret in place]
