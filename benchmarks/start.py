"""How long the app takes to start, and how large its process is.

    python -m benchmarks.start [--rounds 5]

Three programs are started in turn: a Streamlit script of one line until it stands there, one that
shows nothing but a canvas until that stands there, and the app until its canvas stands and until it
has read a drawing. What the app takes longer than the bare canvas is its own; the first canvas of a
process costs a good deal, since Streamlit imports pandas for it.
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
from benchmarks.browser import DIGIT_CANVAS, launch_options

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
    parser.add_argument("--rounds", type=int, default=5)
    asyncio.run(_measure(parser.parse_args().rounds))


async def _measure(rounds: int) -> None:
    empty, bare, canvas, drawing, memory = [], [], [], [], []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(rounds):
                empty.append(await _time_script(browser, Path(folder), EMPTY, "h1"))
                bare.append(await _time_script(browser, Path(folder), BARE_CANVAS, DIGIT_CANVAS))
                shown, read, megabytes = await _time_app(browser, Path(folder))
                canvas.append(shown)
                drawing.append(read)
                memory.append(megabytes)
        await browser.close()
    print(f"medians of {rounds} starts")
    print(f"an empty page of Streamlit's   {np.median(empty):.2f} s")
    print(f"a page with a bare canvas      {np.median(bare):.2f} s")
    print(f"the app's canvas               {np.median(canvas):.2f} s")
    print(f"the app has read a drawing     {np.median(drawing):.2f} s")
    print(f"the app's process              {np.median(memory):.0f} MB")


async def _time_script(browser: Browser, folder: Path, content: str, shows: str) -> float:
    """Return the seconds until a script of this content shows what a selector finds."""
    script = folder / "script.py"
    script.write_text(content)
    started = time.monotonic()
    with start_app(folder, script=script) as app:
        page = await browser.new_page()
        await page.goto(app.url)
        await page.locator(shows).first.wait_for(timeout=60_000)
        seconds = time.monotonic() - started
        await page.close()
    return seconds


async def _time_app(browser: Browser, runs: Path) -> tuple[float, float, float]:
    """Return the seconds until the canvas stands, until a stroke is read, and the megabytes."""
    started = time.monotonic()
    with start_app(runs) as app:
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        await page.goto(app.url)
        canvas = page.locator(DIGIT_CANVAS)
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
