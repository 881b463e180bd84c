"""The checker finds what it is there to find."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.events import Cause, Event, Recorded, intake, notifier, survey
from tests.chaos.checker import Verdict, judge

NOW = datetime(2026, 6, 5, 8, tzinfo=UTC)


def stored(event: Event, id_: str, sequence: int = 1, because: str | None = None) -> Recorded[Event]:
    return Recorded(event, id_, "u", sequence, NOW, NOW, Cause(causation=because))


def a_good_history() -> list[Recorded[Event]]:
    opened = notifier.FollowUpOpened.sample().model_copy(update={"promised_by": "e1"})
    return [
        stored(intake.DossierReceived.sample(), "e1"),
        stored(intake.ResultHandedOver.sample(), "e2", 2),
        stored(survey.SlipIssued.sample(), "e3", because="e2"),
        stored(opened, "e4"),
    ]


def verdict_on(history: list[Recorded[Event]], acknowledged: tuple[str, ...] = ("e1", "e2")) -> Verdict:
    verdict = Verdict(kills=1, acknowledged=len(acknowledged), replay_equal=True)
    judge(verdict, acknowledged, {intake.DossierReceived: 1}, history)
    return verdict


def test_a_good_history_holds() -> None:
    assert verdict_on(a_good_history()).holds


@pytest.mark.parametrize(
    ("harm", "figure"),
    [
        (lambda h: h[1:], "lost"),
        (lambda h: [*h, h[2]], "doubled"),
        (lambda h: [*h, stored(intake.DossierReceived.sample(), "e9")], "doubled"),
        (lambda h: [h[1], h[0], *h[2:]], "disordered"),
        (lambda h: [h[0], h[2], h[3]], "lost"),
        (lambda h: h[:3], "effects_missing"),
        (lambda h: [h[0], h[1], h[3]], "effects_missing"),
        (lambda h: [*h, stored(h[3].event, "e8", 2)], "effects_doubled"),
    ],
)
def test_every_harm_shows_in_its_figure(harm, figure) -> None:  # type: ignore[no-untyped-def]  # lambdas of a table
    verdict = verdict_on(harm(a_good_history()))

    assert getattr(verdict, figure) > 0
    assert not verdict.holds


def test_a_run_without_a_kill_proves_nothing() -> None:
    verdict = Verdict(acknowledged=1, replay_equal=True)

    assert not verdict.holds
