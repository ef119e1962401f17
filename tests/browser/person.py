"""A person's actions in the browser: open a page, draw by mouse or touch, see the prediction.

A digit is a list of strokes, and a stroke is a list of (x, y) points as fractions of the canvas's
width and height, with (0, 0) in the upper left corner.
"""

import math
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from playwright.sync_api import Locator, Page, expect

Point = tuple[float, float]
Stroke = Sequence[Point]

DIGIT_CANVAS = "digit_canvas"
# Milliseconds. Long, since the tests must also pass on a machine that is busy with other work.
PATIENCE = 180_000
STEP = 0.08


def _ellipse(x: float, y: float, width: float, height: float) -> list[Point]:
    angles = [math.radians(angle) for angle in range(-90, -460, -20)]
    return [(x + width * math.cos(a), y + height * math.sin(a)) for a in angles]


ZERO = _ellipse(0.5, 0.5, 0.2, 0.3)
DIGITS: dict[str, Sequence[Stroke]] = {
    "0": [ZERO],
    "1": [[(0.52, 0.2), (0.48, 0.8)]],
    "2": [[(0.32, 0.36), (0.36, 0.24), (0.5, 0.18), (0.64, 0.24), (0.68, 0.36), (0.6, 0.5),
           (0.45, 0.66), (0.3, 0.8), (0.5, 0.78), (0.72, 0.8)]],
    "3": [[(0.34, 0.24), (0.5, 0.18), (0.64, 0.26), (0.62, 0.4), (0.48, 0.48), (0.64, 0.56),
           (0.68, 0.7), (0.54, 0.82), (0.34, 0.76)]],
    "4": [[(0.58, 0.16), (0.34, 0.55), (0.72, 0.55)], [(0.6, 0.36), (0.58, 0.86)]],
    "5": [[(0.66, 0.2), (0.4, 0.2), (0.36, 0.46), (0.52, 0.42), (0.66, 0.52), (0.66, 0.7),
           (0.52, 0.82), (0.34, 0.76)]],
    "6": [[(0.6, 0.18), (0.44, 0.34), (0.36, 0.56), (0.38, 0.74), (0.5, 0.82), (0.62, 0.76),
           (0.64, 0.62), (0.54, 0.54), (0.42, 0.58), (0.38, 0.66)]],
    "7": [[(0.3, 0.22), (0.7, 0.22), (0.56, 0.5), (0.46, 0.82)]],
    "8": [[(0.62, 0.26), (0.5, 0.18), (0.38, 0.26), (0.42, 0.4), (0.6, 0.56), (0.64, 0.72),
           (0.5, 0.83), (0.36, 0.72), (0.42, 0.56), (0.6, 0.4), (0.62, 0.26)]],
    "9": [[(0.64, 0.32), (0.54, 0.2), (0.4, 0.24), (0.36, 0.38), (0.46, 0.48), (0.6, 0.42),
           (0.64, 0.3), (0.62, 0.56), (0.56, 0.84)]],
    "slashed 0": [ZERO, [(0.66, 0.24), (0.34, 0.76)]],
    "1 with flag and foot": [[(0.38, 0.34), (0.52, 0.2), (0.52, 0.8)], [(0.36, 0.8), (0.68, 0.8)]],
    "barred 7": [[(0.3, 0.22), (0.7, 0.22), (0.56, 0.5), (0.46, 0.82)], [(0.4, 0.52), (0.68, 0.5)]],
    "open 4": [[(0.36, 0.2), (0.34, 0.52), (0.68, 0.52)], [(0.64, 0.2), (0.62, 0.84)]],
}  # fmt: skip


def open_page(page: Page, title: str) -> None:
    """Open a page of the app through the menu; open the app first if necessary."""
    if page.url == "about:blank":
        page.goto("/")
    wait_until_idle(page)
    # Until the style is there, the page has a link for wide and one for narrow windows.
    # By its tag: to find roles, Playwright computes those of all elements, which takes a second.
    link = page.locator("a:visible").filter(has=page.get_by_text(title, exact=True)).first
    expect(link).to_be_visible()
    link.click()
    # Until the new page begins to appear, the old one is still shown and idle.
    expect(page.locator(".heading h1", has_text=title).first).to_be_visible()
    wait_until_idle(page)


