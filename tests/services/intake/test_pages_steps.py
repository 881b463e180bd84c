"""The steps of a dossier through its pages: who may take which, what is refused and how it is said, and what the
citizen reads of it. Without JavaScript throughout."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from services.intake.pages import standing, view
from services.intake.pages.counter import AWAITED
from services.intake.pages.steps import BLANKS
from services.intake.rules import ROLES, Status
from services.intake.tables import Dossier
from shared.mechanism import private
from shared.web.language import Words, read_english
from shared.worktime import VN, Calendar
from tests.services.intake.conftest import FRIDAY_AFTERNOON, Visitor, lookup_code, number
from tests.services.intake.test_pages_citizens import PERSONAL, tracked
from tests.services.intake.test_pages_counter import COUNTER, facts
from tests.services.intake.test_pages_people import appointed, hears
from tests.shared.web.conftest import text_of
from tests.shared.web.pdf_text import squeezed, text_of_pdf
from tests.support import SetClock

Come = Callable[..., Visitor]
ASKED = {"papers": ["giay_chung_sinh", "uy_quyen"], "reason_code": "papers_unclear"}
THERE = {"papers": ASKED["papers"]}
FEE = {"amount": "150.000", "basis": "281/2016/TT-BTC"}
WITH_A_FEE = {"procedure": "2.000528", "papers": ["giay_chung_sinh", "thoa_thuan_quoc_tich"]}
"""A birth with a foreign element: as fast, and not free."""
STOP = {"reason_code": "not_eligible", "basis": "118/2025/NĐ-CP, Điều 19"}
TO: dict[Status, tuple[tuple[str, dict[str, Any]], ...]] = {
    Status.RECEIVED: (),
    Status.IN_PROGRESS: (("take-up", {}),),
    Status.SUPPLEMENT_AWAITED: (("take-up", {}), ("ask-supplement", ASKED)),
    Status.FEE_AWAITED: (("take-up", {}), ("ask-fee", FEE)),
    Status.WITHDRAWN: (("withdraw", {}),),
    Status.STOPPED: (("take-up", {}), ("stop", STOP)),
    Status.COMPLETED: (("take-up", {}), ("complete", {})),
    Status.HANDED_OVER: (("take-up", {}), ("complete", {}), ("hand-over", {})),
}
"""The pages that lead to each state."""


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def take(visitor: Visitor, path: str, step: str, page: httpx.Response | None = None, **typed: Any) -> httpx.Response:
    """Fill in the form of a step, on a page that was opened before or now, and send it."""
    named = {f"{step.replace('-', '_')}-{name}": value for name, value in typed.items()}
    return visitor.submit(page or visitor.get(path), f"{path}/{step}", **named)


@pytest.fixture
def dossier_in(clerk: Visitor, come: Come) -> Callable[[Status], str]:
    """The page of a dossier that pages led to a state."""

    def dossier_in(status: Status) -> str:
        path = f"{COUNTER}/{clerk.receive(**WITH_A_FEE)}"
        for step, typed in TO[status]:
            who = come("head") if step == "stop" else clerk
            assert take(who, path, step, **typed).status_code in (200, 303)
        return path

    return dossier_in


def steps_on(visitor: Visitor, path: str) -> set[str]:
    return set(re.findall(rf'action="{path}/([a-z-]+)"', visitor.get(path).text))


def said_on(visitor: Visitor, path: str, lang: str = "vi") -> str:
    return text_of(visitor.get(f"{path}?lang={lang}").text.split("<main", 1)[1])


def row_of(intake: FastAPI, path: str) -> Any:
    with intake.state.service.db.engine.connect() as connection:
        query = sa.select(Dossier).where(sa.column("dossier_id") == path.rsplit("/", 1)[1])
        return connection.execute(query).one()


def own_page(clerk: Visitor, citizen: Visitor, path: str, lang: str = "vi") -> str:
    """What the citizen's page says, below its masthead."""
    receipt = clerk.get(f"{path}/receipt").text
    return tracked(citizen, number(receipt), lookup_code(receipt), lang).split("<main", 1)[1]


