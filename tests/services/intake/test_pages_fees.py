"""Fees on the desk's pages: what is published stands in the form, what is paid at once is recorded with the result."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from tests.services.intake.conftest import A_BIRTH, FRIDAY_AFTERNOON, Visitor, lookup_code
from tests.services.intake.test_pages_counter import COUNTER, facts
from tests.services.intake.test_pages_kept import all_shown, shown, switches
from tests.services.intake.test_pages_steps import ASKED, take
from tests.shared.web.conftest import text_of
from tests.support import SetClock

A_SALE = {"procedure": "2.001035", "papers": ["du_thao", "giay_to_quyen"]}
A_SHOP = {"procedure": "1.001612", "papers": ["giay_de_nghi"]}
A_COPY = A_BIRTH | {"procedure": "2.000815", "papers": ["ban_chinh", "ban_sao"], "do": "return"}
ABROAD = A_BIRTH | {"procedure": "2.000528", "papers": ["giay_chung_sinh", "thoa_thuan_quoc_tich"], "do": "return"}
PAID = {"fee-amount": "6.000 đ", "fee-paid_by": "cash"}


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def taken_up(clerk: Visitor, **what: Any) -> str:
    path = f"{COUNTER}/{clerk.receive(**what)}"
    take(clerk, path, "take-up")
    return path


@pytest.mark.parametrize(
    ("what", "amount", "act", "fee"),
    [
        (A_SALE, "50000", "226/2016/TT-BTC", "50.000 đ"),
        (A_SHOP, "150000", "", "150.000 đ (theo nghị quyết của HĐND tỉnh)"),
        ({"procedure": "2.000528", "papers": ABROAD["papers"]}, "", "", "Theo nghị quyết của HĐND tỉnh"),
    ],
)
def test_the_form_that_asks_for_a_payment_says_what_is_published_and_is_filled_with_it(
    clerk: Visitor, what: dict[str, Any], amount: str, act: str, fee: str
) -> None:
    page = clerk.get(taken_up(clerk, **what))
    assert shown(page, "ask_fee-amount") == [amount] and shown(page, "ask_fee-basis") == [act]
    [form] = re.findall(r'<form method="post" id="form-ask_fee".*?</form>', page.text, re.DOTALL)
    assert fee in text_of(form)
    assert "<details open" not in page.text, "nobody has typed anything"


def test_what_the_form_is_filled_with_can_be_sent_as_it_is(clerk: Visitor, intake: FastAPI) -> None:
    path = taken_up(clerk, **A_SALE)
    page = clerk.get(path)
    typed = {name: shown(page, f"ask_fee-{name}")[0] for name in ("amount", "basis")}
    assert take(clerk, path, "ask-fee", page, **typed).status_code == 303
    assert '"amount":50000,"basis":"226/2016/TT-BTC"' in facts(intake, "DossierFeeRequested")[0]


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("vi", "Số tiền này không phải mức đã công bố của thủ tục. Hãy xem lại mức đã công bố."),
        ("en", "This is not the published amount of the procedure. Look at what is published."),
    ],
)
def test_another_amount_is_refused_beside_its_field_with_what_was_typed(
    clerk: Visitor, intake: FastAPI, lang: str, says: str
) -> None:
    path = taken_up(clerk, **A_SALE)
    typed = {"amount": "500000000", "basis": "226/2016/TT-BTC"}
    page = take(clerk, path, "ask-fee", clerk.get(f"{path}?lang={lang}"), **typed)
    assert page.status_code == 422 and f'<a href="#ask_fee-amount">{says}</a>' in page.text
    assert shown(page, "ask_fee-amount") == ["500000000"] and "<details open" in page.text
    assert facts(intake, "DossierFeeRequested") == []


def test_what_a_form_is_filled_with_opens_no_fold_when_another_one_is_sent(clerk: Visitor) -> None:
    path = taken_up(clerk, **A_SALE)
    page = take(clerk, path, "ask-supplement", details="Thiếu")
    [fold] = re.findall(r"<details open>(.*?)</details>", page.text, re.DOTALL)
    assert "ask_supplement-details" in fold and shown(page, "ask_fee-amount") == ["50000"]


# --- at one sitting


def test_what_is_paid_while_the_citizen_waits_is_recorded_with_the_result(clerk: Visitor, intake: FastAPI) -> None:
    page = clerk.submit(clerk.get(COUNTER), COUNTER, **A_COPY | {"do": "date", "papers": []})
    [fold] = re.findall(
        r"<details><summary>Ghi tiền đã thu, khi trả ngay</summary>(.*?)</details>", page.text, re.DOTALL
    )
    assert "2.000 đ/trang (trang 1–2)" in fold and 'name="fee-basis"' not in fold
    slip = clerk.submit(page, COUNTER, **A_COPY | PAID)
    assert slip.status_code == 200 and lookup_code(slip.text)
    (asked,), (paid,) = facts(intake, "DossierFeeRequested"), facts(intake, "DossierFeePaid")
    assert (json.loads(asked)["data"]["amount"], json.loads(asked)["data"]["basis"]) == (6_000, "226/2016/TT-BTC")
    assert (json.loads(paid)["data"]["amount"], json.loads(paid)["data"]["paid_by"]) == (6_000, "cash")
    assert len(facts(intake, "ResultHandedOver")) == 1


def test_what_is_not_written_down_is_not_recorded(clerk: Visitor, intake: FastAPI) -> None:
    assert clerk.submit(clerk.get(COUNTER), COUNTER, **A_COPY).status_code == 200
    assert facts(intake, "DossierFeeRequested") == [] and len(facts(intake, "ResultHandedOver")) == 1


WRONG: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "another amount": (
        A_COPY | PAID | {"fee-amount": "2.500"},
        "fee-amount",
        "không phải mức đã công bố",
        "not the published",
    ),
    "no number": (A_COPY | PAID | {"fee-amount": "sáu"}, "fee-amount", "Số tiền phải là một số.", "must be a number"),
    "not said how": (
        A_COPY | {"fee-amount": "6000"},
        "fee-paid_by",
        "Hãy nhập cách nộp.",
        "Enter the way it was paid.",
    ),
    "not said how much": (A_COPY | {"fee-paid_by": "cash"}, "fee-amount", "Hãy nhập số tiền.", "Enter"),
    "no act": (ABROAD | PAID, "fee-basis", "Hãy ghi số văn bản quy định khoản thu này.", "Enter the number of the act"),
    "not handed over at once": (
        A_COPY | PAID | {"do": "save"},
        "fee-amount",
        "Tiền thu tại quầy chỉ ghi khi trả ngay.",
        "only recorded when you hand over at once",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_payment_that_is_wrong_is_told_beside_its_field_and_nothing_is_received(
    clerk: Visitor, intake: FastAPI, wrong: str
) -> None:
    typed, field, *told = WRONG[wrong]
    for lang, says in zip(("vi", "en"), told, strict=True):
        page = clerk.submit(clerk.get(f"{COUNTER}?lang={lang}"), COUNTER, **typed)
        assert page.status_code == 422, text_of(page.text)
        [line] = re.findall(rf'<a href="#{field}">(.*?)</a>', page.text)
        assert says in line and f'id="{field}-error"' in page.text
        for name in ("fee-amount", "fee-paid_by"):
            assert shown(page, name) == [typed[name]] if name in typed else shown(page, name) in ([""], [])
    assert facts(intake, "DossierReceived") == []


def test_an_act_of_the_province_is_typed_and_recorded(clerk: Visitor, intake: FastAPI) -> None:
    typed = ABROAD | {"fee-amount": "75.000", "fee-paid_by": "transfer", "fee-basis": "12/2025/nq-hđnd"}
    assert clerk.submit(clerk.get(COUNTER), COUNTER, **typed).status_code == 200
    assert json.loads(facts(intake, "DossierFeeRequested")[0])["data"]["basis"] == "12/2025/NQ-HĐND"


@pytest.mark.parametrize("procedure", ["1.001193", "2.001035"])
def test_what_is_free_or_takes_days_has_no_place_for_a_payment(clerk: Visitor, procedure: str) -> None:
    assert 'name="fee-amount"' not in clerk.get(f"{COUNTER}/part/papers?procedure={procedure}").text
    assert 'name="fee-amount"' in clerk.get(f"{COUNTER}/part/papers?procedure=2.000884").text


def test_what_was_typed_of_a_payment_stays_in_the_other_language(clerk: Visitor) -> None:
    typed = {name: value for name, value in (A_COPY | PAID).items() if name != "do"}
    english = switches(clerk, clerk.get(COUNTER), COUNTER, **typed)
    all_shown(english, typed)
    assert re.search(r"<details open><summary>Record what was paid", english.text)


# --- papers that are asked for late

A_HOUSE = {"procedure": "1.013225", "papers": ["don", "giay_to_dat", "ban_ve"]}


@pytest.mark.parametrize(
    ("lang", "in_time", "late", "told"),
    [
        (
            "vi",
            "Luật cho yêu cầu đến 15:01 thứ Ba 16/06/2026.",
            "Luật cho yêu cầu đến 15:01 thứ Ba 16/06/2026: yêu cầu bây giờ vẫn được, và được ghi là muộn.",
            "Đã yêu cầu bổ sung: giấy tờ không đọc được, không rõ (muộn hơn luật cho)",
        ),
        (
            "en",
            "The law lets you ask until 15:01, Tuesday 16 June 2026.",
            "The law lets you ask until 15:01, Tuesday 16 June 2026: you still can, and it is recorded as late.",
            "(later than the law allows)",
        ),
    ],
)
def test_a_case_says_until_when_papers_could_be_asked_for_and_that_it_was_later(
    clerk: Visitor, clock: SetClock, lang: str, in_time: str, late: str, told: str
) -> None:
    path = taken_up(clerk, **A_HOUSE)
    assert in_time in text_of(clerk.get(f"{path}?lang={lang}").text)
    clock.goes_to(FRIDAY_AFTERNOON + timedelta(days=12))
    assert late in text_of(clerk.get(f"{path}?lang={lang}").text)
    assert take(clerk, path, "ask-supplement", **ASKED | {"papers": ["ban_ve"]}).status_code == 303
    assert told in text_of(clerk.get(f"{path}?lang={lang}").text)
