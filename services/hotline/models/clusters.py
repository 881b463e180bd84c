"""What is asked of hotline about clusters of reports, and what it answers."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from services.hotline.models import Asked
from shared.events.clusters import SamePlace
from shared.events.hotline import Category
from shared.texts import Code, Paragraph


class Parting(Asked):
    """Which reports are another matter, and why."""

    complaint_ids: list[Code] = Field(min_length=1, max_length=500)
    reason: Paragraph


class ClusterReportView(BaseModel):
    """A report of a cluster and what speaks for it; nothing for the one that the others are alike to."""

    complaint_id: str
    number: str
    status: str
    filed_at: datetime
    alike_to: str | None
    """The number of the report that it was found to be alike to."""
    place: SamePlace | None
    """`named`: both name one place; `near`: their coordinates lie next to each other."""
    overlap: int | None
    """How much of the shorter text's words both have, in whole percent."""
    days: int | None
    """How many whole days lie between them."""


class ClusterSummary(BaseModel):
    """A cluster: how many reports, how many are open, and how many people stand behind them."""

    cluster_id: str
    category: Category
    formed_at: datetime
    last_at: datetime
    reports: int
    open_reports: int
    people: int
    """Different people, as far as they gave a way to reach them."""
    crowd: int
    """The most of them within the days of the rule."""
    unnamed: int
    """Reports whose sender nobody can reach: they count as no different people."""


class ClusterView(ClusterSummary):
    """A cluster with its reports."""

    members: list[ClusterReportView]
    merged_into: str | None
    """The cluster that goes on in its place."""
    apart_from: list[str]
    """Clusters that somebody put apart from it."""
    parted: bool
    """Whether somebody put some of its reports apart: why, is read on its own."""
    event_id: str


class ClusterMoved(BaseModel):
    """A cluster after it was split, and the one that the others form."""

    cluster: ClusterView
    parted: ClusterView
    event_id: str
    event_sha256: str


class WhyParted(BaseModel):
    """Why some of a cluster's reports were put apart last; reading it is recorded."""

    reason: str | None
