"""Hostile .keras files whose archive or weights are bombs, links, lies and damage."""

from __future__ import annotations

import io
import json
import stat
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from benchmarks.hostile_bytes import LOCATIONS, Rng, pick
from benchmarks.keras_files import Json, describe_model, write_archive, write_weights


def make_archive(
    config: Json | bytes | None = None, weights: bytes | None = None, **others: bytes
) -> bytes:
    entries = {f"{name}.json": content for name, content in others.items()}
    if config is not None:
        content = config if isinstance(config, bytes) else json.dumps(config).encode()
        entries["config.json"] = content
    if weights is not None:
        entries["model.weights.h5"] = weights
    with tempfile.TemporaryDirectory() as folder:
        return write_archive(Path(folder) / "model.keras", entries).read_bytes()


def _rewrite(change: Callable[[zipfile.ZipFile], None], **options: Any) -> bytes:
    """Return an archive to which only a function adds entries."""
    content = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(content, "w", **options) as archive:
        warnings.simplefilter("ignore")
        change(archive)
    return content.getvalue()


def _bomb(rng: Rng) -> bytes:
    """Entries that unpack to much more than the file has."""
    name = pick(rng, ("config.json", "model.weights.h5", "metadata.json"))
    size = int(10 ** rng.uniform(6.5, 8.5))

    def add(archive: zipfile.ZipFile) -> None:
        archive.writestr("config.json", json.dumps(describe_model()))
        with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as entry:
            for _ in range(size // 1_000_000):
                entry.write(b" " * 1_000_000)

    return _rewrite(add, compression=zipfile.ZIP_DEFLATED)


def _false_size(rng: Rng) -> bytes:
    content = bytearray(make_archive())
    start = content.index(b"PK\x01\x02") + pick(rng, (16, 20, 24, 28, 32, 42))
    struct.pack_into("<L", content, start, int(rng.integers(2**32)))
    return bytes(content)


def _entries(rng: Rng) -> bytes:
    """Entries of other names, links, repeated and encrypted ones, and thousands of them."""
    action = rng.integers(6)

    def add(archive: zipfile.ZipFile) -> None:
        archive.writestr("config.json", json.dumps(describe_model()))
        archive.writestr("model.weights.h5", write_weights())
        if action == 0:
            archive.writestr(pick(rng, ("../executed", "/tmp/executed", "assets/a", "a\\b")), b"x")
        elif action == 1:
            archive.writestr("config.json", b"{}")
        elif action == 2:
            for index in range(3_000):
                archive.writestr(f"entry{index}", b"")
        elif action == 3:
            archive.comment = b"PK\x05\x06" + bytes(100)

    content = bytearray(_rewrite(add))
    if action == 4:
        content[content.index(b"PK\x01\x02") + 8] |= 1
    elif action == 5:
        content += b"PK\x05\x06" + bytes(18)
    return bytes(content)


def _link(rng: Rng) -> bytes:
    name = pick(rng, ("config.json", "model.weights.h5"))

    def add(archive: zipfile.ZipFile) -> None:
        link = zipfile.ZipInfo(name)
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, pick(rng, LOCATIONS))
        other = {"config.json", "model.weights.h5"} - {name}
        archive.writestr(other.pop(), json.dumps(describe_model()))

    return _rewrite(add)


def _compression(rng: Rng) -> bytes:
    def add(archive: zipfile.ZipFile) -> None:
        archive.writestr("config.json", json.dumps(describe_model()))
        archive.writestr("model.weights.h5", write_weights())

    return _rewrite(add, compression=pick(rng, (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)))


def _linked_weights(rng: Rng) -> bytes:
    """Weights that lie in another file or place."""
    action, location = rng.integers(4), pick(rng, LOCATIONS)

    def change(file: h5py.File) -> None:
        variables = file["layers/dense/vars"]
        del variables["1"]
        if action == 0:
            variables["1"] = h5py.ExternalLink(location, "/")
        elif action == 1:
            variables["1"] = h5py.SoftLink("/layers/dense/vars/1")
        elif action == 2:
            variables.create_dataset("1", (10,), "f4", external=[(location, 0, 40)])
        else:
            layout = h5py.VirtualLayout((10,), "f4")
            layout[:] = h5py.VirtualSource(location, "x", (10,))
            variables.create_virtual_dataset("1", layout)

    return make_archive(weights=write_weights(change))


def _odd_weights(rng: Rng) -> bytes:
    """Weights of other types and shapes, compressed ones, and values that are not numbers."""
    action = rng.integers(6)

    def change(file: h5py.File) -> None:
        variables = file["layers/dense/vars"]
        del variables["1"]
        if action == 0:
            variables.create_dataset("1", (10**10,), "f4", chunks=(10**6,), compression="gzip")
        elif action == 1:
            variables["1"] = np.full(10, pick(rng, (np.nan, np.inf, 1e300)), np.float64)
        elif action == 2:
            variables["1"] = ["touch executed"] * 10
        elif action == 3:
            variables.create_dataset("1", (10,), h5py.ref_dtype)
        elif action == 4:
            variables["1"] = file["/"]
        else:
            variables["1"] = np.zeros((10, 10, 10), np.float32)

    return make_archive(weights=write_weights(change))


ARCHIVE_KINDS: Mapping[str, Callable[[Rng], bytes]] = {
    "a zip bomb": _bomb,
    "false sizes": _false_size,
    "odd entries": _entries,
    "a symbolic link": _link,
    "another compression": _compression,
    "weights in another file": _linked_weights,
    "odd weights": _odd_weights,
}
