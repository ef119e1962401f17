"""How quickly the app answers a drawing while another visitor sends hostile files.

    python -m benchmarks.hostile_visitor [--strokes 20]

One visitor draws and waits for the server's prediction after each stroke, first alone, then while a
second visitor loads hostile model files on the Train page and a third one hostile pictures on the
Draw page, one after another. All of them use a real Chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
from playwright.async_api import Browser, FilePayload, Page, async_playwright
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from benchmarks import hostile_keras, hostile_onnx, hostile_pictures
from benchmarks.app import start_app
from benchmarks.browser import launch_options
from benchmarks.hostile_bytes import Rng
from benchmarks.live import draw_strokes
from benchmarks.report import format_delays, print_values

Kinds = Mapping[str, Callable[[Rng], bytes]]


def main() -> None:
    """Draw alone and beside the other visitors, and print the delays."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--strokes", type=int, default=20, help="how many strokes are drawn")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, start_app(Path(folder)) as app:
        asyncio.run(_measure(app.url, arguments.strokes))


async def _measure(url: str, strokes: int) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        alone = await draw_strokes(browser, url, strokes, by_server=True)
        sent: dict[str, int] = {"model files": 0, "pictures": 0}
        others = [
            asyncio.create_task(_load_models(browser, url, sent)),
            asyncio.create_task(_load_pictures(browser, url, sent)),
        ]
        beside = await draw_strokes(browser, url, strokes, by_server=True)
        for task in others:
            task.cancel()
        results = await asyncio.gather(*others, return_exceptions=True)
        await browser.close()
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
            raise result
    print_values(
        {
            "strokes": f"{strokes} each",
            "files sent meanwhile": ", ".join(f"{count} {kind}" for kind, count in sent.items()),
            "after pen-up, alone": format_delays(alone),
            "after pen-up, beside them": format_delays(beside),
        }
    )


async def _load_models(browser: Browser, url: str, sent: dict[str, int]) -> None:
    page = await browser.new_page()
    await page.goto(f"{url}/train")
    await page.get_by_role("tab", name="Models from files").click()
    kinds = {
        **{f"{kind}.onnx": make for kind, make in hostile_onnx.KINDS.items()},
        **{f"{kind}.keras": make for kind, make in hostile_keras.KINDS.items()},
    }
    for name, content in _generate(kinds):
        await _upload(page, f"model{Path(name).suffix}", content)
        load = page.get_by_role("button", name="Load model")
        with suppress(PlaywrightTimeoutError):  # the uploader itself refuses what is too large
            await load.click(timeout=5_000)
            await _wait_until_idle(page)
        sent["model files"] += 1


async def _load_pictures(browser: Browser, url: str, sent: dict[str, int]) -> None:
    page = await browser.new_page()
    await page.goto(url)
    await page.get_by_text("A picture").click()
    for _, content in _generate(hostile_pictures.KINDS):
        await _upload(page, "picture.png", content)
        await _wait_until_idle(page)
        sent["pictures"] += 1
        another = page.get_by_role("button", name="Another picture")
        if await another.is_visible():
            await another.click()
            await _wait_until_idle(page)


def _generate(kinds: Kinds) -> itertools.chain[tuple[str, bytes]]:
    """Yield files of all kinds again and again, each with other content."""
    return itertools.chain.from_iterable(
        ((kind, make(np.random.default_rng([index, order]))) for order, (kind, make) in pairs)
        for index in itertools.count()
        for pairs in [list(enumerate(kinds.items()))]
    )


async def _upload(page: Page, name: str, content: bytes) -> None:
    file = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
    inputs = page.get_by_test_id("stFileUploaderDropzoneInput")
    await inputs.last.set_input_files(file, timeout=120_000)  # a new one follows the used one
    await _wait_until_idle(page)


async def _wait_until_idle(page: Page) -> None:
    await page.wait_for_timeout(200)
    await page.get_by_test_id("stStatusWidget").wait_for(state="detached", timeout=60_000)


if __name__ == "__main__":
    main()
