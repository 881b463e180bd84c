"""Settings of notifier (NOTIFIER_…) and the small frozen policy that its commands see."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from services.notifier.rulebook import Rulebook, load
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="NOTIFIER_")

    mailbox: Path = Path("var/mailbox")
    """Where notices are left as files: the trial's mailbox, and the out-tray for text messages and printed letters."""
    smtp_url: str | None = Field(None, pattern=r"^smtps?://[^/\s]+$")
    """`smtp://user@mail.example.vn:587` or `smtps://…:465`; without it e-mail goes to the mailbox too."""
    smtp_password_file: Path | None = None
    smtp_from: str = Field("mot-cua@localhost", pattern=r"^[^@\s]{1,64}@[^@\s]{1,120}$")
    smtp_timeout_seconds: float = Field(10.0, gt=0, le=120)

    private_years: int = Field(5, ge=1)
    """How long explanations and reasons are kept (limitation of the mildest measure: 5 years, NĐ 172/2025)."""
    poll_seconds: float = Field(1.0, gt=0)
    """How often the jobs look when there was nothing to do."""

    @model_validator(mode="after")
    def _a_password_needs_a_user(self) -> Settings:
        if self.smtp_password_file is not None and "@" not in (self.smtp_url or ""):
            raise ValueError("SMTP_PASSWORD_FILE needs SMTP_URL with a user: smtp://user@host:587")
        return self


@dataclass(frozen=True)
class Policy:
    """What notifier's commands need to know of the settings."""

    unit: str
    unit_name: str
    hotline: str
    public_url: str
    private_years: int
    rulebook: Rulebook

    @staticmethod
    def of(settings: Settings) -> Policy:
        """The policy that these settings mean."""
        return Policy(
            settings.unit,
            settings.unit_name,
            settings.hotline_number,
            settings.public_url.rstrip("/"),
            settings.private_years,
            load(),
        )
