"""A report that says several things on its page, as a browser without JavaScript sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.services.hotline.complaining import KIND, step
from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import Desk
from tests.services.hotline.reports import filed
from tests.services.hotline.test_denunciations import timed
from tests.services.hotline.test_files import reported
from tests.services.hotline.test_pages import Browser, text_of
from tests.services.hotline.test_parts import BRIBE, LAMP, LAND, MIXED

__all__ = ["timed"]


@pytest.fixture
async def browser(timed: Timed) -> AsyncIterator[Browser]:
    found = Browser(timed.desk)
    found.sign_in("off-operator-1", "operator")
    yield found
    await found.http.aclose()


async def test_a_denunciation_with_files_is_sealed_once_they_were_handed_over(browser: Browser, timed: Timed) -> None:
    receipt = await reported(timed.desk)
    path = f"/hotline/desk/{receipt.complaint_id}"
    page = await browser.get(path)
    assert "Phong bì không chứa được tệp" in text_of(page)
    kept = await browser.send(page, f"{path}/denunciation", accused="official", rest_here=LAMP)
    assert kept.status_code == 409 and "giao tận tay" in text_of(kept) and LAMP in kept.text
    assert len(await timed.desk.rows("private_file")) == 2
    done = await browser.send(kept, f"{path}/denunciation", accused="official", rest_here=LAMP, files_given="true")
    assert done.status_code == 303 and await timed.desk.rows("private_file") == []
    assert "Tệp kèm theo" not in text_of(await browser.get(path))


async def test_one_thing_is_split_off_and_the_parts_are_linked(browser: Browser, timed: Timed) -> None:
    receipt = await filed(timed.desk, text=MIXED)
    path = f"/hotline/desk/{receipt['complaint_id']}"
    page = await browser.get(path)
    wrong = await browser.send(page, f"{path}/split", split_rest=LAMP)
    assert wrong.status_code == 422 and 'href="#split_part"' in wrong.text and LAMP in wrong.text
    done = await browser.send(page, f"{path}/split", split_rest=LAMP, split_part=LAND)
    assert done.status_code == 303
    page = await browser.get(path)
    assert "Các phần khác của cùng một phản ánh" in text_of(page) and "PA-260605-0002" in page.text
    status = await browser.get("/hotline/status")
    typed = {"number": str(receipt["number"]), "code": str(receipt["receipt_code"])}
    shown = await browser.send(status, "/hotline/status", **typed)
    assert 'href="/hotline/status?number=PA-260605-0002"' in shown.text


async def test_it_is_split_after_triage_too_by_whoever_has_it(browser: Browser, timed: Timed) -> None:
    complaint_id = str((await filed(timed.desk, text=MIXED))["complaint_id"])
    path = f"/hotline/desk/{complaint_id}"
    await step(timed.desk, complaint_id, "triage", KIND | {"kind": "pakn"})
    assert f'action="{path}/split"' in (await browser.get(path)).text
    await step(timed.desk, complaint_id, "assign", {"official_id": "off-clerk-1"})
    assert f'action="{path}/split"' not in (await browser.get(path)).text, "somebody else has it"
    browser.sign_in("off-clerk-1", "officer")
    done = await browser.send(await browser.get(path), f"{path}/split", split_rest=LAMP, split_part=LAND)
    assert done.status_code == 303


async def test_a_denunciation_is_sealed_and_only_the_rest_stays(browser: Browser, timed: Timed) -> None:
    path = f"/hotline/desk/{(await filed(timed.desk, text=MIXED))['complaint_id']}"
    page = await browser.get(path)
    wrong = await browser.send(page, f"{path}/denunciation", rest_here=LAMP)
    assert wrong.status_code == 422 and 'href="#accused"' in wrong.text and LAMP in wrong.text
    refused = await browser.send(page, f"{path}/denunciation", accused="police", rest_here=LAMP)
    assert refused.status_code == 409 and "Ở đây không nhận tố cáo này" in text_of(refused)
    done = await browser.send(page, f"{path}/denunciation", accused="official", rest_here=LAMP)
    assert done.status_code == 303 and BRIBE not in str(await timed.desk.rows("private"))


async def test_without_recipients_nothing_is_offered_to_be_sealed(desk: Desk) -> None:
    alone = Browser(desk)
    alone.sign_in("off-operator-1", "operator")
    path = f"/hotline/desk/{(await filed(desk))['complaint_id']}"
    assert f'action="{path}/denunciation"' not in (await alone.get(path)).text
    await alone.http.aclose()
