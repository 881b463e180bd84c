"""Who may read what, by names that stay right when an event gets its next version."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy.office import Subscriber, consumer_plans, keep_subscribers
from deploy.refusal import Refusal
from deploy.schemas import table
from deploy.subscribers import subscribers
from shared.events.intake import DossierReceived
from shared.events.survey import RatingSubmitted


def test_the_list_names_events_and_no_version_of_them(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    types = [DossierReceived.event_type(), RatingSubmitted.event_type(), DossierReceived.event_type()]
    keep_subscribers(tmp_path, [Subscriber("province", tuple(types))])

    said = CliRunner().invoke(subscribers, ["list", "--home", str(tmp_path)])

    assert said.output == "province: intake.dossier_received, survey.rating_submitted\n"


def test_whoever_reads_the_schemas_is_told_that_versions_share_a_subject() -> None:
    assert "All versions of an event have one subject" in table()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Subscriber("x", ("motcua.no.Such.v1",)), "The subscriber x reads motcua.no.Such.v1, which this release does"),
        (Subscriber("a b.c>", (DossierReceived.event_type(),)), "subscribers.json is damaged: restore it"),
        (Subscriber("x\n", (DossierReceived.event_type(),)), "subscribers.json is damaged: restore it"),
        (Subscriber("", (DossierReceived.event_type(),)), "subscribers.json is damaged: restore it"),
    ],
)
def test_a_list_that_cannot_be_followed_is_said_in_one_sentence(tmp_path: Path, row: Subscriber, says: str) -> None:
    keep_subscribers(tmp_path, [row])
    with pytest.raises(Refusal, match=says):
        consumer_plans(tmp_path)


def test_whoever_reads_an_event_that_is_no_more_can_be_added_again_or_removed(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    keep_subscribers(tmp_path, [Subscriber("x", ("motcua.no.Such.v1",)), Subscriber("y", ("motcua.no.Such.v1",))])
    again = CliRunner().invoke(subscribers, ["add", "x", "--events", "dossier_received", "--home", str(tmp_path)])
    gone = CliRunner().invoke(subscribers, ["remove", "y", "--home", str(tmp_path)])
    assert (again.exit_code, gone.exit_code) == (0, 0)
    assert [plan.durable for plan in consumer_plans(tmp_path) if plan.durable.startswith("sub-")] == ["sub-x"]
