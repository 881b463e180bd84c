"""The walk through the pages in docs/walk.md, clicked as it is written there: its addresses, its buttons, its day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.shared.web.look import a_chromium
from tests.system.running import RunningOffice, eventually, running_office

pytestmark = pytest.mark.browser

TOLD = (Path(__file__).parents[2] / "docs" / "walk.md").read_text()


@dataclass
class Walker:
    """Somebody with a window of their own, who finds an address and a button where the walk names it."""

    office: RunningOffice
    page: Page

    def go(self, path: str) -> None:
        """Open an address of the walk."""
        assert f"http://127.0.0.1:8080{path}" in TOLD
        self.page.goto(f"{self.office.url}{path}")

    def press(self, button: str) -> None:
        """Press what the walk calls so."""
        assert f"*{button}*" in re.sub(r"\s+", " ", TOLD)
        self.page.click(f":is(main a, main button):has-text('{button}')")

    def choose(self, field: str, label: str) -> None:
        """Choose what the walk calls so."""
        assert f"*{label}*" in re.sub(r"\s+", " ", TOLD)
        self.page.select_option(field, label=label)


@dataclass
class Walk:
    """An office on a Friday at 15:01, and a browser."""

    office: RunningOffice
    browser: Browser

    def enter(self, name: str = "") -> Walker:
        """A private window; with a name, signed in."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 844})
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": "lang", "value": "en", "url": self.office.url}])
        walker = Walker(self.office, context.new_page())
        if name:
            assert name in TOLD
            walker.go("/personnel/sign-in")
            walker.page.click(f"button:has-text('{name}')")
        return walker


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    clock = re.search(r"--clock (\S+)", TOLD)
    assert clock
    home = tmp_path_factory.mktemp("walk") / "home"
    with running_office(home, options=("--clock", clock[1])) as office, sync_playwright() as playwright:
        browser = a_chromium(playwright)
        yield Walk(office, browser)
        browser.close()


def test_the_walk_is_short_and_its_steps_can_be_gone(walk: Walk) -> None:
    assert len(TOLD.strip().splitlines()) <= 32
    clerk, citizen = walk.enter("Trần Thu Hà"), walk.enter()
    _receive(clerk)
    code = _hand_over(clerk)
    _rate(citizen, code)
    numbers = [_report(citizen) for _ in range(2)]
    operator, leader = walk.enter("Hoàng Thị Lan"), walk.enter("Nguyễn Văn Thành")
    for number in numbers:
        _triage(operator, number)
        _check(leader, number)
    _clarify(leader, clerk)
    officer = walk.enter("Hoàng Đức Long")
    number, code = _dark(citizen)
    _give_out(operator, number)
    _ask(officer, number)
    _say(citizen, "/hotline/supplement", number, code, "Send it")
    _answer(officer, number)
    _read(citizen, number, code)
    _say(citizen, "/hotline/reopen", number, code, "Open the report again")
    _say(citizen, "/hotline/withdraw", number, code, "Withdraw the report")
    _endanger(operator, _dark(citizen)[0])


def _receive(clerk: Walker) -> None:
    clerk.page.wait_for_url(lambda url: url.endswith("/intake/counter"))
    clerk.page.fill("#procedure", "1.001193")
    clerk.page.keyboard.press("Tab")
    clerk.page.check("input[name=papers]")
    clerk.page.fill("#full_name", "Nguyễn Văn An")
    clerk.page.fill("#citizen_id", "019204001234")
    assert clerk.page.inner_text("#sheet-due") == "17:00, Mon 8 Jun"
    clerk.press("Save and open the receipt")
    clerk.page.wait_for_url("**/receipt")
    assert clerk.page.is_visible("a:has-text('Print receipt M01 (PDF)')") and "after 15:00" in clerk.page.inner_text(
        "main"
    )
    clerk.press("Open this case")


def _hand_over(clerk: Walker) -> str:
    for button in ("Take this case up", "Result ready", "Hand over to the citizen"):
        clerk.press(button)
    return clerk.page.inner_text("p.receipt")


def _rate(citizen: Walker, code: str) -> None:
    def asked() -> bool:
        citizen.go("/survey/")
        citizen.page.fill("#slip_code", code)
        citizen.page.click("main form button")
        return citizen.page.is_visible("#overall")

    assert eventually(asked, 20)  # survey hears of the slip a moment later
    for field in ("overall", "attitude", "convenience", "ready_on_the_day"):
        citizen.page.check(f"#{field}")
    citizen.page.click("main form button")
    assert "Thank you" in citizen.page.inner_text("h1")


