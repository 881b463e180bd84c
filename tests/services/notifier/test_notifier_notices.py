"""What must be said leaves once, or a fact says why it did not."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlmodel import select

from services.notifier import jobs
from services.notifier.gateways import Mailbox, Smtp, Undelivered
from services.notifier.letters import Letter
from services.notifier.tables import Delivery
from shared.events.intake import DossierSupplementRequested, ResultUncollected
from tests.services.notifier.lookout import (
    Lookout,
    answered,
    at,
    completed,
    filed,
    given_back,
    handed_over,
    received,
    rescheduled,
    suspended,
    taken_up,
)

CITIZEN = {"full_name": "Nguyễn Thị Mơ", "phone": "0912 345 678"}


async def a_ready_result(lookout: Lookout) -> None:
    await lookout.hears(received("dos-1", at("10 17:00"), at("05 15:01")), completed("dos-1", at("05 15:30")))


async def test_a_citizen_with_a_phone_is_told_that_the_result_is_ready(lookout: Lookout) -> None:
    lookout.contacts["prs_dos-1"] = CITIZEN
    await a_ready_result(lookout)

    assert await lookout.works(jobs.deliver) == 1

    [letter] = lookout.letters()
    assert letter.startswith("To: 0912 345 678\nSubject: Hồ sơ H55.27.05-260605-os-1 đã có kết quả")
    assert "Nguyễn Thị Mơ" in letter
    assert [(each["means"], each["attempts"]) for each in await lookout.events("NoticeSent")] == [("mailbox", 1)]
    assert await lookout.rows("delivery") == []


async def test_whose_date_an_act_carried_forward_is_told_the_new_one_and_the_act_in_both_languages(
    lookout: Lookout,
) -> None:
    lookout.contacts["prs_dos-1"] = CITIZEN
    await lookout.hears(received("dos-1", at("10 17:00"), at("05 15:01")))
    await lookout.hears(suspended("dos-1", at("10 17:00"), at("25 08:00")))
    assert await lookout.works(jobs.deliver) == 1
    [letter] = lookout.letters()
    assert "tạm dừng theo 84/NQ-CP. Ngày hẹn mới: 08:00 thứ Năm 25/06/2026" in letter and "xin lỗi" not in letter
    assert "Under 84/NQ-CP the time limit" in letter and "08:00, Thursday 25 June 2026" in letter


async def test_whose_date_is_an_earlier_one_again_is_told_why_and_that_the_day_told_before_will_do(
    lookout: Lookout,
) -> None:
    lookout.contacts["prs_dos-1"] = CITIZEN
    await lookout.hears(received("dos-1", at("10 17:00"), at("05 15:01")))
    await lookout.hears(given_back("dos-1", at("25 08:00"), at("12 08:00")))
    assert await lookout.works(jobs.deliver) == 1
    [letter] = lookout.letters()
    assert "theo 84/NQ-CP là ghi sai" in letter and "sớm hơn: 08:00 thứ Sáu 12/06/2026" in letter
    assert "theo ngày đã báo trước đó cũng được" in letter and "xin lỗi" not in letter
    assert "earlier date is 08:00, Friday 12 June 2026" in letter


async def test_who_does_not_come_for_the_result_is_reminded(lookout: Lookout) -> None:
    lookout.contacts["prs_dos-1"] = CITIZEN
    await a_ready_result(lookout)
    await lookout.hears(ResultUncollected(dossier_id="dos-1", completed_at=at("05 15:30")))
    assert await lookout.works(jobs.deliver) == 2
    assert ["vẫn chờ Ông/Bà tại bộ phận Một cửa" in letter for letter in lookout.letters()].count(True) == 1


async def test_who_is_asked_for_papers_is_told_until_when_and_where_it_says_which(lookout: Lookout) -> None:
    lookout.contacts["prs_dos-1"] = CITIZEN
    await lookout.hears(received("dos-1", at("10 17:00"), at("05 15:01")))
    asked = {"dossier_id": "dos-1", "requested_at": at("08 09:00"), "supplement_by": at("29 09:00")}
    await lookout.hears(DossierSupplementRequested.sample().model_copy(update=asked))
    assert await lookout.works(jobs.deliver) == 1
    [letter] = lookout.letters()
    assert "còn thiếu giấy tờ" in letter and "29/06/2026" in letter and "(M02)" in letter


async def test_nothing_personal_is_in_an_event_a_row_or_a_file_name(lookout: Lookout) -> None:
    lookout.contacts["prs_dos-1"] = {**CITIZEN, "email": "mo@example.vn", "slip_code": "ABCD-EFGH-JKMN-PQRS"}
    await a_ready_result(lookout)
    await lookout.hears(handed_over("dos-1", at("05 16:00")))
    await lookout.works(jobs.deliver)

    kept = await lookout.log() + str(await lookout.rows("notice")) + str(await lookout.rows("dossier"))
    kept += "".join(path.name for path in lookout.mailbox.rglob("*"))
    assert len(lookout.letters()) == 2
    for secret in ("Nguyễn", "0912", "mo@example.vn", "ABCD-EFGH"):
        assert secret not in kept


async def test_after_the_hand_over_everybody_is_invited_to_rate_with_their_slip_code(lookout: Lookout) -> None:
    lookout.contacts["prs_dos-1"] = {**CITIZEN, "slip_code": "ABCD-EFGH-JKMN-PQRS"}
    await a_ready_result(lookout)
    await lookout.works(jobs.deliver)
    await lookout.hears(handed_over("dos-1", at("05 16:00")))
    await lookout.works(jobs.deliver)

    invitations = [letter for letter in lookout.letters() if "đánh giá" in letter]
    assert len(invitations) == 1
    assert "ABCD-EFGH-JKMN-PQRS" in invitations[0]


async def test_a_new_date_is_told_with_an_apology_a_reason_and_the_date(lookout: Lookout) -> None:
    lookout.contacts["prs_dos-1"] = CITIZEN
    await lookout.hears(received("dos-1", at("10 17:00"), at("05 15:01")))
    await lookout.hears(rescheduled("dos-1", at("10 17:00"), at("12 17:00")))
    await lookout.works(jobs.deliver)

    [letter] = lookout.letters()
    assert "xin lỗi" in letter
    assert "cần xác minh thêm" in letter
    assert "17:00 thứ Sáu 12/06/2026" in letter


async def test_a_citizen_who_cannot_be_reached_gets_a_letter_to_print(lookout: Lookout) -> None:
    lookout.contacts["prs_dos-1"] = {"full_name": "Nguyễn Thị Mơ"}
    await a_ready_result(lookout)
    await lookout.works(jobs.deliver)

    assert [each["reason"] for each in await lookout.events("NoticeSuppressed")] == ["no_contact"]
    assert lookout.letters() == []
    assert ["Nguyễn Thị Mơ" in letter for letter in lookout.letters("print")] == [True]


async def test_a_citizen_whose_data_are_erased_is_told_nothing_and_the_notice_says_why(lookout: Lookout) -> None:
    lookout.contacts["prs_dos-1"] = {}
    await a_ready_result(lookout)
    await lookout.works(jobs.deliver)

    assert [each["reason"] for each in await lookout.events("NoticeSuppressed")] == ["erased"]
    assert lookout.letters("print") == []


async def test_while_the_owner_of_the_address_is_silent_the_notice_waits_without_using_up_its_tries(
    lookout: Lookout,
) -> None:
    await a_ready_result(lookout)
    for _ in range(20):
        await lookout.works(jobs.deliver)
        lookout.waits(minutes=1)
    assert [(row["attempts"], row["last_error"]) for row in await lookout.rows("delivery")] == [(0, "owner_silent")]

    lookout.contacts["prs_dos-1"] = CITIZEN
    await lookout.works(jobs.deliver)
    assert len(await lookout.events("NoticeSent")) == 1


async def test_what_cannot_be_written_is_tried_again_ever_later_and_then_a_person_has_to_do_it(
    lookout: Lookout,
) -> None:
    lookout.contacts["prs_dos-1"] = CITIZEN
    lookout.mailbox.write_text("a file where the folder should be")
    await a_ready_result(lookout)

    tries = []
    while waiting := await lookout.service.db.read(lambda session: session.exec(select(Delivery.next_try)).first()):
        lookout.goes_to(waiting)
        tries.append(waiting)
        assert await lookout.works(jobs.deliver) == 1

    [failure] = await lookout.events("NoticeFailed")
    assert failure["error_code"] == "mailbox_unwritable"
    assert failure["attempts"] == len(tries) == 8
    waits = [later - earlier for earlier, later in pairwise(tries)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=4)
    assert await lookout.rows("delivery") == []


async def test_a_notice_that_left_before_a_crash_leaves_again_as_the_same_file(lookout: Lookout) -> None:
    lookout.contacts["prs_dos-1"] = CITIZEN
    await a_ready_result(lookout)
    [delivery] = await lookout.rows("delivery")
    gateway = Mailbox(lookout.mailbox)
    await gateway.send(delivery["notice_id"], "0912 345 678", Letter("left, and then SIGKILL", ""))

    await lookout.works(jobs.deliver)

    [letter] = lookout.letters()
    assert "SIGKILL" not in letter
    assert list(lookout.mailbox.glob(".*")) == []


async def test_an_official_without_an_address_is_not_told_and_no_letter_is_printed(lookout: Lookout) -> None:
    lookout.contacts["off-officer"] = {}
    await lookout.hears(
        received("dos-1", at("10 17:00"), at("05 15:01")), taken_up("dos-1", "off-officer", at("05 15:20"))
    )
    lookout.goes_to(at("09 17:00"))
    await lookout.works(jobs.remind)
    await lookout.works(jobs.deliver)

    assert [each["reason"] for each in await lookout.events("NoticeSuppressed")] == ["no_contact"]
    assert lookout.letters("print") == []


async def test_a_reporter_is_told_that_the_answer_is_there(lookout: Lookout) -> None:
    lookout.contacts["prs_c"] = CITIZEN
    await lookout.hears(filed("com-1", at("26 21:10"), at("05 21:10")), answered("com-1", at("09 09:00")))
    await lookout.works(jobs.deliver)

    assert ["đã được trả lời" in letter for letter in lookout.letters()] == [True]


class Server:
    """A mail server of a few words; it refuses everybody at `refused.vn`."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.heard: list[str] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 test")
        while line := (await reader.readline()).decode().strip():
            word = line[:4].upper()
            self.heard.append(word)
            if word == "DATA":
                say("354 go on")
                mail = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(mail.decode())
                say("250 taken")
            elif word == "EHLO":
                say("250-test")
                say("250 AUTH PLAIN LOGIN")
            elif word == "QUIT":
                say("221 bye")
                break
            else:
                say("550 not here" if "refused.vn" in line else "250 test")
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, int]]:
    found = Server()
    listening = await asyncio.start_server(found.talk, "127.0.0.1", 0)
    yield found, listening.sockets[0].getsockname()[1]
    listening.close()


