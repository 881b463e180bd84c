"""What a citizen pays is what is published, asked for at a desk or paid while they wait."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.rulebook import Fee, Procedure, load
from services.intake.rules import fees
from shared.errors import Refused
from shared.mechanism import event_log, private
from tests.services.intake.office import FRIDAY, Office
from tests.services.intake.test_rulebook import CHANGED, refused_with
from tests.shared.line import rows
from tests.system.running import A_DOSSIER

CATALOGUE = load()
COPIES, SIGNATURE, SALE, EXTRACT = "2.000815", "2.000884", "2.001035", "2.000635"
HOME, STAY, SHOP, ADOPTION, BIRTH_ABROAD = "1.004222", "1.004194", "1.001612", "2.001263", "2.000528"
PUBLISHED = {
    COPIES: {"1000 a page"},
    SIGNATURE: {"10000 a case"},
    SALE: {"50000"},
    "2.001019": {"50000"},
    "2.001016": {"50000"},
    EXTRACT: {"8000 a copy"},
    HOME: {"20000 counter", "10000 online"},
    STAY: {"15000 counter", "7000 online", "10000 a person"},
    "1.002755": {"15000 counter", "7000 online", "10000 a person"},
    "1.010038": {"10000 counter", "5000 online"},
    SHOP: {"150000"},
    ADOPTION: {"400000"},
}
"""Transcribed from the domain's table (§12), by code: every fee there that is a number."""


def held(code: str) -> Procedure:
    found = CATALOGUE.in_force(code, FRIDAY.date())
    assert found is not None
    return found


def test_every_number_of_the_domains_table_binds_and_no_other_procedure_has_one() -> None:
    told = {each.code: {fee.code for fee in each.fees} for each in CATALOGUE.procedures if each.fees}
    assert told == PUBLISHED


@pytest.mark.parametrize("code", PUBLISHED)
def test_what_binds_is_what_the_words_say(code: str) -> None:
    """An amount that no citizen can read would be no published one."""
    procedure = held(code)
    amounts = {each.amount for each in procedure.fees} | {each.least for each in procedure.fees if each.least}
    assert all(f"{amount:,}".replace(",", ".") + " đ" in procedure.fee for amount in amounts)
    assert all(f"{amount:,} VND" in procedure.fee_en for amount in amounts)


@pytest.mark.parametrize(
    ("code", "channel", "amounts", "others"),
    [
        (SALE, "counter", [50_000], [500_000_000, 49_999, 50_001, 100_000]),
        (HOME, "counter", [20_000], [10_000, 40_000]),
        (HOME, "online", [10_000], [20_000]),
        (STAY, "counter", [15_000, 10_000, 30_000], [7_000, 25_000]),
        (STAY, "online", [7_000, 10_000, 30_000], [15_000, 14_000]),
        (EXTRACT, "post", [8_000, 24_000], [4_000, 12_000]),
        (COPIES, "counter", [2_000, 5_000, 200_000], [1_000, 2_500]),
        (ADOPTION, "counter", [400_000, 200_000], [400_001]),
        (BIRTH_ABROAD, "counter", [1_000, 75_000, 500_000_000], []),  # what the province sets
    ],
)
def test_an_amount_is_asked_for_where_it_is_published(
    code: str, channel: str, amounts: list[int], others: list[int]
) -> None:
    for amount in amounts:
        fees.check_fee(held(code), channel, amount)
    for amount in others:
        with pytest.raises(Refused) as no:
            fees.check_fee(held(code), channel, amount)
        assert (no.value.code, no.value.status) == ("fee_not_published", 422)
        assert no.value.more["published"] == [each.amount for each in fees.published(held(code), channel)]


FOR_EACH = [fee for each in CATALOGUE.procedures for fee in each.fees if fee.each]


@given(st.sampled_from(FOR_EACH), st.integers(1, 500), st.integers(1, 500), st.integers(1, 999))
def test_what_is_paid_for_each_is_paid_for_several_together_and_never_in_part(
    fee: Fee, some: int, more: int, part: int
) -> None:
    one, all_of_them, least = fee.amount * some, fee.amount * (some + more), fee.least or 0
    assert fee.is_paid_with(one) is (one >= least)
    assert fee.is_paid_with(all_of_them) is (all_of_them >= least)
    assert not fee.is_paid_with(one + part)


