"""Settings of intake (INTAKE_…) and the small frozen policy that its rules see."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.intake.rulebook import Catalogue, declarations, earlier, emergencies, look_ups, states, this_release
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="INTAKE_")

    agency_code: str = Field("H55.27.05", pattern=r"^[0-9A-Z]{3}(\.[0-9A-Z]{2,3}){2,3}$")
    """The agency's electronic identification, first part of every dossier number."""
    private_years: int = Field(5, ge=1)
    """How long a dossier's personal data are kept (records of one provincial process: 5 years)."""
    late_entry_days: int = Field(30, ge=1)
    """How many days back what came on paper may still be entered with its true time."""
    procedures_file: Path | None = None
    """Versions of procedures that came after this release, as rows of TOML like its own."""
    own_promises_file: Path | None = None
    """The unit's own shorter promises, as rows of TOML; without it, what the law says is promised."""
    poll_seconds: float = Field(1.0, gt=0)
    """How often dossiers are looked at whose date has passed."""


@dataclass(frozen=True)
class Policy:
    """What the rules of intake need to know of the settings."""

    unit: str
    agency_code: str
    private_years: int
    late_entry_days: int
    catalogue: Catalogue
    moves: states.Moves
    declarations: declarations.Declarations
    measures: emergencies.Measures
    reuses: earlier.Reuses
    look_ups: look_ups.LookUpLimits

    @staticmethod
    def of(settings: Settings) -> Policy:
        """The policy that these settings mean."""
        return Policy(
            settings.unit,
            settings.agency_code,
            settings.private_years,
            settings.late_entry_days,
            this_release().with_versions(settings.procedures_file).with_own(settings.own_promises_file),
            states.load(),
            declarations.this_release(),
            emergencies.this_release(),
            earlier.this_release(),
            look_ups.this_release(),
        )
