"""Citizens, and the clerk whom they bring a dossier to; they report something, and say more when they are asked."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from deploy import loopback
from tests.chaos.load import History, Writer
from tests.chaos.pace import Pace
from tests.chaos.plan import Plan
from tests.chaos.reports import Board, Report
from tests.chaos.web_form import WebForm
from tests.system.running import A_DOSSIER, Place

STEPS = ("take-up", "complete", "hand-over")
TEXTS = (
    "Rác không được thu gom ba ngày nay, mùi hôi vào cả nhà.",
    "Ba ngày nay không ai thu gom rác, mùi hôi rất khó chịu.",
    "Đèn đường hỏng từ tuần trước, tối không ai dám đi qua.",
    "Mương thoát nước bị lấp, cứ mưa là nước tràn vào sân.",
)
"""Some say the same in other words, which brings them together."""
PLACES = ("Xóm 2", "Xóm 7", "cổng chợ Phú", None)


class Citizen(Writer):
    """Comes again and again, each time for something else."""

    def __init__(self, office: Place, writer: int, plan: Plan, history: History, pace: Pace, board: Board) -> None:
        super().__init__(office, writer, plan, history, pace)
        self.board = board
        headers = {"Authorization": f"Bearer {office.token('clerk', 'officer', official='off-clerk-1')}"}
        self.clerk = loopback.client(office.url, 5, headers=headers)
        self.public = loopback.client(office.url, 5)
        self.form = WebForm(office.url, self)

    async def work(self) -> None:
        """Come again and again until it is time to stop; finish what was begun."""
        async with AsyncExitStack() as open_:
            for client in (self.clerk, self.public, self.form.browser):
                await open_.enter_async_context(client)
            while not self.pace.over:
                if waiting := self.board.reporters[self.writer]:
                    await self.say_more(waiting.popleft())
                elif self.random.random() < 0.5:
                    await self.complain()
                else:
                    await self.bring_a_dossier()

    async def bring_a_dossier(self) -> None:
        """Receive a dossier and carry it as far as the dice say, up to the rating."""
        receipt = await self.ask(self.clerk, "/intake/dossiers", A_DOSSIER)
        if receipt is None:
            return
        moved: dict[str, Any] = {}
        for step in STEPS[: self.random.randrange(len(STEPS) + 1)]:
            answer = await self.ask(self.clerk, f"/intake/dossiers/{receipt['dossier_id']}/{step}")
            if answer is None:
                return
            moved = answer
        if moved.get("slip_code"):
            await self.rate(moved["slip_code"])

    async def rate(self, code: str) -> None:
        """Use the slip once; the survey may not know it yet, so try for a while."""
        body = {
            "slip_code": code,
            "overall": "satisfied",
            "attitude": 2,
            "convenience": 1,
            "ready_on_the_day": True,
            "channel": "web",
        }
        await self.ask(self.public, "/survey/ratings", body, retry=(404, 429))

    async def complain(self) -> None:
        """File a report on the web, named or not, by the API or with a file by the page."""
        said: dict[str, Any] = {"text": self.random.choice(TEXTS), "place": self.random.choice(PLACES)}
        named = self.random.random() < 0.4
        reporter = {"full_name": "Trần Thị Bình", "phone": f"09{self.random.randrange(10**8):08d}"} if named else None
        if self.random.random() < 0.3:
            report = await self.form.file(said, reporter)
        else:
            report = await self._by_api(said | {"channel": "web", "reporter": reporter})
        if report is not None:
            self.board.pass_on(report)

    async def _by_api(self, body: dict[str, Any]) -> Report | None:
        receipt = await self.ask(self.public, "/hotline/complaints", body, retry=(429,))
        if receipt is None:
            return None
        return Report(receipt["number"], receipt["receipt_code"], self.writer, receipt["complaint_id"])

    async def say_more(self, report: Report) -> None:
        """What one was asked for, or that it is needed no more; of an answer, what it does not settle, now and then."""
        dice = self.random.random()
        if report.status == "asked":
            withdraws = dice < 0.15 and not report.danger
            await self._say(report, "withdraw" if withdraws else "supplement", "Tôi đã gọi lại, việc như đã kể.")
        elif dice < 0.4:
            await self._say(report, "reopen", "Hôm nay vẫn như cũ.")

    async def _say(self, report: Report, step: str, text: str) -> None:
        body = {"code": report.receipt_code, "text": text}
        heard = await self.ask(self.public, f"/hotline/status/{report.number}/{step}", body, retry=(429,))
        if heard is None:
            return
        report.moved(heard)
        if step == "withdraw":
            self.board.let_go(report)  # it stays withdrawn
            return
        if step == "reopen":
            report.assignee = None
        self.board.pass_on(report)
