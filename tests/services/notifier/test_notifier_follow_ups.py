"""Every promise is watched, reminded of, told up the ladder, and ended; once each."""

from __future__ import annotations

from dataclasses import replace

from services.notifier import jobs
from services.notifier.rules import follow_ups as rules
from shared.events.notifier import FollowUpMoved
from shared.record import record
from shared.worktime import Calendar
from tests.services.notifier.lookout import (
    Lookout,
    answered,
    at,
    completed,
    filed,
    given_back,
    received,
    rescheduled,
    suspended,
    taken_up,
)

ON_FRIDAY, WEDNESDAY = at("05 15:01"), at("10 17:00")


async def test_a_received_dossier_is_watched_until_its_date_with_a_reminder_one_working_day_before(
    lookout: Lookout,
) -> None:
    await lookout.hears(received("dos-1", WEDNESDAY, ON_FRIDAY))

    [opened] = await lookout.events("FollowUpOpened")
    assert opened["kind"] == "result_date"
    assert opened["due_at"] == WEDNESDAY.isoformat()
    assert opened["remind_at"] == at("09 17:00").isoformat()
    assert opened["escalate_at"] == WEDNESDAY.isoformat()
    assert opened["official_id"] is None
    assert opened["department"] == "dep-1"


async def test_a_promise_for_the_same_day_has_no_reminder(lookout: Lookout) -> None:
    await lookout.hears(received("dos-1", at("05 17:00"), at("05 09:00")))

    [opened] = await lookout.events("FollowUpOpened")
    assert opened["remind_at"] is None


async def test_whoever_took_the_dossier_up_is_reminded_once(lookout: Lookout) -> None:
    await lookout.hears(received("dos-1", WEDNESDAY, ON_FRIDAY), taken_up("dos-1", "off-officer", at("05 15:20")))

    assert await lookout.works(jobs.remind) == 0
    lookout.goes_to(at("09 17:00"))
    assert await lookout.works(jobs.remind) == 1
    assert await lookout.works(jobs.remind) == 0

    assert [each["official_id"] for each in await lookout.events("FollowUpReminded")] == ["off-officer"]
    [notice] = await lookout.rows("notice")
    assert (notice["purpose"], notice["recipient"], notice["owner"]) == ("reminder", "off-officer", "personnel")


async def test_each_reminder_of_the_rulebook_is_sent_once(lookout: Lookout) -> None:
    policy = lookout.app.state.policy
    row = replace(policy.rulebook.reminder[0], working_days_before=(1, 2))
    book = replace(policy.rulebook, reminder=(row,))
    lookout.app.state.policy = replace(policy, rulebook=book)
    await lookout.hears(received("dos-1", WEDNESDAY, ON_FRIDAY))
    [opened] = await lookout.events("FollowUpOpened")
    first = rules.reminder(ON_FRIDAY, WEDNESDAY, Calendar.vietnam(), book.on(ON_FRIDAY))
    moved = {name: opened[name] for name in FollowUpMoved.model_fields if name in opened} | {"remind_at": first}
    await lookout.service.db.write(record, FollowUpMoved(**moved, moved_at=ON_FRIDAY))

    lookout.goes_to(at("08 17:00"))
    assert await lookout.works(jobs.remind) == 1
    lookout.goes_to(at("09 17:00"))
    assert await lookout.works(jobs.remind) == 1
    assert await lookout.works(jobs.remind) == 0

    told = [(each["reminded_at"], each["next_at"]) for each in await lookout.events("FollowUpReminded")]
    assert told == [(at("08 17:00").isoformat(), at("09 17:00").isoformat()), (at("09 17:00").isoformat(), None)]
    assert [each["purpose"] for each in await lookout.rows("notice")] == ["reminder", "reminder"]


async def test_while_nobody_took_it_up_the_head_of_the_department_is_reminded(lookout: Lookout) -> None:
    await lookout.hears(received("dos-1", WEDNESDAY, ON_FRIDAY))
    lookout.goes_to(at("09 17:00"))

    await lookout.works(jobs.remind)

    assert [each["recipient"] for each in await lookout.rows("notice")] == ["off-head"]


async def test_a_dossier_taken_up_after_the_reminder_is_not_reminded_of_again(lookout: Lookout) -> None:
    await lookout.hears(received("dos-1", WEDNESDAY, ON_FRIDAY))
    lookout.goes_to(at("09 17:00"))
    await lookout.works(jobs.remind)
    await lookout.hears(taken_up("dos-1", "off-officer", at("09 17:00")))

    assert await lookout.works(jobs.remind) == 0


async def test_an_overdue_promise_climbs_the_ladder_once_a_working_day_until_the_chair(lookout: Lookout) -> None:
    friday = at("05 17:00")
    await lookout.hears(received("dos-1", friday, at("04 09:00")), taken_up("dos-1", "off-officer", at("04 09:30")))

    told = []
    for moment in ("05 17:00", "06 17:00", "08 16:59", "08 17:00", "09 17:00", "10 17:00", "12 17:00"):
        lookout.goes_to(at(moment))
        await lookout.works(jobs.escalate)
        told.append(len(await lookout.events("FollowUpEscalated")))

    assert told == [1, 1, 1, 2, 3, 3, 3]  # Saturday tells nobody, and above the chair there is no one
    found = await lookout.events("FollowUpEscalated")
    assert [(each["rung"], each["to_official_id"]) for each in found] == [
        (1, "off-head"),
        (2, "off-deputy"),
        (3, "off-chair"),
    ]
    assert [each["next_at"] is None for each in found] == [False, False, True]
    assert sorted(each["recipient"] for each in await lookout.rows("notice")) == ["off-chair", "off-deputy", "off-head"]


