"""The reports of a run, on their way from hand to hand: each is in one at a time, so nobody is refused for what another
did meanwhile."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

OPERATOR, HEAD = "off-operator-1", "off-head-1"


@dataclass
class Report:
    """What those who have a report in their hands know of it."""

    number: str
    receipt_code: str
    reporter: int
    """The writer who filed it."""
    complaint_id: str = ""
    """Empty until somebody has looked it up by its number: a page does not tell it."""
    status: str = "filed"
    assignee: str | None = None
    danger: bool = False
    asked: bool = False
    """Whether its reporter was asked for more, which happens once."""
    merged: list[Report] = field(default_factory=list)
    """Those that are answered with it."""

    def moved(self, answer: dict[str, Any], **known: Any) -> None:
        """A step was taken."""
        self.status = answer["status"]
        for name, value in known.items():
            setattr(self, name, value)


@dataclass
class Board:
    """Where reports wait for whoever is to go on with them."""

    desk: deque[Report] = field(default_factory=deque)
    """For an operator."""
    head: deque[Report] = field(default_factory=deque)
    reporters: dict[int, deque[Report]] = field(default_factory=lambda: defaultdict(deque))
    """For whoever filed them."""

    def pass_on(self, report: Report) -> None:
        """To whom it waits for: who has it, and the desk where nobody does."""
        if report.status in ("asked", "answered", "closed"):
            self.reporters[report.reporter].append(report)
        else:
            (self.head if report.assignee == HEAD else self.desk).append(report)

    def let_go(self, lead: Report) -> None:
        """Those that were merged into it are the desk's again."""
        for report in lead.merged:
            report.status, report.assignee = "triaged", None
            self.pass_on(report)
        lead.merged = []

    def answered(self, lead: Report) -> None:
        """It has its answer, and those that were merged into it have theirs."""
        for report in (lead, *lead.merged):
            report.status, report.assignee = "answered", None
            self.pass_on(report)
        lead.merged = []