CLERKS, HEADS = ("clerk", "officer", "head", "leader"), ("head", "leader")
OFFERED: dict[Status, dict[str, tuple[str, ...]]] = {
    Status.RECEIVED: {
        "take-up": ("clerk", "officer", "head"),
        "reschedule": HEADS,
        "assign": HEADS,
        "withdraw": ("clerk",),
        "correct": ("clerk", *HEADS),
    },
    Status.IN_PROGRESS: {
        "complete": ("clerk", *HEADS),
        "ask-supplement": ("clerk", *HEADS),
        "ask-fee": ("clerk", *HEADS),
        "reschedule": HEADS,
        "assign": HEADS,
        "withdraw": ("clerk",),
        "correct": ("clerk", *HEADS),
        "stop": HEADS,
    },
    Status.SUPPLEMENT_AWAITED: {
        "supplement": ("clerk",),
        "withdraw": ("clerk",),
        "stop": HEADS,
        "correct": ("clerk", *HEADS),
    },
    Status.FEE_AWAITED: {"pay-fee": ("clerk",), "reschedule": HEADS, "stop": HEADS, "correct": ("clerk", *HEADS)},
    Status.WITHDRAWN: {},
    Status.STOPPED: {},
    Status.COMPLETED: {"hand-over": ("clerk",)},
    Status.HANDED_OVER: {},
}
"""Which form stands on whose page; the clerk is the one who took it up."""


@pytest.mark.parametrize("status", Status)
def test_a_form_stands_on_the_pages_of_those_who_may_send_it(
    dossier_in: Callable[[Status], str], come: Come, intake: FastAPI, status: Status
) -> None:
    hears(intake, appointed())
    path = dossier_in(status)
    for role in CLERKS:
        expected = {step for step, roles in OFFERED[status].items() if role in roles}
        assert steps_on(come(role), path) == expected, role


@pytest.mark.parametrize("step", sorted({*ROLES} - {"receive"}))
def test_a_form_that_a_role_is_not_shown_is_refused_from_it(clerk: Visitor, come: Come, step: str) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    roles: Any = ROLES
    for role in {*CLERKS, "operator", "admin"} - {*roles[step]}:
        answer = come(role).ask("POST", f"{path}/{step.replace('_', '-')}", headers={"Sec-Fetch-Site": "same-origin"})
        assert (answer.status_code, answer.json()["code"]) == (403, "role_missing"), role


@pytest.mark.parametrize("status", Status)
def test_every_state_has_its_first_sentence_in_both_languages(status: Status) -> None:
    english = read_english(Path(view.__file__).parent / "locale" / "en.po")
    for words in (standing.at_desk, standing.to_citizen):
        assert {words(status, past) for past in (False, True)} <= {*english}
    assert standing.at_desk(status, False) == standing.at_desk(status, True) or (
        standing.to_citizen(status, False) != standing.to_citizen(status, True)
    ), "what reads differently once it has passed does so for its citizen too"


def test_the_most_likely_step_is_in_the_open_and_the_others_are_folded(
    dossier_in: Callable[[Status], str], clerk: Visitor
) -> None:
    page = clerk.get(dossier_in(Status.IN_PROGRESS)).text
    main = page.split("Làm gì bây giờ?")[1]
    assert "/complete" in main.split("<details")[0] and 'data-key="F9"' in main.split("<details")[0]
    assert main.split("</section>")[0].count("<details>") == 4 and "<details open" not in main


def test_a_supplement_goes_its_way(clerk: Visitor, dossier_in: Callable[[Status], str], clock: SetClock) -> None:
    path = dossier_in(Status.IN_PROGRESS)
    opened = said_on(clerk, path)
    assert "Chỉ được yêu cầu một lần" in opened and "Người dân có đến 15:01 thứ Sáu 26/06/2026 để bổ sung" in opened
    assert take(clerk, path, "ask-supplement", **ASKED, details="Bản chụp mờ").status_code == 303
    awaited = said_on(clerk, path)
    assert "Chờ giấy tờ bổ sung, chậm nhất thứ Sáu 26/06/2026" in awaited and "còn 15 ngày làm việc" in awaited
    assert "Lý do: giấy tờ không đọc được, không rõ." in awaited and "Hẹn trả kết quả" not in awaited
    assert "Ngày hẹn trước đó 17:00 thứ Hai 08/06/2026" in awaited
    clock.goes_to(datetime(2026, 6, 10, 9, 0, tzinfo=VN))
    assert "trễ" not in said_on(clerk, path), "its clock stands still"
    assert take(clerk, path, "supplement", **THERE).status_code == 303
    again = said_on(clerk, path)
    assert "Hẹn trả kết quả thứ Tư 10/06/2026" in again and "Đã nhận đủ giấy tờ bổ sung, hẹn ngày mới" in again


