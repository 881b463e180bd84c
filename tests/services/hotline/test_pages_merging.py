"""Reports about the same thing on their pages, as a browser without JavaScript sees them."""

from __future__ import annotations

from tests.services.hotline.complaining import step
from tests.services.hotline.conftest import Timed
from tests.services.hotline.test_endings import told
from tests.services.hotline.test_merging import ANSWER, two
from tests.services.hotline.test_pages import Browser, text_of


async def test_one_is_merged_and_its_reporter_reads_the_answer_of_the_other_without_names(timed: Timed) -> None:
    lead, other = await two(timed)
    browser = Browser(timed.desk)
    browser.sign_in("off-operator-1", "operator")
    path, led = (f"/hotline/desk/{each['complaint_id']}" for each in (other, lead))
    page = await browser.get(path)
    wrong = await browser.send(page, f"{path}/merge", merge_into="PA-1")
    assert wrong.status_code == 422 and "Không có phản ánh nào mang số này" in text_of(wrong) and "PA-1" in wrong.text
    empty = await browser.send(page, f"{path}/merge")
    assert empty.status_code == 422 and 'href="#merge_into"' in empty.text
    typed = f" {str(lead['number']).lower().replace('-', '–', 1)} "
    done = await browser.send(page, f"{path}/merge", merge_into=typed)
    assert done.status_code == 303
    page = await browser.get(path)
    assert f'href="{led}"' in page.text and "trả lời cùng phản ánh khác" in text_of(page)
    assert f'action="{path}/answer"' not in page.text and f'action="{path}/merge"' not in page.text
    assert str(other["number"]) in text_of(await browser.get(led))
    await step(timed.desk, str(lead["complaint_id"]), "answer", {"text": ANSWER}, "off-leader-1")
    status = await browser.get("/hotline/status")
    typed = {"number": str(other["number"]), "code": str(other["receipt_code"])}
    shown = await browser.send(status, "/hotline/status", **typed)
    assert f'href="/hotline/status?number={lead["number"]}"' in shown.text and "đèn đã thay" in text_of(shown)
    assert "Bưởi" not in shown.text and "0987" not in shown.text
    await browser.http.aclose()


async def test_what_it_is_alike_to_is_offered_as_a_number(timed: Timed) -> None:
    lead, other = await two(timed)
    browser = Browser(timed.desk)
    browser.sign_in("off-operator-1", "operator")
    page = await browser.get(f"/hotline/desk/{other['complaint_id']}")
    assert f'<option value="{lead["number"]}">' in page.text and f'<option value="{other["number"]}">' not in page.text
    await browser.http.aclose()


async def test_a_merged_one_is_separated_with_a_reason(timed: Timed) -> None:
    lead, other = await two(timed)
    browser = Browser(timed.desk)
    browser.sign_in("off-operator-1", "operator")
    path = f"/hotline/desk/{other['complaint_id']}"
    await browser.send(await browser.get(path), f"{path}/merge", merge_into=str(lead["number"]))
    page = await browser.get(path)
    wrong = await browser.send(page, f"{path}/separate")
    assert wrong.status_code == 422 and 'href="#separate_reason"' in wrong.text
    done = await browser.send(page, f"{path}/separate", separate_reason="Đèn ở xóm khác.")
    assert done.status_code == 303
    page = await browser.get(path)
    assert f'action="{path}/merge"' in page.text and "Trả lời cùng phản ánh" not in text_of(page)
    read = await browser.send(page, f"{path}/text", purpose="triage")
    assert "Đèn ở xóm khác." in text_of(read)
    await browser.http.aclose()


async def test_what_was_withdrawn_is_listed_with_no_answer_of_another(timed: Timed) -> None:
    lead, other = await two(timed)
    browser = Browser(timed.desk)
    browser.sign_in("off-operator-1", "operator")
    path, led = (f"/hotline/desk/{each['complaint_id']}" for each in (other, lead))
    await browser.send(await browser.get(path), f"{path}/merge", merge_into=str(lead["number"]))
    assert str(other["number"]) in text_of(await browser.get(led))
    await told(timed.desk, other, "withdraw", "Đã tự sửa.")
    assert "Trả lời cùng phản ánh này" not in text_of(await browser.get(led))
    typed = {"number": str(other["number"]), "code": str(other["receipt_code"])}
    shown = text_of(await browser.send(await browser.get("/hotline/status"), "/hotline/status", **typed))
    assert "Đã kết thúc" in shown and "Câu trả lời của Ông/Bà" not in shown
    await browser.http.aclose()


async def test_what_is_about_conduct_is_not_offered_to_be_merged(timed: Timed) -> None:
    lead, _ = await two(timed)
    browser = Browser(timed.desk)
    browser.sign_in("off-operator-1", "operator")
    path = f"/hotline/desk/{lead['complaint_id']}"
    conduct = {"kind": "pakn", "category": "conduct", "severity": "normal"}
    await step(timed.desk, str(lead["complaint_id"]), "triage", conduct)
    assert f'action="{path}/merge"' not in (await browser.get(path)).text
    await browser.http.aclose()
