"""Every page is accessible, by the rules of axe-core, in both themes and at both widths."""

import re
import time
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from mnist_core.runs.run import Run
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.person import PATIENCE, draw, expect_answer, open_page, wait_until_idle

# Colors that are halfway between two states belong to neither, and what is about to be replaced,
# as after a change of the theme, is pale.
STILL = """
*, ::before, ::after { transition: none !important; animation: none !important }
[data-stale="true"] { opacity: 1 !important }
"""
Theme = Literal["light", "dark"]
PAPER: dict[Theme, str] = {"light": "rgb(250, 247, 241)", "dark": "rgb(26, 24, 21)"}
# Each width once, and each theme once: colors are the same at every width.
VARIANTS: list[tuple[ViewportSize, Theme]] = [(DESKTOP, "light"), (PHONE, "dark")]


def find_violations(page: Page) -> str:
    """Run axe-core on the page as it is now, and return a report of what violates its rules."""
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    return results.generate_report() if results.violations_count else ""


def check(page: Page) -> None:
    """Check the page as it is now: all rules at both widths, in both themes."""
    page.add_style_tag(content=STILL)
    for size, theme in VARIANTS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", PAPER[theme])
        wait_until_idle(page)
        deadline = time.monotonic() + PATIENCE / 1000
        while found := find_violations(page):  # also of what is still being changed
            assert time.monotonic() < deadline, (page.url, size, theme, found)
    page.set_viewport_size(DESKTOP)


def test_draw(page: Page) -> None:
    """A blank canvas, a drawing and its next steps, and the other modes."""
    page.goto("/")
    wait_until_idle(page)
    check(page)
    draw(page, "7")
    expect_answer(page, 7)
    page.get_by_text("Another model", exact=True).click()
    expect(page.locator(".probability-bars")).to_have_count(2)
    check(page)
    for mode in ("A number", "A picture"):
        page.get_by_text(mode, exact=True).click()
        wait_until_idle(page)
        check(page)


def test_my_hand(page: Page) -> None:
    """Each part of the page, with a kept drawing."""
    page.goto("/")
    wait_until_idle(page)
    draw(page, "7")
    expect_answer(page, 7)
    page.keyboard.press("7")
    expect(page.get_by_text("Kept as 7").first).to_be_visible()
    open_page(page, "My hand")
    check(page)
    for part in ("Drawings", "Teach", "In and out"):
        page.get_by_role("radio", name=part).click()
        wait_until_idle(page)
        check(page)


def test_train(page: Page, small_run: Run) -> None:
    """A finished run, its curves and the table; a dialog, which lies beside the app's element."""
    page.goto(f"/train?run={small_run.id}")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    check(page)
    page.get_by_role("button", name="Code", exact=True).first.click()
    expect(page.get_by_test_id("stCode")).to_contain_text("import keras")
    check(page)


def test_pixels(page: Page) -> None:
    """Picture and table."""
    open_page(page, "Pixels")
    check(page)


@pytest.mark.parametrize(
    "views",
    [
        ("part=gallery", "part=digits", "part=confidence", "part=compare"),
        ("part=game", "part=labels", "image=8"),
    ],
)
def test_errors(page: Page, views: tuple[str, ...]) -> None:
    """Each part of the page, and one image in detail."""
    for view in views:
        page.goto(f"/errors?{view}")
        expect(page.locator(".heading h1")).to_have_text("Errors")
        wait_until_idle(page)
        check(page)


def test_inside(page: Page) -> None:
    """The overview, a layer, and two of the other tabs."""
    open_page(page, "Inside")
    check(page)
    page.locator(".cards button").last.click()
    expect(page.locator(".layer h2", has_text="Softmax")).to_be_visible()
    check(page)
    page.get_by_role("tab", name="Attribution").click()
    expect(page.locator(".ten figure")).to_have_count(10)
    check(page)
    page.get_by_role("tab", name="By epoch").click()
    expect(page.locator(".epochs figure").first).to_be_visible()
    check(page)


def test_learn(page: Page) -> None:
    """Chapters with all kinds of results."""
    for chapter in (2, 6, 9):
        page.goto(f"/learn?chapter={chapter}")
        expect(page.locator(".chapter-title")).to_have_text(re.compile(f"^{chapter}"))
        check(page)
