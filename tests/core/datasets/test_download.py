"""Downloading MNIST, against local servers with every fault that real ones have."""

import contextlib
import gzip
import hashlib
import http.server
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from mnist_core.datasets import download as module
from mnist_core.datasets.download import (
    MIRRORS,
    SHA256,
    DownloadError,
    Piece,
    download,
    save_arrays,
)
from mnist_core.datasets.mnist import SHIPPED

IMAGES = bytes.fromhex("00000803 00000001 0000001c 0000001c") + bytes(range(196)) * 4
LABELS = bytes.fromhex("00000801 00000001 07")
FILES = {
    f"{split}-{kind}": gzip.compress(content, mtime=1)
    for split in ("train", "t10k")
    for kind, content in (("images-idx3-ubyte", IMAGES), ("labels-idx1-ubyte", LABELS))
}
FIRST = "train-images-idx3-ubyte"

Answer = Callable[[http.server.BaseHTTPRequestHandler, bytes], None]


@dataclass
class Mirror:
    """A server on this machine that sends the files, or what a test makes of them."""

    url: str
    asked: Counter[str] = field(default_factory=Counter)


@pytest.fixture(autouse=True)
def small_and_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the four files be small ones, and the pauses short."""
    hashes = {
        name: hashlib.sha256(gzip.decompress(content)).hexdigest()
        for name, content in FILES.items()
    }
    monkeypatch.setattr(module, "SHA256", hashes)
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(module, "TIMEOUT_SECONDS", 0.5)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Mirror]]:
    """Start mirrors that answer as told, and stop them at the end."""
    servers = []

    def start(answer: Answer) -> Mirror:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.removeprefix("/mnist/").removesuffix(".gz")
                mirror.asked[name] += 1
                with contextlib.suppress(OSError):
                    answer(self, FILES[name])

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        mirror = Mirror(f"http://127.0.0.1:{server.server_port}/mnist/")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return mirror

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def send(handler: http.server.BaseHTTPRequestHandler, content: bytes, length: int = -1) -> None:
    """Send a file as a sound server does, or with another length in the header."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content) if length < 0 else length))
    handler.end_headers()
    handler.wfile.write(content)


