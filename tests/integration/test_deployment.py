"""Two processes of the app behind a real nginx, configured by deploy/nginx.conf."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

from mnist_core.config import TrainingConfig
from mnist_core.jobs.cost_estimate import save_measurements
from mnist_core.runs.store import RunStore
from mnist_core.training.architectures import NETWORKS
from tests import PROJECT
from tests.small import MEASURED, write_few
from tests.waiting import LONGEST_WAIT, wait_for

NO_NGINX = (
    "No nginx was found, so several processes behind one address were not tried. Install it "
    "(Debian: apt-get install nginx)."
)
# What surrounds the shipped file, so that it runs without an installation.
WHOLE = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
    log_format where '$cookie_person $upstream_addr $status';
    access_log {folder}/where.log where;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class Site:
    """Several processes of the app behind nginx.

    Attributes:
        port: Where nginx listens.
        start: Starts a process of the app at a port.
        processes: The processes of the app, by port.
        store: Their runs.
        log: Which process served each request.
    """

    port: int
    start: Callable[[int], subprocess.Popen[bytes]]
    processes: dict[int, subprocess.Popen[bytes]]
    store: RunStore
    log: Path

    def find_browser(self, port: int) -> "Browser":
        """Return a new browser that a process serves."""

        def find() -> Browser | None:
            browser = Browser(self)
            browser.ask()
            return browser if browser.where() == port else None

        found = wait_for(find, f"no browser was sent to {port}")
        assert found
        return found

    @contextmanager
    def without(self, port: int) -> Iterator[None]:
        """Kill a process, and start it again in the end."""
        self.processes[port].send_signal(signal.SIGKILL)
        self.processes[port].wait()
        try:
            yield
        finally:
            self.processes[port] = self.start(port)
            wait_for(lambda: answers(port))


@dataclass(frozen=True)
class Browser:
    """A person's browser, which sends the cookies that it got.

    Attributes:
        site: What it opens.
        name: A name of its own, in a cookie that nginx logs.
        cookies: Its cookies.
    """

    site: Site
    name: str = field(default_factory=lambda: uuid4().hex)
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        path: str = "/_stcore/health",
        *,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> str:
        """Send a request and return the cookie that nginx gave with the answer, if any."""
        request = Request(
            f"http://localhost:{self.site.port}{path}",
            method=method,
            headers={"Cookie": self._cookie_header(), **(headers or {})},
            data=body,
        )
        with self._logged(), urlopen(request, timeout=LONGEST_WAIT) as answer:
            return self._keep(answer.headers.get_all("Set-Cookie", []))

    def where(self) -> int:
        """Return the port of the process that served it last, by nginx's log."""
        *_, last = self._lines()
        # Where a process did not answer, the log names it and the next one.
        return int(last[-2].rpartition(":")[2])

    @contextmanager
    def open_tab(self) -> Iterator["Tab"]:
        """Connect a tab."""
        with (
            self._logged(),
            connect(
                f"ws://localhost:{self.site.port}/_stcore/stream",
                additional_headers={"Cookie": self._cookie_header()},
                subprotocols=[Subprotocol("streamlit")],
                max_size=None,
            ) as socket,
        ):
            assert socket.response is not None
            self._keep(socket.response.headers.get_all("Set-Cookie"))
            yield Tab(socket)

    def upload(self, tab: "Tab") -> None:
        """Upload a file to the session of a tab, or raise an HTTPError."""
        self.ask()
        self.ask(
            tab.request_upload(),
            method="PUT",
            headers={
                "Content-Type": "multipart/form-data; boundary=edge",
                "X-Xsrftoken": self.cookies["_streamlit_xsrf"],
            },
            body=b"--edge\r\n"
            b'Content-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
            b"0\r\n--edge--\r\n",
        )

    def _cookie_header(self) -> str:
        return "; ".join(
            f"{key}={value}" for key, value in (*self.cookies.items(), ("person", self.name))
        )

    def _keep(self, given: Sequence[str]) -> str:
        for cookie in given:
            key, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[key] = value
        return next((cookie for cookie in given if cookie.startswith("process=")), "")

    def _lines(self) -> list[list[str]]:
        lines = [line.split() for line in self.site.log.read_text().splitlines()]
        return [parts for parts in lines if parts[0] == self.name]

    @contextmanager
    def _logged(self) -> Iterator[None]:
        """Wait in the end for a line in nginx's log, which may come after the answer."""
        before = len(self._lines())
        yield
        wait_for(lambda: len(self._lines()) > before)


