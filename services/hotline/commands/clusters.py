"""Reports of one place and topic are brought together as they are triaged, and put apart by hand.

Their texts, places and contacts are compared inside the private table; a cluster's facts say how much they share.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from services.hotline.rulebook.alike import AlikeRule
from services.hotline.rules import alike, clusters
from services.hotline.rules.alike import Likeness, Said
from services.hotline.rules.clusters import Brought
from services.hotline.settings import Policy
from services.hotline.tables import Complaint
from services.hotline.tables.clusters import (
    clusters_holding,
    contacts_of,
    forget_traits,
    known_clusters,
    lock_clusters,
    traits_in,
)
from shared import private
from shared.events.hotline import Category
from shared.record import record
from shared.texts import new_id
from shared.worktime import VN

COMPARED = ("text", "place", "lat", "long")
"""What is compared of a report, by the names of its private fields."""


def bring_together(session: Session, complaint_id: str, before: str | None, policy: Policy, now: datetime) -> None:
    """A human said what a report is: it joins what it is alike to, and leaves what it no longer belongs to. `before` is
    the category that it had."""
    rule = policy.alike.rule(now.astimezone(VN).date())
    if rule is None:
        return
    row = session.get_one(Complaint, complaint_id)
    stands = alike.takes(rule, row.kind, row.category, row.concerns_ref is not None)
    if before is None and not stands:
        return
    lock_clusters(session)
    held = clusters_holding(session, [complaint_id]).get(complaint_id)
    if before is not None and (before != row.category or not stands):
        _taken_out(session, row, before, held, rule, now)
    elif held is not None:
        return
    if stands:
        _put_in(session, row, rule, now)


def not_found_by(session: Session, row: Complaint, category: str, rule: AlikeRule) -> None:
    """What it was compared by, as a report of this category, lies nowhere any more. Before its text is another."""
    spots = alike.spots_of(rule, _said(session, row))
    drawers = _drawers(category, spots.own(), [alike.month_of(row.filed_at)])
    forget_traits(session, drawers, row.complaint_id)


def found_by_others(session: Session, row: Complaint, rule: AlikeRule) -> bool:
    """What it is compared by lies where others find it from here on; false where it names no place."""
    said, category = _said(session, row), _category(row)
    spots = alike.spots_of(rule, said)
    traits = alike.traits_of(rule, said, spots, row.filed_at)
    until = row.filed_at + timedelta(days=2 * rule.days)
    for drawer in _drawers(category, spots.own(), [alike.month_of(row.filed_at)]):
        private.put_right(session, drawer, {row.complaint_id: alike.written(traits)}, purpose="complaint", until=until)
    return bool(spots.own())


def _taken_out(session: Session, row: Complaint, before: str, held: str | None, rule: AlikeRule, now: datetime) -> None:
    not_found_by(session, row, before, rule)
    if held is None:
        return
    (cluster,) = known_clusters(session, [held])
    brought = brought_by(session, [each.complaint_id for each in cluster.reports])
    by = row.triaged_by or ""
    gone = [row.complaint_id]
    record(session, clusters.leave(rule, cluster, gone, brought, reason_code="retriaged", by=by, now=now), at=now)


def _put_in(session: Session, row: Complaint, rule: AlikeRule, now: datetime) -> None:
    """Others find it from here on, and it joins those that it finds."""
    if not found_by_others(session, row, rule):
        return
    complaint_id, category = row.complaint_id, _category(row)
    near = alike_to(session, complaint_id, rule)
    reached = clusters.reach(near, clusters_holding(session, [each.alike_to for each in near]))
    if not near:
        return
    touched = known_clusters(session, list(reached.clusters))
    every = [complaint_id, *(each.complaint_id for each in reached.reports)]
    every += [each.complaint_id for cluster in touched for each in cluster.reports]
    brought = brought_by(session, every)
    if events := clusters.join(rule, category, complaint_id, reached, touched, brought, new_id=new_id(), now=now):
        record(session, *events, at=now)


def alike_to(session: Session, complaint_id: str, rule: AlikeRule) -> list[Likeness]:
    """The reports that this one is alike to, of those that lie in the drawers that it looks into."""
    row = session.get_one(Complaint, complaint_id)
    said, category = _said(session, row), _category(row)
    spots = alike.spots_of(rule, said)
    traits = alike.traits_of(rule, said, spots, row.filed_at)
    looked = {
        alike.drawer(category, spot, month): place
        for month in alike.months_around(rule, row.filed_at)
        for spot, place in reversed(spots.sought())
    }
    found: dict[str, Likeness] = {}
    for drawer, other, value in traits_in(session, list(looked)):
        if other == complaint_id:
            continue
        place = looked[drawer]
        near = alike.likeness(rule, complaint_id, traits, other, alike.as_read(value), place)
        if near and (other not in found or place == "named"):
            found[other] = near
    return list(found.values())


def _said(session: Session, row: Complaint) -> Said:
    return Said(**{"text": ""} | private.look(session, row.text_ref, COMPARED))


def _category(row: Complaint) -> Category:
    assert row.category is not None, "what is in a cluster was triaged"
    return row.category  # type: ignore[return-value]  # one of them


def _drawers(category: str, spots: Iterable[str], months: Iterable[str]) -> list[str]:
    return [alike.drawer(category, spot, month) for month in months for spot in spots]


def brought_by(session: Session, complaint_ids: Collection[str]) -> Mapping[str, Brought]:
    """When each was filed and, as digests, how to reach whoever filed it."""
    query = select(Complaint.complaint_id, Complaint.filed_at, Complaint.reporter_ref)
    rows = session.exec(query.where(col(Complaint.complaint_id).in_(complaint_ids))).all()
    contacts = contacts_of(session, [ref for _, _, ref in rows if ref])
    return {
        complaint_id: Brought(filed_at, frozenset(map(alike.contact, contacts.get(ref or "", ()))))
        for complaint_id, filed_at, ref in rows
    }