def _report(citizen: Walker) -> str:
    citizen.go("/hotline/")
    citizen.page.fill("#text", "Cán bộ quầy đòi thêm giấy không có trong danh mục.")
    citizen.page.check("input[value=anonymous]")
    citizen.page.click("main form button")
    return citizen.page.locator("p.receipt").first.inner_text()


def _triage(operator: Walker, number: str) -> None:
    operator.go("/hotline/desk")
    operator.page.click(f"a:has-text('{number}')")
    operator.page.select_option("#kind", "pakn")
    operator.choose("#category", "An official’s conduct")
    operator.page.select_option("#severity", "normal")
    operator.page.click("#triage button")
    operator.page.select_option("#official_id", "off-clerk-1")
    operator.choose("#conduct", "Obstruction, demands")
    operator.page.click("#attribute button")


def _check(leader: Walker, number: str) -> None:
    leader.go("/hotline/desk")
    leader.page.click(f"a:has-text('{number}')")
    leader.choose("#finding", "As reported")
    leader.choose("#verified_conduct", "Obstruction, demands")
    leader.page.fill("#evidence", "Biên bản làm việc, có chữ ký.")
    leader.page.click("#verify button")


def _clarify(leader: Walker, clerk: Walker) -> None:
    def raised() -> bool:
        leader.go("/notifier/flags")
        return leader.page.is_visible("main table a")

    assert eventually(raised, 20)
    leader.page.click("main table a")
    matter = leader.page.url
    leader.page.locator("main form input[type=radio]").first.check()
    for _ in ("review", "inform"):
        leader.page.locator("main form button.btn").click()
    clerk.page.goto(matter)
    clerk.page.fill("main form textarea", "Tôi hướng dẫn chưa rõ, tôi xin lỗi.")
    clerk.page.locator("main form button.btn").click()
    leader.page.goto(matter)
    leader.page.locator("main form input[type=radio]").first.check()
    leader.page.fill("main form textarea", "Đã xin lỗi hai gia đình.")
    leader.page.locator("main form button.btn").click()
    assert len(leader.page.query_selector_all(".way li")) == 5


def _dark(citizen: Walker) -> tuple[str, str]:
    citizen.go("/hotline/")
    citizen.page.fill("#text", "Đèn đường trước trường học hỏng ba tối nay.")
    citizen.page.check("input[value=anonymous]")
    citizen.page.click("main form button")
    number, code = (citizen.page.locator("p.receipt").nth(place).inner_text() for place in (0, 1))
    return number, code


def _open(official: Walker, number: str) -> None:
    official.go("/hotline/desk")
    official.page.click(f"a:has-text('{number}')")


def _sorted(operator: Walker, number: str, severity: str) -> None:
    _open(operator, number)
    operator.page.select_option("#kind", "pakn")
    operator.choose("#category", "Roads and infrastructure")
    operator.page.select_option("#severity", severity)
    operator.page.click("#triage button")


def _give_out(operator: Walker, number: str) -> None:
    _sorted(operator, number, "normal")
    operator.page.select_option("#assignee", "off-officer-1")
    operator.press("Give it to them")
    assert "Hoàng Đức Long" in operator.page.inner_text("main")


def _ask(officer: Walker, number: str) -> None:
    _open(officer, number)
    officer.page.click("summary:has-text('Ask the reporter for more')")
    officer.page.fill("#question", "Đèn trước số nhà nào?")
    officer.press("Send the question")


def _say(citizen: Walker, path: str, number: str, code: str, button: str) -> None:
    citizen.go(path)
    for field, typed in (("number", number), ("code", code), ("told", "Trước số nhà 12.")):
        citizen.page.fill(f"#{field}", typed)
    with citizen.page.expect_navigation():
        citizen.page.click(f"main form button:has-text('{button}')")
    assert number in citizen.page.inner_text("main .lead")


def _answer(officer: Walker, number: str) -> None:
    _open(officer, number)
    officer.press("Take this up")
    officer.page.fill("#answer_text", "Đã thay bóng đèn.")
    officer.press("Send the answer")


def _read(citizen: Walker, number: str, code: str) -> None:
    citizen.go("/hotline/status")
    citizen.page.fill("#number", number)
    citizen.page.fill("#code", code)
    citizen.page.click("main form button")
    assert "Đã thay bóng đèn." in citizen.page.inner_text("main")


def _endanger(operator: Walker, number: str) -> None:
    _sorted(operator, number, "danger")
    assert "Somebody acknowledges it by" in operator.page.inner_text("main")
    operator.press("Take this up")
    assert not operator.page.is_visible("#take-up")
