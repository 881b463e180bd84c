"""What rests on a text that was erased goes on without it: answers for everybody, apps, calls, clusters, the record."""

from __future__ import annotations

from datetime import timedelta

from services.hotline.commands import denunciations as commands
from tests.services.hotline.conftest import Timed
from tests.services.hotline.denouncing import SECRET, denounced
from tests.services.hotline.desk import NOW
from tests.services.hotline.test_answers import ANSWER, answered, asked, everybody_reads, published
from tests.services.hotline.test_calls import PHONE, missed, operator, tried
from tests.services.hotline.test_denunciations import bundle, timed
from tests.services.hotline.test_public_answers import app_reads, found
from tests.services.hotline.test_retention import OVER, YEARS, erased, looked, status

__all__ = ["timed"]


async def test_an_answer_for_everybody_is_in_no_list_and_no_app_once_it_is_erased(timed: Timed) -> None:
    desk = timed.desk
    receipt = await answered(desk)
    await published(desk, receipt)
    number, code = receipt["number"], receipt["receipt_code"]
    assert await found(desk) == await found(desk, q="đã thay") == [number]
    timed.clock.goes_to(OVER)
    await erased(timed)
    assert await desk.rows("private") == []
    assert await found(desk) == await found(desk, q="đã thay") == [] and await everybody_reads(desk, receipt) == 404
    holder = await status(desk, number, code)
    assert (holder["answer"], holder["published_at"], set(holder["erased"])) == (None, None, {"answer"})
    assert ANSWER not in str(await app_reads(desk, number))


async def test_an_answer_that_was_erased_is_not_masked_and_published(timed: Timed) -> None:
    receipt = await answered(timed.desk)
    timed.clock.goes_to(OVER)
    await erased(timed)
    assert await asked(timed.desk, receipt, "preview") == "answer_erased"
    assert await asked(timed.desk, receipt, "publish", {"text_sha256": "0" * 64}) == "answer_erased"


async def test_the_number_of_a_missed_call_is_kept_for_its_days_and_the_call_still_closed(timed: Timed) -> None:
    desk = timed.desk
    call = await missed(desk)
    timed.clock.goes_to(NOW + timedelta(days=90) - timedelta(minutes=1))
    await erased(timed)
    path = f"/calls/{call['call_id']}/number"
    assert (await operator(desk).get(path)).json()["phone"] == PHONE
    timed.clock.goes_to(NOW + timedelta(days=90))
    await erased(timed)
    assert PHONE not in str(await desk.rows("private"))
    gone = await operator(desk).get(path)
    assert (gone.status_code, gone.json()["code"]) == (409, "number_erased")
    assert (await tried(desk, call, "not_reached")).status_code == 201


async def test_what_reports_are_compared_by_is_erased_before_their_texts(timed: Timed) -> None:
    await answered(timed.desk)
    traits = [row for row in await timed.desk.rows("private") if row["ref"].startswith("alk_")]
    assert traits
    timed.clock.goes_to(NOW + timedelta(days=61))
    await erased(timed)
    rows = await timed.desk.rows("private")
    assert not [row for row in rows if row["ref"].startswith("alk_")] and [
        row for row in rows if row["field"] == "text"
    ]
    assert await timed.desk.rows("private_erased") == [], "a page asks for texts and files alone"


async def test_envelopes_are_erased_when_their_time_is_over_and_none_that_waits_to_be_given_out(timed: Timed) -> None:
    desk = timed.desk
    await denounced(desk)
    timed.clock.goes_to(NOW + YEARS + timedelta(days=10))
    assert await erased(timed) == 0, "nobody could open it yet"
    await desk.service.db.write(commands.release, desk.app.state.policy, timed.clock.now())
    day = (await desk.rows("sealedreport"))[0]["released_on"]
    assert len(await bundle(timed, str(day))) == 4
    timed.clock.goes_to(NOW + YEARS + YEARS + timedelta(days=20))
    await erased(timed)
    assert await desk.rows("private") == await desk.rows("private_erased") == []
    assert await bundle(timed, str(day)) == [] and SECRET not in await desk.log()


async def test_a_job_that_finds_nothing_writes_nothing(timed: Timed) -> None:
    before = timed.desk.service.metrics.registry
    seen = before.get_sample_value("motcua_commit_seconds_count")
    assert await looked(timed) == 0
    assert before.get_sample_value("motcua_commit_seconds_count") == seen
