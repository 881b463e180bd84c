"""A flag asks a human to look; the procedure is fair, and nothing in it is a sanction."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import httpx
import pytest

from services.notifier import jobs
from services.notifier.commands.flags import number_of
from tests.services.notifier.lookout import Lookout, at, verified

BOTH = (verified("com-1", at("03 09:00")), verified("com-2", at("05 09:00")))


async def a_flag(lookout: Lookout) -> str:
    await lookout.hears(*BOTH)
    [flag] = await lookout.rows("flag")
    return str(flag["flag_id"])


async def step(lookout: Lookout, flag: str, name: str, who: str = "off-deputy", **body: Any) -> httpx.Response:
    roles = ("clerk",) if who in ("off-clerk", "off-officer") else ("leader",)
    async with lookout.as_(who, *roles) as client:
        return await client.post(f"/flags/{flag}/{name}", json=body or None)


async def informed(lookout: Lookout) -> str:
    flag = await a_flag(lookout)
    assert (await step(lookout, flag, "review", proceed=True)).status_code == 201
    assert (await step(lookout, flag, "inform")).status_code == 201
    return flag


async def test_two_verified_reports_of_harassment_raise_one_flag_that_cites_them(lookout: Lookout) -> None:
    ids = await lookout.hears(*BOTH)

    [raised] = await lookout.events("FlagRaised")
    assert raised["evidence"] == ids
    assert raised["complaints"] == ["com-1", "com-2"]
    assert raised["rule"] == "repeated_harassment@2025-07-01"
    assert raised["expires_at"].startswith("2027-06-05")
    row = {
        "code": "repeated_harassment",
        "valid_from": "2025-07-01",
        "reports": 2,
        "within_days": 90,
        "conduct": ["harassment"],
        "basis": "thiết kế: hai phản ánh đã xác minh đúng về sách nhiễu trong 90 ngày"
        " thì đề nghị người có thẩm quyền xem xét",
    }
    text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert raised["rule_sha256"] == hashlib.sha256(text.encode()).hexdigest()


async def test_a_third_verified_report_raises_no_second_flag(lookout: Lookout) -> None:
    await lookout.hears(*BOTH, verified("com-3", at("05 10:00")), verified("com-4", at("05 10:30")))

    assert len(await lookout.events("FlagRaised")) == 1


@pytest.mark.parametrize(
    "second",
    [
        verified("com-2", at("05 09:00"), finding="unfounded"),
        verified("com-2", at("05 09:00"), conduct="delay"),
        verified("com-2", at("05 09:00"), official_id="off-officer"),
        verified("com-1", at("05 09:00")),
    ],
    ids=["unfounded", "other conduct", "somebody else", "the same report again"],
)
async def test_no_flag_without_two_true_reports_of_harassment_about_one_official(lookout: Lookout, second: Any) -> None:
    await lookout.hears(BOTH[0], second)

    assert await lookout.events("FlagRaised") == []


async def test_a_report_found_unfounded_later_counts_in_no_later_flag(lookout: Lookout) -> None:
    await lookout.hears(BOTH[0], verified("com-1", at("04 09:00"), finding="unfounded"), BOTH[1])

    assert await lookout.events("FlagRaised") == []


async def test_impartial_leaders_are_told_and_nobody_else(lookout: Lookout) -> None:
    await a_flag(lookout)

    assert sorted(each["recipient"] for each in await lookout.rows("notice")) == ["off-chair", "off-deputy"]


async def test_the_whole_way_from_a_flag_to_a_referral(lookout: Lookout) -> None:
    flag = await informed(lookout)
    explained = await step(lookout, flag, "explain", "off-clerk", text="Tôi không yêu cầu thêm giấy tờ.")
    assert explained.json()["state"] == "explained"
    [row] = await lookout.rows("flag")
    evidence = json.loads(row["evidence"]) if isinstance(row["evidence"], str) else row["evidence"]
    body = {"finding": "refer_to_council", "reasons": "Hai phản ánh đúng.", "evidence": evidence[:1]}
    decided = await step(lookout, flag, "decide", **body)

    assert (decided.status_code, decided.json()["state"]) == (201, "decided")
    [decision] = await lookout.events("FlagDecided")
    assert (decision["finding"], decision["evidence"]) == ("refer_to_council", evidence[:1])
    assert "Tôi không yêu cầu" not in await lookout.log()
    async with lookout.as_("off-clerk", "clerk") as client:
        [mine] = (await client.get("/flags/mine")).json()
    assert (mine["explanation"], mine["reasons"]) == ("Tôi không yêu cầu thêm giấy tờ.", "Hai phản ánh đúng.")


async def test_the_official_has_five_working_days_and_a_follow_up_that_names_nobody(lookout: Lookout) -> None:
    flag = await informed(lookout)

    [told] = await lookout.events("OfficialInformed")
    assert told["explain_by"] == at("12 15:01").isoformat()
    [opened] = await lookout.events("FollowUpOpened")
    assert (opened["kind"], opened["case_id"], opened["official_id"]) == ("flag_explanation", flag, None)
    assert opened["escalate_at"] is None
    for name in ("NoticeIntended", "FollowUpOpened"):
        assert "off-clerk" not in json.dumps(await lookout.events(name))


async def test_the_official_is_reminded_to_explain_and_the_letter_reaches_them(lookout: Lookout) -> None:
    await informed(lookout)
    lookout.contacts |= {"off-clerk": {"email": "clerk@example.vn"}, "off-chair": {}, "off-deputy": {}}
    lookout.goes_to(at("11 15:01"))
    await lookout.works(jobs.remind)
    await lookout.works(jobs.deliver)

    assert sum("clerk@example.vn" in letter for letter in lookout.letters()) == 2
    assert "off-clerk" not in json.dumps(await lookout.events("FollowUpReminded"))


async def test_a_window_that_passed_unused_lapses_once_and_then_a_finding_is_possible(lookout: Lookout) -> None:
    flag = await informed(lookout)
    body = {"finding": "coaching", "reasons": "Đã hết thời hạn."}
    lookout.goes_to(at("12 15:01"))
    assert await lookout.works(jobs.lapse) == 0
    assert (await step(lookout, flag, "decide", **body)).json()["code"] == "not_waiting_for_this"
    lookout.goes_to(at("12 15:02"))
    assert (await step(lookout, flag, "explain", "off-clerk", text="Muộn")).json()["code"] == "window_passed"
    assert await lookout.works(jobs.lapse) == 1

    assert (await step(lookout, flag, "decide", **body)).status_code == 201
    assert [each["in_time"] for each in await lookout.events("FollowUpClosed")] == [False]


async def test_no_finding_before_the_official_was_heard(lookout: Lookout) -> None:
    flag = await a_flag(lookout)
    body = {"finding": "unfounded", "reasons": "Không đúng."}
    codes = [(await step(lookout, flag, "decide", **body)).json()["code"]]
    await step(lookout, flag, "review", proceed=True)
    codes.append((await step(lookout, flag, "decide", **body)).json()["code"])
    await step(lookout, flag, "inform")
    codes.append((await step(lookout, flag, "decide", **body)).json()["code"])

    assert codes == ["not_waiting_for_this"] * 3
    assert await lookout.events("FlagDecided") == []


@pytest.mark.parametrize("who", ["off-cousin", "off-head-of-nobody"])
async def test_a_relative_or_a_stranger_may_neither_see_nor_act(lookout: Lookout, who: str) -> None:
    flag = await a_flag(lookout)

    answers = [
        await step(lookout, flag, "review", who, proceed=False),
        await step(lookout, flag, "inform", who),
        await step(lookout, flag, "decide", who, finding="unfounded", reasons="x"),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(403, "not_impartial")] * 3
    async with lookout.as_(who, "leader") as client:
        assert (await client.get("/flags")).json() == []
        assert (await client.get(f"/flags/{flag}")).status_code == 403
        assert (await client.get("/follow-ups")).json() == []


async def test_an_official_who_reported_may_not_act_and_is_shown_to_nobody(lookout: Lookout) -> None:
    await lookout.hears(BOTH[0], verified("com-2", at("05 09:00"), reporter_official_id="off-deputy"))
    [row] = await lookout.rows("flag")

    assert (await step(lookout, row["flag_id"], "review", "off-deputy", proceed=True)).status_code == 403
    for name, body in (("review", {"proceed": True}), ("inform", {})):
        assert (await step(lookout, row["flag_id"], name, "off-chair", **body)).status_code == 201
    for who, role in (("off-clerk", "clerk"), ("off-chair", "leader")):
        async with lookout.as_(who, role) as client:
            seen = (await client.get(f"/flags/{row['flag_id']}")).text
        assert "reporters" not in seen
        assert "off-deputy" not in seen


async def test_a_subordinate_of_the_official_may_not_act(lookout: Lookout) -> None:
    await lookout.hears(*(fact.model_copy(update={"official_id": "off-chair"}) for fact in BOTH))
    [row] = await lookout.rows("flag")

    assert (await step(lookout, row["flag_id"], "review", "off-deputy", proceed=False)).status_code == 403
    assert (await step(lookout, row["flag_id"], "review", "off-chair", proceed=False)).status_code == 403


async def test_only_the_official_concerned_explains_and_others_do_not_learn_of_it(lookout: Lookout) -> None:
    flag = await informed(lookout)

    assert (await step(lookout, flag, "explain", "off-officer", text="x")).status_code == 404
    async with lookout.as_("off-officer", "officer") as client:
        assert (await client.get(f"/flags/{flag}")).status_code == 404
        assert (await client.get("/flags/mine")).json() == []
        assert (await client.get("/flags")).status_code == 403


@pytest.mark.parametrize("steps", [[], [True], [False]], ids=["raised", "reviewed", "dropped"])
async def test_before_being_informed_the_official_learns_of_nothing(lookout: Lookout, steps: list[bool]) -> None:
    flag = await a_flag(lookout)
    for proceed in steps:
        await step(lookout, flag, "review", proceed=proceed)

    async with lookout.as_("off-clerk", "clerk") as client:
        assert (await client.get("/flags/mine")).json() == []
        asked = [await client.get(f"/flags/{flag}"), await step(lookout, flag, "explain", "off-clerk", text="x")]
        unknown = await client.get("/flags/no-such-flag")
    assert [(each.status_code, each.json()["detail"]) for each in asked] == [(404, unknown.json()["detail"])] * 2


async def test_a_leader_concerned_is_refused_like_anybody_who_is_not_impartial(lookout: Lookout) -> None:
    await lookout.hears(*(fact.model_copy(update={"official_id": "off-deputy"}) for fact in BOTH))
    [row] = await lookout.rows("flag")

    async with lookout.as_("off-deputy", "leader") as client:
        answer = await client.get(f"/flags/{row['flag_id']}")
        assert (await client.get("/flags")).json() == (await client.get("/flags/mine")).json() == []
    assert (answer.status_code, answer.json()["code"]) == (403, "not_impartial")


async def test_the_official_reads_how_many_reports_there_are_and_not_which(lookout: Lookout) -> None:
    flag = await informed(lookout)
    [raised] = await lookout.events("FlagRaised")
    await lookout.hears(verified("com-1", at("08 09:00"), finding="unfounded"))
    await step(lookout, flag, "explain", "off-clerk", text="Tôi xin giải trình.")
    await step(lookout, flag, "decide", finding="coaching", reasons="x", evidence=raised["evidence"][1:])

    async with lookout.as_("off-clerk", "clerk") as client:
        [mine], one = (await client.get("/flags/mine")).json(), await client.get(f"/flags/{flag}")
    assert one.json() == mine
    assert mine["evidence"] == mine["complaints"] == ["1", "2"]
    assert mine["standing"] == mine["cited"] == ["2"]
    assert not [id_ for id_ in (*raised["evidence"], *raised["complaints"]) if id_ in one.text]


async def test_a_referral_without_evidence_or_with_foreign_or_withdrawn_evidence_is_refused(lookout: Lookout) -> None:
    flag = await informed(lookout)
    await step(lookout, flag, "explain", "off-clerk", text="Tôi xin giải trình.")
    [raised] = await lookout.events("FlagRaised")
    await lookout.hears(verified("com-1", at("08 09:00"), finding="unfounded"))

    codes = [
        (await step(lookout, flag, "decide", finding="refer_to_council", reasons="x", evidence=cited)).json()["code"]
        for cited in ([], ["something-else"], raised["evidence"])
    ]
    assert codes == ["evidence_needed", "unknown_evidence", "evidence_withdrawn"]
    kept = raised["evidence"][1:]
    answer = await step(lookout, flag, "decide", finding="refer_to_council", reasons="x", evidence=kept)
    assert answer.status_code == 201


async def test_a_matter_that_is_dropped_goes_no_further(lookout: Lookout) -> None:
    flag = await a_flag(lookout)
    await step(lookout, flag, "review", proceed=False)

    assert (await step(lookout, flag, "inform")).json()["code"] == "not_waiting_for_this"


async def test_the_same_reports_raise_no_flag_again_but_two_new_ones_do(lookout: Lookout) -> None:
    flag = await a_flag(lookout)
    await step(lookout, flag, "review", proceed=False)
    await lookout.hears(BOTH[1], verified("com-3", at("05 10:00")))
    assert len(await lookout.events("FlagRaised")) == 1
    await lookout.hears(verified("com-4", at("05 11:00")))

    assert [each["complaints"] for each in await lookout.events("FlagRaised")] == [
        ["com-1", "com-2"],
        ["com-3", "com-4"],
    ]


async def test_after_twelve_months_a_flag_expires_and_nothing_more_can_follow(lookout: Lookout) -> None:
    flag = await a_flag(lookout)
    lookout.goes_to(at("05 15:01").replace(year=2027))
    assert await lookout.works(jobs.expire) == 1
    assert await lookout.works(jobs.expire) == 0

    assert (await step(lookout, flag, "review", proceed=True)).json()["code"] == "not_waiting_for_this"


async def test_reading_a_text_is_recorded_and_the_official_is_not_named_by_it(lookout: Lookout) -> None:
    flag = await informed(lookout)
    await step(lookout, flag, "explain", "off-clerk", text="Tôi xin giải trình.")
    async with lookout.as_("off-deputy", "leader") as client:
        assert (await client.get(f"/flags/{flag}")).json()["explanation"] == "Tôi xin giải trình."
    async with lookout.as_("off-clerk", "clerk") as client:
        await client.get(f"/flags/{flag}")

    readings = await lookout.events("PrivateDataRead")
    assert [(each["reader"], each["fields"]) for each in readings] == [
        ("off-deputy", ["explanation"]),
        ("concerned", ["explanation"]),
    ]
    assert number_of(flag) not in str(readings)
