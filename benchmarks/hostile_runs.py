"""Hostile folders of runs, by kind: damaged, replaced, linked, huge and blocking files."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hostile_arrays import make_zip, spoil_arrays
from benchmarks.hostile_bytes import DAMAGES, Rng, choose_name, make_other_file, pick
from benchmarks.hostile_keras import KINDS as KERAS_KINDS
from benchmarks.hostile_metadata import ODD_VALUES
from benchmarks.hostile_onnx import KINDS as ONNX_KINDS
from mnist_core.config import TrainingConfig
from mnist_core.inference.onnx_model import PRETRAINED
from mnist_core.runs.run import Run
from mnist_core.runs.store import RunStore
from mnist_core.training.epochs import EpochResult, Progress

Spoil = Callable[[Path, Rng], None]
FILES = (
    "run.json", "state.json", "batches.jsonl", "epochs.jsonl", "drawing.npy", "model.onnx",
    "model.npz", "epochs/001.onnx", "checkpoint.keras",
)  # fmt: skip
MODELS = ("model.onnx", "epochs/001.onnx")
LINES = ("batches.jsonl", "epochs.jsonl")
TARGETS = ("../../secret.txt", "/etc/passwd", "/dev/zero", "/proc/self/environ", "nowhere", ".")


def make_sound_run(store: RunStore) -> Run:
    """Create a finished run with a file of each kind, without training."""
    run = store.create(TrainingConfig(epochs=2), name="A run", drawing=np.eye(28, dtype="f4"))
    for epoch in (1, 2):
        run.append_batch(Progress(epoch, 2, 10, 10, 0.5, 0.9, 3.0))
        result = EpochResult(epoch, 10, 0.4, 0.9, 0.3, 0.92, 3.0)
        run.append_epoch(result)
        run.write_checkpoint(result, lambda path: path.write_bytes(make_zip({"a": b"b"})))
        shutil.copy(PRETRAINED / "compact.onnx", run.epoch_model_path(epoch))
    shutil.copy(PRETRAINED / "compact.onnx", run.model_path)
    np.savez(run.folder / "model.npz", digest="", labels=np.zeros(1), probabilities=np.zeros(1))
    run.write_state(
        status="finished",
        results={"train_loss": 0.1, "train_accuracy": 1.0, "test_loss": 0.1, "test_accuracy": 1.0},
    )
    return run


def _damage_file(kind: str) -> Spoil:
    def spoil(folder: Path, rng: Rng) -> None:
        path = folder / pick(rng, FILES)
        path.write_bytes(DAMAGES[kind](path.read_bytes(), rng))

    return spoil


def _delete(path: Path, rng: Rng) -> None:
    path.unlink()


def _replace(path: Path, rng: Rng) -> None:
    path.write_bytes(make_other_file(rng))


def _make_folder(path: Path, rng: Rng) -> None:
    path.unlink()
    path.mkdir()


def _make_pipe(path: Path, rng: Rng) -> None:
    """Put a named pipe in the file's place; opening it waits for a writer."""
    path.unlink()
    os.mkfifo(path)


def _link(path: Path, rng: Rng) -> None:
    path.unlink()
    path.symlink_to(pick(rng, TARGETS))


def _forbid(path: Path, rng: Rng) -> None:
    path.chmod(0)


def _grow(path: Path, rng: Rng) -> None:
    """Make a file as large as several GB, without using the disk."""
    with path.open("r+b") as file:
        file.truncate(int(pick(rng, (2**27, 2**32, 2**33))))


FILE_SPOILS: Mapping[str, Spoil] = {
    "missing": _delete,
    "of another format": _replace,
    "a folder": _make_folder,
    "a named pipe": _make_pipe,
    "a symbolic link": _link,
    "unreadable": _forbid,
    "of several GB": _grow,
}


def _spoil_file(name: str, spoil: Spoil) -> Spoil:
    return lambda folder, rng: spoil(folder / name, rng)