def test_nothing_is_asked_for_what_is_free() -> None:
    with pytest.raises(Refused) as no:
        fees.check_fee(held("1.001193"), "counter", 1_000)
    assert no.value.code == "free_of_charge"


@pytest.mark.parametrize(
    ("code", "channel", "amount", "act"),
    [
        (SALE, "counter", 50_000, "226/2016/TT-BTC"),
        (HOME, "online", 10_000, "75/2022/TT-BTC"),
        (STAY, "counter", 15_000, "75/2022/TT-BTC"),
        (COPIES, "counter", None, "226/2016/TT-BTC"),  # nobody knows how many pages
        (SHOP, "counter", 150_000, ""),  # which act of the province, nobody wrote down
        (BIRTH_ABROAD, "counter", None, ""),
    ],
)
def test_a_page_is_filled_with_the_one_amount_and_the_act_that_sets_it(
    code: str, channel: str, amount: int | None, act: str
) -> None:
    procedure = held(code)
    fee = fees.the_fee(procedure, channel)
    assert (fee and fee.amount) == amount
    assert fees.fee_basis(procedure, channel, CATALOGUE.laws_of(procedure)) == act


PRICED = CHANGED.replace("Miễn phí", "50.000 đ") + 'legal = ["tt-226-2016-btc"]\n'


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (PRICED + "fees = [{ amount = 0 }]\n", "amount is a whole number, 1 and more, not 0."),
        (
            PRICED + 'fees = [{ amount = 9, each = "sheet" }]\n',
            "each is one of page, copy, case, person, not 'sheet'.",
        ),
        (
            PRICED + 'fees = [{ amount = 9, channels = ["post"] }]\n',
            "a fee is for its channels, and post is none of them.",
        ),
        (
            PRICED + 'fees = [{ amount = 9, channels = ["fax"] }]\n',
            "channels is one of counter, online, post, not 'fax'.",
        ),
        (
            PRICED + 'fees = [{ amount = 9, law = "nd-1-1900" }]\n',
            "a fee is set by a law that it names in legal, and nd-1-1900 is none of them.",
        ),
        (
            PRICED + "fees = [{ amount = 9, least = 18 }]\n",
            "a fee has a least amount only where it is paid for each of something.",
        ),
        (
            PRICED + 'fees = [{ amount = 9, each = "copy", or_less = true }]\n',
            "a fee is paid for each of something, or in part, and not both.",
        ),
        (PRICED + "fees = [{ amount = 9 }, { amount = 9 }]\n", "fee 9 stands there 2 times."),
        (PRICED + "fees = [{ price = 9 }]\n", "got an unexpected keyword argument 'price'."),
        (CHANGED + "fees = [{ amount = 9 }]\n", "what is free has no amounts."),
    ],
)
def test_a_fee_that_cannot_be_is_one_sentence_with_its_file_and_procedure(tmp_path: Path, row: str, why: str) -> None:
    path = tmp_path / "procedures.toml"
    assert refused_with(path, row) == f"{path}, procedure 1.001193 from 2098-01-01: {why}"


# --- over the API

A_SALE = A_DOSSIER | {"procedure": SALE, "papers": ["du_thao", "giay_to_quyen"]}
A_HOME = A_DOSSIER | {"procedure": HOME, "papers": ["ct01", "cho_o_hop_phap"]}
A_COPY = A_DOSSIER | {"procedure": COPIES, "papers": ["ban_chinh", "ban_sao"]}
ABROAD = A_DOSSIER | {"procedure": BIRTH_ABROAD, "papers": ["giay_chung_sinh", "thoa_thuan_quoc_tich"]}
CASH = {"amount": 6_000, "paid_by": "cash"}


@pytest.mark.parametrize(
    ("body", "amount", "published"),
    [
        (A_SALE, 500_000_000, [50_000]),
        (A_HOME | {"channel": "online"}, 20_000, [10_000]),
        (A_HOME, 10_000, [20_000]),
    ],
)
async def test_another_amount_than_the_published_one_is_refused_at_the_desk(
    office: Office, body: dict[str, Any], amount: int, published: list[int]
) -> None:
    path, asked = await office.receives("take-up", body=body), {"basis": "226/2016/TT-BTC"}
    no = await office.post("clerk", f"{path}/ask-fee", asked | {"amount": amount}, 422)
    assert (no["code"], no["published"]) == ("fee_not_published", published)
    assert office.kinds() == ["dossier_received", "dossier_taken_up"]
    right = await office.post("clerk", f"{path}/ask-fee", asked | {"amount": published[0]})
    assert (right["status_code"], right["fee"]) == (6, published[0])


