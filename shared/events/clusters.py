"""Events of hotline's clusters: reports of one place and topic by different people. Owner: services/hotline.

What was compared lies in hotline's private table: from there come a share, a distance in days and what the places have
in common, and no word of a text.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from shared.events.base import Event, Privacy, fact
from shared.events.hotline import COMPLAINT, Category

CLUSTER = "01997e3c-5a00-7000-8000-00000000000c"
OTHER_CLUSTER = "01997e3c-5a00-7000-8000-00000000000e"
SamePlace = Literal["named", "near"]
"""`named`: both name one place, `near`: their coordinates lie in one cell of the map, or in two that touch."""
ShrinkReason = Literal["by_hand", "retriaged"]
"""`by_hand`: somebody found that it is another matter, `retriaged`: it turned out to be of another kind or category."""
_ALIKE: dict[str, Any] = {"complaint_id": COMPLAINT, "alike_to": None, "place": None, "overlap": None, "days": None}
_MORE: dict[str, Any] = {"complaint_id": "01997e3c-5a00-7000-8000-00000000000d", "alike_to": COMPLAINT}
_MORE |= {"place": "named", "overlap": 67, "days": 2}


class ClusterReport(BaseModel):
    """A report of a cluster, and what speaks for it: nothing for the one that the others are alike to."""

    model_config = ConfigDict(frozen=True)

    complaint_id: str = fact("The report.", example=COMPLAINT)
    alike_to: str | None = fact("The report that it was found to be alike to.", example=None)
    place: SamePlace | None = fact("What their places have in common.", example=None)
    overlap: int | None = fact("How much of the shorter text's words both have, in whole percent.", example=None)
    days: int | None = fact("How many whole days lie between them.", example=None)


def _people() -> Any:
    return fact("How many different people reported it, as far as they gave a way to reach them.", example=2)


def _crowd() -> Any:
    return fact("The most of them within the days of the rule.", example=2)


def _unnamed() -> Any:
    return fact("How many of its reports nobody can be reached about: they count as no different people.", example=0)


def _rule() -> Any:
    return fact("The dated row by which they are alike.", example="alike@2022-06-23")


class ClusterFormed(Event, service="hotline", about="cluster_id", privacy=Privacy.INTERNAL, begins=True):
    """Reports of one place and topic belong together, or were put apart from a cluster by hand. It is shown once
    different people stand behind it."""

    cluster_id: str = fact("The cluster.", example=CLUSTER)
    category: Category = fact("What they are about.", example="sanitation")
    reports: list[ClusterReport] = fact("Its reports.", example=[_ALIKE, _MORE])
    people: int = _people()
    crowd: int = _crowd()
    unnamed: int = _unnamed()
    apart_from: list[str] = fact("Clusters that it is never merged with.", example=[])
    formed_at: datetime = fact("When.", example="2026-06-05T21:20:00+07:00")
    rule: str = _rule()


class ClusterGrown(Event, service="hotline", about="cluster_id", privacy=Privacy.INTERNAL):
    """More reports belong to a cluster: one that came in, with what it brought together."""

    cluster_id: str = fact("The cluster.", example=CLUSTER)
    reports: list[ClusterReport] = fact("Those that are new to it.", example=[_MORE])
    people: int = _people()
    crowd: int = _crowd()
    unnamed: int = _unnamed()
    apart_from: list[str] = fact("Clusters that it is never merged with.", example=[])
    grown_at: datetime = fact("When.", example="2026-06-06T08:20:00+07:00")
    rule: str = _rule()


class ClusterMerged(Event, service="hotline", about="cluster_id", privacy=Privacy.INTERNAL):
    """A report is alike to those of two clusters: this one is over, and its reports are the other's."""

    cluster_id: str = fact("The cluster that is over.", example=CLUSTER)
    into: str = fact("The cluster that goes on.", example=OTHER_CLUSTER)
    reports: list[str] = fact("Its reports.", example=[COMPLAINT])
    merged_at: datetime = fact("When.", example="2026-06-07T09:00:00+07:00")


class ClusterShrunk(Event, service="hotline", about="cluster_id", privacy=Privacy.INTERNAL):
    """Reports belong to a cluster no more."""

    cluster_id: str = fact("The cluster.", example=CLUSTER)
    reports: list[str] = fact("Those that left it.", example=[COMPLAINT])
    reason_code: ShrinkReason = fact("Why.", example="by_hand")
    reason_ref: str | None = fact("By hand: reference to why, in hotline's private table.", example="txt_9d")
    to_cluster: str | None = fact("By hand: the cluster that they form.", example=OTHER_CLUSTER)
    people: int = _people()
    crowd: int = _crowd()
    unnamed: int = _unnamed()
    apart_from: list[str] = fact("Clusters that it is never merged with.", example=[])
    shrunk_by: str = fact("Who said so.", example="off-head-1")
    shrunk_at: datetime = fact("When.", example="2026-06-08T10:00:00+07:00")
