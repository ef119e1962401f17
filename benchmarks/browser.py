"""Access to the Draw page in a real Chromium."""

import os
import shutil
from typing import Any

import numpy as np
from playwright.async_api import Page

DIGIT_CANVAS = ".st-key-digit_canvas canvas.upper-canvas"
# The headless shell is the same Chromium without its own windows, whose tabs and toolbars take
# longer to load than a page of the app.
PROGRAMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """Return the program that `CHROMIUM` names, else one on the PATH; None if there is none."""
    names = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else PROGRAMS
    return next(filter(None, map(shutil.which, names)), None)


def launch_options() -> dict[str, Any]:
    """Return the options that start the Chromium of this machine, or else Playwright's own."""
    return {"args": list(ARGUMENTS), "executable_path": find_chromium()}


async def locate_canvas(page: Page) -> tuple[np.ndarray, float]:
    """Wait for the canvas and return its top left corner (x, y) and its side, in CSS pixels."""
    canvas = page.locator(DIGIT_CANVAS)
    await canvas.wait_for(timeout=60_000)
    box = await canvas.bounding_box()
    assert box is not None
    return np.array([box["x"], box["y"]]), box["width"]


async def read_prediction(page: Page) -> str:
    """Return the text of the ten bars beside the canvas: digits and percentages."""
    return str(await page.locator(".answer-bars").inner_text())


async def wait_for_prediction(page: Page, other_than: str) -> None:
    """Wait until the bars show other percentages."""
    await page.wait_for_function(
        "before => document.querySelector('.answer-bars').innerText !== before",
        arg=other_than,
        polling=10,
        timeout=30_000,
    )
