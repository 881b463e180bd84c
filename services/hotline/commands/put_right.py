"""The text of a report is put right, or gone: what it is compared by goes with it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.hotline.commands.cluster_desk import split
from services.hotline.commands.clusters import alike_to, found_by_others, not_found_by
from services.hotline.models.clusters import Parting
from services.hotline.rules import alike
from services.hotline.settings import Policy
from services.hotline.tables import Complaint
from services.hotline.tables.clusters import clusters_holding, lock_clusters, members_of
from shared import private
from shared.worktime import VN

ANOTHER_MATTER = "Không phải cùng một việc."


def put_right(session: Session, row: Complaint, text: str | None, official: str, policy: Policy, now: datetime) -> None:
    """What is left of a report (with None, nothing) takes the place of what it said. Where that is no longer alike to
    the others of its cluster, the report is put apart, as anybody at the desk puts one apart."""
    complaint_id, category = row.complaint_id, row.category
    rule = policy.alike.rule(now.astimezone(VN).date())
    if rule is not None and category is not None:
        lock_clusters(session)
        not_found_by(session, row, category, rule)
    if text is not None:
        until = private.years_from(now, policy.private_years)
        private.put_right(session, row.text_ref, {"text": text}, purpose="complaint", until=until)
    if rule is None:
        return
    near: set[str] = set()
    if text is not None and alike.takes(rule, row.kind, category, row.concerns_ref is not None):
        found_by_others(session, row, rule)
        near = {each.alike_to for each in alike_to(session, complaint_id, rule)}
    held = clusters_holding(session, [complaint_id]).get(complaint_id)
    others = {each.complaint_id for each in members_of(session, [held])[held]} - {complaint_id} if held else set()
    if held and others and not others & near:
        split(session, held, Parting(complaint_ids=[complaint_id], reason=ANOTHER_MATTER), official, policy, now)
