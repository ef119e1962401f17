"""How long every page, and every click that a visitor makes there, takes until the page is idle.

    python -m benchmarks.pages [--runs 1000] [--rounds 20] [--only Errors]

In a real Chromium, at 1280 × 900. From the click to the last change of the page before it rests
for half a second and its script has ended. “Silent” counts the clicks after which, for more than
500 ms, nothing on the page changed and no spinner or progress bar was on the screen. The first
round is not counted, since it fills the caches. With --runs, so many finished runs are made
beforehand. A click whose target does not appear is named on stderr and left out.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator, Page, async_playwright

from benchmarks.app import start_app
from benchmarks.browser import launch_options
from benchmarks.recorded_runs import make_finished_runs
from benchmarks.report import describe_machine, print_table

PATIENCE = 60_000  # ms
SILENCE = 500
WATCH = """
() => new Promise((resolve) => {
  const app = document.querySelector("[data-testid=stApp]");
  const start = performance.now();
  let last = start, silence = 0, spoken = start;
  const note = () => { last = performance.now(); spoken = last; };
  const options = {
    childList: true, characterData: true, subtree: true, attributes: true,
    attributeFilter: ["src", "style", "data-stale", "data-test-script-state"],
  };
  const observer = new MutationObserver(note);
  observer.observe(app, options);
  const look = () => {
    const now = performance.now();
    const isIdle = app.getAttribute("data-test-script-state") === "notRunning";
    const talks = app.querySelector("[data-testid=stSpinner], [data-testid=stProgress]");
    if (talks) spoken = now;
    if (!isIdle) { last = now; silence = Math.max(silence, now - spoken); }
    if ((isIdle && now - last > 500) || now - start > 60000) {
      observer.disconnect();
      resolve([last - start, silence]);
    } else setTimeout(look, 20);
  };
  look();
})
"""

Find = Callable[[Page], Locator]


@dataclass(frozen=True)
class Click:
    """A click on a page.

    Attributes:
        name: What is clicked.
        find: Finds it.
        position: Where on it, in CSS pixels; by default its middle.
    """

    name: str
    find: Find
    position: tuple[float, float] | None = None


def _button(name: str) -> Find:
    return lambda page: page.get_by_role("button", name=name, exact=True)


def _choice(name: str) -> Find:
    def find(page: Page) -> Locator:
        return page.get_by_role("radio", name=name).or_(page.get_by_role("button", name=name))

    return find


def _tab(name: str) -> Click:
    return Click(f"tab “{name}”", lambda page: page.get_by_role("tab", name=name))


def _style(name: str, selector: str) -> Click:
    return Click(name, lambda page: page.locator(selector))


def _row(name: str, height: float) -> Click:
    table = "[data-testid=stTabs] [data-testid=stDataFrame]"
    return Click(name, lambda page: page.locator(table), (160, height))


CLICKS: dict[str, tuple[Click, ...]] = {
    "Draw": (Click("view “Number”", _choice("Number")), Click("view “Digit”", _choice("Digit"))),
    "Learn": (
        _style("chapter 2", ".contents button >> nth=1"),
        _style("chapter 6, with charts", ".contents button >> nth=5"),
        _style("chapter 1", ".contents button >> nth=0"),
    ),
    "My hand": (),
    "Train": (
        _tab("Seeds"),
        _tab("Models from files"),
        _tab("All runs"),
        _row("a row of the runs", 90),
        _row("another row", 125),
    ),
    "Pixels": (
        Click("next image", lambda page: page.get_by_role("button", name="Next Shortcut")),
        Click("values scaled", _choice("Scaled, 0 to 1")),
        Click("values 0 to 255", _choice("0 to 255")),
        _tab("Histogram"),
        _tab("Class means"),
        _tab("Preparation"),
    ),
    "Errors": (
        Click(
            "a cell of the matrix",
            lambda page: page.get_by_role("button", name=re.compile("^Label 4, prediction 9:")),
        ),
        _style("an image", ".pictures button"),
        Click("back to all images", _button("Back to all images")),
        Click(
            "the cell again",
            lambda page: page.get_by_role("button", name=re.compile("^Label 4, prediction 9:")),
        ),
    ),
    "Inside": (
        _style("layer conv2", '.overview [data-choice="conv2"]'),
        _tab("Attribution"),
        _tab("Top activations"),
        _tab("Embedding"),
        _tab("Layer"),
        _style("the first layer", ".overview [data-choice] >> nth=1"),
    ),
}


def main() -> None:
    """Click, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=0, help="finished runs, made beforehand")
    parser.add_argument("--rounds", type=int, default=20, help="how often everything is clicked")
    parser.add_argument("--only", nargs="+", choices=CLICKS, default=[*CLICKS], help="pages")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_finished_runs(folder, options.runs)
        with start_app(folder) as app:
            found = asyncio.run(_visit(app.url, options.only, options.rounds, options.runs > 0))
    print(f"{describe_machine()}; finished runs: {options.runs:,}; rounds: {options.rounds}\n")
    print_table(
        ["page", "click", "median, ms", "95th percentile, ms", "silent"],
        [_describe(page, click, times) for (page, click), times in found.items()],
    )


async def _visit(
    url: str, pages: list[str], rounds: int, has_runs: bool
) -> dict[tuple[str, str], list[list[float]]]:
    """Return the delay and the longest silence of each click in ms, by page and name."""
    found: dict[tuple[str, str], list[list[float]]] = {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        await page.goto(f"{url}?lang=en")
        await page.locator(".heading h1").first.wait_for(timeout=2 * PATIENCE)
        for number in range(rounds + 1):
            for title in pages:
                opening = Click("open", partial(_find_link, title=title))
                for click in (opening, *CLICKS[title]):
                    if click.position is not None and not has_runs:
                        continue
                    try:
                        times = await _time(page, click)
                    except PlaywrightError as error:
                        print(
                            f"{title}, {click.name}: {error.message.splitlines()[0]}",
                            file=sys.stderr,
                        )
                        continue
                    if number:
                        found.setdefault((title, click.name), []).append(times)
        await browser.close()
    return found


def _find_link(page: Page, title: str) -> Locator:
    return page.locator("a:visible").filter(has=page.get_by_text(title, exact=True))


async def _time(page: Page, click: Click) -> list[float]:
    """Click; return the milliseconds until the page is idle, and those of the longest silence."""
    target = click.find(page).first
    place = None if click.position is None else {"x": click.position[0], "y": click.position[1]}
    await target.click(position=place, trial=True)  # type: ignore[arg-type]
    watching = asyncio.ensure_future(page.evaluate(WATCH))
    await target.click(position=place)  # type: ignore[arg-type]
    return list(await watching)


def _describe(page: str, click: str, times: list[list[float]]) -> list[str]:
    delays, silences = np.array(times).T
    median, high = np.percentile(delays, [50, 95])
    silent = int((silences > SILENCE).sum())
    return [page, click, f"{median:.0f}", f"{high:.0f}", f"{silent} of {len(times)}"]


if __name__ == "__main__":
    main()