class Tab:
    """A person's browser tab, speaking the app's protocol through nginx."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    def open_train(self, press: str = "") -> str:
        """Run the Train page, perhaps with a button pressed, and return all that it sent."""
        message = BackMsg()
        message.rerun_script.page_name = "train"
        if press:
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = press, True
        self._socket.send(message.SerializeToString())
        sent = []
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(self._socket.recv(timeout=LONGEST_WAIT))
            sent.append(str(answer))
            if answer.WhichOneof("type") != "script_finished":
                continue
            if answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return "\n".join(sent)

    def request_upload(self) -> str:
        """Return the path to which a file of this session is uploaded."""
        message = BackMsg()
        message.file_urls_request.request_id = "upload"
        message.file_urls_request.file_names.append("a.csv")
        self._socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(self._socket.recv(timeout=LONGEST_WAIT))
            if answer.WhichOneof("type") == "file_urls_response":
                return answer.file_urls_response.file_urls[0].upload_url

    def press(self, button: str) -> None:
        """Press the button of the Train page whose key begins so and ends in a number."""
        found = re.search(rf'id: "(\$\$ID-[^"]*-{button}_\d+)"', self.open_train())
        assert found, f"no button {button}"
        self.open_train(press=found[1])


def answers(port: int) -> bool:
    """Tell whether the app can be reached at a port."""
    with suppress(OSError), urlopen(f"http://localhost:{port}/_stcore/health", timeout=60):
        return True
    return False


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Start two processes of the app with the same runs and few images, and nginx before them."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        if os.environ.get("CI"):
            pytest.fail(NO_NGINX, pytrace=False)
        pytest.skip(NO_NGINX)
    folder = tmp_path_factory.mktemp("site")
    (folder / "data").mkdir()
    write_few(folder / "data")
    store = RunStore(folder / "runs")
    store.folder.mkdir()
    save_measurements(store.folder, dict.fromkeys(NETWORKS, MEASURED))
    ports = find_ports(3)
    own, port = ports[:2], ports[2]
    conf = (PROJECT / "deploy" / "nginx.conf").read_text()
    for shipped, free in zip(("127.0.0.1:8501", "127.0.0.1:8502"), own, strict=True):
        assert shipped in conf
        conf = conf.replace(shipped, f"127.0.0.1:{free}")
    (folder / "site.conf").write_text(conf.replace("listen 8080", f"listen 127.0.0.1:{port}"))
    (folder / "nginx.conf").write_text(WHOLE.format(folder=folder))
    with (folder / "app.log").open("wb") as log:
        start = partial(start_app, store=store, data=folder / "data", log=log)
        processes = {each: start(each) for each in own}
        proxy = subprocess.Popen(
            [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=log
        )
        try:
            wait_for(lambda: all(answers(each) for each in [*own, port]))
            yield Site(port, start, processes, store, folder / "where.log")
        finally:
            for process in (proxy, *processes.values()):
                process.terminate()
                process.wait()


def find_ports(count: int) -> list[int]:
    """Return ports that nobody listens at."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def start_app(port: int, store: RunStore, data: Path, log: object) -> subprocess.Popen[bytes]:
    """Start a process of the app."""
    return subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "streamlit_app.py",
         f"--server.port={port}", "--server.headless=true", "--server.address=127.0.0.1"],
        cwd=PROJECT,
        env={**os.environ, "MNIST_RUNS_DIR": str(store.folder), "MNIST_DATA_DIR": str(data)},
        stdout=log,  # type: ignore[call-overload]
        stderr=log,
    )  # fmt: skip


def test_a_browser_keeps_its_process(site: Site) -> None:
    """The first answer brings a cookie; whoever sends it is served by one process from then on."""
    browser = Browser(site)
    given = browser.ask()
    assert re.fullmatch(r"process=draw_[ab]; Path=/; HttpOnly; SameSite=Lax", given)
    used = {browser.where()}
    for _ in range(5):
        assert not browser.ask("/")
        used.add(browser.where())
    with browser.open_tab() as tab:
        assert "Train your first network" in tab.open_train()
    used.add(browser.where())
    assert len(used) == 1
    assert f"process={browser.cookies['process']}" == given.partition(";")[0]
    assert all(site.find_browser(port) for port in site.processes)


def test_an_unknown_process_in_a_cookie_is_replaced(site: Site) -> None:
    """A cookie that names none of the processes counts as none."""
    browser = Browser(site, cookies={"process": "nowhere"})
    assert browser.ask().startswith("process=draw_")
    assert not browser.ask()


def test_runs_are_seen_everywhere_and_outlive_a_process(site: Site) -> None:
    """A run started in one process is seen in the other and, when the one is killed, goes on."""
    first_port, second_port = site.processes
    with site.find_browser(first_port).open_tab() as tab:
        tab.press("train_quick")
    (run,) = (each.run for each in site.store.list())
    with site.find_browser(second_port).open_tab() as tab:
        assert run.read().name in tab.open_train()
    wait_for(lambda: run.read().status == "finished")

    orphan = site.find_browser(first_port)
    # One long run for the worker of each process.
    runs = [site.store.create(TrainingConfig(epochs=50, seed=seed)) for seed in range(2)]
    wait_for(lambda: all(each.read().status == "running" and each.read_epochs() for each in runs))
    with site.without(first_port):
        wait_for(lambda: any(each.read().status == "interrupted" for each in runs))
        broken, sound = sorted(runs, key=lambda each: each.read().status != "interrupted")
        assert sound.read().status == "running"
        sound.request_stop()

        # Whoever was served by it is served by the other, and finds all three runs.
        with orphan.open_tab() as tab:
            shown = tab.open_train()
        assert orphan.where() == second_port
        assert all(each.read().name in shown for each in (run, *runs))
        kept = len(broken.read_epochs())
        broken.resume()
        wait_for(lambda: broken.read().status == "running" and len(broken.read_epochs()) > kept)
        broken.request_stop()
        wait_for(lambda: {broken.read().status, sound.read().status} == {"stopped"})
    assert broken.model_path.exists() and sound.model_path.exists()


def test_requests_follow_the_session_after_a_restart(site: Site) -> None:
    """A browser that moved while its process was away keeps the process that has its session."""
    first_port, second_port = site.processes
    moved, stayed = site.find_browser(first_port), site.find_browser(first_port)
    with ExitStack() as tabs:
        with site.without(first_port):
            # A session moves only with its WebSocket.
            for browser in (moved, stayed):
                assert not browser.ask()
                assert browser.where() == second_port
            tab = tabs.enter_context(moved.open_tab())
            tab.open_train()
        # nginx sends browsers to the process again.
        site.find_browser(first_port)
        moved.upload(tab)
        assert moved.where() == second_port
        stayed.ask()
        assert stayed.where() == first_port
        # A new tab joins the session's process.
        with moved.open_tab() as other:
            other.open_train()
        assert moved.where() == second_port