def send_error(handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
    """Answer that there is no such file."""
    handler.send_error(404)


def send_busy(handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
    """Answer that the server is overloaded."""
    handler.send_error(503)


def send_html(handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
    """Answer as a hotel's log-in page does."""
    send(handler, b"<html>Please log in</html>")


def send_part(handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
    """Break off half-way through the file."""
    send(handler, content[: len(content) // 2], length=len(content))


def send_part_as_whole(handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
    """Send half the file and call it all."""
    send(handler, content[: len(content) // 2])


def send_other_digits(handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
    """Send a sound file of the same kind with other content."""
    changed = bytearray(gzip.decompress(content))
    changed[-1] ^= 1
    send(handler, gzip.compress(bytes(changed)))


def stay_silent(handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
    """Accept the connection and say nothing until the client gives up."""
    handler.rfile.read(1)


FAULTS = [
    send_error,
    send_busy,
    send_html,
    send_part,
    send_part_as_whole,
    send_other_digits,
    stay_silent,
]


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the content of every file in a folder, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


WHOLE = {f"{name}.gz": content for name, content in FILES.items()}


def test_the_files_arrive_as_sent(serve: Callable[[Answer], Mirror], tmp_path: Path) -> None:
    """A sound mirror is asked once for each file, and a folder is made for them."""
    mirror = serve(send)
    download(tmp_path / "new" / "folder", [mirror.url])
    assert files_in(tmp_path / "new" / "folder") == WHOLE
    assert mirror.asked == Counter(list(FILES))


def test_progress_is_told_to_the_last_byte(
    serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """Each file's last report says that all of it has come."""
    reports: list[Piece] = []
    download(tmp_path, [serve(send).url], reports.append)
    last = {report.file: report for report in reports}
    assert {name: piece.received for name, piece in last.items()} == {
        name: len(content) for name, content in FILES.items()
    }
    assert all(piece.total == piece.received for piece in last.values())


@pytest.mark.parametrize("fault", FAULTS)
def test_the_next_mirror_stands_in(
    fault: Answer, serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """Whatever is wrong with the first mirror, the second one's files are taken."""
    download(tmp_path, [serve(fault).url, serve(send).url])
    assert files_in(tmp_path) == WHOLE


def test_a_mirror_that_is_down_is_passed_over(
    serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """A refused connection is a fault like the others."""
    download(tmp_path, ["http://127.0.0.1:9/mnist/", serve(send).url])
    assert files_in(tmp_path) == WHOLE


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_written_where_no_mirror_has_the_files(
    fault: Answer, serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """The message names the file and the mirror; no part of a file is left behind."""
    mirror = serve(fault)
    with pytest.raises(DownloadError, match=rf"{FIRST}\.gz could not be downloaded: {mirror.url}"):
        download(tmp_path, [mirror.url])
    assert files_in(tmp_path) == {}


def test_a_passing_fault_is_tried_again(serve: Callable[[Answer], Mirror], tmp_path: Path) -> None:
    """A mirror that breaks off once is asked once more."""

    def break_off_once(handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
        (send_part if mirror.asked[FIRST] == 1 and content == FILES[FIRST] else send)(
            handler, content
        )

    mirror = serve(break_off_once)
    download(tmp_path, [mirror.url])
    assert files_in(tmp_path) == WHOLE
    assert mirror.asked[FIRST] == 2


def test_a_missing_file_is_not_asked_for_again(
    serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """404 is an answer, not an accident."""
    mirror = serve(send_error)
    with pytest.raises(DownloadError, match="404"):
        download(tmp_path, [mirror.url])
    assert mirror.asked[FIRST] == 1


def test_genuine_files_are_kept_and_others_replaced(
    serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """Only what is missing or damaged is fetched."""
    for name, content in WHOLE.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / f"{FIRST}.gz").write_bytes(b"damaged")
    mirror = serve(send)
    download(tmp_path, [mirror.url])
    assert files_in(tmp_path) == WHOLE
    assert mirror.asked == Counter([FIRST])


def test_a_full_disk_leaves_the_old_file(
    serve: Callable[[Answer], Mirror], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up in the middle of a file: one sentence, and nothing half-written."""
    (tmp_path / f"{FIRST}.gz").write_bytes(b"old")
    mirror = serve(send)

    def write_part(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[:10])
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "write_bytes", write_part)
    with pytest.raises(DownloadError, match=r"No space left on device.*Free some space"):
        download(tmp_path, [mirror.url, mirror.url])
    assert files_in(tmp_path) == {f"{FIRST}.gz": b"old"}
    assert mirror.asked[FIRST] == 1


def test_a_file_where_the_folder_should_be(
    serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """A folder that cannot be made gets a sentence that names it."""
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(DownloadError, match=str(path)):
        download(path, [serve(send).url])


def test_the_arrays_hold_what_the_files_hold(
    serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """The tutorial's four arrays lie in train/ and test/."""
    download(tmp_path, [serve(send).url])
    save_arrays(tmp_path)
    for split in ("train", "test"):
        images = np.load(tmp_path / split / f"X_{split}.npy", allow_pickle=False)
        labels = np.load(tmp_path / split / f"y_{split}.npy", allow_pickle=False)
        assert images.dtype == labels.dtype == np.uint8
        assert images.tobytes() == IMAGES[16:]
        assert images.shape == (1, 28, 28)
        assert labels.tolist() == [7]


def test_the_shipped_files_have_the_published_hashes() -> None:
    """What downloads are held to is what the package itself ships."""
    for name, expected in SHA256.items():
        content = gzip.decompress((SHIPPED / f"{name}.gz").read_bytes())
        assert hashlib.sha256(content).hexdigest() == expected


def test_three_mirrors_are_known() -> None:
    """Each is an address with a slash at its end."""
    assert len(MIRRORS) == 3
    assert all(mirror.startswith("http") and mirror.endswith("/mnist/") for mirror in MIRRORS)
