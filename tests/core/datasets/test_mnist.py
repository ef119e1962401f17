"""Loading of MNIST from bytes written by hand, and every kind of damaged file."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mnist_core.datasets.mnist import DatasetError, Mnist, Split, load_mnist, parse_idx

# Two images and two labels as the format's description spells them: magic, sizes, bytes.
FIRST, SECOND = bytes(range(256)) * 3 + bytes(16), bytes(784)
IMAGES = b"\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x1c\x00\x00\x00\x1c"
IMAGES += FIRST + SECOND
LABELS = b"\x00\x00\x08\x01\x00\x00\x00\x02\x09\x00"
NAMES = ("images-idx3-ubyte", "labels-idx1-ubyte")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a small MNIST, one file compressed and three plain."""
    for split in ("train", "t10k"):
        for name, content in zip(NAMES, (IMAGES, LABELS), strict=True):
            (tmp_path / f"{split}-{name}").write_bytes(content)
    (tmp_path / "train-images-idx3-ubyte").unlink()
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(IMAGES))
    return tmp_path


def test_the_shipped_data_are_mnist(data: Mnist) -> None:
    """Sizes, types and the number of each digit are the published ones."""
    assert data.train.images.shape == (60_000, 28, 28)
    assert data.test.images.shape == (10_000, 28, 28)
    assert data.train.labels.shape == (60_000,)
    assert data.test.labels.shape == (10_000,)
    arrays = (data.train.images, data.train.labels, data.test.images, data.test.labels)
    assert all(array.dtype == np.uint8 for array in arrays)
    assert np.bincount(data.train.labels).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip
    assert np.bincount(data.test.labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
    assert data.train.labels[53238] == 9


def test_pixels_equal_the_bytes_of_the_file(folder: Path) -> None:
    """Rows follow each other, images follow each other, labels keep their order."""
    small = load_mnist(folder)
    assert small.train.images.tobytes() == FIRST + SECOND
    assert small.train.images[0, 1, 2] == 30
    assert small.test.labels.tolist() == [9, 0]


@pytest.mark.parametrize(
    "place",
    [
        "train-images.idx3-ubyte",
        "train-images.idx3-ubyte.gz",
        "train-images-idx3-ubyte",
        "train-images-idx3-ubyte/train-images-idx3-ubyte",
        "train-images-idx3-ubyte/train-images.idx3-ubyte",
    ],
)
@pytest.mark.parametrize("compress", [False, True])
def test_files_are_found_where_people_have_them(folder: Path, place: str, compress: bool) -> None:
    """Also compressed ones without .gz, as browsers save them."""
    if place.endswith(".gz") and not compress:
        pytest.skip("a file that is named .gz is compressed")
    (folder / "train-images-idx3-ubyte.gz").unlink()
    path = folder / place
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(IMAGES) if compress else IMAGES)
    assert load_mnist(folder).train.images.tobytes() == FIRST + SECOND


def test_the_environment_names_another_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`MNIST_DATA_DIR` is used where no folder is given."""
    monkeypatch.setenv("MNIST_DATA_DIR", str(folder))
    assert len(load_mnist().train.labels) == 2


def test_the_fingerprint_depends_on_the_data(folder: Path) -> None:
    """One changed pixel changes it; reading again does not."""
    before = load_mnist(folder).fingerprint
    assert load_mnist(folder).fingerprint == before
    (folder / "t10k-images-idx3-ubyte").write_bytes(IMAGES[:-1] + b"\x01")
    assert load_mnist(folder).fingerprint != before


def test_images_cannot_be_changed_by_mistake(data: Mnist) -> None:
    """All pages share the arrays."""
    with pytest.raises(ValueError, match="read-only"):
        data.train.images[0, 0, 0] = 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "starts with nothing"),
        (b"<html>", "starts with 3c 68 74 6d"),
        (b"\x80\x04\x95pickle", "not an MNIST file"),
        (b"\x00\x00\x08\x03\x00\x00", "ends within its header, after 6 bytes"),
        (LABELS[:-1], "has 9 bytes; its header promises 10"),
        (LABELS + b"\x01", "has 11 bytes; its header promises 10"),
        (IMAGES[:-5], "its header promises 1,584"),
        (IMAGES[:11] + b"\x1d" + IMAGES[12:], "images of 29×28 pixels"),
        (IMAGES[:4] + b"\xff\xff\xff\xff" + IMAGES[8:], "promises 3,367,254,359,296"),
    ],
)
def test_other_and_damaged_files_are_rejected(content: bytes, reason: str) -> None:
    """The message says what is wrong and what to do."""
    with pytest.raises(DatasetError, match=f"(?s)data.bin .*{reason}.*download DIR"):
        parse_idx(content, "data.bin")


def replace_file(name: str, content: bytes | None) -> Callable[[Path], None]:
    """Return a function that replaces one file of a folder, or removes it."""

    def change(folder: Path) -> None:
        path = folder / name
        path.unlink() if content is None else path.write_bytes(content)

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            replace_file("t10k-labels-idx1-ubyte", None),
            "There is no t10k-labels-idx1-ubyte.*found t10k-images-idx3-ubyte, train-images",
        ),
        (replace_file("train-images-idx3-ubyte.gz", b"no gzip"), r"\.gz cannot be read"),
        (
            replace_file("train-images-idx3-ubyte.gz", gzip.compress(IMAGES)[:60]),
            r"\.gz cannot be read",
        ),
        (replace_file("t10k-labels-idx1-ubyte", LABELS[:-1] + b"\x0a"), "digits from 0 to 9"),
        (replace_file("t10k-labels-idx1-ubyte", IMAGES), "do not belong together"),
        (
            replace_file("t10k-labels-idx1-ubyte", LABELS[:7] + b"\x01\x09"),
            "do not belong together",
        ),
    ],
)
def test_a_folder_with_a_wrong_file_is_rejected(
    change: Callable[[Path], None], reason: str, folder: Path
) -> None:
    """The message names the missing, damaged or mixed-up file."""
    change(folder)
    with pytest.raises(DatasetError, match=f"{reason}.*MNIST_DATA_DIR"):
        load_mnist(folder)


def test_a_missing_folder_is_rejected(tmp_path: Path) -> None:
    """The message names the folder."""
    with pytest.raises(DatasetError, match=f"in {tmp_path / 'nowhere'}"):
        load_mnist(tmp_path / "nowhere")


@pytest.mark.parametrize("labels", [np.zeros(1, np.uint8), np.zeros((3, 1), np.uint8)])
def test_images_need_a_label_each(labels: np.ndarray) -> None:
    """NumPy would give all images the same label."""
    with pytest.raises(DatasetError, match="expected one label for each image"):
        Split(np.zeros((3, 28, 28), np.uint8), labels)
