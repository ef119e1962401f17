"""The app in Firefox and in WebKitGTK, the engine of Safari: drawing, and every page."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.browser.conftest import App
from tests.browser.engines import Engine, open_firefox, open_webkit
from tests.browser.person import DIGITS, PATIENCE, densify

ENGINES: dict[str, Callable[[Path], AbstractContextManager[Engine]]] = {
    "Firefox": open_firefox,
    "WebKitGTK": open_webkit,
}
PAGES = {"": "Draw a digit", "train": "Train", "pixels": "Pixels", "errors": "Errors",
         "inside": "Inside", "hand": "My hand", "learn": "Learn"}  # fmt: skip
IDLE = "document.querySelector('[data-test-script-state=notRunning]') !== null"
HEADING = "document.querySelector('.heading h1')?.textContent"
FAULTS = "document.querySelectorAll('.stException, [data-testid=stException]').length"
DIGIT = "document.querySelector('.answer-digit')?.textContent"
STROKES = "document.querySelector('[data-strokes]')?.dataset.strokes"
CANVAS = """(() => {
  const hosts = [...document.querySelectorAll(".st-key-digit_canvas *")];
  const canvas = hosts.map((host) => host.shadowRoot?.querySelector(".upper-canvas")).find(Boolean);
  const { left, top, width, height } = canvas?.getBoundingClientRect() ?? {};
  return canvas ? [left, top, width, height] : null;
})()"""


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Start an engine; skip where it is not installed, or fail where `CI` is set."""
    opened = ENGINES[request.param](tmp_path)
    try:
        started = opened.__enter__()
    except FileNotFoundError as error:
        message = f"{request.param} was not tried, since this is missing: {error}."
        if os.environ.get("CI"):
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    try:
        yield started
    finally:
        opened.__exit__(None, None, None)


def wait_for(engine: Engine, expression: str, expected: object) -> None:
    """Wait until a JavaScript expression has a value."""
    deadline = time.monotonic() + PATIENCE / 1000
    while (value := engine.evaluate(expression)) != expected:
        assert time.monotonic() < deadline, f"{expression} is {value!r} instead of {expected!r}."
        time.sleep(0.1)


def test_the_app_works_in_every_engine(engine: Engine, app: App) -> None:
    """All pages open; the prediction follows the pen and stays when it is lifted."""
    for path, title in PAGES.items():
        engine.open(f"{app.url}/{path}")
        wait_for(engine, HEADING, title)
        wait_for(engine, IDLE, True)
        assert engine.evaluate(FAULTS) == 0, title
    engine.open(app.url)
    wait_for(engine, HEADING, "Draw a digit")
    wait_for(engine, f"{CANVAS} !== null", True)
    wait_for(engine, IDLE, True)
    left, top, width, height = engine.evaluate(CANVAS)
    (seven,) = DIGITS["7"]
    engine.press([(left + x * width, top + y * height) for x, y in densify(seven)])
    wait_for(engine, DIGIT, "7")
    assert engine.evaluate(STROKES) == "0"
    engine.release()
    wait_for(engine, STROKES, "1")
    wait_for(engine, DIGIT, "7")
