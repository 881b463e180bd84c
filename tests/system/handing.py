"""What is handed over beside words: files on pages, with names and remarks, and a message of a channel."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import orjson

from shared.web.checks import hidden_fields
from shared.web.security import SAME_ORIGIN
from tests.services.hotline import handed
from tests.services.hotline.messaging import CHANNEL, headers_of
from tests.system.confidences import Told
from tests.system.running import RunningOffice

ASIDE = ("name of a file", "remark in a picture", "place in a recording")
"""What is looked at by nobody and kept nowhere."""


def hand_files(office: RunningOffice, told: Told) -> None:
    """A report with a picture, a recording and a paper, each of which says something of who made it."""
    picture = handed.a_jpeg(remark=told.word("remark in a picture").encode())
    sound = handed.an_m4a().replace(handed.SECRET[:17], told.word("place in a recording").encode())
    paper = handed.a_pdf().replace(b"endobj", told.word("words of a paper").encode() + b" endobj")
    name = told.word("name of a file")
    with office.client() as anybody:
        anybody.headers["Accept"] = "text/html"
        held = hidden_fields(anybody.get("/hotline/").text)
        said = {"text": told.word("report with files"), "who": "anonymous"}
        files = [("files", (f"{name}.{n}", content)) for n, content in enumerate((picture, sound, paper))]
        page = anybody.post("/hotline/", data=held | said, files=files, headers=SAME_ORIGIN)
        assert page.status_code == 200 and "M4A" in page.text, page.text


def hand_over_a_message(office: RunningOffice, told: Told) -> None:
    """A message of a channel, whose id is a telephone number."""
    said = {"text": told.word("message: text"), "address": told.word("message: address")}
    who = told.person("writer of a message")
    body = orjson.dumps(said | {"full_name": who["full_name"], "phone": who["phone"]})
    del told.words["writer of a message: e-mail"]
    with office.client() as channel:
        now = office_time(channel)
        headers = headers_of(body, at=now, message_id=told.words["writer of a message: phone"])
        answer = channel.post(f"/hotline/channels/{CHANNEL}/messages", content=body, headers=headers)
        assert answer.status_code == 201, answer.text


def office_time(client: httpx.Client) -> datetime:
    """What the office's clock says, as a report that is filed now tells."""
    report = {"channel": "web", "text": "Đèn đường hỏng"}
    filed = client.post("/hotline/complaints", json=report).json()["filed_at"]
    return datetime.fromisoformat(filed).astimezone(UTC)
