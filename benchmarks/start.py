"""How long the app takes to start, and how large its process is.

    python -m benchmarks.start [--rounds 5]

Three programs are started in turn and each time to the last thing that it shows: a Streamlit
script of one line, the app until its canvas stands, and the app until it has read a drawing. The
second less the first is what the app adds to Streamlit's own time.
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
from benchmarks.browser import launch_options

ONE_LINE = "import streamlit as st\nst.title('Empty')\n"


def main() -> None:
    """Start the programs and print the medians."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    asyncio.run(_measure(parser.parse_args().rounds))


async def _measure(rounds: int) -> None:
    empty, canvas, drawing, memory = [], [], [], []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "empty.py"
            script.write_text(ONE_LINE)
            for _ in range(rounds):
                empty.append(await _time_empty(browser, script))
                shown, read, megabytes = await _time_app(browser, Path(folder))
                canvas.append(shown)
                drawing.append(read)
                memory.append(megabytes)
        await browser.close()
    print(f"medians of {rounds} starts")
    print(f"an empty page of Streamlit's   {np.median(empty):.2f} s")
    print(f"the app's canvas               {np.median(canvas):.2f} s")
    print(f"the app has read a drawing     {np.median(drawing):.2f} s")
    print(f"the app's process              {np.median(memory):.0f} MB")


async def _time_empty(browser: Browser, script: Path) -> float:
    started = time.monotonic()
    with start_app(script.parent, script=script) as app:
        page = await browser.new_page()
        await page.goto(app.url)
        await page.get_by_role("heading", name="Empty").wait_for(timeout=60_000)
        seconds = time.monotonic() - started
        await page.close()
    return seconds


async def _time_app(browser: Browser, runs: Path) -> tuple[float, float, float]:
    """Return the seconds until the canvas stands, until a stroke is read, and the megabytes."""
    started = time.monotonic()
    with start_app(runs) as app:
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        await page.goto(app.url)
        canvas = page.locator(".st-key-digit_canvas canvas.upper-canvas")
        await canvas.wait_for(timeout=60_000)
        shown = time.monotonic() - started
        box = await canvas.bounding_box()
        assert box is not None
        await page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
        await page.mouse.down()
        await page.mouse.move(
            box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=5
        )
        await page.mouse.up()
        await page.locator(".answer-digit", has_text="1").wait_for(timeout=60_000)
        read = time.monotonic() - started
        megabytes = app.memory()
        await page.close()
    return shown, read, megabytes


if __name__ == "__main__":
    main()
