"""Files with a report, as a browser without JavaScript sends and finds them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest

from services.hotline.rulebook.files import FileBook
from shared.web import checks
from shared.web.security import SAME_ORIGIN
from tests.services.hotline import handed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import CONDUCT
from tests.services.hotline.test_pages import TEXT, Browser, browser, form_of, kept, opened, text_of

__all__ = ["browser"]
SAID = {"text": TEXT, "who": "anonymous"}
Named = tuple[str, bytes]


def of(*contents: bytes, name: str = "IMG_0001.jpg") -> list[Named]:
    return [(name, content) for content in contents]


async def sent(browser: Browser, path: str, page: httpx.Response, files: list[Named], **typed: str) -> httpx.Response:
    """A form of a page with these files."""
    held = checks.hidden_fields(form_of(page.text, path))
    parts = [("files", (name, content, "image/jpeg")) for name, content in files]
    return await browser.http.post(path, data=held | typed, files=parts, headers=SAME_ORIGIN)


async def reported(browser: Browser, files: list[Named], **typed: str) -> httpx.Response:
    return await sent(browser, "/hotline/", await browser.get("/hotline/"), files, **SAID | typed)


async def stored(desk: Desk) -> list[dict[str, Any]]:
    return await desk.rows("private_bytes")


async def test_a_report_comes_with_files_which_the_desk_downloads(browser: Browser, desk: Desk) -> None:
    page = await reported(browser, of(handed.a_jpeg(), handed.an_m4a(), handed.a_jpeg()))
    assert page.status_code == 200, page.text
    assert "ảnh JPEG, 0,1 MB ghi âm M4A, 0,1 MB" in text_of(page)
    [event] = await desk.events("ComplaintFilesReceived")
    assert [each["kind"] for each in event["files"]] == ["jpeg", "m4a"], "the same picture twice is one"
    assert (event["came_with"], event["recorded_by"]) == ("report", None)
    rows = await stored(desk)
    assert len(rows) == 2 and not [row for row in rows if handed.SECRET in row["content"]]
    assert not [row for row in rows if row["sha256"] in await desk.log()]

    browser.sign_in("off-operator-1", "operator")
    path = await opened(browser)
    case = await browser.get(path)
    assert "Tải về tệp 1" in text_of(case) and "Tải về tệp 2" in text_of(case)
    unchosen = await browser.send(case, f"{path}/file", file_ref=event["files"][0]["file_ref"])
    assert unchosen.status_code == 422 and 'href="#file_purpose"' in unchosen.text
    got = await browser.send(case, f"{path}/file", file_ref=event["files"][0]["file_ref"], file_purpose="triage")
    assert got.status_code == 200 and got.content in [row["content"] for row in rows]
    assert got.headers["content-type"] == "image/jpeg"
    assert got.headers["content-disposition"] == 'attachment; filename="PA-260605-0001-1.jpg"'
    assert got.headers["content-security-policy"].endswith("sandbox")
    assert got.headers["x-content-type-options"] == "nosniff" and got.headers["cache-control"] == "no-store"
    [reading] = await desk.events("PrivateDataRead")
    assert reading["ref"] == event["files"][0]["file_ref"]
    assert (reading["fields"], reading["purpose"], reading["reader"]) == (["content"], "triage", "off-operator-1")


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (of(handed.A_ZIP), "Có tệp bị hỏng"),
        (of(handed.A_HEIC), "Có tệp bị hỏng"),
        (of(handed.a_jpeg()[:-40]), "Có tệp bị hỏng"),
        (of(handed.A_PAGE + handed.a_jpeg()), "Có tệp bị hỏng"),
        (of(b""), "Có tệp không chứa gì"),
        (of(handed.a_jpeg() + bytes(11_000_000)), "Có tệp lớn quá"),
        (of(*[handed.a_jpeg()] * 6), "Nhiều tệp quá"),
    ],
)
async def test_what_is_not_taken_is_said_on_the_form_and_nothing_is_stored(
    browser: Browser, desk: Desk, files: list[Named], sentence: str
) -> None:
    page = await reported(browser, files)
    assert page.status_code == 422
    assert sentence in text_of(page) and 'href="#files"' in page.text and TEXT in page.text
    assert await stored(desk) == await desk.events() == []


async def test_another_mistake_says_to_choose_the_files_again(browser: Browser, desk: Desk) -> None:
    page = await reported(browser, of(handed.a_jpeg()), who="named")
    assert page.status_code == 422 and 'href="#full_name"' in page.text and 'href="#files"' in page.text
    assert await stored(desk) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\0b.jpg", "C:\\x.exe", "Nguyễn Văn Bưởi.jpg", "x" * 3000, '";'])
async def test_no_name_is_looked_at_or_kept(browser: Browser, desk: Desk, name: str) -> None:
    page = await reported(browser, of(handed.a_png(), name=name))
    assert page.status_code in (200, 400), page.text
    assert len(await stored(desk)) == (page.status_code == 200)
    assert "Bưởi" not in await desk.log()


async def test_a_polyglot_is_cleaned_of_its_page(browser: Browser, desk: Desk) -> None:
    assert (await reported(browser, of(handed.a_jpeg(remark=handed.A_PAGE, after=handed.A_PAGE)))).status_code == 200
    [row] = await stored(desk)
    assert b"<" not in row["content"]


async def test_no_files_chosen_are_none(browser: Browser, desk: Desk) -> None:
    assert (await reported(browser, of(b"", name=""))).status_code == 200
    assert await desk.events("ComplaintFilesReceived") == []


async def test_a_double_click_is_one_report_and_other_files_under_its_key_are_refused(
    browser: Browser, desk: Desk
) -> None:
    page = await browser.get("/hotline/")
    first = await sent(browser, "/hotline/", page, of(handed.a_jpeg()), **SAID)
    again = await sent(browser, "/hotline/", page, of(handed.a_jpeg()), **SAID)
    assert kept(first) == kept(again) != []
    other = await sent(browser, "/hotline/", page, of(handed.a_png()), **SAID)
    assert other.status_code == 422
    assert len(await stored(desk)) == len(await desk.events("ComplaintFilesReceived")) == 1


async def test_the_same_picture_of_two_people_is_stored_once_and_told_apart(browser: Browser, desk: Desk) -> None:
    for _ in range(2):
        await reported(browser, of(handed.a_jpeg()))
    assert len(await stored(desk)) == 1
    first, second = [event["files"][0]["sha256"] for event in await desk.events("ComplaintFilesReceived")]
    assert first != second


def form_bytes(browser: Browser, page: httpx.Response, content: bytes) -> tuple[bytes, dict[str, str]]:
    """A form as it goes over the wire."""
    held = checks.hidden_fields(form_of(page.text, "/hotline/"))
    made = browser.http.build_request("POST", "/hotline/", data=held | SAID, files={"files": ("x.jpg", content)})
    return made.read(), {"Content-Type": made.headers["content-type"]} | SAME_ORIGIN


async def test_a_form_that_is_cut_off_is_no_form(browser: Browser, desk: Desk) -> None:
    body, headers = form_bytes(browser, await browser.get("/hotline/"), handed.a_jpeg())
    for missing in (4, 10, 60, 300):
        page = await browser.http.post("/hotline/", content=body[:-missing], headers=headers)
        assert page.status_code == 400 and "gửi lại" in text_of(page), missing
    assert await desk.events() == []


async def test_a_form_that_comes_too_slowly_is_told_so(browser: Browser, desk: Desk) -> None:
    policy = desk.app.state.policy
    row = policy.files.rule(NOW.date())
    desk.app.state.policy = replace(policy, files=FileBook((replace(row, idle_seconds=0.2, seconds=0.6),)))
    body, headers = form_bytes(browser, await browser.get("/hotline/"), handed.a_jpeg())
    for pieces, pause in ((2, 0.5), (8, 0.15)):

        async def slowly(pieces: int = pieces, pause: float = pause) -> Any:
            for n in range(pieces):
                yield body[n * len(body) // pieces : (n + 1) * len(body) // pieces]
                await asyncio.sleep(pause)  # a line that stands still, and one that is slow all along

        page = await browser.http.post("/hotline/", content=slowly(), headers=headers)
        assert page.status_code == 408 and "chậm" in text_of(page)
    assert await desk.events() == []


async def test_a_form_says_what_the_row_of_the_day_lets_come_with_it(browser: Browser, desk: Desk) -> None:
    usual = await browser.get("/hotline/")
    said = text_of(usual)
    assert "Nhiều nhất 5 tệp, mỗi tệp 10 MB: ảnh JPEG, ảnh PNG," in said and "PDF giữ nguyên" in said
    assert 'accept="image/jpeg,image/png,image/webp,application/pdf,' in usual.text and ',.m4a"' in usual.text
    policy = desk.app.state.policy
    row = policy.files.rule(NOW.date())
    other = replace(row, files=2, bytes=2_500_000, kinds=("png", "ogg"))
    desk.app.state.policy = replace(policy, files=FileBook((other,)))
    page = await browser.get("/hotline/")
    assert "Nhiều nhất 2 tệp, mỗi tệp 2,5 MB: ảnh PNG, ghi âm OGG." in text_of(page) and "PDF" not in text_of(page)
    assert 'accept="image/png,audio/ogg"' in page.text
    refused = await reported(browser, of(handed.a_jpeg()))
    assert refused.status_code == 422 and "không thuộc loại được nhận" in text_of(refused)
    assert (await reported(browser, of(handed.a_png()))).status_code == 200
    english = text_of(await browser.get("/hotline/?lang=en"))
    assert "At most 2 files of 2.5 MB each: PNG picture, OGG recording." in english


async def test_a_body_has_room_for_files_where_they_are_sent_and_nowhere_else(browser: Browser, desk: Desk) -> None:
    large = of(*[handed.a_jpeg(picture=bytes((n,)) * 4_999_000) for n in range(1, 6)])
    page = await reported(browser, large)
    assert page.status_code == 200 and len(await stored(desk)) == 5
    headers = SAME_ORIGIN | {"Content-Type": "application/x-www-form-urlencoded"}
    over = await browser.http.post("/hotline/", content=bytes(50_100_001), headers=headers)
    assert over.status_code == 413
    for path in ("/hotline/status", "/hotline/reopen", "/hotline/denunciation"):
        refused = await browser.http.post(path, content=bytes(1_000_001), headers=headers)
        assert refused.status_code == 413, path


async def test_an_address_that_sends_large_forms_without_end_is_told_to_wait(browser: Browser, desk: Desk) -> None:
    body, headers = form_bytes(browser, await browser.get("/hotline/"), handed.a_jpeg(picture=bytes(1_000_000)))
    answers = [await browser.http.post("/hotline/", content=body[:-60], headers=headers) for _ in range(7)]
    assert [each.status_code for each in answers] == [400] * 6 + [429]
    assert await desk.events() == []


async def test_the_language_is_switched_with_files_chosen_and_nothing_is_stored(browser: Browser, desk: Desk) -> None:
    page = await browser.get("/hotline/")
    held = checks.hidden_fields(form_of(page.text, "/hotline/"))
    large = ("files", ("x.jpg", handed.a_jpeg(picture=bytes(2_000_000))))
    shown = await browser.http.post("/hotline/?lang=en", data=held | SAID, files=[large], headers=SAME_ORIGIN)
    assert shown.status_code == 200 and TEXT in shown.text and "Photos, recordings, papers" in text_of(shown)
    assert await stored(desk) == []


@pytest.fixture
async def asked(browser: Browser, desk: Desk) -> tuple[str, str, str]:
    """A report whose reporter is asked for more: its id, number and code."""
    number, code = kept(await reported(browser, []))
    operator = desk.as_("off-operator-1", "operator")
    complaint_id = (await desk.rows("complaint"))[0]["complaint_id"]
    path = f"/complaints/{complaint_id}"
    kind = CONDUCT | {"category": "roads"}
    for step, body in (("triage", kind), ("take-up", None), ("ask-supplement", {"question": "Có ảnh không?"})):
        assert (await operator.post(f"{path}/{step}", json=body)).status_code == 201, step
    return complaint_id, number, code


async def test_what_a_reporter_says_later_comes_with_files_too(
    browser: Browser, desk: Desk, asked: tuple[str, str, str]
) -> None:
    _, number, code = asked
    page = await browser.get("/hotline/supplement")
    typed = {"number": number, "code": code, "told": "Đây là ảnh."}
    wrong = await sent(browser, "/hotline/supplement", page, of(handed.A_ZIP), **typed)
    assert wrong.status_code == 422 and await stored(desk) == []
    strange = await sent(browser, "/hotline/supplement", page, of(handed.a_png()), **typed | {"code": "0" * 16})
    assert strange.status_code == 404 and await stored(desk) == []
    done = await sent(browser, "/hotline/supplement", page, of(handed.a_png()), **typed)
    assert done.status_code == 200 and "ảnh PNG" in text_of(done)
    [event] = await desk.events("ComplaintFilesReceived")
    assert (event["came_with"], event["recorded_by"]) == ("supplement", None)


async def test_the_desk_writes_down_a_call_and_a_supplement_with_files(
    browser: Browser, desk: Desk, asked: tuple[str, str, str]
) -> None:
    browser.sign_in("off-operator-1", "operator")
    path = f"/hotline/desk/{asked[0]}/supplement"
    page = await browser.get(f"/hotline/desk/{asked[0]}")
    wrong = await sent(browser, path, page, of(handed.A_ZIP), supplement_text="Có ảnh.")
    assert wrong.status_code == 422 and "Có tệp bị hỏng" in text_of(wrong) and "Có ảnh." in wrong.text
    assert (await sent(browser, path, page, of(handed.a_pdf()), supplement_text="Có ảnh.")).status_code == 303
    late = await sent(
        browser, path, page, of(handed.a_png()), supplement_text="Thêm ảnh.", once="another-key-0123456789"
    )
    assert late.status_code == 409 and "Hãy chọn lại các tệp" in text_of(late) and "Thêm ảnh." in late.text
    call = await browser.get("/hotline/desk/call")
    done = await sent(browser, "/hotline/desk/call", call, of(handed.an_mp3()), **SAID)
    assert done.status_code == 200 and "ghi âm MP3" in text_of(done)
    known = [(event["came_with"], event["recorded_by"]) for event in await desk.events("ComplaintFilesReceived")]
    assert known == [("supplement", "off-operator-1"), ("report", "off-operator-1")]


async def test_a_denunciation_takes_no_files(browser: Browser, desk: Desk) -> None:
    page = await browser.get("/hotline/")
    held = checks.hidden_fields(form_of(page.text, "/hotline/"))
    file = {"files": ("x.jpg", handed.a_jpeg())}
    said = {"accused": "official", "text": TEXT}
    answer = await browser.http.post("/hotline/denunciation", data=held | said, files=file, headers=SAME_ORIGIN)
    assert answer.status_code == 400 and await stored(desk) == await desk.rows("private") == []
