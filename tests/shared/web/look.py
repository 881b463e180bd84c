"""The styleguide in a real Chromium: `python -m tests.shared.web.look /tmp/shots` writes pictures to look at.

`complaints(page)` serves the browser tests of every service: axe (violations and what it could not decide), sideways
scrolling, targets below 24 px. Nothing to complain about is an empty list.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from starlette.applications import Starlette

from tests.served import served
from tests.shared.web.styleguide import create_app

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALL = """[...document.querySelectorAll('a,button,input:not([type=hidden]),select,textarea,summary')].filter(e => {
  const r = e.getBoundingClientRect()
  return r.width && r.height < 24 && !e.matches('.skip') && !e.closest('.check')
}).map(e => e.outerHTML.slice(0, 90))"""
PAGES = ("/x", "/x/kiosk", "/x/openapi", "/x/asyncapi", "/x/problem/404")


LEAN = ("--no-sandbox", "--disable-gpu", "--disable-software-rasterizer", "--disable-site-isolation-trials")
"""A quarter of what a window cost were processes beside its own: those that draw on a card that is not there, and one
more for each site."""


def a_chromium(playwright: Playwright) -> Browser:
    """The browser that every test looks with."""
    return playwright.chromium.launch(executable_path="/usr/bin/chromium", args=LEAN)


def focused(page: Page, of: str = "textContent") -> str:
    """A property of what has the focus, once the page is drawn: `autofocus` comes with its first frame."""
    page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => drawn())))")
    return str(page.evaluate(f"document.activeElement.{of}"))


def complaints(page: Page) -> list[str]:
    """What is wrong with the page as it stands, every fold opened."""
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    page.evaluate(AXE)  # not add_script_tag: Trusted Types would refuse it, rightly
    found = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
    said = [f"{v['id']}: {[n['target'] for n in v['nodes']][:3]}" for v in found["violations"] + found["incomplete"]]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        said.append("scrolls sideways")
    return said + [f"small target: {tag}" for tag in page.evaluate(SMALL)]


@contextmanager
def in_a_browser(app: Starlette) -> Iterator[tuple[str, Browser]]:
    """Where an app answers, without its background work, and a browser to look at it with."""
    with served(app) as url, sync_playwright() as playwright:
        browser = a_chromium(playwright)
        yield url, browser
        browser.close()


def look(browser: Browser, office: str, out: Path, width: int, lang: str) -> list[str]:
    """Pictures of every page at one width and in one language."""
    page = browser.new_context(viewport={"width": width, "height": 844}).new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in PAGES:
        page.goto(f"{office}{path}?lang={lang}")
        picture(page, out, f"{path.replace('/', '-')[1:]}-{lang}-{width}", said)
    page.goto(f"{office}/x/sign-in")
    page.fill("#pid", "0191 9400")
    with page.expect_navigation():
        page.click("form[data-draft] .btn >> nth=0")
    picture(page, out, f"x-refused-{lang}-{width}", said)
    if "errors" not in focused(page, "className") or page.input_value("#pid") != "0191 9400":
        said.append("a refused form lost its text or its focus")
    page.context.close()
    return said


def picture(page: Page, out: Path, name: str, said: list[str]) -> None:
    """One picture, and what there is to complain about."""
    said.extend(f"{name}: {complaint}" for complaint in complaints(page))
    page.screenshot(path=out / f"{name}.png", full_page=True)


def main(out: Path) -> int:
    """Looks at everything; the number of complaints is the exit code."""
    out.mkdir(parents=True, exist_ok=True)
    with served(create_app(), lifespan="auto") as office, sync_playwright() as playwright:
        browser = a_chromium(playwright)
        said = [
            s for width in (320, 390, 1280) for lang in ("vi", "en") for s in look(browser, office, out, width, lang)
        ]
        browser.close()
    print(*said or ["nothing to complain about"], sep="\n")
    return len(said)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/looked-at")))
