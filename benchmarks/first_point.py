"""From the click that starts a training to the first point on its curve, in a real Chromium.

    python -m benchmarks.first_point [--rounds 10]

The first point is the network before its training. The worker is ready: it has loaded TensorFlow
and has done ahead what it does while idle. Each round starts a run of the quick start by its
button, waits for the point, and stops the run. Beside the delay on the page stands the part until
the point was recorded, from the time at which the run was created. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from benchmarks.app import read_processor_seconds, start_app
from benchmarks.browser import launch_options
from benchmarks.report import describe_machine, format_delays, print_values
from mnist_core.jobs.local_executor import LOG
from mnist_core.jobs.worker import READY
from mnist_core.runs.run import Run
from mnist_core.runs.store import RunStore

PATIENCE = 120_000  # ms
IDLE_SECONDS, IDLE_SHARE = 3, 0.1  # a worker that uses less of a core for so long is ready
POINTS = "[data-testid=stPlotlyChart] .scatterlayer .point"
CLICK = """
async ([button, points]) => {
  const count = () => document.querySelectorAll(points).length;
  const start = performance.now();
  button.click();
  while (count()) await new Promise(requestAnimationFrame);  // those of the run before
  while (!count()) await new Promise(requestAnimationFrame);
  return performance.now() - start;
}
"""


def main() -> None:
    """Measure and print the delays."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=10, help="how many trainings are started")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with start_app(folder) as app:
            on_page, recorded = asyncio.run(_measure(app.url, RunStore(folder), options.rounds))
    print(f"{describe_machine()}\n")
    print_values(
        {
            "click to point on the page": format_delays(on_page),
            "run created to point recorded": format_delays(recorded),
        }
    )


async def _measure(url: str, store: RunStore, rounds: int) -> tuple[list[float], list[float]]:
    """Return the delays on the page and those of the record, in ms."""
    on_page, recorded = [], []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        await page.goto(f"{url}/train?lang=en")
        for _ in range(rounds):
            await _wait_for_idle_worker(store)
            on_page.append(await _click(page))
            run = store.list()[0].run
            recorded.append(1000 * _count_seconds_to_record(run))
            run.request_stop()
            while run.read().is_active:
                await asyncio.sleep(0.1)
        await browser.close()
    return on_page, recorded


async def _click(page: Page) -> float:
    """Start a run; return the milliseconds until its curve has a point."""
    button = page.get_by_role("button", name=re.compile("in seconds")).first
    return float(await page.evaluate(CLICK, [await button.element_handle(), POINTS]))


def _count_seconds_to_record(run: Run) -> float:
    return run.untrained_path.stat().st_mtime - run.read().created.timestamp()


async def _wait_for_idle_worker(store: RunStore) -> None:
    """Wait until the worker has nothing left to do."""
    log = store.folder / LOG
    while not log.exists() or READY not in log.read_text().split():
        await asyncio.sleep(0.2)
    command = f"mnist_core.jobs.worker\0{store.folder}\0".encode()
    (worker,) = (
        int(path.parent.name)
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if command in path.read_bytes()
    )
    before = -float(IDLE_SECONDS)
    while (now := read_processor_seconds(worker)) - before > IDLE_SHARE * IDLE_SECONDS:
        before = now
        await asyncio.sleep(IDLE_SECONDS)


if __name__ == "__main__":
    main()
