"""What must follow from the facts of the line: an effect is missed when it is gone, and found when it stands twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from shared.events import Event, Recorded, hotline, intake, ladder, merging, notifier
from shared.events.files import ComplaintFilesReceived
from tests.chaos.load import Asked
from tests.chaos.reactions import owed
from tests.chaos.test_checker import NOW, stored, verdict_on

OTHER = "another-report"
OPENED, MOVED, CLOSED = notifier.FollowUpOpened, notifier.FollowUpMoved, notifier.FollowUpClosed
TOLD = notifier.NoticeIntended
LIFE: list[tuple[Event, list[type[Event]]]] = [
    (hotline.ComplaintFiled.sample(), [OPENED]),
    (hotline.ComplaintTriaged.sample(), []),
    (ladder.ComplaintEscalated.sample(), [TOLD]),
    (hotline.ComplaintTakenUp.sample(), [MOVED]),
    (hotline.ComplaintAssigned.sample(), []),
    (hotline.ComplaintAssigned.sample().model_copy(update={"official_id": "off-head-1"}), [MOVED]),
    (hotline.ComplaintGivenBack.sample(), []),
    (hotline.ComplaintTakenUp.sample(), [MOVED]),
    (hotline.ComplaintGivenBack.sample(), [MOVED]),
    (hotline.ComplaintTakenUp.sample(), [MOVED]),
    (hotline.ComplaintReferred.sample(), [MOVED]),
    (hotline.ComplaintAssigned.sample().model_copy(update={"due_at": NOW}), [MOVED]),
    (hotline.ComplaintReferred.sample(), [MOVED]),
    (hotline.ComplaintAssigned.sample().model_copy(update={"official_id": "x", "due_at": NOW}), [MOVED, MOVED]),
    (hotline.ComplaintSupplementRequested.sample(), []),
    (hotline.ComplaintAnswered.sample(), [CLOSED, TOLD]),
    (hotline.ComplaintReopened.sample(), [OPENED]),
    (merging.ComplaintMerged.sample(), [CLOSED]),
    (merging.ComplaintSeparated.sample(), [OPENED]),
    (ladder.ComplaintEscalated.sample().model_copy(update={"told": ["a", "b"]}), [TOLD, TOLD]),
    (hotline.ComplaintAnswered.sample(), [CLOSED, TOLD]),
    (hotline.ComplaintClosed.sample(), []),
    (hotline.ComplaintReopened.sample(), [OPENED]),
    (hotline.ComplaintClosed.sample(), [CLOSED]),
]
"""A report of somebody who can be reached, and what follows from each of its facts."""


def lived() -> list[Recorded[Event]]:
    """All of it, in order, each fact with an id of its own."""
    return [*_numbered(_lived())]


def _lived() -> Iterator[tuple[Event, str, str | None]]:
    follow_up = 0
    for number, (event, effects) in enumerate(LIFE):
        yield event, f"h{number}", None
        for nth, type_ in enumerate(effects):
            follow_up += type_ is OPENED
            names = {"follow_up_id": f"f{follow_up}", "notice_id": f"n{number}/{nth}"}
            own = {name: id_ for name, id_ in names.items() if name in type_.model_fields}
            yield type_.sample().model_copy(update=own), f"h{number}/{nth}", f"h{number}"


def _numbered(facts: Iterator[tuple[Event, str, str | None]]) -> Iterator[Recorded[Event]]:
    versions: Counter[tuple[str, str]] = Counter()
    for event, id_, because in facts:
        versions[event.service, event.aggregate] += 1
        yield stored(event, id_, versions[event.service, event.aggregate], because)


EFFECTS = [one.id for one in lived() if one.cause.causation]
UNFOLLOWED = (hotline.ComplaintTriaged, hotline.ComplaintSupplementRequested)
"""Nobody does anything about them, so of them nothing is said."""
SILENT = [f"h{n}" for n, (event, effects) in enumerate(LIFE) if not effects and not isinstance(event, UNFOLLOWED)]


def test_a_report_with_all_that_follows_from_its_facts_holds() -> None:
    verdict = verdict_on(lived(), [Asked(0, 1, "HOTLINE", "h0")])

    assert verdict.holds, verdict


@pytest.mark.parametrize("effect", EFFECTS)
def test_an_effect_that_is_not_there_is_missing(effect: str) -> None:
    facts = [one for one in lived() if one.id != effect]

    verdict = verdict_on(facts, [Asked(0, 1, "HOTLINE", "h0")])

    assert verdict.effects_missing == 1, effect
    assert not verdict.sound


@pytest.mark.parametrize("effect", EFFECTS)
def test_an_effect_that_is_there_twice_is_doubled(effect: str) -> None:
    [once] = [one for one in lived() if one.id == effect]

    verdict = verdict_on([*lived(), stored(once.event, "again", 99, once.cause.causation)])

    assert verdict.effects_doubled > 0, effect
    assert verdict.effects_missing == 0


@pytest.mark.parametrize("fact", SILENT)
def test_what_follows_where_nothing_is_to_follow_is_one_effect_too_many(fact: str) -> None:
    moved = MOVED.sample().model_copy(update={"follow_up_id": "f1"})

    assert verdict_on([*lived(), stored(moved, "more", 99, fact)]).effects_doubled == 1


def test_a_handler_that_had_nothing_to_do_is_not_one_that_has_not_run() -> None:
    assert owed(lived()).silent == {*SILENT}


def test_nobody_is_told_who_left_no_way_to_be_reached() -> None:
    nameless = stored(hotline.ComplaintFiled.sample().model_copy(update={"reporter_ref": None}), "e1")
    answered = stored(hotline.ComplaintAnswered.sample(), "e2", 2)

    effects = owed([nameless, answered]).effects

    assert effects == {("e1", "notifier", "FollowUpOpened"): 1, ("e2", "notifier", "FollowUpClosed"): 1}


def test_a_fact_that_stands_there_twice_owes_its_effects_once() -> None:
    filed = stored(hotline.ComplaintFiled.sample(), "e1")

    assert owed([filed, filed]).effects.total() == 1


@pytest.mark.parametrize("end", [CLOSED, notifier.NoticeSent, notifier.NoticeSuppressed])
def test_what_ends_twice_for_whatever_cause_is_doubled(end: type[Event]) -> None:
    facts = [stored(end.sample(), "e1", 1, "c1"), stored(end.sample(), "e2", 2, "c2")]

    assert verdict_on(facts[:1]).effects_doubled == 0
    assert verdict_on(facts).effects_doubled == 1


def of(event: type[Event], complaint_id: str, id_: str, asked: int) -> Recorded[Event]:
    return stored(event.sample().model_copy(update={"complaint_id": complaint_id}), id_, asked=asked)


def merged() -> list[Recorded[Event]]:
    """One report that is answered with another."""
    filed = [of(hotline.ComplaintFiled, each, each, asked) for asked, each in enumerate(("lead", OTHER), 1)]
    into = merging.ComplaintMerged.sample().model_copy(update={"complaint_id": OTHER, "into": "lead"})
    return [*filed, stored(into, "m", 2, asked=3)]


def owed_there(facts: list[Recorded[Event]]) -> int:
    """What is missing beside all that notifier owes for these facts."""
    return verdict_on(facts).effects_missing - owed(facts).effects.total()


@pytest.mark.parametrize("step", [hotline.ComplaintAnswered, hotline.ComplaintReferred, hotline.ComplaintClosed])
def test_what_is_merged_ends_or_is_let_go_with_what_leads_it(step: type[Event]) -> None:
    ended = [*merged(), of(step, "lead", "l", 4)]
    follows = hotline.ComplaintAnswered if step is hotline.ComplaintAnswered else merging.ComplaintSeparated

    assert owed_there(merged()) == 0
    assert owed_there(ended) == 1
    assert owed_there([*ended, of(follows, OTHER, "o", 4)]) == 0
    assert owed_there([*ended, of(follows, OTHER, "o", 5)]) == 1, "another request is another transaction"
    assert verdict_on([*ended, of(follows, OTHER, "o", 4), of(follows, OTHER, "p", 4)]).doubled == 1


def test_what_was_separated_before_waits_for_nobody() -> None:
    apart = of(merging.ComplaintSeparated, OTHER, "s", 4)

    assert owed_there([*merged(), apart, of(hotline.ComplaintAnswered, "lead", "l", 5)]) == 0


def test_a_report_that_was_sent_with_files_has_them() -> None:
    requests = [Asked(0, 1, "HOTLINE", "e1", files=True), Asked(0, 2, "HOTLINE", None, files=True)]
    filed, came = of(hotline.ComplaintFiled, OTHER, "e1", 1), of(ComplaintFilesReceived, OTHER, "e2", 1)
    opened = stored(OPENED.sample(), "e3", because="e1")

    assert verdict_on([filed, opened], requests).effects_missing == 1
    assert verdict_on([filed, opened, came], requests).effects_missing == 0
    assert verdict_on([filed, opened, came, of(ComplaintFilesReceived, OTHER, "e4", 1)], requests).doubled == 1


def test_a_dossier_owes_its_effects_wherever_it_stands() -> None:
    taken = stored(intake.DossierTakenUp.sample(), "e1")

    assert owed([taken]).effects == {("e1", "notifier", "FollowUpMoved"): 1}
