"""How far the answer lags behind the pen, in a real Chromium.

    python -m benchmarks.live [--strokes 50] [--training]

Under the pen: from a movement of the pointer to the change of the bars that shows it, answered in
the browser. A change may still belong to the movement before, so the one after it is counted: the
figure is an upper bound. After the stroke: from pen-up to the server's answer, by way of the
canvas's own message, with the browser's own answers turned off.
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
from benchmarks.browser import DIGIT_CANVAS, launch_options
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
    parser.add_argument("--strokes", type=int, default=50)
    parser.add_argument("--training", action="store_true", help="while a network is being trained")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, start_app(Path(folder)) as app:
        asyncio.run(_measure(app.url, Path(folder), arguments.strokes, arguments.training))


async def _measure(url: str, folder: Path, strokes: int, training: bool) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        if training:
            await _start_training(browser, url, folder)
        under_pen = await _draw(browser, url, strokes, served=False)
        after_stroke = await _draw(browser, url, strokes, served=True)
        await browser.close()
    print(f"while a network is trained: {'yes' if training else 'no'}, {strokes} strokes each")
    print(f"under the pen      {_say(under_pen)}")
    print(f"after the stroke   {_say(after_stroke)}")


async def _start_training(browser: Browser, url: str, folder: Path) -> None:
    page = await browser.new_page()
    await page.goto(url)  # the workers start with the first visit
    await page.locator(".answer-bars").wait_for(state="attached", timeout=60_000)
    run = RunStore(folder).create(TrainingConfig(model="tutorial", epochs=50))
    deadline = time.monotonic() + 120
    while not run.read_batches():
        if time.monotonic() > deadline:
            raise SystemExit("The training did not begin within two minutes.")
        await asyncio.sleep(0.2)
    await page.close()


async def _draw(browser: Browser, url: str, strokes: int, served: bool) -> np.ndarray:
    """Draw strokes and return the delays in milliseconds, of the server's answers or else of the
    browser's.
    """
    page = await browser.new_page(viewport={"width": 1280, "height": 900})
    if served:
        await page.route("**/*.wasm.gz", lambda route: route.abort())
    await page.goto(url)
    canvas = page.locator(DIGIT_CANVAS)
    await canvas.wait_for(timeout=60_000)
    await page.wait_for_timeout(3000)
    await page.evaluate(WATCH)
    box = await canvas.bounding_box()
    assert box is not None
    rng = np.random.default_rng(0)
    for index in range(strokes):
        points = rng.uniform(0.15, 0.85, (4, 2)) * box["width"] + [box["x"], box["y"]]
        await page.mouse.move(*points[0])
        await page.mouse.down()
        for x, y in points[1:]:
            for share in np.linspace(0.1, 1, 10):
                await page.mouse.move(*(share * np.array([x, y]) + (1 - share) * points[0]))
                await page.wait_for_timeout(8)
            points[0] = x, y
        await page.mouse.up()
        await page.wait_for_timeout(1200)
        if index % 3 == 2:
            await page.get_by_role("button", name="Clear").click()
            await page.wait_for_timeout(800)
    delays = await _read_delays(page, served)
    await page.close()
    return delays


async def _read_delays(page: Page, served: bool) -> np.ndarray:
    moves, ups, changes = (
        np.array(times, float) for times in await page.evaluate("[moves, ups, changes]")
    )
    if served:
        following = np.searchsorted(changes, ups)
        answered = following < len(changes)
        return changes[following[answered]] - ups[answered]
    following = np.searchsorted(changes, moves) + 1
    last_move = np.searchsorted(ups, moves)
    answered = following < len(changes)
    answered[answered] &= changes[following[answered]] < ups[last_move[answered]]
    return changes[following[answered]] - moves[answered]


def _say(delays: np.ndarray) -> str:
    middle, high = np.percentile(delays, [50, 95])
    return f"{middle:.0f} ms median, {high:.0f} ms at the 95th percentile, {len(delays)} measured"


if __name__ == "__main__":
    main()
