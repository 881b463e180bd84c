"""One office for all that a file asks of its APIs, as often as it likes. It closes with the file: three that stood open
for the rest of a run took a sixth of the processor's time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.system.apps import apps_in
from tests.system.running import RunningOffice, in_the_morning, running_office
from tests.system.streams import wait_for_quiet


@pytest.fixture(scope="module")
def api_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    """An office at rest while it is open, without a limit to how often one address asks."""
    options, folder = ("--rate-factor", "10000", *in_the_morning()), tmp_path_factory.mktemp("api")
    with running_office(folder / "home", options=options, settings=apps_in(folder)) as office:
        wait_for_quiet(office)
        yield office
