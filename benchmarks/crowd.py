"""The delays and the memory of a server on which many people draw during a training.

    python -m benchmarks.crowd [--people 50] [--minutes 5]

Each person is a client of Streamlit's protocol, which opens the WebSocket, loads the Draw page, and
sends a stroke every two seconds as the canvas in the browser does. Delays are measured from sending
a stroke to receiving its prediction. Two of the people are real browsers, which clear the canvas
before each stroke.

After they have left, new groups of the same size come for a few strokes and leave again, to find
memory leaks. Streamlit keeps up to 128 sessions for two minutes after they end, in case people come
back; memory that still grows after that is a leak.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import websockets
from playwright.async_api import async_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol

from benchmarks.app import RunningApp, start_app
from benchmarks.browser import (
    launch_options,
    locate_canvas,
    read_prediction,
    wait_for_prediction,
)
from benchmarks.report import format_delays, print_values
from mnist_core.config import TrainingConfig
from mnist_core.runs.store import RunStore

SECONDS_PER_STROKE = 2.0
BROWSERS = 2
GROUPS, GROUP_SECONDS = 9, 6
CANVAS_SIDE = 336


@dataclass
class Person:
    """One client of the protocol.

    Attributes:
        url: The address of the app.
        seed: Seeds the strokes.
        delays: The delays of the predictions, in seconds.
        errors: The exceptions that the page showed.
        sent: How many strokes were sent.
        canvas: The widget ID of the canvas, read from the page.
        fragment: The ID of the fragment that contains the canvas.
    """

    url: str
    seed: int
    delays: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sent: int = 0
    canvas: str = ""
    fragment: str = ""

    async def draw_until(self, deadline: float) -> None:
        """Load the page, then draw a stroke every two seconds."""
        address = f"{self.url.replace('http', 'ws')}/_stcore/stream"
        rng = np.random.default_rng(self.seed)
        async with websockets.connect(
            address, subprotocols=[Subprotocol("streamlit")], max_size=None, ping_interval=None
        ) as socket:
            await socket.send(_rerun())
            await self._read_run(socket)
            await asyncio.sleep(rng.uniform(0, SECONDS_PER_STROKE))
            strokes: list[np.ndarray] = []
            while time.monotonic() < deadline:
                if len(strokes) == 3:
                    strokes = []
                strokes.append(rng.integers(60, CANVAS_SIDE - 60, (6, 2)))
                started = time.monotonic()
                await socket.send(_rerun(self.canvas, _canvas_value(strokes), self.fragment))
                self.sent += 1
                if await self._read_run(socket):
                    self.delays.append(time.monotonic() - started)
                await asyncio.sleep(max(0, SECONDS_PER_STROKE - (time.monotonic() - started)))

    async def _read_run(self, socket: websockets.ClientConnection) -> bool:
        """Read messages until the script has run; return whether one had a prediction."""
        predicted = False
        async for content in socket:
            message = ForwardMsg()
            message.ParseFromString(content)
            kind = message.WhichOneof("type")
            if kind == "script_finished":
                return predicted
            if kind != "delta" or message.delta.WhichOneof("type") != "new_element":
                continue
            element = message.delta.new_element
            if element.WhichOneof("type") == "exception":
                self.errors.append(element.exception.message)
            if element.WhichOneof("type") != "bidi_component":
                continue
            component = element.bidi_component
            if component.id.endswith("digit_canvas"):
                self.canvas = component.id
                self.fragment = message.delta.fragment_id
            if component.id.endswith("digit_canvas_answer"):
                predicted = "probabilities" in component.json
        return predicted


def main() -> None:
    """Simulate the people and print the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=50, help="how many draw at once")
    parser.add_argument("--minutes", type=float, default=5, help="how long they draw")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, start_app(Path(folder)) as app:
        asyncio.run(_measure(app, Path(folder), arguments.people, 60 * arguments.minutes))


