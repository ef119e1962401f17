"""What is exported can be imported again; other files are refused with a sentence."""

import gzip
import io
import json
import tracemalloc
import zipfile
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from mnist_core.datasets.mnist import parse_idx
from mnist_core.hands import KeptDrawing, import_checks, zip_imports
from mnist_core.hands.drawing_files import (
    WRITERS,
    write_csv,
    write_idx,
    write_pngs,
    write_stroke_json,
)
from mnist_core.hands.drawing_imports import read_drawings
from mnist_core.hands.import_checks import ImportFileError

RANDOM = np.random.default_rng(0)
STROKES = [[[10.0, 20.5], [30.0, 40.0]], [[5.0, 5.0]]]
DRAWINGS = [
    KeptDrawing(
        id=number,
        label=label,
        image=RANDOM.integers(0, 256, (28, 28), np.uint8),
        strokes=STROKES if number else [],
        predicted=label,
        probability=0.5,
        model="Accurate",
        created=datetime(2026, 11, 26, tzinfo=UTC),
    )
    for number, label in enumerate([7, 0, 9])
]


def make_zip(files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """Return a zip file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def png(side: int = 28) -> bytes:
    """Return a PNG file."""
    return cv2.imencode(".png", np.full((side, side), 9, np.uint8))[1].tobytes()


@pytest.mark.parametrize("kind", WRITERS)
def test_images_and_labels_come_back(kind: str) -> None:
    """In all four kinds of files, pixel by pixel."""
    read = read_drawings("file", WRITERS[kind](DRAWINGS))
    before = sorted((each.label, each.image.tobytes()) for each in DRAWINGS)
    assert sorted((each.label, each.image.tobytes()) for each in read) == before


def test_a_zip_of_many_images_can_have_a_comment() -> None:
    """As the archives of GitHub do."""
    content = io.BytesIO(write_pngs(DRAWINGS * 500))
    with zipfile.ZipFile(content, "a") as archive:
        archive.comment = b"a comment"
    assert len(read_drawings("file", content.getvalue())) == 1_500


@pytest.mark.parametrize("kind", ["idx", "png"])
def test_a_mac_may_have_packed_the_zip_again(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folders and the second entry of each file, with its attributes, are left out."""
    monkeypatch.setattr(import_checks, "MAX_DRAWINGS", 3)
    files = {}
    with zipfile.ZipFile(io.BytesIO(WRITERS[kind](DRAWINGS))) as archive:
        for path in archive.namelist():
            folder, slash, name = path.rpartition("/")
            files[f"digits/{folder}{slash}"] = b""
            files[f"digits/{path}"] = archive.read(path)
            for outer in ("__MACOSX/digits/", "digits/"):
                files[f"{outer}{folder}{slash}._{name}"] = b"\0\5\x16\7" + bytes(200)
    read = read_drawings("file", make_zip(files))
    assert [each.image.tolist() for each in read] == [each.image.tolist() for each in DRAWINGS]


def test_only_the_images_of_a_zip_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not its other files."""
    monkeypatch.setattr(import_checks, "MAX_DRAWINGS", 1)
    files = {f"{number}.txt": b"" for number in range(5)}
    assert len(read_drawings("file", make_zip({**files, "7/a.png": png()}))) == 1


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_the_rows_of_a_table_can_end_in_several_ways(end: bytes) -> None:
    """With a header or without one, and with an empty row at the end or without one."""
    table = write_csv(DRAWINGS).replace(b"\n", end)
    for content in (table, table + end, table.rstrip(), table.partition(end)[2]):
        assert [each.label for each in read_drawings("file", content)] == [7, 0, 9]


@pytest.mark.parametrize(
    ("separator", "encoding", "white"),
    [(";", "utf-8", "255"), ("\t", "utf-16", "255"), (",", "utf-8", "1.0"), (" ", "utf-8", "1")],
)
def test_tables_are_read_as_on_the_page_pixels(separator: str, encoding: str, white: str) -> None:
    """With other separators, as spreadsheets save them, and with scaled values."""
    line = separator.join(["7", *["0", white] * 392])
    (read,) = read_drawings("file", line.encode(encoding))
    assert read.label == 7
    assert read.image.ravel().tolist() == [0, 255] * 392


def test_strokes_come_back() -> None:
    """With the prediction."""
    read = read_drawings("file", write_stroke_json(DRAWINGS))[1]
    assert [stroke.tolist() for stroke in read.strokes] == STROKES
    assert (read.predicted, read.probability, read.model) == (0, 0.5, "Accurate")


def test_strokes_without_an_image_are_drawn() -> None:
    """So strokes from elsewhere can be imported."""
    document = {"format": "draw-a-digit strokes", "drawings": [{"label": 1, "strokes": STROKES}]}
    (read,) = read_drawings("file", json.dumps(document).encode())
    assert read.image.shape == (28, 28)
    assert read.image.max() > 200


def test_the_idx_pair_is_in_mnists_format() -> None:
    """Other programs read it with their loaders for MNIST."""
    with zipfile.ZipFile(io.BytesIO(write_idx(DRAWINGS))) as archive:
        images, labels = (gzip.decompress(archive.read(name)) for name in archive.namelist())
    assert parse_idx(images, "images").shape == (3, 28, 28)
    assert parse_idx(labels, "labels").tolist() == [7, 0, 9]


def test_labels_of_a_table_may_come_last() -> None:
    """As in OpenML's; numbers of lines, which pandas writes first, are not taken for labels."""
    rows = [row.split(",") for row in write_csv(DRAWINGS).decode().splitlines()]
    last = "\n".join(",".join([*row[1:], row[0]]) for row in rows)
    read = read_drawings("openml.csv", last.encode())
    assert [each.label for each in read] == [each.label for each in DRAWINGS]
    for one, original in zip(read, DRAWINGS, strict=True):
        assert np.array_equal(one.image, original.image)
    numbered = [["", *rows[0][1:]], *([str(i), *row[1:]] for i, row in enumerate(rows[1:]))]
    with pytest.raises(ImportFileError, match="images without labels"):
        read_drawings("index.csv", "\n".join(map(",".join, numbered)).encode())


def test_the_table_has_a_header() -> None:
    """One row per drawing."""
    header, first, *_ = write_csv(DRAWINGS).decode().splitlines()
    assert header.startswith("label,pixel0,") and header.endswith(",pixel783")
    assert first.startswith("7,")


@pytest.mark.parametrize("ink", [0, 255])
def test_the_ink_of_a_transparent_picture_is_what_is_opaque(ink: int) -> None:
    """As drawing programs save it; its color alone is the same everywhere."""
    image = np.where(np.eye(28) > 0, 255, 0).astype(np.uint8)
    pixels = np.dstack([*[np.full_like(image, ink)] * 3, image])
    content = make_zip({"3/a.png": cv2.imencode(".png", pixels)[1].tobytes()})
    assert np.array_equal(read_drawings("a.zip", content)[0].image, image)


def test_pictures_of_other_kinds_are_named() -> None:
    """They are not left out without a word."""
    with pytest.raises(ImportFileError, match=r"4/b\.jpg in a\.zip is not a PNG"):
        read_drawings("a.zip", make_zip({"3/a.png": png(), "4/b.jpg": b"\xff\xd8"}))


def test_pictures_lie_in_folders_by_label() -> None:
    """As the loaders of image folders expect it."""
    with zipfile.ZipFile(io.BytesIO(write_pngs(DRAWINGS))) as archive:
        assert archive.namelist() == ["7/00000.png", "0/00001.png", "9/00002.png"]


IMAGES, LABELS = "a-images-idx3-ubyte", "a-labels-idx1-ubyte"
IDX = {IMAGES: b"\0\0\x08\x03" + bytes(12), LABELS: b"\0\0\x08\x01" + bytes(4)}
STROKE_FILE = b'{"format": "draw-a-digit strokes", "drawings": [%b]}'
BOMB = gzip.compress(bytes(50_000_000))
UMLAUT = "7/ü.png"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty.*Drawings can be in a zip"),
        (b"hello", "rows found: 1.*Drawings can be in a zip"),
        (b"label,pixel0\n7" + b",0" * 783, "rows found: 2"),
        (b"0" + b",0" * 783, "without labels"),
        (b"7" + b",256" * 784, "Pixel 0 of image 0 .* out of range"),
        (b"10" + b",0" * 784, "Image 0 of .* has the label “10”"),
        (b"7" + b",1" * 784 + b"\n8,-1", "Image 1 of .* has 2 numbers"),
        (b"PK\x03\x04 damaged", "not a zip file"),
        (make_zip({}), "has no drawings"),
        (make_zip({"notes.txt": b"x"}), "has no drawings"),
        (make_zip({"7/a.png": b"x"}), "not a PNG file of 28 × 28"),
        (make_zip({"7/a.png": png(29)}), "not a PNG file of 28 × 28"),
        (make_zip({"7/a.png": png()[:40]}), "not a PNG file of 28 × 28"),
        (make_zip({IMAGES: b"x"}), "only one file of an IDX pair"),
        (make_zip({**IDX, f"b/{LABELS}.gz": b"x"}), "several IDX files of images or of labels"),
        (make_zip({**IDX, LABELS: b"x"}), "damaged or whose images"),
        (make_zip({**IDX, LABELS: b"\0\0\x08\x01\0\0\0\1\1"}), "damaged|belong"),
        (make_zip({**IDX, IMAGES: BOMB}), "more than 5,000 images"),
        (make_zip({UMLAUT: png()}).replace(UMLAUT.encode(), b"7/\xff\xff.png"), "not a zip file"),
        (make_zip({"7/a.png": png()}, zipfile.ZIP_LZMA).replace(b"\x5d\0", b"\xff\0"),
         "not a zip file"),
        (make_zip({"7/a.png": bytes(50_000_000)}, zipfile.ZIP_BZIP2), "not a zip file"),
        (b"{", "not a JSON file"),
        (b"[" * 100_000, "not a JSON file"),
        (b"[]", "not a file of strokes"),
        (b'{"format": "other", "drawings": []}', "not a file of strokes"),
        (STROKE_FILE % b'3', "Drawing 0 of"),
        (STROKE_FILE % b'{"label": true}', "Drawing 0 of"),
        (STROKE_FILE % b'{"label": 1}', "Drawing 0 of"),
        (
            STROKE_FILE % b'{"label": 1, "strokes": [[[1e999, 1]]]}',
            "Drawing 0 of",
        ),
    ],
)  # fmt: skip
def test_other_files_are_refused(content: bytes, message: str) -> None:
    """With what was wrong; bombs are not unpacked."""
    with pytest.raises(ImportFileError, match=message):
        read_drawings("file", content)


