"""Reading the Draw page in a real Chromium."""

import os
import shutil
from typing import Any

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


async def read_answer(page: Page) -> str:
    """Return the ten percentages that stand beside the canvas, as text."""
    return str(await page.locator(".answer-bars").inner_text())


async def wait_for_answer(page: Page, other_than: str) -> None:
    """Wait until the percentages differ from what they were."""
    await page.wait_for_function(
        "before => document.querySelector('.answer-bars').innerText !== before",
        arg=other_than,
        polling=10,
        timeout=30_000,
    )