async def test_what_is_overdue_before_anybody_was_appointed_waits_for_somebody_to_tell(lookout: Lookout) -> None:
    await lookout.hears(received("dos-1", at("05 16:00"), at("04 09:00")))
    await lookout.service.db.write(
        lambda session: session.connection().exec_driver_sql("DELETE FROM official") and None
    )
    lookout.goes_to(at("05 16:00"))

    assert await lookout.works(jobs.escalate) == 0
    assert await lookout.events("FollowUpEscalated") == []


async def test_a_new_date_moves_reminder_and_ladder_and_says_sorry(lookout: Lookout) -> None:
    await lookout.hears(received("dos-1", WEDNESDAY, ON_FRIDAY))
    lookout.goes_to(at("09 17:00"))
    await lookout.works(jobs.remind)
    await lookout.hears(rescheduled("dos-1", WEDNESDAY, at("12 17:00")))

    [row] = await lookout.rows("followup")
    moved = (await lookout.events("FollowUpMoved"))[-1]
    assert moved["remind_at"] == at("11 17:00").isoformat()
    assert moved["escalate_at"] == at("12 17:00").isoformat()
    assert row["rung"] == 0
    lookout.goes_to(at("10 18:00"))
    assert await lookout.works(jobs.escalate) == 0
    assert {each["purpose"] for each in await lookout.rows("notice")} == {"reminder", "rescheduled"}


async def test_a_date_that_an_act_carried_forward_is_watched_anew_and_nobody_is_told_of_the_old_one(
    lookout: Lookout,
) -> None:
    await lookout.hears(received("dos-1", WEDNESDAY, ON_FRIDAY), suspended("dos-1", WEDNESDAY, at("25 08:00")))

    [row] = await lookout.rows("followup")
    moved = (await lookout.events("FollowUpMoved"))[-1]
    assert (moved["due_at"], moved["escalate_at"]) == (at("25 08:00").isoformat(),) * 2
    assert moved["remind_at"] == at("24 08:00").isoformat() and row["rung"] == 0
    lookout.goes_to(at("10 18:00"))
    assert await lookout.works(jobs.escalate) == 0 and await lookout.works(jobs.remind) == 0
    assert [each["purpose"] for each in await lookout.rows("notice")] == ["deadline_suspended"]


async def test_a_date_that_is_an_earlier_one_again_is_watched_from_then_on(lookout: Lookout) -> None:
    first, far, back = WEDNESDAY, at("25 08:00"), at("12 08:00")
    await lookout.hears(received("dos-1", first, ON_FRIDAY), suspended("dos-1", first, far))
    await lookout.hears(given_back("dos-1", far, back))

    moved = (await lookout.events("FollowUpMoved"))[-1]
    assert (moved["due_at"], moved["escalate_at"], moved["rung"]) == (back.isoformat(), back.isoformat(), 0)
    lookout.goes_to(at("12 08:01"))
    assert await lookout.works(jobs.escalate) == 1
    purposes = [each["purpose"] for each in await lookout.rows("notice")]
    assert purposes.count("date_given_back") == 1 and "escalation" in purposes


async def test_a_kept_promise_is_closed_in_time_and_a_late_one_late(lookout: Lookout) -> None:
    await lookout.hears(
        received("dos-1", WEDNESDAY, ON_FRIDAY),
        received("dos-2", WEDNESDAY, ON_FRIDAY),
        completed("dos-1", WEDNESDAY),
        completed("dos-2", at("10 17:01")),
    )

    assert [each["in_time"] for each in await lookout.events("FollowUpClosed")] == [True, False]
    lookout.goes_to(at("20 17:00"))
    assert await lookout.works(jobs.escalate) + await lookout.works(jobs.remind) == 0


async def test_an_answer_is_owed_for_every_report_and_leaders_are_reminded_of_it(lookout: Lookout) -> None:
    await lookout.hears(filed("com-1", at("26 21:10"), at("05 21:10")))
    lookout.goes_to(at("25 17:00"))
    await lookout.works(jobs.remind)
    await lookout.hears(answered("com-1", at("26 09:00")))

    [opened] = await lookout.events("FollowUpOpened")
    assert opened["kind"] == "complaint_answer"
    assert [each["in_time"] for each in await lookout.events("FollowUpClosed")] == [True]
    purposes = [(each["purpose"], each["recipient"]) for each in await lookout.rows("notice")]
    assert sorted(purposes) == [("complaint_answered", "prs_c"), ("reminder", "off-cousin")]


async def test_an_anonymous_reporter_is_told_nothing(lookout: Lookout) -> None:
    await lookout.hears(
        filed("com-1", at("26 21:10"), at("05 21:10"), reporter=None), answered("com-1", at("09 09:00"))
    )

    assert await lookout.rows("notice") == []


async def test_facts_about_a_dossier_nobody_announced_change_nothing(lookout: Lookout) -> None:
    await lookout.hears(
        taken_up("dos-9", "off-officer", ON_FRIDAY), completed("dos-9", ON_FRIDAY), answered("com-9", ON_FRIDAY)
    )

    assert await lookout.rows("followup") == []
    assert await lookout.rows("notice") == []


async def test_a_reminder_that_was_missed_until_the_date_passed_holds_up_no_other(lookout: Lookout) -> None:
    await lookout.hears(received("dos-1", at("08 17:00"), at("03 09:00")), received("dos-2", WEDNESDAY, at("03 09:00")))
    lookout.goes_to(at("09 17:00"))

    assert await lookout.works(jobs.remind) == 1
    [reminded] = await lookout.events("FollowUpReminded")
    assert reminded["follow_up_id"] == next(
        row["follow_up_id"] for row in await lookout.rows("followup") if row["case_id"] == "dos-2"
    )
