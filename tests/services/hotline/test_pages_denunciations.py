"""The pages about denunciations, as a browser without JavaScript sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import get_args

import pytest

from services.hotline.commands import denunciations as commands
from services.hotline.pages.denunciation_words import RECIPIENTS
from services.hotline.rulebook.denunciations import RecipientCode
from tests.services.hotline.conftest import Timed
from tests.services.hotline.denouncing import COMMUNE, SECRET
from tests.services.hotline.desk import Desk
from tests.services.hotline.test_denunciations import THURSDAY, read_by, timed
from tests.services.hotline.test_pages import Browser, form_of, switched, text_of

__all__ = ["timed"]
OWN, AT_DESK, ROOM = "/hotline/denunciation", "/hotline/desk/denunciation", "/hotline/desk/sealed"
TYPED = {"accused": "official", "official_id": "off-clerk-1", "text": SECRET, "full_name": "Hoàng Thị Lựu"}


@pytest.fixture
async def browser(timed: Timed) -> AsyncIterator[Browser]:
    found = Browser(timed.desk)
    yield found
    await found.http.aclose()


async def test_a_citizen_denounces_alone_and_two_read_it(browser: Browser, timed: Timed) -> None:
    start = await browser.get("/hotline/")
    assert f'href="{OWN}"' in start.text
    page = await browser.get(OWN)
    assert "Trụ sở tiếp công dân tỉnh" in text_of(page)
    done = await browser.send(page, OWN, **TYPED)
    assert done.status_code == 200 and "Nơi mở: Chủ tịch Ủy ban nhân dân xã" in text_of(done)
    again = await browser.send(page, OWN, **TYPED)
    assert again.status_code == 200 and "Hoàng Thị Lựu" not in done.text
    assert len(await timed.desk.rows("private")) == 1, "sent twice, it is one envelope"
    timed.clock.goes_to(THURSDAY)
    await timed.desk.service.db.write(commands.release, timed.desk.app.state.policy, timed.clock.now())
    browser.sign_in("off-leader-1", "leader")
    room = await browser.get(ROOM)
    assert "thứ Năm 11/06/2026 thứ Hai 08/06/2026 4" in text_of(room)
    file = await browser.get(f"{ROOM}/2026-06-11/envelopes.txt")
    assert "no-store" in file.headers["cache-control"]
    [read] = read_by(COMMUNE, [line.split()[1] for line in file.text.splitlines()])
    assert read["denouncer"] == {"full_name": "Hoàng Thị Lựu"}


async def test_the_room_is_there_for_key_holders_alone(browser: Browser) -> None:
    for official, role in (("off-operator-1", "operator"), ("off-leader-2", "leader"), ("off-clerk-1", "clerk")):
        browser.sign_in(official, role)
        page = await browser.get(ROOM)
        assert page.status_code == 404 and "Không có phong bì nào ở đây" in text_of(page)


async def test_the_desk_reads_out_the_sentence_and_says_where_to_go(browser: Browser, timed: Timed) -> None:
    browser.sign_in("off-operator-1", "operator")
    page = await browser.get(AT_DESK)
    assert "Người gọi điện muốn tố cáo thì đọc: Tố cáo phải gửi bằng đơn" in text_of(page)
    done = await browser.send(page, AT_DESK, **TYPED)
    assert done.status_code == 200
    for changed, says in (
        ({"accused": "chair"}, "không ai ở đây ghi hộ được"),
        ({"official_id": "off-head-1"}, "không ai ở đây ghi hộ được"),
        ({"accused": "police"}, "Giám đốc Công an tỉnh"),
    ):
        refused = await browser.send(page, AT_DESK, **(TYPED | changed))
        assert refused.status_code in (403, 409) and says in text_of(refused), changed
        assert "Hoàng Thị Lựu" in refused.text, "what was typed is still there"


async def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(browser: Browser, timed: Timed) -> None:
    page = await browser.get(OWN)
    wrong = await browser.send(page, OWN, text=SECRET, phone="0977 111 222")
    assert wrong.status_code == 422 and SECRET in wrong.text
    assert 'href="#full_name"' in wrong.text and 'href="#accused"' in wrong.text
    assert await timed.desk.rows("private") == []
    english = await switched(browser, page, OWN, text=SECRET)
    assert "Whom is it about?" in text_of(english) and SECRET in english.text


async def test_an_office_without_recipients_shows_where_to_go_and_no_form(desk: Desk) -> None:
    alone = Browser(desk)
    page = await alone.get(OWN)
    assert page.status_code == 200 and "đường dây này không nhận tố cáo" in text_of(page)
    with pytest.raises(ValueError):
        form_of(page.text, OWN)
    await alone.http.aclose()


def test_every_recipient_has_words() -> None:
    assert set(RECIPIENTS) == set(get_args(RecipientCode))
