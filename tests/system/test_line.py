"""The whole line on one running office: a dossier's way to its figures, and a flag's way to its finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.system.errands import SATISFIED, carry, flags_on, rate, refusal, verified_report
from tests.system.running import RunningOffice, eventually, running_office
from tests.system.streams import Stored, stored

ACCUSED = "off-clerk-1"
EXPLANATION = "Tôi đã hướng dẫn chưa rõ và đã xin lỗi."
COACHING: dict[str, Any] = {"finding": "coaching", "reasons": "Đã nhận thiếu sót, cần được hướng dẫn."}
SANCTIONS = ("sanction", "penalty", "punish", "disciplin", "fine", "dismiss", "ky_luat", "kỷ luật", "phạt")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    with running_office(tmp_path_factory.mktemp("line") / "home") as office:
        yield office


@pytest.fixture(scope="module")
def verified(office: RunningOffice) -> list[dict[str, Any]]:
    """Two reports of harassment by one clerk, both found true."""
    return [verified_report(office, ACCUSED), verified_report(office, ACCUSED)]


@pytest.fixture(scope="module")
def flag(office: RunningOffice, verified: list[dict[str, Any]]) -> dict[str, Any]:
    """The flag that they raised: its row is there at once, its fact in the stream a moment later."""
    (found,) = eventually(lambda: flags_on(office, ACCUSED), 20)
    eventually(lambda: named(stored(office, "NOTIFIER"), "FlagRaised", flag_id=found["flag_id"]))
    return dict(found)


@pytest.fixture(scope="module")
def informed(office: RunningOffice, flag: dict[str, Any]) -> str:
    """The same flag, reviewed and told to the official concerned; returns its path."""
    path = f"/notifier/flags/{flag['flag_id']}"
    with office.client("leader") as leader:
        office.post(leader, f"{path}/review", {"proceed": True})
        office.post(leader, f"{path}/inform")
    return path


@pytest.fixture(scope="module")
def decided(office: RunningOffice, flag: dict[str, Any], informed: str) -> dict[str, Any]:
    """The same flag, explained and decided; returned as the official concerned reads it."""
    with office.client("leader") as leader, office.client("clerk") as concerned:
        office.post(concerned, f"{informed}/explain", {"text": EXPLANATION})
        office.post(leader, f"{informed}/decide", COACHING | {"evidence": flag["evidence"]})
        found: dict[str, Any] = concerned.get(informed).json()
    return found


def follow_up(office: RunningOffice, case_id: str, state: str) -> dict[str, Any] | None:
    """The follow-up of a case in a state, if there is one."""
    with office.client("leader") as leader:
        rows = leader.get("/notifier/follow-ups", params={"state": state}).json()
    return next((row for row in rows if row["case_id"] == case_id), None)


def letters(office: RunningOffice, number: str) -> list[str]:
    """The letters in the mailbox about a case."""
    texts = [path.read_text() for path in (office.home / "mailbox").glob("*.txt")]
    return [text for text in texts if number in text]


def named(messages: list[Stored], name: str, **data: Any) -> list[Stored]:
    """The events of a name with these values in their data."""
    return [each for each in messages if each.name == name and data.items() <= each.data.items()]


def test_a_promise_is_watched_with_its_own_date_until_it_is_kept(office: RunningOffice) -> None:
    receipt = office.receive_dossier()
    opened = eventually(lambda: follow_up(office, receipt["dossier_id"], "open"), 15)
    assert (opened["due_at"], opened["case_number"]) == (receipt["due_at"], receipt["number"])
    carry(office, receipt["dossier_id"], "take-up", "complete")
    closed = eventually(lambda: follow_up(office, receipt["dossier_id"], "closed"), 15)
    assert (closed["follow_up_id"], closed["in_time"]) == (opened["follow_up_id"], True)
    assert follow_up(office, receipt["dossier_id"], "open") is None


def test_a_citizen_is_told_once_that_the_result_is_ready(office: RunningOffice) -> None:
    receipt = office.receive_dossier()
    carry(office, receipt["dossier_id"], "take-up", "complete")
    (letter,) = eventually(lambda: letters(office, receipt["number"]), 15)
    assert letter.startswith("To: 0912345678\n") and "Nguyễn Văn An" in letter
    (intended,) = eventually(lambda: named(stored(office, "NOTIFIER"), "NoticeIntended", case_id=receipt["dossier_id"]))
    (sent,) = eventually(
        lambda: named(stored(office, "NOTIFIER"), "NoticeSent", notice_id=intended.data["notice_id"]), 15
    )
    assert (sent.data["means"], sent.data["attempts"]) == ("mailbox", 1)


def test_a_slip_is_rated_once_and_counted_once(office: RunningOffice) -> None:
    with office.client() as citizen:
        before = sum(row["n"] for row in citizen.get("/survey/figures").json()["departments"])
        receipt = office.receive_dossier()
        slip = carry(office, receipt["dossier_id"], "take-up", "complete", "hand-over")["slip_code"]
        rate(office, slip)
        assert refusal(citizen, "/survey/ratings", {**SATISFIED, "slip_code": slip}) == (409, "slip_used")
        after = citizen.get("/survey/figures").json()
    (row,) = [row for row in after["departments"] if row["department"] == "dep-hanh-chinh-cong"]
    assert sum(row["n"] for row in after["departments"]) == before + 1
    assert (row["name"], row["reason"]) == ("Trung tâm Phục vụ hành chính công", "under_minimum")
    assert row["satisfied"] is None, "one answer is nobody's figure"


def test_two_verified_reports_raise_exactly_one_flag(
    office: RunningOffice, verified: list[dict[str, Any]], flag: dict[str, Any]
) -> None:
    assert sorted(flag["evidence"]) == sorted(each["event_id"] for each in verified)
    assert (flag["state"], flag["reviewer"], flag["finding"]) == ("raised", None, None)
    assert len(named(stored(office, "NOTIFIER"), "FlagRaised", official_id=ACCUSED)) == 1


def test_a_flag_names_the_event_that_raised_it_and_what_was_known_then(
    office: RunningOffice, verified: list[dict[str, Any]], flag: dict[str, Any]
) -> None:
    messages = stored(office)
    (raised,) = named(messages, "FlagRaised", flag_id=flag["flag_id"])
    (cause,) = [each for each in messages if each.envelope["id"] == raised.envelope["causationid"]]
    assert (cause.name, cause.envelope["id"]) == ("ComplaintVerified", verified[-1]["event_id"])
    assert raised.envelope["correlationid"] == cause.envelope["correlationid"]
    seen = dict(pair.split(":") for pair in raised.envelope["seen"].split(","))
    assert int(seen["HOTLINE"]) == cause.seq
    assert set(seen) == {"HOTLINE", "INTAKE", "PERSONNEL"}


@pytest.mark.parametrize(
    ("who", "roles"),
    [("off-clerk-1", ("clerk", "leader")), ("off-stranger-1", ("leader",))],
    ids=["the official concerned", "somebody who is not of the register"],
)
def test_whoever_is_not_impartial_reviews_nothing(
    office: RunningOffice, flag: dict[str, Any], who: str, roles: tuple[str, ...]
) -> None:
    with office.client(*roles, official=who) as reviewer:
        path = f"/notifier/flags/{flag['flag_id']}/review"
        assert refusal(reviewer, path, {"proceed": False}) == (403, "not_impartial")


def test_a_subordinate_of_the_official_concerned_reviews_nothing(office: RunningOffice) -> None:
    for _ in range(2):
        verified_report(office, "off-head-1")
    (flag,) = eventually(lambda: flags_on(office, "off-head-1"), 20)
    with office.client("leader", official=ACCUSED) as subordinate:
        assert flag["flag_id"] not in [row["flag_id"] for row in subordinate.get("/notifier/flags").json()]
        for step, body in (("review", {"proceed": False}), ("inform", None)):
            path = f"/notifier/flags/{flag['flag_id']}/{step}"
            assert refusal(subordinate, path, body) == (403, "not_impartial")


def test_nothing_is_decided_before_the_official_was_heard(office: RunningOffice, informed: str) -> None:
    with office.client("leader") as leader:
        assert refusal(leader, f"{informed}/decide", COACHING) == (409, "not_waiting_for_this")


def test_a_flag_ends_with_a_finding_after_an_explanation(decided: dict[str, Any]) -> None:
    assert (decided["state"], decided["finding"]) == ("decided", "coaching")
    assert decided["explanation"] == EXPLANATION
    assert decided["explained_at"] <= decided["decided_at"]


def test_a_third_verified_report_raises_no_second_flag(office: RunningOffice, decided: dict[str, Any]) -> None:
    third = verified_report(office, ACCUSED)
    with office.client() as anybody:
        eventually(lambda: handled(anybody.get("/notifier/metrics").text, "HOTLINE") >= position(office, third), 15)
    assert len(named(stored(office, "NOTIFIER"), "FlagRaised", official_id=ACCUSED)) == 1
    assert [flag["flag_id"] for flag in flags_on(office, ACCUSED)] == [decided["flag_id"]]


def handled(metrics: str, stream: str) -> int:
    """How far a service has handled a stream, by its own figures."""
    lines = [line for line in metrics.splitlines() if "position" in line and f'"{stream}"' in line]
    return int(float(lines[0].split()[-1])) if lines else 0


def position(office: RunningOffice, moved: dict[str, Any]) -> int:
    """Where the fact of an answer stands in the hotline's stream; 0 until it is there."""
    return next((each.seq for each in stored(office, "HOTLINE") if each.envelope["id"] == moved["event_id"]), 10**9)


def test_nothing_that_is_said_of_a_flag_is_a_sanction(office: RunningOffice, decided: dict[str, Any]) -> None:
    said = {name for each in stored(office, "NOTIFIER") for name in each.data} | set(decided)
    with office.client() as anybody:
        document = anybody.get("/notifier/openapi.json").json()
    for schema in document["components"]["schemas"].values():
        said |= set(schema.get("properties", {}))
        said |= {str(choice) for each in schema.get("properties", {}).values() for choice in each.get("enum", [])}
    assert {"finding", "explanation", "unfounded"} <= said
    assert not [name for name in said for word in SANCTIONS if word in name.lower()]
