"""Every page is accessible, by the rules of axe-core, in both themes and at both widths."""

import re
from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mnist_core.runs.run import Run
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.person import draw, expect_answer, open_page, wait_until_idle

# Streamlit's own uploader is a section with both the role "presentation" and a label.
CONTEXT = {"exclude": [["[data-testid='stFileUploaderDropzone']"]]}
# Colors that are halfway between two states belong to neither, and what is about to be replaced,
# as after a change of the theme, is pale.
STILL = """
*, ::before, ::after { transition: none !important; animation: none !important }
[data-stale="true"] { opacity: 1 !important }
"""
PAPER: dict[Literal["light", "dark"], str] = {
    "light": "rgb(250, 247, 241)",
    "dark": "rgb(26, 24, 21)",
}


def check(page: Page) -> None:
    """Check the page as it is now, in both themes and at both widths."""
    page.add_style_tag(content=STILL)
    for theme, color in PAPER.items():
        page.emulate_media(color_scheme=theme)
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", color)
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            wait_until_idle(page)
            results = Axe().run(page, context=CONTEXT)
            assert results.violations_count == 0, (theme, size, results.generate_report())
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


def test_train(page: Page, small_run: Run) -> None:
    """A finished run, its curves and the table."""
    page.goto(f"/train?run={small_run.id}")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    check(page)


def test_pixels(page: Page) -> None:
    """Picture and table."""
    open_page(page, "Pixels")
    check(page)


@pytest.mark.parametrize(
    "view",
    ["part=gallery", "part=digits", "part=confidence", "part=compare", "part=game", "part=labels",
     "image=8"],
)  # fmt: skip
def test_errors(page: Page, view: str) -> None:
    """Each part of the page, and one image in detail."""
    page.goto(f"/errors?{view}")
    expect(page.locator(".heading h1")).to_have_text("Errors")
    check(page)


def show_nothing(page: Page) -> None:
    """Keep the page as it opens."""


def show_softmax(page: Page) -> None:
    """Open the last layer."""
    page.locator(".cards button").last.click()
    expect(page.locator(".layer h2", has_text="Softmax")).to_be_visible()


def show_attribution(page: Page) -> None:
    """Open the tab of the attribution maps."""
    page.get_by_role("tab", name="Attribution").click()
    expect(page.locator(".ten figure")).to_have_count(10)


def show_training(page: Page) -> None:
    """Open the tab of the filters by epoch."""
    page.get_by_role("tab", name="By epoch").click()
    expect(page.locator(".epochs figure").first).to_be_visible()


@pytest.mark.parametrize("show", [show_nothing, show_softmax, show_attribution, show_training])
def test_inside(page: Page, show: Callable[[Page], None]) -> None:
    """The overview, a layer, and the other tabs."""
    open_page(page, "Inside")
    show(page)
    check(page)


@pytest.mark.parametrize("chapter", [2, 6, 9])
def test_learn(page: Page, chapter: int) -> None:
    """Chapters with all kinds of results."""
    page.goto(f"/learn?chapter={chapter}")
    expect(page.locator(".chapter-title")).to_have_text(re.compile(f"^{chapter}"))
    check(page)
