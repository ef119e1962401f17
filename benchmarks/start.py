"""The start-up time and the memory of the app.

    python -m benchmarks.start [--rounds 5]

Three programs are started in turn: an empty Streamlit page, a page with nothing but a canvas, and
the app, until its canvas is shown and until it has classified a drawing. The page with a bare
canvas is the baseline: the first canvas of a process is slow, because Streamlit imports pandas.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.async_api import Browser, async_playwright

from benchmarks.app import start_app
from benchmarks.browser import DIGIT_CANVAS, launch_options, locate_canvas
from benchmarks.report import print_values

EMPTY = "import streamlit as st\nst.title('Empty')\n"
BARE_CANVAS = (
    "from streamlit_drawable_canvas import st_canvas\n"
    "st_canvas(width=336, height=336, key='digit_canvas')\n"
)


def main() -> None:
    """Start the programs and print the medians."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each is started")
    asyncio.run(_measure(parser.parse_args().rounds))


async def _measure(rounds: int) -> None:
    empty, bare, canvas, prediction, memory = [], [], [], [], []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(rounds):
                empty.append(await _time_script(browser, Path(folder), EMPTY, "h1"))
                bare.append(await _time_script(browser, Path(folder), BARE_CANVAS, DIGIT_CANVAS))
                shown, predicted, megabytes = await _time_app(browser, Path(folder))
                canvas.append(shown)
                prediction.append(predicted)
                memory.append(megabytes)
        await browser.close()
    print(f"medians; starts of each: {rounds}")
    print_values(
        {
            "empty Streamlit page": f"{np.median(empty):.2f} s",
            "page with a bare canvas": f"{np.median(bare):.2f} s",
            "app, canvas": f"{np.median(canvas):.2f} s",
            "app, prediction for a drawing": f"{np.median(prediction):.2f} s",
            "memory of the app's process": f"{np.median(memory):.0f} MB",
        }
    )


async def _time_script(browser: Browser, folder: Path, content: str, selector: str) -> float:
    """Return the seconds until a script with this content shows an element."""
    script = folder / "script.py"
    script.write_text(content)
    started = time.monotonic()
    with start_app(folder, script=script) as app:
        page = await browser.new_page()
        await page.goto(app.url)
        await page.locator(selector).first.wait_for(timeout=60_000)
        seconds = time.monotonic() - started
        await page.close()
    return seconds


async def _time_app(browser: Browser, runs: Path) -> tuple[float, float, float]:
    """Return the seconds until the canvas, those until a prediction, and the memory in MB."""
    started = time.monotonic()
    with start_app(runs) as app:
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        await page.goto(app.url)
        (x, y), side = await locate_canvas(page)
        shown = time.monotonic() - started
        await page.mouse.move(x + 0.5 * side, y + 0.2 * side)
        await page.mouse.down()
        await page.mouse.move(x + 0.5 * side, y + 0.8 * side, steps=5)
        await page.mouse.up()
        await page.locator(".answer-digit", has_text="1").wait_for(timeout=60_000)
        predicted = time.monotonic() - started
        megabytes = app.memory()
        await page.close()
    return shown, predicted, megabytes


if __name__ == "__main__":
    main()
