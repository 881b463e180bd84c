"""Settings of survey (SURVEY_…) and the small frozen policy that its rules see."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic_settings import SettingsConfigDict

from services.survey.rulebook import Rulebook, load
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="SURVEY_")


@dataclass(frozen=True)
class Policy:
    """What the rules of survey need to know of the settings."""

    unit: str
    rulebook: Rulebook

    @staticmethod
    def of(settings: Settings) -> Policy:
        """The policy that these settings mean."""
        return Policy(settings.unit, load())
