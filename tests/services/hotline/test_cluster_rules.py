"""Which reports form a cluster: the same whatever the order in which they come."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.hotline.rulebook.alike import load
from services.hotline.rules import clusters
from services.hotline.rules.alike import Likeness
from services.hotline.rules.clusters import Brought, Cluster
from shared.errors import Refused
from shared.events import Event
from shared.events.clusters import ClusterFormed, ClusterGrown, ClusterMerged, ClusterShrunk
from shared.worktime import VN

RULE = max(load().rows, key=lambda row: row.valid_from)
FILED = datetime(2026, 6, 1, 9, 0, tzinfo=VN)
NOW = datetime(2026, 7, 1, 9, 0, tzinfo=VN)


@dataclass
class World:
    """Reports that are alike in pairs, by whom they are, and the clusters that the rules have made of them so far."""

    pairs: Mapping[frozenset[str], int]
    brought: Mapping[str, Brought]
    come: list[str] = field(default_factory=list)
    clusters: dict[str, Cluster] = field(default_factory=dict)

    def comes(self, report: str) -> list[Event]:
        self.come.append(report)
        near = [
            Likeness(report, each, "named", overlap, 0)
            for each in self.come
            if (overlap := self.pairs.get(frozenset({report, each}))) and each != report
        ]
        if not near:
            return []
        held = {each.complaint_id: one.cluster_id for one in self.clusters.values() for each in one.reports}
        reached = clusters.reach(near, held)
        touched = [self.clusters[each] for each in reached.clusters]
        made = {"new_id": f"cluster-{len(self.come):03d}", "now": NOW + timedelta(minutes=len(self.come))}
        events = clusters.join(RULE, "roads", report, reached, touched, self.brought, **made)  # type: ignore[arg-type]
        for event in events:
            self._happens(event)
        return events

    def parted(self, cluster_id: str, *gone: str) -> None:
        said = {"new_id": f"parted-{len(self.clusters)}", "reason_ref": "txt_1", "by": "head", "now": NOW}
        for event in clusters.split(RULE, self.clusters[cluster_id], gone, self.brought, **said):  # type: ignore[arg-type]
            self._happens(event)

    def _happens(self, event: Event) -> None:
        match event:
            case ClusterFormed():
                made = (event.cluster_id, event.category, event.formed_at, tuple(event.reports))
                self.clusters[event.cluster_id] = Cluster(*made, frozenset(event.apart_from))
            case ClusterGrown():
                old = self.clusters[event.cluster_id]
                reports = (*old.reports, *event.reports)
                made = (old.cluster_id, old.category, old.formed_at, reports)
                self.clusters[event.cluster_id] = Cluster(*made, frozenset(event.apart_from))
            case ClusterMerged():
                del self.clusters[event.cluster_id]
            case ClusterShrunk():
                old = self.clusters[event.cluster_id]
                left = tuple(each for each in old.reports if each.complaint_id not in event.reports)
                made = (old.cluster_id, old.category, old.formed_at, left)
                self.clusters[event.cluster_id] = Cluster(*made, frozenset(event.apart_from))

    def sets(self) -> set[frozenset[str]]:
        return {frozenset(each.complaint_id for each in one.reports) for one in self.clusters.values()}


def a_world(pairs: Collection[str], people: str = "", **apart: int) -> World:
    """Reports a, b, c, …: `ab` are alike; of `people` the first letter is who filed a, and so on, `-` nobody."""
    names = "abcdefgh"
    people = people or "ABCDEFGH"
    brought = {
        name: Brought(FILED + timedelta(days=apart.get(name, 0)), frozenset({who} - {"-"}))
        for name, who in zip(names, people, strict=False)
    }
    return World({frozenset(pair): 60 for pair in pairs}, brought)


def test_two_people_form_a_cluster_and_a_third_makes_it_grow() -> None:
    world = a_world(["ab", "bc"])
    assert world.comes("a") == []
    (formed,) = world.comes("b")
    assert isinstance(formed, ClusterFormed) and (formed.people, formed.crowd, formed.unnamed) == (2, 2, 0)
    assert [(each.complaint_id, each.alike_to, each.overlap) for each in formed.reports] == [
        ("b", None, None),
        ("a", "b", 60),
    ]
    (grown,) = world.comes("c")
    assert isinstance(grown, ClusterGrown) and grown.people == 3
    assert [(each.complaint_id, each.alike_to) for each in grown.reports] == [("c", "b")]


@pytest.mark.parametrize(("people", "unnamed"), [("AA", 0), ("A-", 1), ("--", 2)])
def test_behind_one_person_and_whoever_says_no_name_stands_one_person_or_nobody(people: str, unnamed: int) -> None:
    world = a_world(["ab"], people)
    (formed,) = [*world.comes("a"), *world.comes("b")]
    assert isinstance(formed, ClusterFormed) and formed.people < 2 and formed.unnamed == unnamed


def test_a_report_alike_to_two_clusters_makes_them_one_the_older() -> None:
    world = a_world(["ab", "cd", "be", "de"])
    for each in "abcd":
        world.comes(each)
    older, younger = sorted(world.clusters)
    merged, grown = world.comes("e")
    assert isinstance(merged, ClusterMerged) and (merged.cluster_id, merged.into) == (younger, older)
    assert isinstance(grown, ClusterGrown) and grown.people == 5
    assert {each.complaint_id for each in grown.reports} == set("cde") and world.sets() == {frozenset("abcde")}


def test_a_crowd_is_the_most_people_within_thirty_days() -> None:
    world = a_world(["ab", "bc", "cd"], b=20, c=40, d=60)
    events = [event for each in "abcd" for event in world.comes(each)]
    assert isinstance(events[-1], ClusterGrown) and (events[-1].people, events[-1].crowd) == (4, 2)


def test_people_who_share_a_way_to_be_reached_are_one_also_by_way_of_another() -> None:
    ways = [{"phone"}, {"mail"}, {"phone", "mail"}, {"else"}, set()]
    brought = {str(n): Brought(FILED, frozenset(some)) for n, some in enumerate(ways)}
    counted = clusters.count(RULE, brought, brought)
    assert (counted.people, counted.crowd, counted.unnamed) == (2, 2, 1)


def test_what_was_put_apart_stays_apart_whatever_comes_in() -> None:
    world = a_world(["ab", "bc", "cd", "ad", "ae", "de", "ef"])
    for each in "abcd":
        world.comes(each)
    (whole,) = world.clusters
    world.parted(whole, "c", "d")
    assert world.sets() == {frozenset("ab"), frozenset("cd")}
    world.comes("e")  # alike to both
    world.comes("f")
    assert len(world.clusters) == 2 and sum(map(len, world.sets())) == 6
    (of_c,) = [each for each in world.sets() if "c" in each]
    assert of_c & set("ab") == set()


def test_a_report_put_apart_alone_stands_alone() -> None:
    world = a_world(["ab", "bc", "cd"])
    for each in "abc":
        world.comes(each)
    (whole,) = world.clusters
    world.parted(whole, "c")
    world.comes("d")
    assert world.sets() == {frozenset("ab"), frozenset("cd")}


@pytest.mark.parametrize(("gone", "code"), [("", "not_in_cluster"), ("ax", "not_in_cluster"), ("ab", "nothing_left")])
def test_only_some_of_its_own_reports_are_put_apart(gone: str, code: str) -> None:
    world = a_world(["ab"])
    for each in "ab":
        world.comes(each)
    with pytest.raises(Refused) as no:
        world.parted("cluster-002", *gone)
    assert no.value.code == code


names = "abcdefgh"
worlds = st.tuples(
    st.dictionaries(st.sampled_from([frozenset(pair) for pair in combinations(names, 2)]), st.integers(50, 100)),
    st.lists(st.sampled_from("ABC-"), min_size=8, max_size=8),
)


def components(pairs: Collection[frozenset[str]]) -> list[frozenset[str]]:
    """What hangs together, found in the plainest way."""
    found = [frozenset(each) for each in names]
    for pair in pairs:
        touched = [each for each in found if each & pair]
        found = [each for each in found if not each & pair] + [frozenset().union(*touched)]
    return found


@settings(max_examples=300)
@given(worlds, st.permutations(names), st.permutations(names))
def test_the_clusters_are_the_same_whatever_the_order_in_which_reports_come(
    made: tuple[dict[frozenset[str], int], list[str]], one: list[str], other: list[str]
) -> None:
    pairs, people = made
    brought = {name: Brought(FILED, frozenset({who} - {"-"})) for name, who in zip(names, people, strict=True)}
    worlds = [World(pairs, brought), World(pairs, brought)]
    for world, order in zip(worlds, (one, other), strict=True):
        for each in order:
            world.comes(each)
    plainly = {each for each in components(pairs) if len(each) > 1}
    assert worlds[0].sets() == worlds[1].sets() == plainly
    held = [each for some in worlds[0].sets() for each in some]
    assert len(held) == len(set(held)), "a report stands in one cluster"
