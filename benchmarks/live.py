"""The delay of the prediction behind the pen, in a real Chromium.

    python -m benchmarks.live [--strokes 50] [--training]

While drawing: from a movement of the pointer to the change of the bars, predicted in the browser.
The next change may still belong to the previous movement, so the one after it is counted, and the
delay is an upper bound. After pen-up: from pen-up to the server's prediction for the drawing that
the canvas sends, with the predictions in the browser turned off.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.async_api import Browser, Page, async_playwright

from benchmarks.app import start_app
from benchmarks.browser import launch_options, locate_canvas
from benchmarks.report import format_delays, print_values
from mnist_core.config import TrainingConfig
from mnist_core.runs.store import RunStore

WATCH = """
window.moves = []; window.ups = []; window.changes = [];
addEventListener("pointermove", (e) => e.buttons && moves.push(performance.now()), true);
addEventListener("pointerup", (e) => {
  if (e.composedPath().some((node) => node.tagName === "CANVAS")) ups.push(performance.now());
}, true);
new MutationObserver(() => changes.push(performance.now())).observe(
  document.querySelector(".answer-bars"),
  {attributes: true, subtree: true, attributeFilter: ["style"]},
);
"""


def main() -> None:
    """Draw the strokes and print the delays."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--strokes", type=int, default=50, help="how many strokes are drawn")
    parser.add_argument("--training", action="store_true", help="train a network at the same time")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, start_app(Path(folder)) as app:
        asyncio.run(_measure(app.url, Path(folder), arguments.strokes, arguments.training))


async def _measure(url: str, folder: Path, strokes: int, training: bool) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        if training:
            await _start_training(browser, url, folder)
        while_drawing = await draw_strokes(browser, url, strokes, by_server=False)
        after_pen_up = await draw_strokes(browser, url, strokes, by_server=True)
        await browser.close()
    print_values(
        {
            "during a training": "yes" if training else "no",
            "strokes": f"{strokes} each",
            "while drawing": format_delays(while_drawing),
            "after pen-up": format_delays(after_pen_up),
        }
    )


async def _start_training(browser: Browser, url: str, folder: Path) -> None:
    page = await browser.new_page()
    await page.goto(url)  # the first visit starts the workers
    await page.locator(".answer-bars").wait_for(state="attached", timeout=60_000)
    run = RunStore(folder).create(TrainingConfig(model="tutorial", epochs=50))
    deadline = time.monotonic() + 120
    while not run.read_batches():
        if time.monotonic() > deadline:
            raise SystemExit("The training did not begin within two minutes.")
        await asyncio.sleep(0.2)
    await page.close()


async def draw_strokes(browser: Browser, url: str, strokes: int, by_server: bool) -> np.ndarray:
    """Draw strokes and return the delays in milliseconds.

    Args:
        browser: A Chromium.
        url: The address of the app.
        strokes: How many strokes to draw.
        by_server: Whether to measure the server's predictions instead of the browser's.
    """
    page = await browser.new_page(viewport={"width": 1280, "height": 900})
    if by_server:
        await page.route("**/*.wasm.gz", lambda route: route.abort())
    await page.goto(url)
    await locate_canvas(page)
    await page.wait_for_timeout(3000)
    await page.evaluate(WATCH)
    corner, side = await locate_canvas(page)
    rng = np.random.default_rng(0)
    for index in range(strokes):
        points = rng.uniform(0.15, 0.85, (4, 2)) * side + corner
        await page.mouse.move(*points[0])
        await page.mouse.down()
        for x, y in points[1:]:
            for fraction in np.linspace(0.1, 1, 10):
                position = fraction * np.array([x, y]) + (1 - fraction) * points[0]
                await page.mouse.move(*position)
                await page.wait_for_timeout(8)
            points[0] = x, y
        await page.mouse.up()
        await page.wait_for_timeout(1200)
        if index % 3 == 2:
            await page.get_by_role("button", name="Clear").click()
            await page.wait_for_timeout(800)
    delays = await _read_delays(page, by_server)
    await page.close()
    return delays


async def _read_delays(page: Page, by_server: bool) -> np.ndarray:
    """Return the delays between the recorded events, in milliseconds."""
    moves, ups, changes = (
        np.array(times, float) for times in await page.evaluate("[moves, ups, changes]")
    )
    if by_server:
        following = np.searchsorted(changes, ups)
        predicted = following < len(changes)
        return changes[following[predicted]] - ups[predicted]
    following = np.searchsorted(changes, moves) + 1
    stroke_end = np.searchsorted(ups, moves)
    predicted = following < len(changes)
    predicted[predicted] &= changes[following[predicted]] < ups[stroke_end[predicted]]
    return changes[following[predicted]] - moves[predicted]


if __name__ == "__main__":
    main()
