"""Access to the Draw page in a real Chromium."""

import os
import shutil
from typing import Any

import numpy as np
from playwright.async_api import Page

DIGIT_CANVAS = ".st-key-digit_canvas canvas.upper-canvas"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch_options() -> dict[str, Any]:
    """Return the options that start the Chromium of this machine."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    return {"args": list(ARGUMENTS), "executable_path": path}


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
