"""Who may read what, by names that stay right when an event gets its next version."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from deploy.office import Subscriber, keep_subscribers
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
