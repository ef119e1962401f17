"""Tests of mnist_core.training.keras_archive: what is refused before an entry is read."""

import json
import stat
import struct
import zipfile

import pytest

from benchmarks.keras_files import write_archive, write_weights
from mnist_core.training.keras_archive import (
    CONFIG,
    MAX_ENTRY_BYTES,
    WEIGHTS,
    KerasFileError,
    open_entry,
)


def read_entry(file, name=CONFIG):
    """Return the content of an entry."""
    with open_entry(file, name) as entry:
        return entry.read()


def test_a_sound_file_is_read(tmp_path):
    """Each entry comes as a stream."""
    file = write_archive(tmp_path / "model.keras")
    assert json.loads(read_entry(file))["class_name"] == "Sequential"
    assert read_entry(file, WEIGHTS) == write_weights()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", r"starts neither like a zip archive nor .*model\.save"),
        (b"12345678", "starts neither like a zip archive"),
        (b"PK\x03\x04", "cut off"),
        (b"PK\x03\x04" + bytes(100), "cut off"),
    ],
)
def test_a_file_of_another_format_is_refused(tmp_path, content, reason):
    """The reason names the format where it is known."""
    file = tmp_path / "model.keras"
    file.write_bytes(content)
    with pytest.raises(KerasFileError, match=reason):
        read_entry(file)


@pytest.mark.parametrize(
    "name", ["../config.json", "/etc/passwd", "assets/words.txt", "model.weights.json", "folder/"]
)
def test_an_unknown_entry_is_refused(tmp_path, name):
    """Paths that lead out of a folder are among the unknown names."""
    file = write_archive(tmp_path / "model.keras", {name: b"text"})
    with pytest.raises(KerasFileError, match="It contains “"):
        read_entry(file)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(tmp_path):
    """Keras could read the other one of the two."""
    file = write_archive(tmp_path / "model.keras")
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(CONFIG, "{}")
    with pytest.raises(KerasFileError, match="two entries of the same name"):
        read_entry(file)


@pytest.mark.parametrize("name", [CONFIG, WEIGHTS])
def test_a_missing_entry_is_named(tmp_path, name):
    """The message says which one."""
    file = tmp_path / "model.keras"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(({CONFIG, WEIGHTS} - {name}).pop(), "{}")
    with pytest.raises(KerasFileError, match=f"does not contain {name}"):
        read_entry(file)


def test_a_symbolic_link_is_refused(tmp_path):
    """It could point to any file."""
    file = tmp_path / "model.keras"
    link = zipfile.ZipInfo(WEIGHTS)
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(CONFIG, "{}")
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(KerasFileError, match="is a link"):
        read_entry(file)


def test_an_encrypted_entry_is_refused(tmp_path):
    """The flag is set in the directory by hand, since zipfile cannot encrypt."""
    file = write_archive(tmp_path / "model.keras")
    content = bytearray(file.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(content)
    with pytest.raises(KerasFileError, match="encrypted"):
        read_entry(file)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_refused(tmp_path, compression):
    """The decompressors of these kinds do not stop at a size."""
    file = write_archive(tmp_path / "model.keras", compression=compression)
    with pytest.raises(KerasFileError, match="compressed in a way"):
        read_entry(file)


def test_entries_are_bounded(tmp_path):
    """A configuration of more than a megabyte, and weights that unpack to a gigabyte."""
    large = b" " * (MAX_ENTRY_BYTES[CONFIG] + 1)
    file = write_archive(tmp_path / "model.keras", {CONFIG: large})
    with pytest.raises(KerasFileError, match=r"config\.json has 1\.00 MB; at most 1 MB"):
        read_entry(file)
    zeros = bytes(5_000_000)
    file = write_archive(file, {WEIGHTS: zeros}, zipfile.ZIP_DEFLATED)
    with pytest.raises(KerasFileError, match="times larger"):
        read_entry(file)


def test_a_false_size_is_not_believed(tmp_path):
    """An entry that unpacks to more than it says is damaged; no more than that is read."""
    file = write_archive(tmp_path / "model.keras", compression=zipfile.ZIP_DEFLATED)
    content = bytearray(file.read_bytes())
    position = content.index(CONFIG.encode(), content.index(b"PK\x01\x02")) - 46
    struct.pack_into("<L", content, position + 24, 10)
    file.write_bytes(content)
    with pytest.raises(KerasFileError, match="damaged zip"):
        read_entry(file)


def test_a_long_directory_is_not_read(tmp_path, monkeypatch):
    """An archive of thousands of entries is refused by the record at its end."""
    file = tmp_path / "model.keras"
    with zipfile.ZipFile(file, "w") as archive:
        for index in range(2000):
            archive.writestr(f"entry-{index}", b"")
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(KerasFileError, match="lists 2,000 entries; expected at most 5"):
        read_entry(file)


def test_bytes_after_the_end_are_refused(tmp_path):
    """Two readers could find two different directories in such a file."""
    file = write_archive(tmp_path / "model.keras")
    file.write_bytes(file.read_bytes() + b"more")
    with pytest.raises(KerasFileError, match="follows its end"):
        read_entry(file)


def test_every_cut_and_every_changed_byte_is_survived(tmp_path):
    """A damaged archive is refused or read; no other exception escapes."""
    file = write_archive(tmp_path / "model.keras", {WEIGHTS: b"few"}, zipfile.ZIP_DEFLATED)
    content = file.read_bytes()
    for position in range(0, len(content), 3):
        for damaged in (
            content[:position],
            content[:position] + bytes([content[position] ^ 0xFF]) + content[position + 1 :],
        ):
            file.write_bytes(damaged)
            try:
                read_entry(file)
            except KerasFileError as error:
                assert "\n" not in str(error)


def test_a_damaged_entry_is_refused_while_it_is_read(tmp_path):
    """The checksum of the weights is compared at their end."""
    file = write_archive(tmp_path / "model.keras")
    content = file.read_bytes().replace(b"HDF\r\n", b"HDF\r\r", 1)
    file.write_bytes(content)
    with pytest.raises(KerasFileError, match="damaged zip"):
        read_entry(file, WEIGHTS)
