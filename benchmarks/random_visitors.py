"""What the app should not show, found by visitors who click anywhere.

    python -m benchmarks.random_visitors [--minutes 5] [--visitors 3] [--seed 0]

Each visitor has a window in a real Chromium, as large as a desktop's or a phone's, and clicks once,
twice or three times, draws, types, scrolls, reloads and goes back without waiting for the app. A
fault is an error of the page's scripts, an exception on the page, a blank page, or one that has
disconnected; each is printed with what the visitor did before. What else goes wrong on the server
leaves a traceback in its log.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, WebError, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from benchmarks.app import start_app
from benchmarks.browser import launch_options
from benchmarks.report import print_values

Rng = np.random.Generator

WINDOWS = ((1280, 900), (390, 844))
REMEMBERED = 10  # actions
BLANK_AFTER = 10  # seconds without anything to click
LIST_TARGETS = """
() => {
  const kinds = `a, button, summary, input, label, img, td, th, canvas.upper-canvas, [data-choice],
    [data-baseweb=select], [role=tab], [role=radio], [role=option], [role=slider], .main-svg`;
  return [...document.querySelectorAll(kinds)]
    .map((element) => ({
      box: element.getBoundingClientRect(),
      name: `${element.tagName} ${(element.innerText || element.ariaLabel || "").slice(0, 30)}`,
    }))
    .filter(({ box }) => box.width > 2 && box.height > 2)
    .filter(({ box }) => box.bottom > 0 && box.top < innerHeight)
    .filter(({ box }) => box.right > 0 && box.left < innerWidth)
    .map(({ box, name }) => ({ box: [box.x, box.y, box.width, box.height], name }));
}
"""
LIST_FAULTS = """
() => {
  const exceptions = [...document.querySelectorAll("[data-testid=stException]")];
  const isLost = document.querySelector("[data-test-connection-state=DISCONNECTED_FOREVER]");
  return [...exceptions.map((one) => one.innerText), ...(isLost ? ["The page disconnected."] : [])];
}
"""
TYPED = ("3", "12", "-1", "0.5", "abc")
KEYS = ("Escape", "Tab", "Delete", "ArrowRight", "ArrowDown", "Control+z", "Control+Shift+z")
SCROLLED = (-800, 500, 1500)  # pixels


@dataclass
class Visitor:
    """A person in a window of the browser.

    Attributes:
        page: The page.
        actions: The latest ones, the last one at the end.
        faults: How many things the page should not have shown.
        seen: When there was something to click, in seconds.
    """

    page: Page
    actions: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    faults: int = 0
    seen: float = field(default_factory=time.monotonic)

    def report(self, fault: str) -> None:
        """Count a fault, and print it."""
        self.faults += 1
        print(f"{self.page.url}\n  {fault}\n  after: {', '.join(self.actions)}", flush=True)

    def act(self, rng: Rng) -> None:
        """Click something that is on the screen; sometimes also type, scroll, reload or go back."""
        targets = self.page.evaluate(LIST_TARGETS)
        if not targets:
            if time.monotonic() - self.seen > BLANK_AFTER:
                self.report("The page is blank.")
                self.go("/")
            return
        self.seen = time.monotonic()
        target = targets[rng.integers(len(targets))]
        self.actions.append(" ".join(target["name"].split()))
        left, top, width, height = target["box"]
        points = np.array([left, top]) + rng.uniform(0.1, 0.9, (4, 2)) * [width, height]
        if target["name"].startswith("CANVAS"):
            self._draw(points)
        else:
            self.page.mouse.click(*points[0], click_count=int(rng.choice([1, 1, 1, 2, 3])))
        self._do_more(rng)
        if rng.random() < 0.4:
            self.page.wait_for_timeout(rng.uniform(0, 600))

    def go(self, path: str) -> None:
        """Open an address."""
        self.actions.append(f"open {path}")
        self.page.goto(path)
        self.seen = time.monotonic()

    def _draw(self, points: np.ndarray) -> None:
        mouse = self.page.mouse
        mouse.move(*points[0])
        mouse.down()
        for point in points[1:]:
            mouse.move(*point)
        mouse.up()

    def _do_more(self, rng: Rng) -> None:
        page, chance = self.page, rng.random()
        if chance < 0.08:
            page.keyboard.type(str(rng.choice(TYPED)))
            page.keyboard.press("Enter")
        elif chance < 0.16:
            page.keyboard.press(str(rng.choice(KEYS)))
        elif chance < 0.26:
            page.mouse.wheel(0, int(rng.choice(SCROLLED)))
        elif chance < 0.27:
            self.actions.append("reload")
            page.reload()
        elif chance < 0.28:
            self.actions.append("back")
            page.go_back()
            if not page.url.startswith("http"):
                self.go("/")


def open_window(browser: Browser, url: str, number: int) -> Visitor:
    """Open the app in a window without anything stored."""
    width, height = WINDOWS[number % len(WINDOWS)]
    context = browser.new_context(base_url=url, viewport={"width": width, "height": height})
    visitor = Visitor(context.new_page())

    def note_error(error: WebError) -> None:
        visitor.report(f"A script raised {error.error}")

    context.on("weberror", note_error)
    visitor.go("/")
    return visitor


def main() -> None:
    """Let visitors click, and print what they met."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=5, help="how long they click")
    parser.add_argument("--visitors", type=int, default=3, help="how many there are")
    parser.add_argument("--seed", type=int, default=0, help="of what they do")
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    actions = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        start_app(Path(folder)) as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**launch_options())
        visitors = [open_window(browser, app.url, number) for number in range(arguments.visitors)]
        end = time.monotonic() + 60 * arguments.minutes
        while time.monotonic() < end:
            visitor = visitors[rng.integers(len(visitors))]
            # An address may change while its page is asked.
            with suppress(PlaywrightError):
                visitor.act(rng)
                actions += 1
                for fault in visitor.page.evaluate(LIST_FAULTS):
                    visitor.report(fault)
                    visitor.go("/")
        browser.close()
        log = (Path(folder) / "app.log").read_text()
    tracebacks = log.count("Traceback ")
    if tracebacks:
        print(log)
    faults = sum(visitor.faults for visitor in visitors)
    print_values(
        {
            "actions": f"{actions:,}",
            "faults": str(faults),
            "tracebacks in the log": str(tracebacks),
        }
    )
    sys.exit(1 if faults or tracebacks else 0)


if __name__ == "__main__":
    main()