def test_what_was_written_to_the_citizen_is_kept_and_shown_on_no_page(
    clerk: Visitor, citizen: Visitor, come: Come, dossier_in: Callable[[Status], str], intake: FastAPI
) -> None:
    path = dossier_in(Status.IN_PROGRESS)
    take(clerk, path, "ask-supplement", **ASKED, details="Tên mẹ viết sai: Hườngg")
    with intake.state.service.db.engine.connect() as connection:
        kept = connection.execute(sa.select(private.c.value).where(private.c.field == "text")).scalars().all()
    assert kept == ["Tên mẹ viết sai: Hườngg"]
    assert "viết sai" not in clerk.get(path).text + own_page(clerk, citizen, path)
    assert all("viết sai" not in body for body in facts(intake, "DossierSupplementRequested"))


def test_a_double_click_asks_once(clerk: Visitor, dossier_in: Callable[[Status], str], intake: FastAPI) -> None:
    path = dossier_in(Status.IN_PROGRESS)
    page = clerk.get(path)
    answers = [take(clerk, path, "ask-supplement", page, **ASKED).status_code for _ in range(2)]
    assert answers == [303, 303] and len(facts(intake, "DossierSupplementRequested")) == 1


@pytest.mark.parametrize(
    ("lang", "said"),
    [("vi", "Đã yêu cầu bổ sung đủ số lần được phép."), ("en", "Papers were asked for as often as allowed.")],
)
def test_papers_are_not_asked_for_twice(
    clerk: Visitor, dossier_in: Callable[[Status], str], lang: str, said: str
) -> None:
    path = dossier_in(Status.IN_PROGRESS)
    stale = clerk.get(f"{path}?lang={lang}")
    take(clerk, path, "ask-supplement", **ASKED)
    take(clerk, path, "supplement", **THERE)
    assert "ask-supplement" not in steps_on(clerk, path) and said in said_on(clerk, path, lang)
    answer = take(clerk, path, "ask-supplement", stale, **ASKED)
    assert answer.status_code == 409 and answer.text.count(said) == 2, "as the answer, and where the form was"


def test_a_procedure_whose_law_lets_papers_be_asked_for_twice_says_so(clerk: Visitor) -> None:
    listed = clerk.get(f"{COUNTER}/part/papers", params={"procedure": "1.013225"}).text
    path = f"{COUNTER}/{clerk.receive(procedure='1.013225', papers=_papers_on(listed, 'papers'))}"
    take(clerk, path, "take-up")
    assert "nhiều nhất 2 lần, đây là lần 1" in said_on(clerk, path)
    paper = _papers_on(clerk.get(path).text, "ask_supplement-papers")[0]
    take(clerk, path, "ask-supplement", papers=[paper], reason_code="papers_missing")
    take(clerk, path, "supplement", papers=[paper])
    assert "nhiều nhất 2 lần, đây là lần 2" in said_on(clerk, path)


