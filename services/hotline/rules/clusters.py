"""Which reports form a cluster: those that hang together by being alike; who stands behind it, and how one is split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.hotline.rulebook.alike import AlikeRule
from services.hotline.rules.alike import Likeness
from shared.errors import Refused
from shared.events import Event
from shared.events.clusters import (
    ClusterFormed,
    ClusterGrown,
    ClusterMerged,
    ClusterReport,
    ClusterShrunk,
    ShrinkReason,
)
from shared.events.hotline import Category
from shared.worktime import VN


@dataclass(frozen=True)
class Brought:
    """When a report was filed, and the ways to reach whoever filed it, as digests; none where nobody can be."""

    filed_at: datetime
    contacts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Cluster:
    """What the rules need to know of a cluster."""

    cluster_id: str
    category: Category
    formed_at: datetime
    reports: tuple[ClusterReport, ...]
    apart_from: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reached:
    """What a report hangs together with: reports of no cluster, and clusters."""

    reports: list[Likeness] = field(default_factory=list)
    clusters: dict[str, Likeness] = field(default_factory=dict)
    """By what each was reached first, the closest first."""


@dataclass(frozen=True)
class Counted:
    """How many stand behind some reports."""

    people: int
    crowd: int
    unnamed: int


def reach(near: Collection[Likeness], held: Mapping[str, str]) -> Reached:
    """What a report reaches: of those that it is alike to the ones that stand in no cluster, and the clusters (`held`)
    of the others, each by the closest."""
    found = Reached()
    for each in sorted(near, key=lambda it: (-it.overlap, it.alike_to)):
        if each.alike_to in held:
            found.clusters.setdefault(held[each.alike_to], each)
        else:
            found.reports.append(replace(each, complaint_id=each.alike_to, alike_to=each.complaint_id))
    return found


def join(
    rule: AlikeRule,
    category: Category,
    arrived: str,
    reached: Reached,
    touched: Sequence[Cluster],
    brought: Mapping[str, Brought],
    *,
    new_id: str,
    now: datetime,
) -> list[Event]:
    """What a report that arrived brings together: a cluster, one that grew, or two that become one, the older. Clusters
    that somebody put apart stay so: the report goes to the one that it is more alike to."""
    clusters = _not_apart(touched, reached)
    own = [_evidence(each) for each in reached.reports]
    if not clusters:
        return _form(rule, category, [ClusterReport(complaint_id=arrived, **_NOTHING), *own], brought, new_id, now)
    main, *others = sorted(clusters, key=lambda each: (each.formed_at, each.cluster_id))
    closest = min((reached.clusters[each.cluster_id] for each in clusters), key=lambda it: (-it.overlap, it.alike_to))
    reports = [_evidence(closest), *own, *(report for other in others for report in other.reports)]
    apart = sorted(frozenset().union(*(each.apart_from for each in clusters)))
    counted = count(rule, [each.complaint_id for each in (*main.reports, *reports)], brought)
    grown = ClusterGrown(
        cluster_id=main.cluster_id,
        reports=reports,
        apart_from=apart,
        grown_at=now.astimezone(VN),
        rule=rule.version,
        **vars(counted),
    )
    return [*(_merged(other, main, now) for other in others), grown]


_NOTHING = {"alike_to": None, "place": None, "overlap": None, "days": None}


def _evidence(likeness: Likeness) -> ClusterReport:
    return ClusterReport(**vars(likeness))


def _not_apart(touched: Sequence[Cluster], reached: Reached) -> list[Cluster]:
    taken: list[Cluster] = []
    for each in sorted(touched, key=lambda it: (-reached.clusters[it.cluster_id].overlap, it.cluster_id)):
        if not any(each.cluster_id in one.apart_from or one.cluster_id in each.apart_from for one in taken):
            taken.append(each)
    return taken


def _form(
    rule: AlikeRule,
    category: Category,
    reports: list[ClusterReport],
    brought: Mapping[str, Brought],
    new_id: str,
    now: datetime,
) -> list[Event]:
    counted = count(rule, [each.complaint_id for each in reports], brought)
    formed = {"apart_from": [], "formed_at": now.astimezone(VN), "rule": rule.version}
    return [ClusterFormed(cluster_id=new_id, category=category, reports=reports, **vars(counted), **formed)]


def _merged(cluster: Cluster, into: Cluster, now: datetime) -> ClusterMerged:
    return ClusterMerged(
        cluster_id=cluster.cluster_id,
        into=into.cluster_id,
        reports=[each.complaint_id for each in cluster.reports],
        merged_at=now.astimezone(VN),
    )


def leave(
    rule: AlikeRule,
    cluster: Cluster,
    gone: Collection[str],
    brought: Mapping[str, Brought],
    *,
    reason_code: ShrinkReason,
    reason_ref: str | None = None,
    to_cluster: str | None = None,
    by: str,
    now: datetime,
) -> ClusterShrunk:
    """Reports that stand in it no more; with `to_cluster` they form that one, and the two stay apart."""
    left = [each.complaint_id for each in cluster.reports if each.complaint_id not in gone]
    apart = cluster.apart_from | ({to_cluster} if to_cluster else set())
    return ClusterShrunk(
        cluster_id=cluster.cluster_id,
        reports=sorted(gone),
        reason_code=reason_code,
        reason_ref=reason_ref,
        to_cluster=to_cluster,
        apart_from=sorted(apart),
        shrunk_by=by,
        shrunk_at=now.astimezone(VN),
        **vars(count(rule, left, brought)),
    )


def split(
    rule: AlikeRule,
    cluster: Cluster,
    gone: Collection[str],
    brought: Mapping[str, Brought],
    *,
    new_id: str,
    reason_ref: str,
    by: str,
    now: datetime,
) -> list[Event]:
    """Somebody finds that these reports are another matter: they form a cluster of their own, and the two stay apart.

    Raises Refused `not_in_cluster` (422), `nothing_left`.
    """
    held = {each.complaint_id: each for each in cluster.reports}
    if not gone or not set(gone) <= held.keys():
        raise Refused("not_in_cluster", "Choose reports that stand in this cluster.", status=422)
    if len(set(gone)) == len(held):
        raise Refused("nothing_left", "At least one report stays in the cluster.")
    shrunk = leave(
        rule,
        cluster,
        set(gone),
        brought,
        reason_code="by_hand",
        reason_ref=reason_ref,
        to_cluster=new_id,
        by=by,
        now=now,
    )
    formed = ClusterFormed(
        cluster_id=new_id,
        category=cluster.category,
        reports=[held[each] for each in sorted(set(gone))],
        apart_from=[*sorted(cluster.apart_from), cluster.cluster_id],
        formed_at=now.astimezone(VN),
        rule=rule.version,
        **vars(count(rule, sorted(set(gone)), brought)),
    )
    return [shrunk, formed]


def count(rule: AlikeRule, reports: Iterable[str], brought: Mapping[str, Brought]) -> Counted:
    """How many different people filed these reports, and the most of them within the days of the rule. Whoever shares a
    way to be reached with another is one person; reports without one are nobody's different ones."""
    known = [brought[each] for each in reports if each in brought]
    named = sorted((each for each in known if each.contacts), key=lambda it: it.filed_at)
    who = _persons([each.contacts for each in named])
    within, crowd, here, first = timedelta(days=rule.days), 0, Counter[int](), 0
    for each, person in zip(named, who, strict=True):
        here[person] += 1
        while each.filed_at - named[first].filed_at > within:
            here[who[first]] -= 1
            if not here[who[first]]:
                del here[who[first]]
            first += 1
        crowd = max(crowd, len(here))
    return Counted(len(set(who)), crowd, len(known) - len(named))


def _persons(contacts: Sequence[frozenset[str]]) -> list[int]:
    """Of each, which person it is: those with a contact in common are one, also by way of another."""
    above = list(range(len(contacts)))
    whose: dict[str, int] = {}

    def top(at: int) -> int:
        while above[at] != at:
            above[at] = at = above[above[at]]
        return at

    for at, some in enumerate(contacts):
        for each in some:
            above[top(at)] = top(whose.setdefault(each, at))
    return [top(at) for at in range(len(contacts))]
