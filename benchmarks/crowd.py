"""Many people drawing at once on one server, while a network is being trained.

    python -m benchmarks.crowd [--people 50] [--minutes 5]

Each person is a client of Streamlit's own protocol: it opens the WebSocket, loads the Draw page,
and sends a stroke every two seconds as the canvas in the browser does. The time counts from
sending a stroke to the answer that belongs to it. Two of the people are real browsers, which clear
the canvas before each stroke.

When they have left, as many come and leave again, many times over, each for a few strokes.
Streamlit holds up to 128 sessions for two minutes after they end, in case their people come back;
what grows after that is kept for ever.
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
from benchmarks.browser import DIGIT_CANVAS, launch_options, read_answer, wait_for_answer
from mnist_core.config import TrainingConfig
from mnist_core.runs.store import RunStore

SECONDS_PER_STROKE = 2.0
BROWSERS = 2
WAVES, WAVE_SECONDS = 9, 6
SIDE = 336


@dataclass
class Person:
    """One client: what it learnt of the page, and how long each answer took, in seconds."""

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
                strokes.append(rng.integers(60, SIDE - 60, (6, 2)))
                started = time.monotonic()
                await socket.send(_rerun(self.canvas, _drawing(strokes), self.fragment))
                self.sent += 1
                if await self._read_run(socket):
                    self.delays.append(time.monotonic() - started)
                await asyncio.sleep(max(0, SECONDS_PER_STROKE - (time.monotonic() - started)))

    async def _read_run(self, socket: websockets.ClientConnection) -> bool:
        """Read messages until the script has run; True where an answer was among them."""
        answered = False
        async for content in socket:
            message = ForwardMsg()
            message.ParseFromString(content)
            kind = message.WhichOneof("type")
            if kind == "script_finished":
                return answered
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
                answered = "probabilities" in component.json
        return answered


def main() -> None:
    """Run the crowd and print its figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, start_app(Path(folder)) as app:
        asyncio.run(_measure(app, Path(folder), arguments.people, 60 * arguments.minutes))


async def _measure(app: RunningApp, folder: Path, count: int, seconds: float) -> None:
    await asyncio.wait_for(Person(app.url, seed=0).draw_until(time.monotonic()), timeout=60)
    alone = app.memory()
    RunStore(folder).create(TrainingConfig(model="tutorial", epochs=50))
    deadline = time.monotonic() + seconds
    people = [Person(app.url, seed) for seed in range(1, count - BROWSERS + 1)]
    witnesses = [_draw_in_browser(app.url, deadline) for _ in range(BROWSERS)]
    memory = asyncio.create_task(_watch_memory(app, deadline))
    crowd = asyncio.gather(*(person.draw_until(deadline) for person in people))
    seen = await asyncio.gather(*witnesses)
    await crowd
    delays = np.concatenate([person.delays for person in people]) * 1000
    browser_delays = np.concatenate(seen) * 1000
    peak = await memory
    sent = sum(person.sent for person in people)
    errors = [error for person in people for error in person.errors]
    print(f"people                    {count}, {BROWSERS} of them browsers, for {seconds:.0f} s")
    print(f"answer, protocol clients  {_say_delays(delays)}")
    print(f"answer, browsers          {_say_delays(browser_delays)}")
    print(f"strokes                   {sent} sent, {sent - len(delays)} unanswered")
    print(f"errors                    {len(errors)} {errors[:1] or ''}")
    print(f"memory                    {alone:.0f} MB alone, {peak:.0f} MB at most,", end=" ")
    print(f"{(peak - alone) / count:.1f} MB a person")
    left = [await _come_and_leave(app, count) for _ in range(WAVES)]
    kept = ", ".join(f"{megabytes:.0f}" for megabytes in left)
    print(f"memory, all having left   {kept} MB after each {count} who came and left again")


async def _come_and_leave(app: RunningApp, count: int) -> float:
    """Return the memory when that many people have drawn a little and left."""
    deadline = time.monotonic() + WAVE_SECONDS
    await asyncio.gather(*(Person(app.url, seed).draw_until(deadline) for seed in range(count)))
    return app.memory()


async def _watch_memory(app: RunningApp, deadline: float) -> float:
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
        # The browser's own answers would hide how long the server's take.
        await page.route("**/*.wasm.gz", lambda route: route.abort())
        await page.goto(url)
        canvas = page.locator(DIGIT_CANVAS)
        await canvas.wait_for(timeout=60_000)
        box = await canvas.bounding_box()
        assert box is not None
        rng = np.random.default_rng()
        while time.monotonic() < deadline:
            points = rng.uniform(0.2, 0.8, (4, 2)) * box["width"] + [box["x"], box["y"]]
            before = await read_answer(page)
            await page.mouse.move(*points[0])
            await page.mouse.down()
            for x, y in points[1:]:
                await page.mouse.move(x, y, steps=5)
            await page.mouse.up()
            started = time.monotonic()
            await wait_for_answer(page, other_than=before)
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


def _drawing(strokes: list[np.ndarray]) -> dict:
    """Return what the canvas reports after the last of these strokes."""
    picture = np.zeros((SIDE, SIDE, 4), np.uint8)
    picture[..., 3] = 255
    for points in strokes:
        cv2.polylines(
            picture, [points.astype(np.int32)], False, (255, 255, 255, 255), 22, cv2.LINE_AA
        )
    png = base64.b64encode(cv2.imencode(".png", picture)[1].tobytes()).decode()
    objects = [{"type": "Path", "path": points.tolist()} for points in strokes]
    return {"drawing": {"raw": {"objects": objects}, "data": f"data:image/png;base64,{png}"}}


def _say_delays(delays: np.ndarray) -> str:
    middle, high = np.percentile(delays, [50, 95])
    return (
        f"{middle:.0f} ms median, {high:.0f} ms at the 95th percentile, {delays.max():.0f} ms worst"
    )


if __name__ == "__main__":
    main()
