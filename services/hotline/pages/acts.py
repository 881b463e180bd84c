"""What may be done to a report at the desk: the forms of its page, who is offered them, and what stands in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.hotline.pages import words as said
from services.hotline.pages.guidance_words import COURSES
from services.hotline.rules.life import ROLES as LIFE_ROLES
from services.hotline.rules.life import hand_of
from services.hotline.rules.offers import offered
from services.hotline.settings import Policy
from services.hotline.tables import Complaint, ComplaintClock
from shared.tokens import Official
from shared.web.forms import Form, filled

ROLES = {
    "triage": ("operator",),
    "attribute": ("operator", "leader"),
    "verify": ("leader",),
    **{act.replace("_", "-"): roles for act, roles in LIFE_ROLES.items()},
    "denunciation": LIFE_ROLES["split"],
}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "triage": {"kind": "kind", "category": "category", "severity": "severity"},
    "attribute": {"official_id": "official_id", "conduct": "conduct"},
    "assign": {"official_id": "assignee"},
    "take-up": {},
    "give-back": {"reason": "give_back_reason"},
    "ask-supplement": {"question": "question"},
    "supplement": {"text": "supplement_text"},
    "refer": {"body": "body", "told": "told"},
    "reject": {"reason": "reject_reason"},
    "close": {},
    "guide": {"issuer": "issuer", "told": "guide_told"},
    "admit": {"admitted_on": "admitted_on", "course": "course", "letter": "letter"},
    "ask-body": {},
    "split": {"rest": "split_rest", "part": "split_part", "place": "split_place"},
    "merge": {"into": "merge_into"},
    "separate": {"reason": "separate_reason"},
    "denunciation": {
        "accused": "accused",
        "official_id": "accused_id",
        "accused_name": "accused_name",
        "rest": "rest_here",
        "files_handed_over": "files_given",
    },
    "answer": {"text": "answer_text"},
    "verify": {"finding": "finding", "conduct": "verified_conduct", "evidence": "evidence"},
}
"""Of each form: the field of the command's model → its name on the page, where every form stands at once."""
CHOICES = {
    "kind": said.KINDS,
    "category": said.CATEGORIES,
    "severity": said.SEVERITIES,
    "conduct": said.CONDUCTS,
    "finding": said.FINDINGS,
    "purpose": said.PURPOSES,
    "status": said.STATUSES,
    "closing_reason": said.CLOSING_REASONS,
    "channel": said.CHANNELS,
    "course": COURSES,
}


SOMEBODY = "-"
"""Whom a report is about, where the page does not know and need not."""


def acts_of(
    who: Official, complaint: Complaint, clocks: Sequence[ComplaintClock], policy: Policy, now: datetime
) -> set[str]:
    """The forms that make sense now, for this official; the rules decide when one is sent."""
    about_conduct = complaint.category == "conduct"
    concerns = SOMEBODY if complaint.concerns_ref else None
    steps = offered(
        policy.moves, complaint.case(concerns, [each.clock() for each in clocks]), hand_of(who.id, who.roles), now
    )
    sensible = {
        "attribute": about_conduct and complaint.finding is None,
        "verify": about_conduct and complaint.attribution_ref is not None and who.id not in complaint.brought_by,
        **{step.replace("_", "-"): True for step in steps},
        "denunciation": "split" in steps and bool(policy.denunciations.recipients),
    }
    return {act for act, roles in ROLES.items() if sensible.get(act) and who.may(*roles)}


def done(complaint: Complaint) -> dict[str, Form]:
    """What was said already, to be changed; whom it is about is read on its own."""
    return {
        "triage": filled(kind=complaint.kind, category=complaint.category, severity=complaint.severity),
        "assign": filled(assignee=complaint.assignee),
        "verify": filled(finding=complaint.finding, verified_conduct=complaint.conduct),
    }
