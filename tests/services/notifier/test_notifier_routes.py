"""Notifier's HTTP door: who sees what, and no input that breaks it."""

from __future__ import annotations

import pytest

from services.notifier import jobs
from tests.services.notifier.lookout import Lookout, at, completed, received, taken_up, verified


async def three_promises(lookout: Lookout) -> None:
    await lookout.hears(
        received("dos-1", at("05 15:30"), at("04 09:00")),
        received("dos-2", at("10 17:00"), at("05 09:00")),
        received("dos-3", at("10 17:00"), at("05 09:00")),
        taken_up("dos-1", "off-officer", at("04 09:10")),
        completed("dos-3", at("05 11:00")),
    )
    lookout.goes_to(at("05 16:00"))


async def test_heads_and_leaders_see_all_follow_ups_and_others_their_own(lookout: Lookout) -> None:
    await three_promises(lookout)
    seen = {}
    for who, role in (
        ("off-head", "head"),
        ("off-chair", "leader"),
        ("off-officer", "officer"),
        ("off-clerk", "clerk"),
    ):
        async with lookout.as_(who, role) as client:
            answers = [
                await client.get("/follow-ups", params={"state": state}) for state in ("open", "overdue", "closed")
            ]
            seen[who] = [[view["case_id"] for view in answer.json()] for answer in answers]

    everything = [["dos-1", "dos-2"], ["dos-1"], ["dos-3"]]
    assert seen == {
        "off-head": everything,
        "off-chair": everything,
        "off-officer": [["dos-1"], ["dos-1"], []],
        "off-clerk": [[], [], []],
    }


async def test_a_follow_up_tells_its_date_in_the_offices_time_and_whether_it_is_overdue(lookout: Lookout) -> None:
    await three_promises(lookout)
    async with lookout.as_("off-head", "head") as client:
        first = (await client.get("/follow-ups")).json()[0]

    assert (first["due_at"], first["overdue"], first["official_id"]) == (
        "2026-06-05T15:30:00+07:00",
        True,
        "off-officer",
    )


async def test_figures_count_promises_and_notices(lookout: Lookout) -> None:
    await three_promises(lookout)
    await lookout.works(jobs.escalate)
    async with lookout.as_("off-clerk", "clerk") as client:
        figures = (await client.get("/figures")).json()

    assert figures == {
        "open": 2,
        "due_today": 0,
        "overdue": 1,
        "kept_in_time": 1,
        "kept_late": 0,
        "notices": {"intended": 2},
    }


async def test_notices_show_no_reference_to_a_citizen_and_nothing_of_flags(lookout: Lookout) -> None:
    await three_promises(lookout)
    await lookout.hears(verified("com-1", at("04 09:00")), verified("com-2", at("05 09:00")))
    async with lookout.as_("off-head", "head") as client:
        answer = await client.get("/notices")

    assert [each["purpose"] for each in answer.json()] == ["result_ready"]
    assert "prs_" not in answer.text


@pytest.mark.parametrize("path", ["/follow-ups", "/figures", "/flags", "/flags/mine", "/flags/some-flag", "/notices"])
async def test_nothing_is_shown_to_somebody_not_signed_in_or_of_another_unit(lookout: Lookout, path: str) -> None:
    async with lookout.as_("nobody") as client:
        assert (await client.get(path)).status_code == 401
    async with lookout.as_("off-chair", "leader", unit="other-commune") as client:
        assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/flags", "/notices"])
async def test_flags_are_for_leaders_and_notices_for_heads_and_leaders(lookout: Lookout, path: str) -> None:
    async with lookout.as_("off-clerk", "clerk") as client:
        assert (await client.get(path)).json()["code"] == "role_missing"


@pytest.mark.parametrize("flag", ["no-such-flag", "%00", "%ED%A0%80", "a" * 500, "..", "%0A", "' OR 1=1"])
@pytest.mark.parametrize("step", ["review", "inform", "explain", "decide"])
async def test_a_strange_flag_is_an_answer_and_never_a_failure(lookout: Lookout, flag: str, step: str) -> None:
    bodies = {
        "review": {"proceed": True},
        "inform": None,
        "explain": {"text": "x"},
        "decide": {"finding": "coaching", "reasons": "x"},
    }
    async with lookout.as_("off-chair", "leader") as client:
        answer = await client.post(f"/flags/{flag}/{step}", json=bodies[step])
    assert answer.status_code in (404, 422)


@pytest.mark.parametrize(
    "body",
    [
        b'{"text": "\\ud800"}',
        b'{"text": "a\\u0000b"}',
        b'{"text": ""}',
        b'{"text": 5}',
        b"{",
        b"[]",
        b'{"text": "x", "more": 1}',
        b'{"finding": "dismissal", "reasons": "x"}',
        b'{"finding": "coaching", "reasons": "x", "evidence": ["\\u0000"]}',
    ],
)
@pytest.mark.parametrize("step", ["review", "explain", "decide"])
async def test_bad_input_is_refused_and_never_a_failure(lookout: Lookout, body: bytes, step: str) -> None:
    async with lookout.as_("off-chair", "leader") as client:
        answer = await client.post(
            f"/flags/some-flag/{step}", content=body, headers={"Content-Type": "application/json"}
        )
    assert answer.status_code == 422


async def test_the_same_request_again_gets_the_same_answer(lookout: Lookout) -> None:
    await lookout.hears(verified("com-1", at("04 09:00")), verified("com-2", at("05 09:00")))
    [flag] = await lookout.rows("flag")
    async with lookout.as_("off-chair", "leader") as client:
        first, again = [
            await client.post(
                f"/flags/{flag['flag_id']}/review", json={"proceed": True}, headers={"Idempotency-Key": "once"}
            )
            for _ in range(2)
        ]
    assert (first.status_code, first.content) == (201, again.content)
    assert len(await lookout.events("FlagReviewed")) == 1
