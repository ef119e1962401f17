"""Tests of mnist_core.runs.jsonl: files that grow while they are read."""

import json
import os
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from mnist_core.runs import jsonl as history
from mnist_core.runs.jsonl import append_line, read_lines, write_lines
from mnist_core.training.epochs import EpochResult, Progress

FIRST = EpochResult(1, 10, 0.5, 0.8, None, None, 2.0)


def make(*epochs: int) -> list[EpochResult]:
    """Make results of epochs."""
    return [replace(FIRST, epoch=epoch) for epoch in epochs]


def test_appended_lines_are_read_once(tmp_path: Path, monkeypatch) -> None:
    """Each line is parsed once, however often the file is read."""
    path = tmp_path / "epochs.jsonl"
    assert read_lines(path, EpochResult) == []
    parsed = []
    parse = history.parse_lines

    def record(text, kind):
        parsed.append(text)
        return parse(text, kind)

    monkeypatch.setattr(history, "parse_lines", record)
    for count in range(1, 4):
        append_line(path, make(count)[0])
        assert read_lines(path, EpochResult) == make(*range(1, count + 1))
    assert b"".join(parsed) == path.read_bytes()


def test_a_truncated_line_is_skipped_until_it_is_complete(tmp_path: Path) -> None:
    """A reader may come while a line is being written."""
    path = tmp_path / "epochs.jsonl"
    for result in make(1, 2):
        append_line(path, result)
    complete = path.read_bytes()
    path.write_bytes(complete[:-20])
    assert read_lines(path, EpochResult) == make(1)
    with path.open("ab") as file:
        file.write(complete[-20:])
    assert read_lines(path, EpochResult) == make(1, 2)


def test_a_replaced_file_is_read_from_its_start(tmp_path: Path) -> None:
    """A resumed run loses the lines after its last complete epoch."""
    path = tmp_path / "epochs.jsonl"
    for result in make(1, 2, 3):
        append_line(path, result)
    assert read_lines(path, EpochResult) == make(1, 2, 3)
    write_lines(path, make(1))
    for result in make(4, 5, 6):
        append_line(path, result)
    assert read_lines(path, EpochResult) == make(1, 4, 5, 6)
    path.unlink()
    assert read_lines(path, EpochResult) == []


def test_a_caller_cannot_change_what_the_next_one_reads(tmp_path: Path) -> None:
    """Each call returns a list of its own."""
    path = tmp_path / "epochs.jsonl"
    append_line(path, FIRST)
    read_lines(path, EpochResult).clear()
    assert [asdict(result) for result in read_lines(path, EpochResult)] == [asdict(FIRST)]


def test_lines_of_earlier_versions_are_read(tmp_path: Path) -> None:
    """Fields that records no longer have are ignored."""
    path = tmp_path / "batches.jsonl"
    report = Progress(1, 3, 5, 10, 0.5, 0.8, 2.0)
    path.write_text(json.dumps({**asdict(report), "share": 1 / 6}) + "\n")
    assert read_lines(path, Progress) == [report]
    assert report.fraction == pytest.approx(1 / 6)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_does_not_block_the_reader(tmp_path: Path) -> None:
    """A folder from elsewhere may hold anything."""
    os.mkfifo(tmp_path / "epochs.jsonl")
    assert read_lines(tmp_path / "epochs.jsonl", EpochResult) == []


def test_short_lines_are_skipped_without_parsing(tmp_path: Path, monkeypatch) -> None:
    """A file of millions of them would take minutes; the shortest record is not one of them."""
    path = tmp_path / "epochs.jsonl"
    shortest = dict.fromkeys(asdict(FIRST), 1)
    path.write_text("{}\n12\n\n" * 1_000 + json.dumps(shortest, separators=(",", ":")))
    parsed = []
    loads = json.loads

    def parse(line: str) -> object:
        parsed.append(line)
        return loads(line)

    monkeypatch.setattr(json, "loads", parse)
    assert [each.epoch for each in read_lines(path, EpochResult)] == [1]
    assert len(parsed) == 1