def _papers_on(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([a-z_0-9]+)"', page)


def test_a_supplement_that_lacks_a_paper_names_it_and_keeps_the_ticks(
    clerk: Visitor, dossier_in: Callable[[Status], str]
) -> None:
    path = dossier_in(Status.SUPPLEMENT_AWAITED)
    assert _papers_on(clerk.get(path).text, "supplement-papers") == ASKED["papers"]
    assert " checked" not in clerk.get(path).text, "nobody ticked for the clerk"
    for lang, said in (
        ("vi", "Còn thiếu: Giấy chứng sinh. Chỉ ghi nhận khi đã đủ"),
        ("en", "Still missing: Certificate of live birth. It is recorded only when"),
    ):
        page = clerk.get(f"{path}?lang={lang}")
        answer = take(clerk, path, "supplement", page, papers=["uy_quyen"])
        assert answer.status_code == 422 and f'<a href="#supplement-papers">{said}' in answer.text
        assert 'value="uy_quyen" checked' in answer.text and answer.text.count(said) == 2


WRONG: dict[str, tuple[Status, str, dict[str, Any], tuple[str, ...], tuple[str, ...]]] = {
    "nothing asked for": (
        Status.IN_PROGRESS,
        "ask-supplement",
        {"details": "vẫn còn đây"},
        ("Hãy chọn ít nhất 1 mục: giấy tờ.", "Hãy nhập lý do.", "vẫn còn đây"),
        ("Choose at least 1", "reason", "vẫn còn đây"),
    ),
    "another paper": (
        Status.IN_PROGRESS,
        "ask-supplement",
        ASKED | {"papers": ["so_do"]},
        ("Danh mục giấy tờ đã thay đổi. Hãy đánh dấu lại.", 'value="papers_unclear" selected'),
        ("The list of papers has changed. Tick them again.",),
    ),
    "no act": (
        Status.IN_PROGRESS,
        "ask-fee",
        {"amount": "500", "basis": "thông tư 281"},
        (
            "Số tiền phải từ 1000 trở lên.",
            "Hãy ghi số văn bản, rồi điều khoản sau dấu phẩy, như: 118/2025/NĐ-CP, Điều 19.",
        ),
        ("Write the number of the act, then the article after a comma, such as: 118/2025/NĐ-CP, Điều 19.",),
    ),
    "no number": (
        Status.IN_PROGRESS,
        "ask-fee",
        FEE | {"amount": "trăm rưỡi"},
        ("Số tiền phải là một số.", 'value="trăm rưỡi"'),
        ("Amount must be a number.",),
    ),
    "not said how": (Status.FEE_AWAITED, "pay-fee", {}, ("Hãy nhập cách nộp.",), ("Enter the way it was paid.",)),
    "another amount": (
        Status.FEE_AWAITED,
        "pay-fee",
        {"amount": "149000", "paid_by": "cash"},
        ("Số tiền khác với số đã yêu cầu. Hãy xem lại.",),
        ("The amount is not the one that was asked for. Look again.",),
    ),
    "nobody": (Status.RECEIVED, "assign", {}, ("Hãy nhập người giải quyết.",), ("person to do the work",)),
    "a stranger": (
        Status.RECEIVED,
        "assign",
        {"official_id": "off-nobody-1"},
        ("Không có cán bộ nào mang mã này. Hãy chọn trong danh sách.",),
        ("No official has this id. Choose one from the list.",),
    ),
    "not lapsed": (
        Status.SUPPLEMENT_AWAITED,
        "stop",
        STOP | {"reason_code": "supplement_lapsed"},
        ("Người dân còn thời hạn bổ sung đến 15:01 thứ Sáu 26/06/2026. Hãy chờ, hoặc chọn lý do khác.",),
        ("The citizen has until 15:01, Friday 26 June 2026 to bring the papers. Wait, or choose another reason.",),
    ),
    "never asked": (
        Status.IN_PROGRESS,
        "stop",
        STOP | {"reason_code": "supplement_lapsed"},
        ("Chưa yêu cầu bổ sung giấy tờ nào: hãy chọn lý do khác.", "118/2025/NĐ-CP, Điều 19"),
        ("No papers were asked for: choose another reason.",),
    ),
    "no reason": (Status.IN_PROGRESS, "stop", {}, ("Hãy nhập lý do.", "Hãy nhập số văn bản."), ("number of the act",)),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_form_that_is_wrong_says_what_to_do_in_both_languages_and_keeps_what_was_typed(
    dossier_in: Callable[[Status], str], clerk: Visitor, come: Come, intake: FastAPI, wrong: str
) -> None:
    status, step, typed, *told = WRONG[wrong]
    hears(intake, appointed())
    path = dossier_in(status)
    who = come("head") if step in ("assign", "stop") else clerk
    for lang, sentences in zip(("vi", "en"), told, strict=True):
        answer = take(who, path, step, who.get(f"{path}?lang={lang}"), **typed)
        assert answer.status_code == (409 if "lapsed" in str(typed) else 422), text_of(answer.text)
        assert [each for each in sentences if each not in answer.text] == []
        assert row_of(intake, path).status == status
        assert "<details open" in answer.text or step == "pay-fee"
        assert all(
            f'id="{each}"' in answer.text for each in re.findall(r'<a href="#([a-z]+_?[a-z]+-[a-z_]+)">', answer.text)
        )


def test_what_somebody_else_did_meanwhile_is_said_on_the_dossier(
    dossier_in: Callable[[Status], str], clerk: Visitor, come: Come, intake: FastAPI
) -> None:
    """Every step from a page that was opened before the dossier was taken back."""
    hears(intake, appointed())
    path, head = dossier_in(Status.IN_PROGRESS), come("head")
    pages = {lang: (clerk.get(f"{path}?lang={lang}"), head.get(f"{path}?lang={lang}")) for lang in ("vi", "en")}
    take(come("clerk"), path, "withdraw")
    forms = {"ask-supplement": ASKED, "ask-fee": FEE, "stop": STOP, "assign": {"official_id": "off-clerk-1"}}
    told = {
        "ask-supplement": (
            "chưa có người nhận việc, đang chờ người dân, hoặc đã xong",
            "Nobody has taken this case up yet",
        ),
        "ask-fee": ("chưa có người nhận việc, đang chờ người dân, hoặc đã xong", "Nobody has taken this case up yet"),
        "stop": ("Chỉ dừng được hồ sơ đang giải quyết.", "Only a case that is being worked on can be stopped."),
        "assign": ("không còn việc để giao", "There is no work left to assign"),
        "withdraw": ("không rút được", "it cannot be taken back"),
    }
    for step, (vi, en) in told.items():
        for lang, said in (("vi", vi), ("en", en)):
            who, page = (head, pages[lang][1]) if step in ("stop", "assign") else (clerk, pages[lang][0])
            who.get(f"{path}?lang={lang}")
            answer = take(who, path, step, page, **forms.get(step, {}))
            assert answer.status_code == 409 and said in answer.text, step


def test_papers_and_money_that_were_recorded_meanwhile_are_said_to_be(
    dossier_in: Callable[[Status], str], clerk: Visitor
) -> None:
    for status, step, typed, vi, en in (
        (Status.SUPPLEMENT_AWAITED, "supplement", THERE, "không chờ giấy tờ nào", "waits for no papers"),
        (Status.FEE_AWAITED, "pay-fee", {"paid_by": "cash"}, "không chờ khoản tiền nào", "waits for no payment"),
    ):
        path = dossier_in(status)
        pages = [clerk.get(f"{path}?lang={lang}") for lang in ("vi", "en")]
        assert take(clerk, path, step, **typed).status_code == 303
        for lang, page, said in zip(("vi", "en"), pages, (vi, en), strict=True):
            clerk.get(f"{path}?lang={lang}")
            answer = take(clerk, path, step, page, **typed)
            assert answer.status_code == 409 and said in answer.text


@pytest.mark.parametrize("typed", ["150000", "150.000", "150 000 đ", "150,000", "150.000 đồng", "150.000₫"])
def test_an_amount_and_an_act_are_read_however_they_are_typed(
    dossier_in: Callable[[Status], str], clerk: Visitor, intake: FastAPI, typed: str
) -> None:
    path = dossier_in(Status.IN_PROGRESS)
    answer = take(clerk, path, "ask-fee", amount=typed, basis=" 281/2016/tt-btc ,điều 4, khoản 1")
    assert answer.status_code == 303, text_of(answer.text)
    assert row_of(intake, path).fee == 150_000
    assert '"basis":"281/2016/TT-BTC, Điều 4, Khoản 1"' in facts(intake, "DossierFeeRequested")[0]


def test_a_payment_goes_its_way(clerk: Visitor, dossier_in: Callable[[Status], str], clock: SetClock) -> None:
    path = dossier_in(Status.FEE_AWAITED)
    awaited = said_on(clerk, path)
    assert "Chờ nộp 150.000 ₫ để kịp ngày hẹn thứ Hai 08/06/2026" in awaited
    assert "Căn cứ: 281/2016/TT-BTC" in awaited and "Ghi đã nộp 150.000" in awaited
    clock.goes_to(datetime(2026, 6, 9, 9, 0, tzinfo=VN))
    assert "đã quá ngày hẹn thứ Hai 08/06/2026" in said_on(clerk, path)
    assert take(clerk, path, "pay-fee", paid_by="transfer").status_code == 303
    paid = said_on(clerk, path)
    assert "(chuyển khoản)" in paid and "Hẹn trả kết quả thứ Hai 08/06/2026" in paid
    assert "150,000" in said_on(clerk, path, "en")


def test_work_is_assigned_to_somebody_who_is_known(
    come: Come, dossier_in: Callable[[Status], str], intake: FastAPI
) -> None:
    path, head = dossier_in(Status.RECEIVED), come("head")
    assert "Chưa có danh sách cán bộ" in said_on(head, path) and "assign" not in steps_on(head, path)
    hears(intake, appointed())
    assert '<option value="off-clerk-1">Trần Thu Hà, Công chức tiếp nhận</option>' in head.get(path).text
    assert take(head, path, "assign", official_id="off-clerk-1").status_code == 303
    said = said_on(head, path)
    assert "Đã giao việc cho Trần Thu Hà" in said and "Người được giao việc Trần Thu Hà" in said
    assert "take-up" in steps_on(head, path), "who is told to has not taken it up"


@pytest.mark.parametrize(
    ("step", "said", "whom"),
    [
        ("withdraw", "Đã rút hồ sơ. Hãy in", "Người trả lại hồ sơ"),
        ("stop", "Đã dừng giải quyết. Hãy in", "Người quyết"),
    ],
)
def test_an_end_without_a_result_gives_a_slip_as_well_once(
    clerk: Visitor, come: Come, dossier_in: Callable[[Status], str], intake: FastAPI, step: str, said: str, whom: str
) -> None:
    path, who = dossier_in(Status.IN_PROGRESS), come("head") if step == "stop" else clerk
    opened, typed = who.get(path), STOP if step == "stop" else {}
    slip = take(who, path, step, opened, **typed)
    code = lookup_code(slip.text)
    assert slip.status_code == 200 and said in slip.text and whom in slip.text and "data-print" in slip.text
    assert lookup_code(take(who, path, step, opened, **typed).text) == code, "a refresh is the same act"
    assert [each for each in facts(intake, "PrivateDataRead") if '"purpose":"slip"' in each]
    shown = clerk.get(path).text
    assert code not in shown and "Phiếu đánh giá đã phát khi hồ sơ khép lại." in shown


@pytest.mark.parametrize(
    ("status", "vi", "en"),
    [
        (Status.WITHDRAWN, "Hồ sơ đã rút thứ Sáu 05/06/2026", "Taken back on Friday 5 June 2026"),
        (Status.STOPPED, "Hồ sơ đã dừng giải quyết thứ Sáu 05/06/2026", "Stopped on Friday 5 June 2026"),
    ],
)
def test_what_has_ended_promises_nothing(
    clerk: Visitor, dossier_in: Callable[[Status], str], status: Status, vi: str, en: str
) -> None:
    path = dossier_in(status)
    said = said_on(clerk, path)
    assert vi in said and en in said_on(clerk, path, "en")
    assert "Hẹn trả kết quả" not in said and "chậm nhất" not in said and "Vì sao là ngày này?" not in said


def test_who_never_brings_the_papers_has_their_dossier_stopped_when_their_time_is_over(
    clerk: Visitor, citizen: Visitor, come: Come, dossier_in: Callable[[Status], str], clock: SetClock
) -> None:
    path, head = dossier_in(Status.SUPPLEMENT_AWAITED), come("head")
    clock.goes_to(datetime(2026, 6, 29, 9, 0, tzinfo=VN))
    assert "Hạn bổ sung giấy tờ đã qua: thứ Sáu 26/06/2026" in said_on(clerk, path)
    assert "supplement" in steps_on(clerk, path), "and still they may come"
    own = text_of(own_page(clerk, citizen, path))
    assert "hồ sơ chưa khép lại: hãy mang đến ngay" in own and "Đã quá hạn bổ sung" in own
    assert take(head, path, "stop", **STOP | {"reason_code": "supplement_lapsed"}).status_code == 200
    assert "Lý do: quá hạn bổ sung giấy tờ." in text_of(own_page(clerk, citizen, path))


def test_the_lists_show_what_is_awaited_as_such_and_not_as_late(
    clerk: Visitor, dossier_in: Callable[[Status], str], clock: SetClock
) -> None:
    late, papers, fee = (dossier_in(each) for each in (Status.IN_PROGRESS, *AWAITED))
    clock.goes_to(datetime(2026, 6, 10, 9, 0, tzinfo=VN))
    for page in (COUNTER, f"{COUNTER}/open"):
        ours, awaited = clerk.get(page).text.split("Chờ người dân bổ sung giấy tờ hoặc nộp tiền")
        assert late in ours and papers not in ours and fee not in ours
        rows = {path: text_of(awaited.split(path)[1].split("</tr>")[0]) for path in (papers, fee)}
        assert "Chờ bổ sung giấy tờ" in rows[papers] and "15:01 thứ Sáu 26/06" in rows[papers]
        assert "trễ" not in rows[papers]
        assert "17:00 thứ Hai 08/06" in rows[fee], "its date holds"
    assert "Waiting for the citizen to bring papers or to pay" in said_on(clerk, f"{COUNTER}/open", "en")


def test_a_desk_that_waits_for_citizens_alone_is_not_said_to_be_empty(
    clerk: Visitor, dossier_in: Callable[[Status], str]
) -> None:
    dossier_in(Status.SUPPLEMENT_AWAITED)
    assert "Không có hồ sơ nào đang mở" not in clerk.get(f"{COUNTER}/open").text


READ: dict[Status, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Status.RECEIVED: (
        ("Ông/Bà có kết quả chậm nhất thứ Hai 08/06/2026", "Hiện giờ không cần làm gì"),
        ("You will have your result by Monday 8 June 2026",),
    ),
    Status.IN_PROGRESS: (
        ("Ông/Bà có kết quả chậm nhất thứ Hai 08/06/2026", "Hiện giờ không cần làm gì"),
        ("You will have your result by Monday 8 June 2026",),
    ),
    Status.SUPPLEMENT_AWAITED: (
        (
            "Xin Ông/Bà bổ sung giấy tờ, chậm nhất thứ Sáu 26/06/2026",
            "Giấy chứng sinh",
            "Văn bản ủy quyền",
            "Lý do: giấy tờ không đọc được, không rõ.",
            "Đây là tất cả: chúng tôi không được yêu cầu thêm lần nữa.",
            "Trung tâm Phục vụ hành chính công xã Đại Phúc",
            "hồ sơ có thể bị dừng giải quyết",
            "trước 15:01",
        ),
        ("Please bring the missing papers by Friday 26 June 2026", "Certificate of live birth", "Letter of authority"),
    ),
    Status.FEE_AWAITED: (
        ("Xin Ông/Bà nộp 150.000", "thứ Hai 08/06/2026", "tại quầy của", "Căn cứ: 281/2016/TT-BTC", "Hãy lấy biên lai"),
        ("Please pay 150,000", "Monday 8 June 2026", "Legal basis:"),
    ),
    Status.WITHDRAWN: (
        ("Ông/Bà đã rút hồ sơ này thứ Sáu 05/06/2026", "hãy nộp hồ sơ mới", "Ông/Bà không yêu cầu rút? Gọi ngay"),
        ("You took this case back on Friday 5 June 2026", "Report or complain"),
    ),
    Status.STOPPED: (
        (
            "Chúng tôi đã dừng giải quyết thứ Sáu 05/06/2026",
            "Lý do: không đủ điều kiện.",
            "Căn cứ: 118/2025/NĐ-CP, Điều 19",
            "Ông/Bà có quyền khiếu nại",
        ),
        ("We stopped work on this case on Friday 5 June 2026", "Reason: the conditions are not met."),
    ),
    Status.COMPLETED: (
        ("Kết quả đã có từ thứ Sáu 05/06/2026", "Mời Ông/Bà đến quầy nhận kết quả"),
        ("Friday 5 June 2026",),
    ),
    Status.HANDED_OVER: (
        ("Ông/Bà đã nhận kết quả thứ Sáu 05/06/2026", "Xin Ông/Bà đánh giá bằng mã trên phiếu"),
        ("You received the result on Friday 5 June 2026",),
    ),
}


@pytest.mark.parametrize("status", Status)
def test_the_citizen_reads_where_it_stands_and_what_to_do_and_nothing_personal(
    clerk: Visitor, citizen: Visitor, dossier_in: Callable[[Status], str], status: Status
) -> None:
    path = dossier_in(status)
    for lang, sentences in zip(("vi", "en"), READ[status], strict=True):
        page = own_page(clerk, citizen, path, lang)
        assert [each for each in sentences if each not in text_of(page)] == []
        assert [word for word in (*PERSONAL, "off-head") if word in text_of(page)] == []
    promised = text_of(own_page(clerk, citizen, path))
    assert ("Ngày hẹn trước đó" in promised) is (status in standing.DATE_SET_ASIDE)
    assert ('href="/hotline/"' in page) is (status in (Status.WITHDRAWN, Status.STOPPED))
    assert ("đánh giá bằng mã" in promised) is (status is Status.HANDED_OVER)


def test_who_is_asked_for_papers_after_the_date_had_come_is_apologised_to(
    clerk: Visitor, citizen: Visitor, dossier_in: Callable[[Status], str], clock: SetClock
) -> None:
    path = dossier_in(Status.IN_PROGRESS)
    clock.goes_to(FRIDAY_AFTERNOON + timedelta(days=5))
    take(clerk, path, "ask-supplement", **ASKED)
    said = text_of(own_page(clerk, citizen, path))
    assert "Chúng tôi xin lỗi: trước khi có yêu cầu này, hồ sơ đã trễ hẹn thứ Hai 08/06/2026." in said
    take(clerk, path, "supplement", **THERE)
    said = said_on(clerk, path)
    assert "Đã nhận đủ giấy tờ bổ sung" in said and "hẹn ngày mới" not in said, "asking does not mend a broken promise"


def test_an_apology_for_a_date_is_not_made_while_none_holds(
    clerk: Visitor, citizen: Visitor, come: Come, dossier_in: Callable[[Status], str]
) -> None:
    path, head = dossier_in(Status.IN_PROGRESS), come("head")
    take(head, path, "reschedule", working_days="3", reason_code="system_outage")
    assert "Đây là ngày mới." in text_of(own_page(clerk, citizen, path))
    take(clerk, path, "ask-supplement", **ASKED)
    assert "Đây là ngày mới." not in text_of(own_page(clerk, citizen, path))


@pytest.mark.parametrize("step", BLANKS)
def test_every_field_of_a_form_has_a_name_for_its_errors(step: Any) -> None:
    asked = BLANKS[step]
    assert {*asked.labels} | {"amount"} >= {*asked.body.model_fields}


def test_what_was_written_down_wrong_is_put_right(clerk: Visitor, dossier_in: Callable[[Status], str]) -> None:
    path = dossier_in(Status.RECEIVED)
    nothing = take(clerk, path, "correct", reason_code="typing_error")
    assert nothing.status_code == 422 and "Hãy ghi điều cần sửa." in text_of(nothing.text)
    wrong = take(clerk, path, "correct", reason_code="typing_error", citizen_id="12")
    assert wrong.status_code == 422 and "Số định danh phải đủ 12 chữ số" in text_of(wrong.text)
    done = take(clerk, path, "correct", reason_code="document_shows", citizen_id="0192 0300 4321")
    assert done.status_code == 303
    assert "Đã sửa thông tin ghi sai" in said_on(clerk, path)


def test_the_page_shows_the_clock_of_the_law_of_the_citizen_and_of_the_office(clerk: Visitor, clock: SetClock) -> None:
    """Received on Friday at 15:01, asked for papers at 16:01, looked at on Tuesday at 10:00."""
    path = f"{COUNTER}/{clerk.receive()}"
    take(clerk, path, "take-up")
    clock.goes_to(datetime(2026, 6, 5, 16, 1, tzinfo=VN))
    take(clerk, path, "ask-supplement", **ASKED)
    clock.goes_to(datetime(2026, 6, 9, 10, 0, tzinfo=VN))
    said = text_of(clerk.get(path).text)
    assert "Người dân đã chờ 1 ngày làm việc, 4 giờ làm việc, 59 phút" in said
    assert "Cơ quan đã dùng, không tính lúc chờ người dân 1 giờ làm việc" in said


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 phút"),
        (1, "1 phút"),
        (60, "1 giờ làm việc"),
        (480, "1 ngày làm việc"),
        (1021, "2 ngày làm việc, 1 giờ làm việc, 1 phút"),
    ],
)
def test_worked_time_is_said_in_days_of_the_office(minutes: int, words: str) -> None:
    assert view.worked_words(minutes, Calendar(), Words("vi", {})) == words