def test_too_many_drawings_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before they are read."""
    monkeypatch.setattr(import_checks, "MAX_DRAWINGS", 2)
    table = write_csv(DRAWINGS)
    files = [WRITERS[kind](DRAWINGS) for kind in ("csv", "png", "strokes")]
    for content in (*files, table.replace(b"\n", b"\r"), table.partition(b"\n")[2]):
        with pytest.raises(ImportFileError, match="3 drawings; expected at most 2"):
            read_drawings("file", content)


def test_a_large_zip_directory_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The record that ends the archive has its size."""
    content = write_pngs(DRAWINGS)
    monkeypatch.setattr(zip_imports, "MAX_DIRECTORY_BYTES", 100)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(ImportFileError, match="too many files to be read; expected at most 5,000"):
        read_drawings("file", content)


@pytest.mark.parametrize("content", [b"12\n" * 500_000, b"12," * 500_000], ids=["rows", "cells"])
def test_a_table_is_not_split_into_countless_parts(content: bytes) -> None:
    """Each part takes many times the memory of its characters."""
    tracemalloc.start()
    try:
        with pytest.raises(ImportFileError):
            read_drawings("file", content)
        assert tracemalloc.get_traced_memory()[1] < 4 * len(content)
    finally:
        tracemalloc.stop()


def test_dark_digits_on_white_are_inverted() -> None:
    """As drawing programs save them; black and white may be swapped in the whole file only."""
    image = np.where(np.eye(28) > 0, 255, 0).astype(np.uint8)
    image[[0, -1]] = image[:, [0, -1]] = 0
    files = {f"3/{name}.png": cv2.imencode(".png", 255 - image)[1].tobytes() for name in ("a", "b")}
    assert all(
        np.array_equal(each.image, image) for each in read_drawings("a.zip", make_zip(files))
    )


def test_a_table_of_other_lines_is_told_why() -> None:
    """With an index and a label before the pixels, but no heading."""
    row = ",".join(map(str, [0, 7, *[0] * 784]))
    with pytest.raises(ImportFileError, match="lines of 786 numbers; expected 784, or 785"):
        read_drawings("a.csv", f"{row}\n{row}\n".encode())
