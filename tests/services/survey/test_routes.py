"""The HTTP door and the facts door of survey, on a real database."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.intake import DossierStopped, DossierWithdrawn
from shared.events.personnel import UnitOpened
from shared.texts import code_sha256, new_code
from tests.services.survey.box import NOW, RATING, Box, a_result

TO_HAND = NOW - timedelta(days=30)


async def test_every_result_handed_over_has_a_slip_for_thirty_days(box: Box) -> None:
    result = a_result(new_code())
    await box.hears(result, ids=["01997e3c-5a00-7000-8000-0000000000ff"])
    [issued] = await box.envelopes("SlipIssued")
    assert (issued["data"]["dossier_id"], issued["sequence"]) == (result.dossier_id, "0000000001")
    assert issued["data"]["expires_at"] == "2026-07-08T16:42:17+07:00"
    assert issued["causationid"] == "01997e3c-5a00-7000-8000-0000000000ff"
    assert issued["seen"] == "INTAKE:1"


@pytest.mark.parametrize(("kind", "when"), [(DossierStopped, "stopped_at"), (DossierWithdrawn, "withdrawn_at")])
async def test_whose_dossier_came_to_nothing_has_a_slip_as_well(
    box: Box, kind: type[DossierStopped | DossierWithdrawn], when: str
) -> None:
    code = new_code()
    ended = kind.sample().model_copy(update={"slip_code_sha256": code_sha256(code), when: NOW})
    await box.hears(ended, ended)
    assert len(await box.envelopes("SlipIssued")) == 1
    assert (await box.rates(code)).status_code == 201


async def test_nothing_open_leads_from_a_rating_to_its_dossier(box: Box) -> None:
    """Ratings and results handed over are both open: a slip's id that followed from the result would join them."""
    code, event_id = new_code(), "01997e3c-5a00-7000-8000-0000000000ff"
    result = a_result(code)
    await box.hears(result, ids=[event_id])
    await box.rates(code)
    [rating] = await box.envelopes("RatingSubmitted")
    assert UUID(rating["subject"]).version == 4
    assert result.dossier_id not in json.dumps(rating) and result.slip_code_sha256 not in json.dumps(rating)
    assert "correlationid" not in rating  # a request's id holds its time


async def test_a_result_seen_twice_has_one_slip(box: Box) -> None:
    result = a_result(new_code())
    await box.hears(result, result)
    assert len(await box.envelopes("SlipIssued")) == 1


async def test_a_rating_is_the_second_event_of_its_slip_and_its_time_is_cut_to_the_hour(box: Box) -> None:
    answer = await box.rates(await box.slip(), comment="Chị Hà rất tận tình")
    assert answer.status_code == 201
    [rating] = await box.envelopes("RatingSubmitted")
    assert rating["sequence"] == "0000000002"
    assert (rating["time"], rating["recordedtime"]) == ("2026-06-08T09:00:00.000000Z",) * 2
    assert "Hà" not in json.dumps(rating, ensure_ascii=False)
    assert await box.kept(rating["data"]["comment_ref"]) == {"comment": "Chị Hà rất tận tình"}


async def test_a_code_may_be_typed_as_people_type(box: Box) -> None:
    code = await box.slip()
    assert (await box.rates(f" {code.lower().replace('-', ' ').replace('0', 'o')} ")).status_code == 201


@pytest.mark.parametrize(
    ("slip", "status", "code"),
    [("used", 409, "slip_used"), ("expired", 409, "slip_expired"), ("unknown", 404, "slip_unknown")],
)
async def test_a_slip_counts_once_in_its_time(box: Box, slip: str, status: int, code: str) -> None:
    typed = await box.slip(at=TO_HAND - timedelta(seconds=1) if slip == "expired" else NOW)
    if slip == "used":
        assert (await box.rates(typed)).status_code == 201
    answer = await box.rates(new_code() if slip == "unknown" else typed)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(await box.envelopes("RatingSubmitted")) == (1 if slip == "used" else 0)


async def test_a_slip_is_good_to_its_last_minute(box: Box) -> None:
    assert (await box.rates(await box.slip(at=TO_HAND + timedelta(minutes=1)))).status_code == 201


async def test_of_many_ratings_at_once_with_one_slip_one_counts(box: Box) -> None:
    code = await box.slip()
    answers = await asyncio.gather(*(box.rates(code) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert len(await box.envelopes("RatingSubmitted")) == 1


async def test_a_rating_sent_twice_with_one_key_gets_one_answer(box: Box) -> None:
    body = {"slip_code": await box.slip(), **RATING}
    key = {"Idempotency-Key": str(uuid4())}
    sent = [await box.public.post("/ratings", json=body, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 201]
    assert sent[0].json() == sent[1].json()


async def test_below_ten_ratings_nothing_is_shown_but_how_many(box: Box) -> None:
    for _ in range(9):
        await box.rates(await box.slip())
    [shown] = (await box.public.get("/figures")).json()["departments"]
    assert (shown["n"], shown["reason"]) == (9, "under_minimum")
    assert {shown[name] for name in ("satisfied", "low", "high", "mean", "ready_on_the_day")} == {None}


async def test_from_ten_ratings_on_the_figures_come_with_their_uncertainty(box: Box) -> None:
    await box.hears(UnitOpened(department_id="dep-hanh-chinh-cong", name="Trung tâm Phục vụ HCC", opened_at=NOW))
    levels = ["very_satisfied"] * 6 + ["satisfied"] * 2 + ["dissatisfied"] * 2
    for number, level in enumerate(levels):
        await box.rates(await box.slip(), overall=level, ready_on_the_day=number < 9)
    await box.rates(await box.slip("dep-kinh-te"))
    shown = (await box.public.get("/figures")).json()
    first, second = shown["departments"]
    assert (shown["minimum_sample"], first["name"], first["n"], first["satisfied"]) == (
        10,
        "Trung tâm Phục vụ HCC",
        10,
        0.8,
    )
    assert (round(first["low"], 4), round(first["high"], 4)) == (0.4902, 0.9433)
    assert (first["mean"], first["ready_on_the_day"], first["reason"]) == (2.4, 0.9, None)
    assert (second["department"], second["reason"]) == ("dep-kinh-te", "under_minimum")


@pytest.mark.parametrize(
    "change",
    [
        {"overall": "great"},
        {"attitude": 3},
        {"attitude": "2"},
        {"convenience": None},
        {"ready_on_the_day": "perhaps"},
        {"channel": "phone"},
        {"comment": "x" * 2001},
        {"comment": "\x00"},
        {"slip_code": "\ud800"},
        {"slip_code": ""},
        {"official": "off-clerk-1"},
    ],
)
async def test_bad_input_is_refused_in_words(box: Box, change: dict[str, Any]) -> None:
    body = json.dumps({"slip_code": await box.slip(), **RATING} | change)
    answer = await box.public.post("/ratings", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert await box.envelopes("RatingSubmitted") == []
