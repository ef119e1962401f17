"""Firefox and WebKitGTK, driven with the few actions that the tests of all engines need.

Playwright drives only its own builds of both. Firefox is driven by its own protocol, WebDriver
BiDi, WebKitGTK (the engine of Safari) by the driver that Debian ships beside it.
"""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import WebKitGTK, WebKitGTKOptions
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.webkitgtk.service import Service
from websockets.sync.client import ClientConnection, connect

Point = tuple[float, float]
STARTED_WITHIN = 120
SIZE = (1280, 900)
MINI_BROWSERS = "usr/lib/*/webkit2gtk-4.*/MiniBrowser"


class Engine(Protocol):
    """A browser with one page."""

    def open(self, url: str) -> None:
        """Open an address."""

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression, of a type that JSON has."""

    def press(self, points: Sequence[Point]) -> None:
        """Press the mouse at the first point of the viewport and move through the others."""

    def release(self) -> None:
        """Release the mouse."""


class Firefox:
    """Firefox by WebDriver BiDi."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = count(1)
        self._call("session.new", capabilities={})
        tree = self._call("browsingContext.getTree")
        self._context = tree["contexts"][0]["context"]
        width, height = SIZE
        viewport = {"width": width, "height": height}
        self._call("browsingContext.setViewport", context=self._context, viewport=viewport)

    def _call(self, method: str, **params: object) -> dict[str, Any]:
        number = next(self._numbers)
        self._connection.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self._connection.recv(timeout=STARTED_WITHIN))
            if message.get("id") == number:
                assert message["type"] == "success", message
                result: dict[str, Any] = message["result"]
                return result

    def open(self, url: str) -> None:
        """Open an address."""
        self._call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression, of a type that JSON has."""
        result = self._call(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self._context},
            awaitPromise=True,
        )
        assert result["type"] == "success", result
        text = result["result"].get("value")
        return None if text is None else json.loads(text)

    def _act(self, actions: list[dict[str, object]]) -> None:
        mouse = {"type": "pointer", "id": "mouse", "actions": actions}
        self._call("input.performActions", context=self._context, actions=[mouse])

    def press(self, points: Sequence[Point]) -> None:
        """Press the mouse at the first point of the viewport and move through the others."""
        moves: list[dict[str, object]] = [
            {"type": "pointerMove", "x": round(x), "y": round(y), "duration": 20} for x, y in points
        ]
        self._act([moves[0], {"type": "pointerDown", "button": 0}, *moves[1:]])

    def release(self) -> None:
        """Release the mouse."""
        self._act([{"type": "pointerUp", "button": 0}])


class WebKit:
    """WebKitGTK by its WebDriver."""

    def __init__(self, driver: WebKitGTK) -> None:
        self._driver = driver
        driver.set_window_size(*SIZE)

    def open(self, url: str) -> None:
        """Open an address."""
        self._driver.get(url)

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression, of a type that JSON has."""
        return self._driver.execute_script(f"return {expression}")

    def _actions(self) -> ActionChains:
        return ActionChains(self._driver, duration=20)

    def press(self, points: Sequence[Point]) -> None:
        """Press the mouse at the first point of the viewport and move through the others."""
        actions = self._actions()
        for index, (x, y) in enumerate(points):
            actions.w3c_actions.pointer_action.move_to_location(round(x), round(y))
            if index == 0:
                actions.w3c_actions.pointer_action.pointer_down()
        actions.perform()

    def release(self) -> None:
        """Release the mouse."""
        actions = self._actions()
        actions.w3c_actions.pointer_action.pointer_up()
        actions.perform()


@contextmanager
def open_firefox(folder: Path) -> Iterator[Firefox]:
    """Start Firefox with a profile in a folder, and end it afterwards."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        raise FileNotFoundError("firefox-esr")
    (folder / "user.js").write_text(
        'user_pref("app.update.enabled", false);\n'
        'user_pref("datareporting.policy.dataSubmissionEnabled", false);\n'
        'user_pref("toolkit.telemetry.enabled", false);\n'
    )
    log = folder / "log.txt"
    command = [program, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, str(folder)], stdout=output, stderr=subprocess.STDOUT, env=_home(folder)
        )
    try:
        pattern = r"WebDriver BiDi listening on (ws://\S+)"
        address = _wait(lambda: re.search(pattern, log.read_text(errors="replace")))
        with connect(f"{address[1]}/session", max_size=None, open_timeout=STARTED_WITHIN) as socket:
            yield Firefox(socket)
    finally:
        _end(process)


@contextmanager
def open_webkit(folder: Path) -> Iterator[WebKit]:
    """Start WebKitGTK on a virtual screen, and end both afterwards."""
    browser = next(Path("/").glob(MINI_BROWSERS), None)
    driver_program, screen_program = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    if browser is None or driver_program is None or screen_program is None:
        raise FileNotFoundError("WebKitWebDriver, MiniBrowser and Xvfb")
    number_file = folder / "display"
    with number_file.open("w") as output:
        screen = subprocess.Popen(
            [screen_program, "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
            stdout=output,
            stderr=subprocess.DEVNULL,
        )
    try:
        number = _wait(lambda: number_file.read_text().strip())
        options = WebKitGTKOptions()
        options.binary_location = str(browser)
        options.add_argument("--automation")
        environment = {**_home(folder), "DISPLAY": f":{number}", "GDK_BACKEND": "x11"}
        service = Service(driver_program, env=environment)
        driver = WebKitGTK(options=options, service=service)
        try:
            yield WebKit(driver)
        finally:
            with suppress(WebDriverException):
                driver.quit()
    finally:
        _end(screen)


def _home(folder: Path) -> dict[str, str]:
    """Return the environment with a home of its own, so that nothing is read or left elsewhere."""
    return {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "NO_AT_BRIDGE": "1"}


def _wait(find: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + STARTED_WITHIN
    while not (found := find()):
        assert time.monotonic() < deadline, f"Nothing was found within {STARTED_WITHIN} s."
        time.sleep(0.1)
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
