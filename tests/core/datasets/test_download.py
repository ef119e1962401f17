"""Downloads from local servers that fail in the ways real ones do."""

import contextlib
import gzip
import hashlib
import http.server
import os
import threading
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from mnist_core.datasets import download as module
from mnist_core.datasets.download import (
    MAX_UNPACKED_BYTES,
    MIRRORS,
    SHA256,
    DownloadError,
    Piece,
    download,
    save_npy_files,
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
    """A local server that sends the files, or the response that a test chooses.

    Attributes:
        url: Its address.
        asked: How often each file was requested.
    """

    url: str
    asked: Counter[str] = field(default_factory=Counter)


@pytest.fixture(autouse=True)
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the four files by small ones, without pauses between the attempts."""
    hashes = {
        name: hashlib.sha256(gzip.decompress(content)).hexdigest()
        for name, content in FILES.items()
    }
    monkeypatch.setattr(module, "SHA256", hashes)
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Mirror]]:
    """Start mirrors with a chosen response, and stop them at the end."""
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
    """Respond with 404."""
    handler.send_error(404)


def send_busy(handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
    """Respond with 503."""
    handler.send_error(503)


def send_html(handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
    """Respond with HTML, as a log-in page of a network does."""
    send(handler, b"<html>Please log in</html>")


def send_part(handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
    """Close the connection half-way through the file."""
    send(handler, content[: len(content) // 2], length=len(content))


def send_part_as_whole(handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
    """Send half the file with a matching length."""
    send(handler, content[: len(content) // 2])


def send_other_digits(handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
    """Send a valid file of the same type with other content."""
    changed = bytearray(gzip.decompress(content))
    changed[-1] ^= 1
    send(handler, gzip.compress(bytes(changed)))


def stay_silent(handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
    """Accept the connection for the first file and send nothing until the client times out."""
    if content == FILES[FIRST]:
        handler.rfile.read(1)
    else:
        send(handler, content)


FAULTS = [
    send_error,
    send_busy,
    send_html,
    send_part,
    send_part_as_whole,
    send_other_digits,
    pytest.param(stay_silent, marks=pytest.mark.slow),
]


@pytest.fixture
def fault(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Return one of the faults; a silent mirror is waited for once, but long enough for others."""
    if request.param is stay_silent:
        monkeypatch.setattr(module, "TIMEOUT_SECONDS", 3)
        monkeypatch.setattr(module, "ATTEMPTS", 1)
    return request.param


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the content of every file in a folder, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


WHOLE = {f"{name}.gz": content for name, content in FILES.items()}


def test_the_files_arrive_as_sent(serve: Callable[[Answer], Mirror], tmp_path: Path) -> None:
    """Each file is requested once, and the folder is created."""
    mirror = serve(send)
    download(tmp_path / "new" / "folder", [mirror.url])
    assert files_in(tmp_path / "new" / "folder") == WHOLE
    assert mirror.asked == Counter(list(FILES))


def test_progress_is_reported_to_the_last_byte(
    serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """Each file's last report has its full size."""
    reports: list[Piece] = []
    download(tmp_path, [serve(send).url], reports.append)
    last = {report.file: report for report in reports}
    assert {name: piece.received for name, piece in last.items()} == {
        name: len(content) for name, content in FILES.items()
    }
    assert all(piece.total == piece.received for piece in last.values())


@pytest.mark.parametrize("fault", FAULTS, indirect=True)
def test_the_next_mirror_is_used(
    fault: Answer, serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """Whatever is wrong with the first mirror, the second one is tried."""
    download(tmp_path, [serve(fault).url, serve(send).url])
    assert files_in(tmp_path) == WHOLE


def test_a_mirror_that_is_down_is_skipped(
    serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """A refused connection is handled like the other problems."""
    download(tmp_path, ["http://127.0.0.1:9/mnist/", serve(send).url])
    assert files_in(tmp_path) == WHOLE


@pytest.mark.parametrize("fault", FAULTS, indirect=True)
def test_nothing_is_written_where_no_mirror_has_the_files(
    fault: Answer, serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """The message names the file and the mirror; no part of a file is left behind."""
    mirror = serve(fault)
    with pytest.raises(DownloadError, match=rf"{FIRST}\.gz could not be downloaded: {mirror.url}"):
        download(tmp_path, [mirror.url])
    assert files_in(tmp_path) == {}


def test_a_temporary_problem_is_retried(serve: Callable[[Answer], Mirror], tmp_path: Path) -> None:
    """A mirror that closes the connection once is requested again."""

    def break_off_once(handler: http.server.BaseHTTPRequestHandler, content: bytes) -> None:
        (send_part if mirror.asked[FIRST] == 1 and content == FILES[FIRST] else send)(
            handler, content
        )

    mirror = serve(break_off_once)
    download(tmp_path, [mirror.url])
    assert files_in(tmp_path) == WHOLE
    assert mirror.asked[FIRST] == 2


def test_a_missing_file_is_not_requested_again(
    serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """404 is final for this mirror."""
    mirror = serve(send_error)
    with pytest.raises(DownloadError, match="404"):
        download(tmp_path, [mirror.url])
    assert mirror.asked[FIRST] == 1


def test_valid_files_are_kept_and_others_replaced(
    serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """Only missing or damaged files are downloaded."""
    for name, content in WHOLE.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / f"{FIRST}.gz").write_bytes(b"damaged")
    mirror = serve(send)
    download(tmp_path, [mirror.url])
    assert files_in(tmp_path) == WHOLE
    assert mirror.asked == Counter([FIRST])


@pytest.mark.parametrize("place", [FIRST, "train-labels-idx1-ubyte"])
@pytest.mark.parametrize(
    "content",
    [b"damaged", IMAGES[:-1] + b"?", gzip.compress(b"other")],
    ids=["damaged", "another dataset", "compressed"],
)
def test_a_file_that_is_read_before_the_downloaded_one_is_named(
    place: str, content: bytes, serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """It is damaged or from another dataset; deleting it and downloading again helps."""
    path = tmp_path / place
    path.write_bytes(content)
    mirror = serve(send)
    with pytest.raises(DownloadError, match=rf"^{path} would be read.*{place}\.gz.*Delete {path} "):
        download(tmp_path, [mirror.url])
    path.unlink()
    download(tmp_path, [mirror.url])
    assert files_in(tmp_path) == WHOLE
    assert mirror.asked == Counter(list(FILES))


@pytest.mark.parametrize("content", [IMAGES, FILES[FIRST]], ids=["uncompressed", "compressed"])
def test_a_valid_file_without_gz_may_stay(
    content: bytes, serve: Callable[[Answer], Mirror], tmp_path: Path
) -> None:
    """It has the same images, compressed or not."""
    (tmp_path / FIRST).write_bytes(content)
    download(tmp_path, [serve(send).url])
    assert files_in(tmp_path) == {**WHOLE, FIRST: content}


def test_a_reply_is_unpacked_up_to_the_largest_file(
    serve: Callable[[Answer], Mirror], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small reply can unpack to gigabytes."""
    monkeypatch.setattr(module, "MAX_UNPACKED_BYTES", len(IMAGES))
    reply = gzip.compress(bytes(20_000_000))
    mirror = serve(lambda handler, content: send(handler, reply))
    tracemalloc.start()
    try:
        with pytest.raises(DownloadError, match="SHA-256 differs"):
            download(tmp_path, [mirror.url])
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_full_disk_leaves_the_old_file(
    serve: Callable[[Answer], Mirror], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the disk fills up in the middle of a file, no partial file is left."""
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
    """The message names the folder that cannot be created."""
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(DownloadError, match=str(path)):
        download(path, [serve(send).url])


def test_the_arrays_equal_the_files(serve: Callable[[Answer], Mirror], tmp_path: Path) -> None:
    """The tutorial's four arrays are in train/ and test/."""
    download(tmp_path, [serve(send).url])
    save_npy_files(tmp_path)
    for split in ("train", "test"):
        images = np.load(tmp_path / split / f"X_{split}.npy", allow_pickle=False)
        labels = np.load(tmp_path / split / f"y_{split}.npy", allow_pickle=False)
        assert images.dtype == labels.dtype == np.uint8
        assert images.tobytes() == IMAGES[16:]
        assert images.shape == (1, 28, 28)
        assert labels.tolist() == [7]


def test_the_shipped_files_have_the_published_hashes() -> None:
    """Downloads are verified by the hashes of the files in the package."""
    sizes = []
    for name, expected in SHA256.items():
        content = gzip.decompress((SHIPPED / f"{name}.gz").read_bytes())
        assert hashlib.sha256(content).hexdigest() == expected
        sizes.append(len(content))
    assert max(sizes) == MAX_UNPACKED_BYTES


def test_three_mirrors_are_known() -> None:
    """Each is an address with a slash at its end."""
    assert len(MIRRORS) == 3
    assert all(mirror.startswith("http") and mirror.endswith("/mnist/") for mirror in MIRRORS)