@pytest.mark.parametrize(
    ("typed", "status", "says"),
    [
        ({"handed_to": "post"}, 200, "Đã trả kết quả"),
        ({"handed_to": "representative", "full_name": "Lê Thị Bình", "citizen_id": "019203009999"}, 200, "Đã trả"),
        ({"handed_to": "representative"}, 422, "Hãy ghi họ tên và số định danh của người nhận thay."),
        ({"handed_to": "applicant", "full_name": "Lê Thị Bình", "citizen_id": "019203009999"}, 422, "người nhận thay"),
    ],
)
def test_who_takes_the_result_is_asked_at_the_desk(
    clerk: Visitor, intake: FastAPI, typed: dict[str, str], status: int, says: str
) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    for step in ("take-up", "complete"):
        take(clerk, path, step)
    answer = take(clerk, path, "hand-over", **typed)
    assert answer.status_code == status and says in text_of(answer.text)
    handed = facts(intake, "ResultHandedOver")
    assert [f'"handed_to":"{typed["handed_to"]}"' in each for each in handed] == ([True] if status == 200 else [])
    assert not any("Bình" in each for each in handed)


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ((("take-up", {}), ("ask-supplement", ASKED)), "Đang chờ bổ sung giấy tờ: ngày hẹn mới được báo khi đã đủ."),
        ((("withdraw", {}),), "Hồ sơ này đã khép lại: ngày hẹn ghi ở đây không còn."),
    ],
)
def test_a_receipt_that_is_looked_at_later_says_what_became_of_its_promise(
    clerk: Visitor, steps: tuple[tuple[str, dict[str, Any]], ...], says: str
) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    for more in ("", "?large=1"):
        assert squeezed(says) not in text_of_pdf(clerk.get(f"{path}/m01.pdf{more}").content)
    for step, typed in steps:
        take(clerk, path, step, **typed)
    assert says in text_of(clerk.get(f"{path}/receipt").text)
    for more in ("", "?large=1", "?copy=1"):
        assert squeezed(says) in text_of_pdf(clerk.get(f"{path}/m01.pdf{more}").content)


def test_no_payment_can_be_asked_for_what_is_free(clerk: Visitor) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    take(clerk, path, "take-up")
    page = clerk.get(path)
    assert "ask-supplement" in page.text and "ask-fee" not in page.text
