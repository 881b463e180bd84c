"""A report that comes as a message: by Zalo, by SMS, by whatever the office opened."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from services.hotline.models import AppReport, Asked, NewComplaint
from shared.texts import Line, Name, Paragraph, Phone


class NewMessage(Asked):
    """What somebody wrote, and how the channel reaches them."""

    text: Paragraph
    place: Line | None = None
    address: Line = Field(description="Who wrote it, as the channel calls them; kept privately.")
    full_name: Name | None = None
    phone: Phone | None = None


class Sender(BaseModel):
    """Who wrote a message, as it is kept."""

    full_name: str | None
    phone: str | None
    channel_address: str


class MessageReport(BaseModel):
    """A message as a report: as undecided as one of the web form."""

    channel: Literal["web"] = "web"
    via: str
    text: str
    place: str | None
    reporter: Sender

    @staticmethod
    def of(message: NewMessage, channel: str) -> MessageReport:
        """The report that a message of this channel makes."""
        sender = Sender(full_name=message.full_name, phone=message.phone, channel_address=message.address)
        return MessageReport(via=channel, text=message.text, place=message.place, reporter=sender)


OF_REPORTER = ("full_name", "phone", "email", "channel_address")
"""All that is kept of whoever reports, by whichever door."""
Reported = NewComplaint | AppReport | MessageReport
"""A report, by whichever door it came."""