def smtp(port: int) -> Smtp:
    return Smtp("127.0.0.1", port, False, None, None, "mot-cua@dai-phuc.example", 5.0)


async def test_mail_leaves_with_the_notices_key_as_its_message_id(lookout: Lookout, server: tuple[Server, int]) -> None:
    found, port = server
    lookout.mail = smtp(port)
    lookout.contacts["prs_dos-1"] = {**CITIZEN, "email": "mo@example.vn"}
    await a_ready_result(lookout)
    [delivery] = await lookout.rows("delivery")

    await lookout.works(jobs.deliver)

    assert [each["means"] for each in await lookout.events("NoticeSent")] == ["mail"]
    assert f"Message-ID: <{delivery['notice_id']}@dai-phuc.example>" in found.mails[0]
    assert lookout.letters() == []


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("a@refused.vn", "smtp_refused"),
        ("mơ@example.vn", "address_unusable"),
        *(
            (to, "address_unusable")
            for to in ("a@b\nc", "a@[x", "a@[", "a@b,<", "=?utf-8?b?@?=", "a@x.vn,root", "Foo<b>@x.vn", ",@,", "")
        ),
    ],
)
async def test_an_address_that_the_server_refuses_is_a_failure_with_a_code(
    server: tuple[Server, int], to: str, code: str
) -> None:
    with pytest.raises(Undelivered) as why:
        await smtp(server[1]).send("key", to, Letter("Xin chào", "Kính gửi"))
    assert why.value.code == code
    assert server[0].mails == []


async def test_a_password_is_not_said_to_a_server_that_does_not_encrypt(server: tuple[Server, int]) -> None:
    """Somebody on the way can strike STARTTLS out of what the server offers."""
    found, port = server
    with pytest.raises(Undelivered) as why:
        await replace(smtp(port), user="mot-cua", password="secret").send(
            "key", "a@b.vn", Letter("Xin chào", "Kính gửi")
        )
    assert why.value.code == "smtp_unencrypted"
    assert "AUTH" not in found.heard and found.mails == []


async def test_a_server_that_is_not_there_is_a_failure_with_a_code(tmp_path: Path) -> None:
    with pytest.raises(Undelivered) as why:
        await smtp(1).send("key", "a@b.vn", Letter("Xin chào", "Kính gửi"))
    assert why.value.code == "smtp_unreachable"
    assert isinstance(why.value.__cause__, OSError)
    assert not isinstance(why.value.__cause__, smtplib.SMTPResponseException)