async def test_a_channel_that_was_put_right_has_its_own_fee(office: Office) -> None:
    path = await office.receives("take-up", body=A_HOME)
    await office.post("clerk", f"{path}/correct", {"reason_code": "typing_error", "channel": "online"})
    asked = {"amount": 10_000, "basis": "75/2022/TT-BTC"}
    assert (await office.post("clerk", f"{path}/ask-fee", asked))["fee"] == 10_000


def told(office: Office, kind: str) -> list[dict[str, Any]]:
    facts = [json.loads(row["body"]) for row in rows(office.url, event_log)]
    return [each["data"] for each in facts if f".{kind}." in each["type"]]


async def test_what_was_paid_at_one_sitting_is_told_by_the_same_facts_in_order(office: Office) -> None:
    done = await office.post("clerk", "/dossiers/at-one-sitting", A_COPY | {"fee_paid": CASH})
    assert (done["status_code"], len(done["slip_code"])) == (10, 19)
    assert office.kinds() == [
        "dossier_received",
        "dossier_taken_up",
        "dossier_fee_requested",
        "dossier_fee_paid",
        "dossier_completed",
        "result_handed_over",
    ]
    (asked,), (paid,) = told(office, "DossierFeeRequested"), told(office, "DossierFeePaid")
    assert (asked["status_code"], asked["amount"], asked["basis"]) == (6, 6_000, "226/2016/TT-BTC")
    assert (paid["status_code"], paid["amount"], paid["paid_by"]) == (4, 6_000, "cash")
    async with office.who("clerk") as clerk:
        seen = (await clerk.get(f"/dossiers/{done['dossier_id']}")).json()
    assert (seen["status_code"], seen["fee"], seen["outcome"]) == (10, None, "on_time")


async def test_an_act_that_the_catalogue_does_not_name_is_said(office: Office) -> None:
    path, paid = "/dossiers/at-one-sitting", {"amount": 75_000, "paid_by": "transfer"}
    assert (await office.post("clerk", path, ABROAD | {"fee_paid": paid}, 422))["code"] == "fee_basis_missing"
    act = {"basis": "12/2025/NQ-HĐND"}
    await office.post("clerk", path, ABROAD | {"fee_paid": paid | act})
    assert [each["basis"] for each in told(office, "DossierFeeRequested")] == ["12/2025/NQ-HĐND"]


@pytest.mark.parametrize(
    ("body", "paid", "code"),
    [
        (A_COPY, CASH | {"amount": 2_500}, "fee_not_published"),
        (A_COPY, CASH | {"amount": 0}, "invalid_request"),
        (A_COPY, CASH | {"paid_by": "gold"}, "invalid_request"),
        (A_COPY, CASH | {"basis": "Nguyễn Văn An 019203001234"}, "invalid_request"),
        (A_DOSSIER, CASH, "free_of_charge"),
    ],
)
async def test_what_cannot_be_paid_at_one_sitting_is_refused_and_nothing_is_recorded(
    office: Office, body: dict[str, Any], paid: dict[str, Any], code: str
) -> None:
    no = await office.post("clerk", "/dossiers/at-one-sitting", body | {"fee_paid": paid}, 422)
    assert no["code"] == code
    assert office.kinds() == [] and rows(office.url, private) == []


async def test_whoever_promises_a_date_records_no_payment_with_it(office: Office) -> None:
    assert (await office.post("clerk", "/dossiers", A_COPY | {"fee_paid": CASH}, 422))["code"] == "invalid_request"


async def test_the_amounts_are_told_with_the_procedure(office: Office) -> None:
    async with office.who("clerk") as clerk:
        (shown,) = (await clerk.get("/procedures", params={"q": HOME})).json()
    assert [(each["amount"], each["channels"]) for each in shown["fees"]] == [
        (20_000, ["counter"]),
        (10_000, ["online"]),
    ]
