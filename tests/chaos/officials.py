"""Those who go on with what citizens report: an operator at the desk and the head of the office, one step after the
other, each chosen by the dice among those that the state of a report allows."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import Any, get_args

from deploy import loopback
from shared.events.hotline import Category
from tests.chaos.load import Declined, History, Writer
from tests.chaos.pace import Pace
from tests.chaos.plan import Plan
from tests.chaos.reports import HEAD, OPERATOR, Board, Report
from tests.system.running import Place

CATEGORIES = tuple(sorted(each for each in get_args(Category) if each != "conduct"))
"""What is about conduct goes another way, and is merged with nothing."""
LATER_LEADS = ("earlier_leads",)
"""The clock jumps: what came later may be due first."""
IDLE_SECONDS = 0.05
MOST_LISTED = 500
SAYS: dict[str, dict[str, Any]] = {
    "answer": {"text": "Xã đã cho xử lý xong trong sáng nay."},
    "ask-supplement": {"question": "Việc xảy ra từ ngày nào?"},
    "refer": {"body": "Công an xã", "told": "Việc này thuộc Công an xã, xã đã chuyển."},
    "give-back": {"reason": "Việc này không thuộc bộ phận tôi."},
    "reject": {"reason": "Nội dung đã được trả lời trong một phản ánh khác."},
    "separate": {"reason": "Là một chỗ khác cùng xóm."},
}


class Official(Writer):
    """Takes what waits for them, and goes on with it until it waits for somebody else."""

    official: str
    role: str

    def __init__(self, office: Place, writer: int, plan: Plan, history: History, pace: Pace, board: Board) -> None:
        super().__init__(office, writer, plan, history, pace)
        self.board = board
        headers = {"Authorization": f"Bearer {office.token(self.role, official=self.official)}"}
        self.client = loopback.client(office.url, 5, headers=headers)

    async def work(self) -> None:
        """Work until it is time to stop; what waits then is left to wait."""
        waiting = self.board.desk if self.official == OPERATOR else self.board.head
        async with self.client:
            while not self.pace.over:
                if waiting:
                    await self.go_on_with(waiting.popleft())
                else:
                    await asyncio.sleep(IDLE_SECONDS)  # until something is brought

    @abstractmethod
    async def go_on_with(self, report: Report) -> None:
        """Take steps until it waits for somebody else; what is not answered is left as it may stand."""

    async def step(
        self, report: Report, step: str, body: Any = None, *, may_refuse: tuple[str, ...] = (), **known: Any
    ) -> bool:
        """Take a step; whether it was answered. Raises Declined."""
        path, said = f"/hotline/complaints/{report.complaint_id}/{step}", SAYS.get(step, body)
        moved = await self.ask(self.client, path, said, retry=("unknown_official",), may_refuse=may_refuse)
        if moved is not None:
            report.moved(moved, **known)
        return moved is not None

    async def answer(self, report: Report) -> None:
        """With it those that were merged into it are answered."""
        if await self.step(report, "answer"):
            self.board.answered(report)

    async def end(self, report: Report, step: str) -> None:
        """It goes to another body, or is nothing for this line: what was merged into it stands for itself again."""
        if await self.step(report, step):
            self.board.let_go(report)
            self.board.pass_on(report)

    async def ask_reporter(self, report: Report) -> None:
        """They say more, and it comes back."""
        if await self.step(report, "ask-supplement", asked=True):
            self.board.pass_on(report)

    async def give_to(self, report: Report, official: str) -> None:
        """It is theirs from now on, once they take it up."""
        if await self.step(report, "assign", {"official_id": official}, assignee=official):
            self.board.pass_on(report)


class Operator(Official):
    """Says what each report is, brings together what is about the same thing, and gives it out or settles it."""

    official, role = OPERATOR, "operator"
    lead: Report | None = None
    """One that is kept until another comes that is about the same thing."""

    def __init__(self, office: Place, writer: int, plan: Plan, history: History, pace: Pace, board: Board) -> None:
        super().__init__(office, writer, plan, history, pace, board)
        self.listed: dict[str, str] = {}

    async def go_on_with(self, report: Report) -> None:
        if not report.complaint_id and not await self._look_up(report):
            return
        if report.status == "filed" and not await self._triage(report):
            return
        if report.danger and report.status == "triaged" and self.random.random() < 0.4:
            return  # nobody takes it up, whatever the clock does: the ladder is told
        alone = report.status in ("triaged", "reopened") and not report.danger and not report.merged
        if alone and self.random.random() < 0.4:
            await self._bring_together(report)
        else:
            await self._settle(report)

    async def _look_up(self, report: Report) -> bool:
        path, most = "/hotline/complaints", {"limit": MOST_LISTED}
        if report.number not in self.listed:
            if (answer := await self.insist(path, lambda: self.client.get(path, params=most))) is None:
                return False
            listed = answer.json()
            self.listed |= {each["number"]: each["complaint_id"] for each in listed}
            if report.number not in self.listed and len(listed) < MOST_LISTED:
                self.history.refused.append(f"{path}: {report.number} was told to whoever filed it, and is not there")
        report.complaint_id = self.listed.get(report.number, "")
        return bool(report.complaint_id)

    async def _triage(self, report: Report) -> bool:
        category, danger = self.random.choice(CATEGORIES), self.random.random() < 0.12
        severity = "danger" if danger else self.random.choice(("normal", "normal", "urgent"))
        body = {"kind": "pakn", "category": category, "severity": severity}
        return await self.step(report, "triage", body, danger=danger)

    async def _bring_together(self, report: Report) -> None:
        lead, self.lead = self.lead, None
        if lead is None:
            self.lead = report
            return
        together = await self._merge(report, lead)
        if together is None:
            return
        into, other = together
        if self.random.random() < 0.3:
            if await self.step(other, "separate", assignee=None):
                self.board.pass_on(other)
        else:
            into.merged.append(other)
        if self.random.random() < 0.4:
            self.lead = into
        else:
            await self._settle(into)

    async def _merge(self, report: Report, lead: Report) -> tuple[Report, Report] | None:
        """The one that leads and the one that is merged into it; none when neither is."""
        try:
            merged = await self.step(report, "merge", {"into": lead.number}, may_refuse=LATER_LEADS, assignee=None)
        except Declined:  # the other way round, unless others wait for its answer
            if lead.merged:
                self.lead = lead
                self.board.pass_on(report)
                return None
            lead, report = report, lead
            merged = await self.step(report, "merge", {"into": lead.number}, assignee=None)
        return (lead, report) if merged else None

    async def _settle(self, report: Report) -> None:
        if report.status == "referred":  # it was sent back
            await self.give_to(report, HEAD)
            return
        dice = self.random.random()
        if report.status != "in_progress":
            if report.assignee is None and dice < 0.5:
                await self.give_to(report, HEAD)
                return
            if not await self.step(report, "take-up", assignee=OPERATOR):
                return
        dice = self.random.random()
        if dice < 0.25 and not report.asked:
            await self.ask_reporter(report)
        elif dice < 0.4:
            await self.end(report, "refer")
        elif dice < 0.6:
            await self.give_to(report, HEAD)
        else:
            await self.answer(report)


class Head(Official):
    """Answers most of what is given to them; some of it they give back, or to somebody else."""

    official, role = HEAD, "head"

    async def go_on_with(self, report: Report) -> None:
        if report.status == "referred":
            await self._of_another_body(report)
            return
        dice = self.random.random()
        if report.status == "assigned" and dice < 0.8 and not await self.step(report, "take-up"):
            return
        dice = self.random.random()
        if dice < 0.1 and not report.asked:
            await self.ask_reporter(report)
        elif dice < 0.2:
            await self.end(report, "refer")
        elif dice < 0.25:
            await self.end(report, "reject")
        elif dice < 0.35:
            await self._give_back(report)
        elif dice < 0.45:
            await self.give_to(report, OPERATOR)
        else:
            await self.answer(report)

    async def _of_another_body(self, report: Report) -> None:
        """What it answered, or the report itself: that body sends it back, and the desk gives it out."""
        if self.random.random() < 0.5:
            await self.answer(report)
        else:
            report.assignee = None
            self.board.pass_on(report)

    async def _give_back(self, report: Report) -> None:
        if await self.step(report, "give-back", assignee=None):
            self.board.pass_on(report)
