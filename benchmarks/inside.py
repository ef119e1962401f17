"""The delay from pen-up until the Inside page shows the digit in every layer.

    python -m benchmarks.inside [--model compact] [--strokes 50]

In a real Chromium, at 1280 × 900: from pen-up to the first change of the layers, and to the last
change of anything on the page, after which its first screen shows the new drawing.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

import numpy as np
from playwright.async_api import Page, async_playwright

from benchmarks.app import start_app
from benchmarks.browser import launch_options, locate_canvas
from benchmarks.report import format_delays, print_values

WATCH = """
window.ups = []; window.layers = []; window.changes = [];
addEventListener("pointerup", () => ups.push(performance.now()), true);
const observer = (times) => new MutationObserver(() => times.push(performance.now()));
const options = {childList: true, characterData: true, attributes: true, subtree: true};
observer(layers).observe(document.querySelector(".overview"), options);
observer(changes).observe(document.querySelector("[data-testid=stMain]"),
                          {...options, attributeFilter: ["src", "style"]});
"""
PAUSE = 1500  # ms between strokes


def main() -> None:
    """Draw the strokes and print the delays."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="compact", help="a network by name")
    parser.add_argument("--strokes", type=int, default=50, help="how many strokes are drawn")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, start_app(Path(folder)) as app:
        asyncio.run(_measure(app.url, arguments.model, arguments.strokes))


async def _measure(url: str, model: str, strokes: int) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        await page.goto(f"{url}/inside")
        await page.get_by_role("combobox").first.click(timeout=60_000)
        await page.get_by_role("option", name=model).click()
        await page.locator(".overview button").first.wait_for(timeout=60_000)
        first, last = await _draw(page, strokes)
        await browser.close()
    print(f"{model}, {strokes} strokes, from pen-up")
    print_values(
        {
            "first change of the layers": format_delays(first),
            "last change of the page": format_delays(last),
        }
    )


async def _draw(page: Page, strokes: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw strokes; return the delays of the layers' first and of the page's last change, in ms."""
    await locate_canvas(page)
    await page.wait_for_timeout(3000)
    corner, side = await locate_canvas(page)
    await page.evaluate(WATCH)
    rng = np.random.default_rng(0)
    for _ in range(strokes):
        start, end = rng.uniform(0.15, 0.85, (2, 2)) * side + corner
        await page.mouse.move(*start)
        await page.mouse.down()
        await page.mouse.move(*end, steps=10)
        await page.mouse.up()
        await page.wait_for_timeout(PAUSE)
    ups, layers, changes = (
        np.array(times) for times in await page.evaluate("[ups, layers, changes]")
    )
    first = layers[np.searchsorted(layers, ups)] - ups
    last = changes[np.searchsorted(changes, [*ups[1:], np.inf]) - 1] - ups
    return first, last


if __name__ == "__main__":
    main()
