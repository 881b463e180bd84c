"""Settings of hotline (HOTLINE_…) and the small frozen policy that its rules see."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.hotline.rulebook import Rulebook, load, states
from services.hotline.rulebook.alike import AlikeBook
from services.hotline.rulebook.alike import load as load_alike
from services.hotline.rulebook.calls import CallBook
from services.hotline.rulebook.calls import load as load_calls
from services.hotline.rulebook.channels import ChannelBook
from services.hotline.rulebook.channels import load as load_channels
from services.hotline.rulebook.denunciations import DenunciationBook
from services.hotline.rulebook.denunciations import load as load_denunciations
from services.hotline.rulebook.drafts import DraftBook
from services.hotline.rulebook.drafts import load as load_drafts
from services.hotline.rulebook.files import FileBook
from services.hotline.rulebook.files import load as load_files
from services.hotline.rulebook.first_look import FirstLookBook
from services.hotline.rulebook.first_look import load as load_first_look
from services.hotline.rulebook.ladder import LadderBook
from services.hotline.rulebook.ladder import load as load_ladder
from services.hotline.rulebook.publishing import PublishingBook
from services.hotline.rulebook.publishing import load as load_publishing
from services.hotline.rulebook.risk import RiskBook
from services.hotline.rulebook.risk import load as load_risks
from services.hotline.rulebook.states import Moves
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="HOTLINE_")

    number_prefix: str = Field("PA", pattern=r"^[A-Z]{1,8}$")
    """First part of every report's number."""
    private_years: int = Field(5, ge=1)
    """How long a report's text and its reporter's data are kept."""
    open311_keys_file: Path | None = None
    """TOML with an `[[app]]` for each key with which an app may file by Open311; none: no app may."""
    recipients_file: Path | None = None
    """TOML with a `[[recipient]]` for each who is competent for denunciations, and their public keys; none: no
    denunciation is taken here."""
    channels_file: Path | None = None
    """TOML with a `[[channel]]` for each key with which a message channel signs; none: no channel may hand over
    anything."""
    poll_seconds: float = Field(1.0, gt=0)
    """How often it looks whether a time is over."""

    risk_seconds: float = Field(300.0, gt=0)
    """How often it looks which matters may go to a level above, and erases calls that were half typed a shift ago."""


@dataclass(frozen=True)
class Policy:
    """What the rules of hotline need to know of the settings."""

    unit: str
    number_prefix: str
    private_years: int
    rulebook: Rulebook
    moves: Moves
    calls: CallBook
    denunciations: DenunciationBook = field(default_factory=load_denunciations)
    alike: AlikeBook = field(default_factory=load_alike)
    risks: RiskBook = field(default_factory=load_risks)
    drafts: DraftBook = field(default_factory=load_drafts)
    first_look: FirstLookBook = field(default_factory=load_first_look)
    ladders: LadderBook = field(default_factory=load_ladder)
    publishing: PublishingBook = field(default_factory=load_publishing)
    files: FileBook = field(default_factory=load_files)
    channels: ChannelBook = field(default_factory=ChannelBook)

    @staticmethod
    def of(settings: Settings) -> Policy:
        """The policy that these settings mean."""
        of = (settings.unit, settings.number_prefix, settings.private_years)
        denunciations = load_denunciations(settings.recipients_file)
        channels = load_channels(settings.channels_file)
        return Policy(*of, load(), states.load(), load_calls(), denunciations, channels=channels)
