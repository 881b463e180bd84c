"""Settings of personnel (PERSONNEL_…) and the small frozen policy that its commands see."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from services.personnel.rulebook import Pledges, Register, load_pledges, load_register
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="PERSONNEL_")

    signin_private_key_file: Path | None = None
    """PEM of the Ed25519 key that signs sign-in tokens; only a trial's own sign-in page needs it here."""
    trial: bool = False
    """Lets anybody sign in as any official of the register, without a password."""
    register_file: Path | None = None
    """The commune's own register of departments and officials; the invented one of this release, when left out."""
    mail_domain: str = Field("motcua.example", pattern=r"^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,5}$")
    """Officials' addresses are their id at this domain."""

    @model_validator(mode="after")
    def _a_trial_stays_a_trial(self) -> Settings:
        if self.production and self.trial:
            raise ValueError("production signs nobody in without a key of their own: unset TRIAL")
        if self.trial and self.signin_private_key_file is None:
            raise ValueError("a trial signs people in: set SIGNIN_PRIVATE_KEY_FILE")
        return self


@dataclass(frozen=True)
class Policy:
    """What personnel needs to know of the settings."""

    unit: str
    register: Register
    pledges: Pledges
    mail_domain: str
    trial_key: Path | None
    """The signing key, in a trial only."""

    @staticmethod
    def of(settings: Settings) -> Policy:
        """The policy that these settings mean."""
        key = settings.signin_private_key_file if settings.trial else None
        return Policy(settings.unit, load_register(settings.register_file), load_pledges(), settings.mail_domain, key)
