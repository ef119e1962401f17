"""Hostile NumPy files in a run's folder: pickled, of odd types, or larger than memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks.hostile_bytes import Rng, pick

ARRAYS = ("model.npz", "drawing.npy")


def make_zip(entries: Mapping[str, bytes]) -> bytes:
    """Return an archive of these entries."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in entries.items():
            archive.writestr(name, value)
    return content.getvalue()


def spoil_arrays(folder: Path, rng: Rng) -> None:
    """Arrays that are pickled, of odd types, or larger than memory."""
    path = folder / pick(rng, ARRAYS)
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({pick(rng, SHAPES)},)}}"
    huge = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
    action = rng.integers(4)
    with path.open("wb") as file:
        if action == 0:
            np.save(file, np.array([object()] * 3, object), allow_pickle=True)
        elif action == 1:
            file.write(huge)
        elif action == 2:
            names = ("digest", "labels", "probabilities")
            file.write(make_zip({f"{name}.npy": huge for name in names}))
        else:
            file.write(_make_bomb())


SHAPES = (10**9, 10**12, 2**62, -1, "True", "'a'")


@lru_cache
def _make_bomb() -> bytes:
    """Return an archive whose one array has 4 GB; the file has 4 MB."""
    content = io.BytesIO()
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000,)}"
    with (
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("digest.npy", "w", force_zip64=True) as entry,
    ):
        entry.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
        for _ in range(400):
            entry.write(bytes(10_000_000))
    return content.getvalue()
