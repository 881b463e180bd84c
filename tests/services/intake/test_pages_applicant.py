"""Who applied, on the page of a dossier and of a filing: read by a press, by whoever may act, and recorded."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.intake import commands
from shared.engines import open_engine
from shared.errors import Refused
from shared.mechanism import private
from shared.web.security import SAME_ORIGIN
from tests.services.intake.conftest import Visitor
from tests.services.intake.room import called
from tests.services.intake.test_emergency_races import Replicas, replicas
from tests.services.intake.test_pages_counter import COUNTER, facts
from tests.services.intake.test_pages_filings import FILINGS, registered, take
from tests.services.intake.test_pages_kept import shown
from tests.services.intake.test_pages_letters import readings
from tests.shared.web.conftest import text_of

__all__ = ["replicas"]
WHO = "Nguyễn Thị Hường"
PRESS, RECORDED = "Xem người nộp hồ sơ", "Mỗi lần xem đều được ghi lại."
NO_LONGER = "Thông tin của người nộp không còn được lưu ở đây."


def a_dossier(clerk: Visitor) -> str:
    return f"{COUNTER}/{clerk.receive()}"


CASES: list[Callable[[Visitor], str]] = [a_dossier, registered]
OF_BOTH = pytest.mark.parametrize("a_case", CASES, ids=["dossier", "filing"])


KEY = re.compile(r'<button class="btn ghost" data-key="F4"[^>]*>')


def press(visitor: Visitor, page: httpx.Response, path: str, step: str = "", **typed: Any) -> httpx.Response:
    """A press of the key of a page, or of the one in the form of a step, with what is typed in its form, as a browser
    without a script does it: what is shown there, changed as typed."""
    (key,) = KEY.findall(page.text)
    name = re.search(r' form="form-([a-z_]+)"', key)
    step = step or (name[1] if name else "")
    if not step:
        return visitor.submit(page, path)
    (form,) = re.findall(rf'<form[^>]* id="form-{step}".*?</form>', page.text, re.DOTALL)
    assert (name is not None and name[1] == step) or f'name="tried" value="{step}" formaction="{path}"' in form
    names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]*)"', form))
    fields = {each: shown(httpx.Response(200, text=form), each) for each in names} | {"tried": step} | typed
    return visitor.ask("POST", path, data=fields, headers=SAME_ORIGIN | {"Accept": "text/html"})


def opened(visitor: Visitor, path: str, lang: str = "vi") -> httpx.Response:
    """The page after the key was pressed."""
    return press(visitor, visitor.get(f"{path}?lang={lang}"), path)


def said(page: httpx.Response) -> str:
    """What stands there of the person, as it is read."""
    assert page.status_code == 200, page.text
    found = re.search(
        r'<section tabindex="-1" autofocus aria-labelledby="applicant">.*?</section>', page.text, re.DOTALL
    )
    assert found
    return text_of(found[0]).strip()


def erase(database_url: str) -> None:
    engine = open_engine(database_url, write=True)
    with engine.begin() as connection:
        connection.execute(private.delete())
    engine.dispose()


@OF_BOTH
def test_a_page_names_nobody_until_its_key_is_pressed(
    clerk: Visitor, intake: FastAPI, a_case: Callable[[Visitor], str]
) -> None:
    page = clerk.get(a_case(clerk)).text
    assert PRESS in page and RECORDED in page and 'data-key="F4"' in page
    for word in (WHO, "019203001234", "0192 0300 1234", "0912 345 678", "Xóm Đồng Cả", "huong@example.vn"):
        assert word not in page
    assert facts(intake, "PrivateDataRead") == []


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("vi", "Người nộp hồ sơ Họ và tên Nguyễn Thị Hường Điện thoại 0912 345 678 Địa chỉ Xóm Đồng Cả"),
        ("en", "Who applied Full name Nguyễn Thị Hường Telephone 0912 345 678 Address Xóm Đồng Cả"),
    ],
)
def test_a_press_names_the_applicant_of_a_dossier_with_the_contact_that_exists(
    clerk: Visitor, lang: str, expected: str
) -> None:
    page = opened(clerk, a_dossier(clerk), lang)
    assert said(page) == expected and PRESS not in page.text and "019203001234" not in page.text
    assert ('<span lang="vi">Nguyễn Thị Hường</span>' in page.text) is (lang == "en")
    assert page.headers["cache-control"] == "no-store"


def test_a_press_names_whoever_filed_online(clerk: Visitor) -> None:
    page = opened(clerk, registered(clerk))
    assert said(page) == "Người nộp hồ sơ Họ và tên Nguyễn Thị Hường Thư điện tử huong@example.vn"


@OF_BOTH
def test_the_page_goes_on_as_it_was_with_what_can_be_done(clerk: Visitor, a_case: Callable[[Visitor], str]) -> None:
    path = a_case(clerk)
    before, after = clerk.get(path), opened(clerk, path)
    forms = re.compile(r'<form method="post" action="([^"]*)"')
    assert set(forms.findall(after.text)) == set(forms.findall(before.text)) - {path}
    assert f'href="{path}?lang=en"' in after.text, "another language leads back to the page"


@OF_BOTH
def test_each_look_is_recorded_with_what_was_read_and_for_what(
    clerk: Visitor, intake: FastAPI, a_case: Callable[[Visitor], str]
) -> None:
    path = a_case(clerk)
    opened(clerk, path)
    opened(clerk, path)
    first, second = facts(intake, "PrivateDataRead")
    for reading in (first, second):
        assert '"purpose":"who_applied"' in reading and '"reader":"off-clerk-1"' in reading
        assert '"full_name"' in reading and "citizen_id" not in reading and WHO not in reading


@OF_BOTH
def test_after_erasure_it_says_so(
    clerk: Visitor, database_url: str, intake: FastAPI, a_case: Callable[[Visitor], str]
) -> None:
    path = a_case(clerk)
    erase(database_url)
    assert said(opened(clerk, path)) == f"Người nộp hồ sơ {NO_LONGER}"
    (reading,) = facts(intake, "PrivateDataRead")
    assert '"fields":[]' in reading


def test_the_visit_that_a_filing_is_open_for_stays(clerk: Visitor, citizen: Visitor) -> None:
    path, visit = registered(clerk), called(citizen, clerk).rsplit("/", 1)[1]
    page = clerk.get(f"{path}?visit={visit}")
    for each in (page, press(clerk, page, path), press(clerk, page, path, "ask")):
        assert re.search(rf'name="accept-visit" value="{visit}" checked', each.text)
    assert f'value="{visit}" checked' not in clerk.get(path).text


def test_of_a_filing_that_is_a_dossier_by_now_what_was_read_is_shown_and_not_lost(clerk: Visitor) -> None:
    path = registered(clerk)
    page = clerk.get(path)
    take(clerk, path, "accept", papers="giay_chung_sinh")
    assert clerk.get(path).status_code == 303
    late = press(clerk, page, path)
    assert WHO in said(late) and "Mở hồ sơ này" in late.text


def test_what_was_ticked_for_the_step_that_stands_open_is_kept_and_what_was_unticked_too(clerk: Visitor) -> None:
    path = registered(clerk)
    page = clerk.get(path)
    typed = {"accept-papers": ["giay_chung_sinh", "uy_quyen"], "accept-variant": "verify"}
    after = press(clerk, page, path, **typed)
    assert WHO in said(after)
    for name, value in typed.items():
        assert set(value if isinstance(value, list) else [value]) == set(shown(after, name)), name
    assert clerk.submit(after, f"{path}/accept", **typed).headers["location"].endswith("/receipt")


def test_a_visit_that_was_unticked_stays_so(clerk: Visitor, citizen: Visitor) -> None:
    path, visit = registered(clerk), called(citizen, clerk).rsplit("/", 1)[1]
    after = press(clerk, clerk.get(f"{path}?visit={visit}"), path, **{"accept-visit": []})
    assert WHO in said(after) and f'name="accept-visit" value="{visit}">' in after.text


def test_what_was_typed_in_a_folded_form_is_kept_by_the_key_in_it_and_the_form_stays_unfolded(
    clerk: Visitor, intake: FastAPI
) -> None:
    filing, dossier = registered(clerk), a_dossier(clerk)
    clerk.submit(clerk.get(dossier), f"{dossier}/take-up")
    for path, step, typed in (
        (filing, "ask", {"ask-papers": ["giay_chung_sinh"], "ask-details": "Thiếu <b>"}),
        (dossier, "ask_supplement", {"ask_supplement-papers": ["uy_quyen"], "ask_supplement-details": "Mờ <b>"}),
        (dossier, "correct", {"correct-phone": "0987 654 321", "correct-reason_code": "typing_error"}),
    ):
        after = press(clerk, clerk.get(path), path, step, **typed)
        assert WHO in said(after) and 'class="errors"' not in after.text
        for name, value in typed.items():
            assert set(value if isinstance(value, list) else [value]) == set(shown(after, name)), name
        (fold,) = re.findall(r"<details open>(.*?)</form>", after.text, re.DOTALL)
        assert f'id="form-{step}"' in fold
    assert facts(intake, "DossierSupplementRequested") == facts(intake, "DossierCorrected") == []


def test_the_key_of_what_is_handed_over_keeps_who_takes_it(clerk: Visitor) -> None:
    path = a_dossier(clerk)
    for step in ("take-up", "complete"):
        clerk.submit(clerk.get(path), f"{path}/{step}")
    typed = {"hand_over-handed_to": "representative", "hand_over-full_name": "Lê Thị Bình"}
    after = press(clerk, clerk.get(path), path, **typed)
    assert {name: [value] for name, value in typed.items()} == {name: shown(after, name) for name in typed}
    assert shown(opened(clerk, path), "hand_over-handed_to") == ["applicant"], "as before, when nothing was chosen"


def test_enter_in_a_field_of_the_form_takes_its_step_and_reads_nothing(clerk: Visitor) -> None:
    page = clerk.get(registered(clerk)).text
    first, *_, key = re.findall(r'<button[^>]* form="form-accept"[^>]*>', page)
    assert "formaction" not in first and "name=" not in first and KEY.fullmatch(key)
    assert page.index(first) < page.index(key) < page.index('id="form-accept"')


@pytest.mark.parametrize("role", ["clerk", "officer", "head", "leader"])
def test_whoever_may_act_on_a_dossier_reads_it_wherever_it_stands(
    come: Callable[..., Visitor], clerk: Visitor, role: str
) -> None:
    path = a_dossier(clerk)
    clerk.submit(clerk.get(path), f"{path}/withdraw")
    assert WHO in said(opened(come(role), path))


@pytest.mark.parametrize("role", ["clerk", "head", "leader"])
def test_whoever_may_act_on_a_filing_reads_it(come: Callable[..., Visitor], clerk: Visitor, role: str) -> None:
    assert WHO in said(opened(come(role), registered(clerk)))


def test_who_may_look_at_a_filing_and_not_act_on_it_sees_nothing_of_it(
    come: Callable[..., Visitor], clerk: Visitor, intake: FastAPI
) -> None:
    path, officer = registered(clerk), come("officer")
    page = officer.get(path)
    assert page.status_code == 200 and PRESS not in page.text and 'id="applicant"' not in page.text
    assert officer.ask("POST", path, data={}, headers=SAME_ORIGIN).status_code == 403
    assert facts(intake, "PrivateDataRead") == []


@OF_BOTH
@pytest.mark.parametrize("role", ["operator", "admin"])
def test_a_role_that_acts_on_nothing_here_sees_nothing(
    come: Callable[..., Visitor], clerk: Visitor, intake: FastAPI, a_case: Callable[[Visitor], str], role: str
) -> None:
    path = a_case(clerk)
    answer = come(role).ask("POST", path, data={}, headers=SAME_ORIGIN)
    assert answer.status_code == 403 and WHO not in answer.text
    assert facts(intake, "PrivateDataRead") == []


@OF_BOTH
def test_another_communes_clerk_and_the_public_are_led_to_the_sign_in(
    come: Callable[..., Visitor], clerk: Visitor, intake: FastAPI, a_case: Callable[[Visitor], str]
) -> None:
    path = a_case(clerk)
    for visitor in (come("clerk", unit="dai-tu"), come()):
        answer = visitor.ask("POST", path, data={}, headers=SAME_ORIGIN | {"Accept": "text/html"})
        assert answer.status_code == 303 and answer.headers["location"].startswith("/personnel/sign-in")
    assert facts(intake, "PrivateDataRead") == []


@OF_BOTH
def test_without_the_token_of_the_form_nothing_is_read(
    clerk: Visitor, intake: FastAPI, a_case: Callable[[Visitor], str]
) -> None:
    answer = clerk.ask("POST", a_case(clerk), data={"csrf": "x"}, headers=SAME_ORIGIN)
    assert answer.status_code == 403 and WHO not in answer.text
    assert facts(intake, "PrivateDataRead") == []


@pytest.mark.parametrize("path", [f"{COUNTER}/nobodys", f"{FILINGS}/nobodys"])
def test_of_what_is_not_there_nothing_is_read(clerk: Visitor, intake: FastAPI, path: str) -> None:
    here = a_dossier(clerk)
    token = re.search(r'name="csrf" value="([^"]*)"', clerk.get(here).text)
    assert token
    assert clerk.ask("POST", path, data={"csrf": token[1]}, headers=SAME_ORIGIN).status_code == 404
    assert facts(intake, "PrivateDataRead") == []


async def test_two_clerks_who_look_while_the_name_is_put_right_read_the_one_or_the_other_whole(
    replicas: Replicas,
) -> None:
    one, right = replicas.one, "Nguyễn Văn Ân"
    path = await one.receives()
    dossier = path.rsplit("/", 1)[1]

    async def look(office_number: int) -> dict[str, str]:
        service = (replicas.one, replicas.other)[office_number % 2].app.state.service
        return await service.db.write(commands.applicant_of, dossier, f"off-clerk-{office_number}", one.clock.now())

    correction = {"reason_code": "typing_error", "full_name": right}
    found = await asyncio.gather(
        *(look(each) for each in range(3)), one.post("clerk", f"{path}/correct", correction), *map(look, range(3, 6))
    )
    looks = [each for each in found if "full_name" in each]
    assert {each["full_name"] for each in looks} <= {"Nguyễn Văn An", right} and len(looks) == 6
    assert all(each["phone"] == "0912345678" for each in looks)
    assert sorted(each.reader for each in readings(one.url)) == [f"off-clerk-{number}" for number in range(6)]
    assert (await look(6))["full_name"] == right


async def test_a_command_for_what_is_not_there_is_refused_with_its_code(replicas: Replicas) -> None:
    service = replicas.one.app.state.service
    for command, code in ((commands.applicant_of, "dossier_not_found"), (commands.filer_of, "filing_not_found")):
        with pytest.raises(Refused) as no:
            await service.db.write(command, "nobodys", "off-clerk-1", replicas.one.clock.now())
        assert (no.value.code, no.value.status) == (code, 404)
