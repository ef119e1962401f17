"""Two processes of the app behind a real nginx, configured by deploy/nginx.conf."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

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
    log_format where '$cookie_process $upstream_addr $status';
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
        processes: The processes of the app, by port.
        store: Their runs.
        log: Which process served each request.
    """

    port: int
    processes: dict[int, subprocess.Popen[bytes]]
    store: RunStore
    log: Path

    def ask(self, cookie: str = "", path: str = "/_stcore/health") -> str:
        """Fetch a page and return the cookie that nginx gave with it, if any."""
        request = Request(f"http://localhost:{self.port}{path}", headers={"Cookie": cookie})
        logged = self.log.stat().st_size
        with urlopen(request, timeout=LONGEST_WAIT) as answer:
            cookies = answer.headers.get_all("Set-Cookie", [])
        # The answer may arrive before its line in the log.
        wait_for(lambda: self.log.stat().st_size > logged)
        return next((given for given in cookies if given.startswith("process=")), "")

    def where(self, person: str) -> int:
        """Return the port of the process that served a person last, by nginx's log."""
        lines = [line.split() for line in self.log.read_text().splitlines()]
        *_, last = (parts for parts in lines if parts[0] == person)
        # Where a process did not answer, the log names it and the next one.
        return int(last[-2].rpartition(":")[2])

    def find_person(self, port: int) -> str:
        """Return the name in the cookie of somebody whom a process serves."""
        for number in range(100):
            person = f"person{number}"
            self.ask(f"process={person}")
            if self.where(person) == port:
                return person
        raise AssertionError(f"nobody of a hundred was sent to {port}")


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

    def press(self, button: str) -> None:
        """Press the button of the Train page whose key begins so and ends in a number."""
        found = re.search(rf'id: "(\$\$ID-[^"]*-{button}_\d+)"', self.open_train())
        assert found, f"no button {button}"
        self.open_train(press=found[1])


@contextmanager
def open_tab(site: Site, person: str) -> Iterator[Tab]:
    """Connect a person's browser tab."""
    with connect(
        f"ws://localhost:{site.port}/_stcore/stream",
        additional_headers={"Cookie": f"process={person}"},
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
    ) as socket:
        yield Tab(socket)


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
        processes = {each: start_app(each, store, folder / "data", log) for each in own}
        proxy = subprocess.Popen(
            [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=log
        )
        try:
            wait_for(lambda: all(answers(each) for each in [*own, port]))
            yield Site(port, processes, store, folder / "where.log")
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
    given = site.ask()
    assert re.fullmatch(r"process=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Lax", given)
    person = given.split(";")[0].removeprefix("process=")
    used = set()
    for _ in range(5):
        assert not site.ask(f"process={person}", "/")
        used.add(site.where(person))
    with open_tab(site, person) as tab:
        assert "Train your first network" in tab.open_train()
    wait_for(lambda: " 101" in site.log.read_text())
    used.add(site.where(person))
    assert len(used) == 1
    assert all(site.find_person(port) for port in site.processes)


def test_runs_are_seen_everywhere_and_outlive_a_process(site: Site) -> None:
    """A run started in one process is seen in the other and, when the one is killed, goes on."""
    first_port, second_port = site.processes
    with open_tab(site, site.find_person(first_port)) as tab:
        tab.press("train_quick")
    (run,) = (each.run for each in site.store.list())
    with open_tab(site, site.find_person(second_port)) as tab:
        assert run.read().name in tab.open_train()
    wait_for(lambda: run.read().status == "finished")

    orphan = site.find_person(first_port)
    # One long run for the worker of each process.
    runs = [site.store.create(TrainingConfig(epochs=50, seed=seed)) for seed in range(2)]
    wait_for(lambda: all(each.read().status == "running" and each.read_epochs() for each in runs))
    site.processes[first_port].send_signal(signal.SIGKILL)
    site.processes[first_port].wait()
    wait_for(lambda: any(each.read().status == "interrupted" for each in runs))
    broken, sound = sorted(runs, key=lambda each: each.read().status != "interrupted")
    assert sound.read().status == "running"
    sound.request_stop()

    # Whoever was served by it is served by the other, and finds all three runs.
    with open_tab(site, orphan) as tab:
        shown = tab.open_train()
    assert site.where(orphan) == second_port
    assert all(each.read().name in shown for each in (run, *runs))
    kept = len(broken.read_epochs())
    broken.resume()
    wait_for(lambda: broken.read().status == "running" and len(broken.read_epochs()) > kept)
    broken.request_stop()
    wait_for(lambda: {broken.read().status, sound.read().status} == {"stopped"})
    assert broken.model_path.exists() and sound.model_path.exists()
