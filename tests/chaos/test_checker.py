"""The checker finds what it is there to find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from deploy.office import SERVICES
from shared.events import Cause, Event, Recorded, hotline, intake, notifier, survey
from shared.mechanism import event_log, outbox
from tests.chaos.checker import Verdict, judge
from tests.chaos.handled import committed
from tests.chaos.load import Asked, History, request_id
from tests.support import new_database, with_tables
from tests.system.running import Place

NOW = datetime(2026, 6, 5, 8, tzinfo=UTC)


def stored(event: Event, id_: str, sequence: int = 1, because: str | None = None, asked: int = 0) -> Recorded[Event]:
    """An event of a stream; `asked`: the number of the request of writer 0 that it comes from."""
    return Recorded(event, id_, "u", sequence, NOW, NOW, Cause(request_id(0, asked) if asked else None, because))


def a_good_history() -> list[Recorded[Event]]:
    return [
        stored(intake.DossierReceived.sample(), "e1", asked=1),
        stored(intake.ResultHandedOver.sample(), "e2", 2, asked=2),
        stored(survey.SlipIssued.sample(), "e3", because="e2"),
        stored(notifier.FollowUpOpened.sample(), "e4", because="e1"),
    ]


def asked(*answers: str | None, stream: str = "INTAKE", writer: int = 0) -> list[Asked]:
    """What one writer asked for, in order; none: it got no answer."""
    return [Asked(writer, number, stream, answer) for number, answer in enumerate(answers, 1)]


def verdict_on(
    facts: Sequence[Recorded[Event]], requests: Sequence[Asked] = (), logs: Mapping[str, Sequence[str]] | None = None
) -> Verdict:
    verdict = Verdict(kills=1, replay_equal=True, settled=True, handled_equals_published=True)
    judge(verdict, History([*(requests or asked("e1", "e2"))]), facts, logs or {})
    return verdict


def test_a_good_history_holds() -> None:
    assert verdict_on(a_good_history()).holds


@pytest.mark.parametrize(
    ("harm", "figure"),
    [
        (lambda h: h[1:], "lost"),
        (lambda h: [*h, h[2]], "doubled"),
        (lambda h: [*h, stored(intake.DossierReceived.sample(), "e9", asked=1)], "doubled"),
        (lambda h: [*h, stored(survey.RatingSubmitted.sample(), "e9")], "doubled"),
        (lambda h: [h[1], h[0], *h[2:]], "disordered"),
        (lambda h: [h[0], h[2], h[3]], "lost"),
        (lambda h: h[:3], "effects_missing"),
        (lambda h: [h[0], h[1], h[3]], "effects_missing"),
        (lambda h: [*h, stored(h[3].event, "e8", 2, because="e1")], "effects_doubled"),
        (lambda h: [*h, stored(intake.DossierTakenUp.sample(), "e8", 3)], "effects_missing"),
        (lambda h: [*h, stored(hotline.ComplaintFiled.sample(), "e8")], "effects_missing"),
    ],
)
def test_every_harm_shows_in_its_figure(harm, figure) -> None:  # type: ignore[no-untyped-def]  # lambdas of a table
    verdict = verdict_on(harm(a_good_history()))

    assert getattr(verdict, figure) > 0
    assert not verdict.sound


@pytest.mark.parametrize(
    ("there", "where"),
    [
        ((2, 3, 4), {"prefix": 1, "middle": 0, "tail": 0}),
        ((1, 4), {"prefix": 0, "middle": 2, "tail": 0}),
        ((1, 2), {"prefix": 0, "middle": 0, "tail": 2}),
        ((2,), {"prefix": 1, "middle": 0, "tail": 2}),
        ((), {"prefix": 0, "middle": 0, "tail": 4}),
    ],
)
def test_a_loss_is_placed_among_what_arrived_of_its_writer(there: tuple[int, ...], where: dict[str, int]) -> None:
    facts = [stored(intake.DossierReceived.sample(), f"e{number}", asked=number) for number in there]

    verdict = verdict_on(facts, asked("e1", "e2", "e3", "e4"))

    assert verdict.lost_where == where
    assert verdict.lost == 4 - len(there)


@pytest.mark.parametrize(
    ("held", "where"),
    [
        (("e4",), {"prefix": 0, "middle": 0, "tail": 0}),
        (("c1", "e4"), {"prefix": 1, "middle": 0, "tail": 0}),
        (("e4", "c1", "c2", "e5"), {"prefix": 0, "middle": 2, "tail": 0}),
        (("e4", "c1"), {"prefix": 0, "middle": 0, "tail": 1}),
        (("e4", "e1"), {"prefix": 0, "middle": 0, "tail": 0}),
        (("e4", "e3"), {"prefix": 0, "middle": 0, "tail": 1}),
    ],
)
def test_what_nobody_asked_for_is_lost_when_a_log_has_it_and_no_stream(
    held: tuple[str, ...], where: dict[str, int]
) -> None:
    """Of another service's stream too: e3 is survey's. What is acknowledged, e1, is counted elsewhere."""
    facts = [*a_good_history(), stored(notifier.FollowUpClosed.sample(), "e5", 2, because="e9")]

    verdict = verdict_on(facts, logs={"intake": ["e1", "e2"], "notifier": held})

    assert verdict.lost_where == where
    assert verdict.lost == sum(where.values())


def test_what_is_acknowledged_and_lost_is_lost_once_though_its_log_has_it() -> None:
    verdict = verdict_on(a_good_history()[1:], logs={"intake": ["e1", "e2"]})

    assert (verdict.lost, verdict.lost_where) == (1, {"prefix": 1, "middle": 0, "tail": 0})


@dataclass
class Databases(Place):
    """An office of which there are databases alone."""

    urls: dict[str, str]

    def database_url(self, service: str) -> str:
        return self.urls[service]


def test_what_is_committed_is_read_from_every_log_but_for_what_waits_to_be_published(tmp_path: Path) -> None:
    with ExitStack() as stack:
        urls = {name: with_tables(name, stack.enter_context(new_database(tmp_path, name))) for name in SERVICES}
        for service, url in urls.items():
            log(url, f"{service} 1", f"{service} 2", f"{service} 3", waits=2)

        found = committed(Databases(tmp_path, 0, 0, urls))

    assert found == {service: [f"{service} 1", f"{service} 3"] for service in SERVICES}


def log(url: str, *ids: str, waits: int) -> None:
    """Events that a service has committed; one of them, by its position, waits."""
    row = {"aggregate": "a", "subject": "s", "body": b"", "recorded_at": NOW}
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        rows = [row | {"position": at, "version": at, "event_id": id_} for at, id_ in enumerate(ids, 1)]
        connection.execute(event_log.insert(), rows)
        connection.execute(outbox.delete().where(outbox.c.position != waits))  # each event came there with its row
    engine.dispose()


def test_each_writer_and_stream_is_looked_at_alone() -> None:
    requests = asked("e1", "e2") + asked("x1", stream="HOTLINE") + asked("y1", "y2", writer=1)
    facts = [stored(intake.DossierReceived.sample(), id_) for id_ in ("e1", "e2", "y2")]

    verdict = verdict_on(facts, requests)

    assert verdict.lost_where == {"prefix": 1, "middle": 0, "tail": 1}


def test_what_was_never_answered_is_recovered_when_it_is_there_and_never_lost() -> None:
    facts = [
        stored(intake.DossierReceived.sample(), "e1", asked=1),
        stored(intake.DossierReceived.sample(), "e2", asked=2),
    ]

    verdict = verdict_on(facts, asked("e1", None, None))

    assert (verdict.lost, verdict.recovered, verdict.unanswered, verdict.doubled) == (0, 1, 2, 0)


def test_what_was_recovered_counts_as_arrived_where_a_loss_is_placed() -> None:
    verdict = verdict_on([stored(intake.DossierReceived.sample(), "e3", asked=3)], asked(None, "e2", None))

    assert verdict.lost_where == {"prefix": 1, "middle": 0, "tail": 0}


@pytest.mark.parametrize("figure", ["replay_equal", "settled", "handled_equals_published"])
def test_what_was_not_proven_does_not_hold(figure: str) -> None:
    verdict = verdict_on(a_good_history())
    setattr(verdict, figure, False)

    assert not verdict.sound


def test_a_run_without_a_kill_proves_nothing_of_kills() -> None:
    verdict = verdict_on(a_good_history())
    verdict.kills = 0

    assert verdict.sound
    assert not verdict.holds


def test_a_run_in_which_nothing_was_acknowledged_proves_nothing() -> None:
    assert not verdict_on([], asked(None)).sound


def test_a_relay_that_stopped_for_nothing_is_harm() -> None:
    verdict = verdict_on(a_good_history())
    verdict.false_stops = 1
    assert not verdict.sound


def test_a_report_of_which_a_page_told_the_number_alone_is_acknowledged_by_it() -> None:
    filed = stored(hotline.ComplaintFiled.sample(), "e1", asked=1)
    told = [Asked(0, 1, "HOTLINE", told=hotline.ComplaintFiled.sample().number), Asked(0, 2, "HOTLINE", told="PA-9")]

    verdict = verdict_on([filed], told, logs={"hotline": ["e1"]})

    assert (verdict.acknowledged, verdict.unanswered, verdict.lost) == (2, 0, 1)
    assert verdict.lost_where == {"prefix": 0, "middle": 0, "tail": 1}


def test_what_was_declined_and_took_effect_is_harm() -> None:
    verdict, facts = Verdict(), [stored(intake.DossierReceived.sample(), "e1", asked=1)]

    judge(verdict, History(declined=[Asked(0, 1, "INTAKE"), Asked(0, 2, "INTAKE")]), facts, {})

    assert verdict.refused == 1


def test_one_request_may_say_the_same_of_two_reports_once_each() -> None:
    """Whoever answers a report answers those that were merged into it."""
    answered = hotline.ComplaintAnswered.sample()
    both = [stored(answered, "e1", asked=1), stored(answered.model_copy(update={"complaint_id": "x"}), "e2", asked=1)]

    assert verdict_on(both).doubled == 0
    assert verdict_on([*both, stored(answered, "e3", 2, asked=1)]).doubled == 1
