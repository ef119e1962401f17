"""The real app in a real Chromium.

The app runs once for all browser tests, with a folder for its training runs that is empty at
first. A page that a test leaves must show no fault, its scripts must have raised no error, and it
must have asked no other host for anything.
A test that fails leaves a screenshot in `test-results/`.

The contexts of the browser are used again, emptied, by the tests that follow: what the front end
loads then comes from their cache.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Page,
    Request,
    ViewportSize,
    WebError,
    expect,
)
from playwright.sync_api import Error as PlaywrightError

from mnist_core.runs.run import Run
from mnist_core.runs.store import RunStore
from tests import PROJECT
from tests.browser.chromium import find_browser
from tests.browser.person import PATIENCE
from tests.waiting import wait_for

NO_CHROMIUM = (
    "No Chromium was found, so the app was not tried in a browser. Install one (Debian: apt-get "
    "install chromium; anywhere: python -m playwright install chromium), or let the environment "
    "variable CHROMIUM name its program."
)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
ENDED_WITHIN = 60
STORED = "cookies,indexeddb,local_storage,cache_storage,service_workers"
FAILED = pytest.StashKey[bool]()
# The canvas raises errors, which nobody sees, if it is removed while it draws.
CANVAS_SCRIPT = "streamlit-drawable-canvas"
FAULT = ".stException, [data-testid='stException']"

_skipped_for_want_of_a_browser = False

expect.set_options(timeout=PATIENCE)


@dataclass
class App:
    """The running app.

    Attributes:
        url: Its address.
        runs: The folder of its training runs.
        log: What it has written to its standard output.
        checked: How many characters of that `check_log` has looked at.
    """

    url: str
    runs: Path
    log: Path
    checked: int = 0

    def check_log(self) -> None:
        """Check that the server has logged no traceback, be it in color, since the last check."""
        text = self.log.read_text(errors="replace")
        new, self.checked = text[self.checked :], len(text)
        assert "Traceback " not in new, f"The app logged:\n{new}"


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Start the app as a user does, and end it together with its training worker."""
    folder = tmp_path_factory.mktemp("app")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = App(f"http://localhost:{port}", folder / "runs", folder / "app.log")
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    with app.log.open("w") as log:
        process = subprocess.Popen(
            [
                *command,
                f"--server.port={port}",
                "--server.headless=true",
                "--server.address=localhost",
            ],
            cwd=PROJECT,
            env={**os.environ, "MNIST_RUNS_DIR": str(app.runs)},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for_start(app, process)
        yield app
        app.check_log()
    finally:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=ENDED_WITHIN)
        try:
            wait_for(lambda: not _has_processes(process.pid), "the app and its worker ended")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="session")
def base_url(app: App) -> str:
    """Let `page.goto("/train")` mean the app."""
    return app.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict, browser_type: BrowserType) -> dict:
    """Start the Chromium that is there; without one, skip, or fail where `CI` is set."""
    global _skipped_for_want_of_a_browser
    program = find_browser(browser_type)
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(NO_CHROMIUM, pytrace=False)
        _skipped_for_want_of_a_browser = True
        pytest.skip(NO_CHROMIUM)
    return {**browser_type_launch_args, "executable_path": program, "args": list(QUIET)}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note that a test has failed, for the fixtures that it leaves behind."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def spare_contexts() -> dict[str, list[BrowserContext]]:
    """Keep the contexts that no test uses, by their settings."""
    return defaultdict(list)


@pytest.fixture
def new_context(
    browser: Browser,
    browser_context_args: dict,
    spare_contexts: dict[str, list[BrowserContext]],
    app: App,
    output_path: str,
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., BrowserContext]]:
    """Open empty browser contexts whose pages are held to be sound when the test ends."""
    contexts: list[tuple[BrowserContext, list[BrowserContext]]] = []
    strangers: set[str] = set()
    script_errors: list[str] = []

    def note_stranger(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname != "localhost":
            strangers.add(request.url)

    def note_error(error: WebError) -> None:
        if CANVAS_SCRIPT not in (error.error.stack or ""):
            script_errors.append(str(error.error))

    def open_context(**changes: Any) -> BrowserContext:
        settings: dict[str, Any] = {**browser_context_args, "viewport": DESKTOP, **changes}
        spare = spare_contexts[json.dumps(settings, sort_keys=True)]
        context = spare.pop() if spare else browser.new_context(**settings)
        context.set_default_timeout(PATIENCE)
        context.on("request", note_stranger)
        context.on("weberror", note_error)
        contexts.append((context, spare))
        return context

    yield open_context
    pages = [page for context, _ in contexts for page in context.pages]
    try:
        assert not script_errors, f"A page raised: {script_errors}"
        for page in pages:
            expect(page.locator(FAULT)).to_have_count(0)
        assert not strangers, f"The page asked other hosts: {sorted(strangers)}"
        app.check_log()
    except AssertionError:
        request.node.stash[FAILED] = True
        raise
    finally:
        has_failed = request.node.stash.get(FAILED, False)
        if has_failed:
            for number, page in enumerate(pages):
                with suppress(PlaywrightError):
                    page.screenshot(path=Path(output_path) / f"page-{number}.png")
        for context, spare in contexts:
            if has_failed:
                context.close()
            else:
                context.remove_listener("request", note_stranger)
                context.remove_listener("weberror", note_error)
                _empty(context, app.url)
                spare.append(context)


def _empty(context: BrowserContext, origin: str) -> None:
    """Take from a context all that a test has left in it but what its pages have loaded."""
    context.clear_permissions()
    for page in context.pages:
        page.goto("about:blank")  # whose script stores nothing any more
    if context.pages:
        session = context.new_cdp_session(context.pages[0])
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": STORED})
    for page in context.pages:
        page.close()


@pytest.fixture
def quiet_queue(app: App) -> Iterator[None]:
    """Stop all runs after each test."""
    yield
    for snapshot in RunStore(app.runs).list():
        if snapshot.is_active:
            snapshot.run.request_stop()
    wait_for(lambda: not any(run.is_active for run in RunStore(app.runs).list()), "runs stopped")


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    """Open a page on a touch screen as large as a phone's."""
    context = new_context(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    return context.new_page()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly at the end that the browser tests did not run."""
    if _skipped_for_want_of_a_browser:
        terminalreporter.section("NOT TRIED IN A BROWSER", sep="!", red=True, bold=True)
        terminalreporter.line(NO_CHROMIUM, red=True, bold=True)


def _wait_for_start(app: App, process: subprocess.Popen[bytes]) -> None:
    def has_started() -> bool:
        if process.poll() is not None:
            raise RuntimeError(f"The app did not start:\n{app.log.read_text()}")
        with suppress(OSError), urlopen(f"{app.url}/_stcore/health", timeout=60):
            return True
        return False

    wait_for(has_started, "the app started")


def _has_processes(group: int) -> bool:
    """Return whether a process of the group is alive."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def small_run(app: App, tmp_path: Path) -> Iterator[Run]:
    """Put a quickly trained network among the app's runs for the length of one test."""
    from tests.small import configure, execute_in

    run = RunStore(tmp_path / "training").create(configure(), name="Six by six")
    execute_in(run.folder)
    copy = app.runs / run.id
    shutil.copytree(run.folder, copy)
    yield Run(copy)
    shutil.rmtree(copy, ignore_errors=True)
