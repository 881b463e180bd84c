"""An app with a key, at an office that runs."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.services.hotline.denouncing import recipients_file
from tests.services.hotline.messaging import channels_file
from tests.services.hotline.open311.app import A_REPORT, KEY, keys_file
from tests.system.running import RunningOffice

OPEN311 = "/hotline/open311/v2"


def apps_in(folder: Path) -> dict[str, str]:
    """Settings of an office that knows the apps and the channel of the tests, and whom denunciations are sealed to."""
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "HOTLINE_OPEN311_KEYS_FILE": str(keys_file(folder)),
        "HOTLINE_RECIPIENTS_FILE": str(recipients_file(folder)),
        "HOTLINE_CHANNELS_FILE": str(channels_file(folder)),
    }


def send(office: RunningOffice, **fields: str) -> httpx.Response:
    """What an app is answered to a report."""
    with office.client() as app:
        return app.post(f"{OPEN311}/requests.json", data={"api_key": KEY} | A_REPORT | fields)


def file_by_app(office: RunningOffice, **fields: str) -> str:
    """The number of a report that an app has filed."""
    answer = send(office, **fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()[0]["service_request_id"])
