"""The rules of hotline: values and `now` in, events or Refused out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.hotline.rulebook import ClockCode, ClockRule, Rulebook
from services.hotline.rulebook.states import Status as Status
from services.hotline.rules.clocks import Clock, Turn
from shared.errors import Refused
from shared.events.hotline import (
    ComplaintAttributed,
    ComplaintFiled,
    ComplaintVerified,
)
from shared.worktime import VN, Calendar, promise

Channel = Literal["phone", "web"]
Kind = Literal["pakn", "khieu_nai"]
Conduct = Literal["harassment", "delay", "discourtesy", "other"]
Finding = Literal["true", "unfounded"]
Conflict = Literal["accused", "subordinate", "relative"]


@dataclass(frozen=True)
class Case:
    """What the rules need to know of a report. `accused` is the official it is attributed to, if any."""

    complaint_id: str
    status: Status
    category: str | None
    due_at: datetime
    accused: str | None = None
    finding: str | None = None
    conduct: str | None = None
    brought_by: frozenset[str] = frozenset()
    """Who took the call, and who attributed it."""
    assignee: str | None = None
    """In whose hands it is; nobody's are the desk's."""
    severity: str | None = None
    channel: str = "web"
    clocks: tuple[Clock, ...] = ()
    """All that ever ran for it."""
    asked: bool = False
    """Whether its reporter was asked for more since it was filed, or since they reopened it."""
    reopened: int = 0
    """How often it was."""
    taken_up: bool = False
    """Whether whoever has it took it up."""
    kind: str | None = None


@dataclass(frozen=True)
class Person:
    """An official, as far as conflicts of interest go, and what they may do."""

    heads_up_to: str | None = None
    relatives: frozenset[str] = frozenset()
    roles: frozenset[str] | None = None
    """None where that is not known."""

    def may(self, roles: Collection[str]) -> bool:
        """Whether they have one of these roles, as far as is known."""
        return self.roles is None or not self.roles.isdisjoint(roles)


People = Mapping[str, Person]


def clock(rulebook: Rulebook, code: ClockCode, now: datetime) -> ClockRule:
    """The clock in force. Raises Refused `no_rule_in_force` (422) for a moment that no row covers."""
    found = rulebook.clock(code, now.astimezone(VN).date())
    if found is None:
        raise Refused("no_rule_in_force", f"No rule says how long {code} takes on this day.", status=422)
    return found


def file(
    rule: ClockRule,
    calendar: Calendar,
    *,
    complaint_id: str,
    number: str,
    channel: Channel,
    reporter_ref: str | None,
    text_ref: str,
    receipt_sha256: str,
    taken_by: str | None,
    clocks: Turn,
    now: datetime,
    entered_late: bool = False,
    via: str | None = None,
) -> ComplaintFiled:
    """A report came in: its answer date counts from sending, whatever its kind turns out to be."""
    due = promise(rule.limit, now, calendar)
    return ComplaintFiled(
        complaint_id=complaint_id,
        number=number,
        channel=channel,
        via=via,
        reporter_ref=reporter_ref,
        text_ref=text_ref,
        receipt_sha256=receipt_sha256,
        filed_at=now.astimezone(VN),
        due_at=due.due_at,
        due_arithmetic=due.as_data(),
        rule=rule.version,
        taken_by=taken_by,
        entered_late=entered_late,
        clocks_started=[each for each in clocks.started if each.code != rule.code],
    )


def attribute(
    case: Case, *, accused: str, people: People, attribution_ref: str, by: str, now: datetime
) -> ComplaintAttributed:
    """The conduct reported is somebody's: who, is kept beside the reference and in no event.

    Raises Refused `not_about_conduct`, `already_verified`, `unknown_official` (422) and what `check_conflict` raises.
    """
    check_attributable(case, accused, people)
    check_conflict(by, accused, people)
    return ComplaintAttributed(
        complaint_id=case.complaint_id,
        attribution_ref=attribution_ref,
        attributed_by=by,
        attributed_at=now.astimezone(VN),
    )


def check_attributable(case: Case, accused: str, people: People) -> None:
    """Whether it can be said that a report is about this official. Raises Refused `not_about_conduct`,
    `already_verified`, `unknown_official` (422)."""
    _about_conduct(case)
    if case.finding is not None:
        raise Refused("already_verified", "This report was verified: who it is about can no longer be changed.")
    if accused not in people:
        raise Refused("unknown_official", "No official of this unit has this id.", status=422)


def verify(
    case: Case, *, finding: Finding, conduct: Conduct, people: People, evidence_ref: str, by: str, now: datetime
) -> ComplaintVerified:
    """A human checked it: from here on the official is named. Again, when the finding or the conduct changes.

    Raises Refused `not_about_conduct`, `not_attributed`, `same_finding` and what `check_verifier` raises.
    """
    _about_conduct(case)
    if case.accused is None:
        raise Refused("not_attributed", "Say first whose conduct this report is about.")
    check_verifier(case, case.accused, by, people)
    if (case.finding, case.conduct) == (finding, conduct):
        raise Refused("same_finding", "This report was verified with this finding already.")
    return ComplaintVerified(
        complaint_id=case.complaint_id,
        official_id=case.accused,
        conduct=conduct,
        finding=finding,
        evidence_ref=evidence_ref,
        verified_by=by,
        verified_at=now.astimezone(VN),
    )


def conflict(who: str, accused: str, people: People) -> Conflict | None:
    """Why somebody may not judge an official: the same person, one whom the accused heads, or a relative."""
    if who == accused:
        return "accused"
    if accused in line_above(who, people):
        return "subordinate"
    nobody = Person()
    related = who in people.get(accused, nobody).relatives or accused in people.get(who, nobody).relatives
    return "relative" if related else None


def check_conflict(who: str, accused: str, people: People) -> None:
    """Raises Refused `conflict_of_interest` (403), without saying which."""
    if conflict(who, accused, people) is not None:
        detail = "Nobody decides about themselves, about who heads them or about a relative: somebody else has to."
        raise Refused("conflict_of_interest", detail, status=403)


def check_verifier(case: Case, accused: str, who: str, people: People) -> None:
    """Whoever brought a report is not the one who finds it true. Raises Refused `same_person` (403) and what
    `check_conflict` raises."""
    check_conflict(who, accused, people)
    if who in case.brought_by:
        detail = "Whoever took the call or said whom a report is about does not verify it: somebody else has to."
        raise Refused("same_person", detail, status=403)


def line_above(who: str, people: People) -> Iterator[str]:
    """Everybody who heads this official, the nearest first; a circle in the data ends it."""
    seen = {who}
    above = people[who].heads_up_to if who in people else None
    while above is not None and above not in seen:
        yield above
        seen.add(above)
        above = people[above].heads_up_to if above in people else None


def pressing(filed_at: datetime, due_at: datetime, now: datetime, near_percent: int) -> Literal["", "near", "late"]:
    """How a clock stands, for the desk: late past its date, near when so much of it is used up."""
    if now > due_at:
        return "late"
    return "near" if (now - filed_at) * 100 >= (due_at - filed_at) * near_percent else ""


def _about_conduct(case: Case) -> None:
    if case.category != "conduct":
        raise Refused("not_about_conduct", "Only a report triaged as one about conduct concerns an official.")