def wait_until_idle(page: Page) -> None:
    """Wait until the page's script has finished."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")


def eventually(page: Page, condition: Callable[[], object]) -> None:
    """Wait until the condition holds."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not condition():
        assert time.monotonic() < deadline, f"The page did not change within {PATIENCE} ms."
        page.wait_for_timeout(50)


def expect_to_fit(phone: Page) -> None:
    """Wait until nothing is wider than a phone's screen."""
    phone.wait_for_function("document.documentElement.scrollWidth <= 390")


def find_canvas(page: Page, name: str = DIGIT_CANVAS) -> Locator:
    """Return the layer of a canvas that receives the pointer events."""
    return page.locator(f".st-key-{name} .upper-canvas")


def draw(page: Page, digit: str, canvas: str = DIGIT_CANVAS) -> None:
    """Draw a digit with the mouse."""
    draw_strokes(page, DIGITS[digit], canvas)


def draw_strokes(page: Page, strokes: Sequence[Stroke], canvas: str = DIGIT_CANVAS) -> None:
    """Draw strokes with the mouse and wait until the server knows them."""
    before = count_strokes(page, canvas)
    move_pen(page, strokes, canvas)
    expect_strokes(page, before + len(strokes), canvas)


def move_pen(page: Page, strokes: Sequence[Stroke], canvas: str = DIGIT_CANVAS) -> None:
    """Draw strokes with the mouse without waiting for the server."""
    for points in _on_screen(page, strokes, canvas):
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()


def draw_by_touch(
    page: Page, digit: str, canvas: str = DIGIT_CANVAS, end: str = "touchEnd", finger: int = 0
) -> None:
    """Draw a digit with a finger.

    Args:
        page: The page.
        digit: A digit.
        canvas: The canvas.
        end: "touchCancel" if the browser takes the finger away at the end of each stroke.
        finger: The number of fingers that rest on the screen already.
    """
    before = count_strokes(page, canvas)
    with touch_screen(page, finger) as touch:
        for number, points in enumerate(_on_screen(page, DIGITS[digit], canvas), start=1):
            touch("touchStart", points[0])
            for point in points[1:]:
                touch("touchMove", point)
            touch(end)
            expect_strokes(page, before + number, canvas)


@contextmanager
def touch_screen(page: Page, finger: int = 0) -> Iterator[Callable[..., None]]:
    """Give a function that sends touch events of one finger: their kind, and where it is if any."""
    screen = page.context.new_cdp_session(page)

    def touch(kind: str, *points: Point) -> None:
        touches = [{"x": x, "y": y, "id": finger} for x, y in points]
        screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    yield touch
    screen.detach()


def count_strokes(page: Page, canvas: str = DIGIT_CANVAS) -> int:
    """Return how many strokes of a canvas the server knows."""
    frame = page.locator(f".st-key-{canvas}_frame")
    expect(frame).to_have_attribute("data-strokes", re.compile(r"\d+"))
    return int(frame.get_attribute("data-strokes") or 0)


def expect_strokes(page: Page, count: int, canvas: str = DIGIT_CANVAS) -> None:
    """Wait until the server knows so many strokes of a canvas."""
    frame = page.locator(f".st-key-{canvas}_frame")
    expect(frame).to_have_attribute("data-strokes", str(count))


def expect_answer(page: Page, digit: int) -> None:
    """Wait until the predicted digit is shown."""
    expect(page.locator(".answer-digit")).to_have_text(str(digit))


def _on_screen(page: Page, strokes: Sequence[Stroke], canvas: str) -> list[list[Point]]:
    """Return strokes as closely spaced points in pixels of the viewport."""
    surface = find_canvas(page, canvas)
    expect(surface).to_be_visible()
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    assert box is not None
    return [
        [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in densify(stroke)]
        for stroke in strokes
    ]


def densify(stroke: Stroke) -> list[Point]:
    """Insert points into a stroke, so that neighbors are at most `STEP` apart."""
    points = [stroke[0]]
    for (x0, y0), (x1, y1) in pairwise(stroke):
        count = max(1, math.ceil(math.hypot(x1 - x0, y1 - y0) / STEP))
        for i in range(1, count + 1):
            points.append((x0 + (x1 - x0) * i / count, y0 + (y1 - y0) * i / count))
    return points