def _change_json(folder: Path, rng: Rng) -> None:
    path = folder / pick(rng, ("run.json", "state.json"))
    values = json.loads(path.read_text())
    target = pick(rng, [values, *(each for each in values.values() if isinstance(each, dict))])
    target[pick(rng, list(target))] = pick(rng, ODD_VALUES)
    path.write_text(json.dumps(values))


def _odd_json(folder: Path, rng: Rng) -> None:
    depth = int(10 ** rng.uniform(2, 5.9))
    texts = ("[" * depth, '{"a":' * (depth // 10), "9" * depth, "null", '"\\ud800"', "{" * depth)
    (folder / pick(rng, ("run.json", "state.json"))).write_text(pick(rng, texts))


def _odd_name(folder: Path, rng: Rng) -> None:
    path = folder / "run.json"
    name = pick(rng, (choose_name(rng), "\ud800", "a\0b", "x" * 10_000, " ", "\n", 5, {"a": 1}))
    path.write_text(json.dumps({**json.loads(path.read_text()), "name": name}))


def _odd_time(folder: Path, rng: Rng) -> None:
    path = folder / "run.json"
    times = ("0001-01-01T00:00:00", "9999-12-31T23:59:59-12:00", "x", 5, "2026-11-26", "", None)
    path.write_text(json.dumps({**json.loads(path.read_text()), "created": pick(rng, times)}))


def _odd_state(folder: Path, rng: Rng) -> None:
    path = folder / "state.json"
    statuses: tuple[Any, ...] = (
        "running",
        "queued",
        "stopping",
        "failed",
        "interrupted",
        "damaged",
        "x",
        5,
        [],
    )
    state = {**json.loads(path.read_text()), "status": pick(rng, statuses)}
    state["reason"] = pick(rng, (None, "<script>", "two\nlines", "\ud800", 5, {"a": "b" * 9_999}))
    path.write_text(json.dumps(state))


def _odd_folder_name(folder: Path, rng: Rng) -> None:
    names = (b"caf\xe9", b"two\nlines", b"a b", b"\xff\xfe", b"<script>", b"n" * 255, b"@3")
    folder.rename(folder.parent / os.fsdecode(pick(rng, names)))


def _odd_lines(folder: Path, rng: Rng) -> None:
    """Line files of odd values, of deep values, and of millions of short lines."""
    path = folder / pick(rng, LINES)
    record = json.loads(path.read_text().splitlines()[0])
    record[pick(rng, list(record))] = pick(rng, ODD_VALUES)
    line = json.dumps(record)
    texts = (line, "[" * 100_000, "{}", "12", "", line * 2, "\0" * 1_000, "null")
    text = f"{pick(rng, texts)}\n"
    path.write_text(text * (pick(rng, (0, 2**26)) // len(text) + 1))


def _hostile_model(folder: Path, rng: Rng) -> None:
    kind = pick(rng, list(ONNX_KINDS))
    (folder / pick(rng, MODELS)).write_bytes(ONNX_KINDS[kind](rng))


def _hostile_checkpoint(folder: Path, rng: Rng) -> None:
    kind = pick(rng, list(KERAS_KINDS))
    (folder / "checkpoint.keras").write_bytes(KERAS_KINDS[kind](rng))
    (folder / "state.json").write_text('{"status": "stopped"}')


def _many_epochs(folder: Path, rng: Rng) -> None:
    for epoch in range(rng.integers(10, 999)):
        (folder / "epochs" / f"{epoch:03d}.onnx").write_bytes(b"")


KINDS: Mapping[str, Spoil] = {
    "sound": lambda folder, rng: None,
    **{kind: _damage_file(kind) for kind in DAMAGES},
    **{
        f"{name} {kind}": _spoil_file(name, spoil)
        for kind, spoil in FILE_SPOILS.items()
        for name in FILES
    },
    "odd values": _change_json,
    "odd JSON": _odd_json,
    "odd names": _odd_name,
    "odd times": _odd_time,
    "odd status": _odd_state,
    "odd folder names": _odd_folder_name,
    "odd lines": _odd_lines,
    "odd arrays": spoil_arrays,
    "a hostile model": _hostile_model,
    "a hostile checkpoint": _hostile_checkpoint,
    "many epochs": _many_epochs,
}
