"""Ways out of the office: the mailbox folder and an SMTP server. Passed in; the only parts that a test replaces.

The mailbox names each file by the notice's key, so that a repeat after a crash replaces its own file: once. SMTP is
at-least-once; its Message-ID is the key, by which a mail server or reader drops the repeat.
"""

from __future__ import annotations

import asyncio
import os
import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from pydantic import TypeAdapter

from services.notifier.letters import Letter
from services.notifier.settings import Settings
from shared.texts import Email


class Undelivered(Exception):
    """It did not leave; `code` says why, without any text from outside."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Gateway(Protocol):
    """A way out."""

    async def send(self, key: str, to: str, letter: Letter) -> None:
        """Let a letter out under its key. Raises Undelivered."""
        ...


@dataclass(frozen=True)
class Gateways:
    """The ways out that this installation has."""

    mailbox: Gateway
    paper: Gateway
    mail: Gateway | None

    @staticmethod
    def of(settings: Settings) -> Gateways:
        """The ways out that these settings mean."""
        mail = Smtp.of(settings) if settings.smtp_url else None
        return Gateways(Mailbox(settings.mailbox), Mailbox(settings.mailbox / "print"), mail)


@dataclass(frozen=True)
class Mailbox:
    """A folder with one file a notice, readable by the office alone; no file name says anything about a person."""

    folder: Path

    async def send(self, key: str, to: str, letter: Letter) -> None:
        """Write the file whole or not at all. Raises Undelivered `mailbox_unwritable`."""
        try:
            await asyncio.to_thread(self._write, key, f"To: {to}\nSubject: {letter.subject}\n\n{letter.body}")
        except OSError as error:
            raise Undelivered("mailbox_unwritable") from error

    def _write(self, key: str, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path, new = self.folder / f"{key}.txt", self.folder / f".{key}.new"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


_one_address: TypeAdapter[str] = TypeAdapter(Email)


@dataclass(frozen=True)
class Smtp:
    """A mail server. Encrypts where the server offers it, `smtps` from the first byte; no password in clear."""

    host: str
    port: int
    tls: bool
    user: str | None
    password: str | None
    sender: str
    timeout: float

    @staticmethod
    def of(settings: Settings) -> Smtp:
        """The server of these settings."""
        url = urlsplit(settings.smtp_url or "")
        tls = url.scheme == "smtps"
        file = settings.smtp_password_file
        return Smtp(
            host=url.hostname or "localhost",
            port=url.port or (465 if tls else 587),
            tls=tls,
            user=unquote(url.username) if url.username else None,
            password=file.read_text().splitlines()[0] if file else unquote(url.password or ""),
            sender=settings.smtp_from,
            timeout=settings.smtp_timeout_seconds,
        )

    async def send(self, key: str, to: str, letter: Letter) -> None:
        """Hand the mail to the server. Raises Undelivered `smtp_refused`, `smtp_unreachable`, `smtp_unencrypted`,
        `address_unusable`."""
        try:
            _one_address.validate_python(to)  # what is kept may be older than what the doors refuse today
            await asyncio.to_thread(self._send, to, self._message(key, to, letter))
        except smtplib.SMTPException as error:
            raise Undelivered("smtp_refused") from error
        except OSError as error:
            raise Undelivered("smtp_unreachable") from error
        except ValueError as error:
            raise Undelivered("address_unusable") from error

    def _message(self, key: str, to: str, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, Address(addr_spec=to), letter.subject
        message["Message-ID"] = f"<{key}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.body)
        return message

    def _send(self, to: str, message: EmailMessage) -> None:
        context = ssl.create_default_context()
        with (
            smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
            if self.tls
            else smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        ) as server:
            server.ehlo()
            encrypted = self.tls
            if not encrypted and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
                encrypted = True
            if self.user and not encrypted:
                raise Undelivered("smtp_unencrypted")
            if self.user:
                server.login(self.user, self.password or "")
            server.send_message(message, to_addrs=[to])
