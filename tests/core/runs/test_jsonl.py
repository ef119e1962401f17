"""The history of a run as it grows on disk."""

from dataclasses import asdict, replace
from pathlib import Path

from mnist_core.runs import jsonl as history
from mnist_core.runs.jsonl import append_line, keep_lines, read_lines
from mnist_core.training.trainer import EpochResult

FIRST = EpochResult(1, 10, 0.5, 0.8, None, None, 2.0)


def make(*epochs: int) -> list[EpochResult]:
    """Make results of epochs."""
    return [replace(FIRST, epoch=epoch) for epoch in epochs]


def test_what_is_added_is_read(tmp_path: Path, monkeypatch) -> None:
    """Each line is parsed once, however often the file is read."""
    path = tmp_path / "epochs.jsonl"
    assert read_lines(path, EpochResult) == []
    parsed = []
    parse = history._parse

    def record(text, kind):
        parsed.append(text)
        return parse(text, kind)

    monkeypatch.setattr(history, "_parse", record)
    for count in range(1, 4):
        append_line(path, make(count)[0])
        assert read_lines(path, EpochResult) == make(*range(1, count + 1))
    assert b"".join(parsed) == path.read_bytes()


def test_a_torn_line_is_left_out_until_it_is_whole(tmp_path: Path) -> None:
    """A reader may come while a line is being written."""
    path = tmp_path / "epochs.jsonl"
    for result in make(1, 2):
        append_line(path, result)
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    assert read_lines(path, EpochResult) == make(1)
    with path.open("ab") as file:
        file.write(whole[-20:])
    assert read_lines(path, EpochResult) == make(1, 2)


def test_a_resumed_run_is_read_anew(tmp_path: Path) -> None:
    """What came after its last whole epoch is forgotten."""
    path = tmp_path / "epochs.jsonl"
    for result in make(1, 2, 3):
        append_line(path, result)
    assert read_lines(path, EpochResult) == make(1, 2, 3)
    keep_lines(path, EpochResult, last_epoch=1)
    for result in make(4, 5, 6):
        append_line(path, result)
    assert read_lines(path, EpochResult) == make(1, 4, 5, 6)
    path.unlink()
    assert read_lines(path, EpochResult) == []


def test_a_caller_cannot_change_what_the_next_one_reads(tmp_path: Path) -> None:
    """Every reading is a list of its own."""
    path = tmp_path / "epochs.jsonl"
    append_line(path, FIRST)
    read_lines(path, EpochResult).clear()
    assert [asdict(result) for result in read_lines(path, EpochResult)] == [asdict(FIRST)]