async def _measure(app: RunningApp, folder: Path, count: int, seconds: float) -> None:
    await asyncio.wait_for(Person(app.url, seed=0).draw_until(time.monotonic()), timeout=60)
    memory_at_start = app.memory()
    RunStore(folder).create(TrainingConfig(model="tutorial", epochs=50))
    deadline = time.monotonic() + seconds
    people = [Person(app.url, seed) for seed in range(1, count - BROWSERS + 1)]
    browsers = [_draw_in_browser(app.url, deadline) for _ in range(BROWSERS)]
    memory = asyncio.create_task(_find_peak_memory(app, deadline))
    clients = asyncio.gather(*(person.draw_until(deadline) for person in people))
    delays_by_browser = await asyncio.gather(*browsers)
    await clients
    delays = np.concatenate([person.delays for person in people]) * 1000
    browser_delays = np.concatenate(delays_by_browser) * 1000
    peak = await memory
    memory_after = [await _come_and_leave(app, count) for _ in range(GROUPS)]
    sent = sum(person.sent for person in people)
    errors = [error for person in people for error in person.errors]
    per_person = (peak - memory_at_start) / count
    by_group = ", ".join(f"{megabytes:.0f}" for megabytes in memory_after)
    print_values(
        {
            "people": f"{count}, {BROWSERS} of them browsers, for {seconds:.0f} s",
            "delay, clients": f"{format_delays(delays)}, {delays.max(initial=0):.0f} ms maximum",
            "delay, browsers": (
                f"{format_delays(browser_delays)}, {browser_delays.max(initial=0):.0f} ms maximum"
            ),
            "strokes": f"{sent} sent, {sent - len(delays)} without a prediction",
            "errors": f"{len(errors)} {errors[:1] or ''}",
            "memory": (
                f"{memory_at_start:.0f} MB before, {peak:.0f} MB at most, "
                f"{per_person:.1f} MB per person"
            ),
            "memory afterwards": f"{by_group} MB after further groups of {count} people",
        }
    )


async def _come_and_leave(app: RunningApp, count: int) -> float:
    """Let that many people draw a little and leave; return the memory in MB after that."""
    deadline = time.monotonic() + GROUP_SECONDS
    await asyncio.gather(*(Person(app.url, seed).draw_until(deadline) for seed in range(count)))
    return app.memory()


async def _find_peak_memory(app: RunningApp, deadline: float) -> float:
    peak = 0.0
    while time.monotonic() < deadline:
        peak = max(peak, app.memory())
        await asyncio.sleep(1)
    return peak


async def _draw_in_browser(url: str, deadline: float) -> list[float]:
    delays = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launch_options())
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        # Without its runtime the browser predicts nothing, so only the server's delay is measured.
        await page.route("**/*.wasm.gz", lambda route: route.abort())
        await page.goto(url)
        corner, side = await locate_canvas(page)
        rng = np.random.default_rng()
        while time.monotonic() < deadline:
            points = rng.uniform(0.2, 0.8, (4, 2)) * side + corner
            before = await read_prediction(page)
            await page.mouse.move(*points[0])
            await page.mouse.down()
            for x, y in points[1:]:
                await page.mouse.move(x, y, steps=5)
            await page.mouse.up()
            started = time.monotonic()
            await wait_for_prediction(page, other_than=before)
            delays.append(time.monotonic() - started)
            await asyncio.sleep(max(0, SECONDS_PER_STROKE - delays[-1]))
            await page.get_by_role("button", name="Clear").click()
            await page.locator(".answer.blank").wait_for()
        await browser.close()
    return delays


def _rerun(canvas: str = "", value: dict | None = None, fragment: str = "") -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = ""
    if value is not None:
        message.rerun_script.fragment_id = fragment
        state = message.rerun_script.widget_states.widgets.add()
        state.id = canvas
        state.json_value = json.dumps(value)
    return message.SerializeToString()


def _canvas_value(strokes: list[np.ndarray]) -> dict:
    """Return the value that the canvas sends after the last of these strokes."""
    picture = np.zeros((CANVAS_SIDE, CANVAS_SIDE, 4), np.uint8)
    picture[..., 3] = 255
    for points in strokes:
        cv2.polylines(
            picture, [points.astype(np.int32)], False, (255, 255, 255, 255), 22, cv2.LINE_AA
        )
    png = base64.b64encode(cv2.imencode(".png", picture)[1].tobytes()).decode()
    objects = [{"type": "Path", "path": points.tolist()} for points in strokes]
    return {"drawing": {"raw": {"objects": objects}, "data": f"data:image/png;base64,{png}"}}


if __name__ == "__main__":
    main()
