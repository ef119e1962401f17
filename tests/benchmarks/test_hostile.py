"""Hostile files and folders: a few of each kind are refused, or accepted without harm."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.hostile import COUNTS, FILE_KINDS, SECRET, Workplace
from benchmarks.hostile_bytes import DAMAGES
from benchmarks.hostile_runs import KINDS, make_sound_run
from benchmarks.watched_process import Answer
from mnist_core.runs.store import RunStore


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """Return a working folder with secrets, and a process that reads files there."""
    with Workplace(tmp_path_factory.mktemp("hostile")) as workplace:
        yield workplace


@pytest.mark.slow
@pytest.mark.parametrize("door", COUNTS)
def test_hostile_files_are_refused_or_harmless(door: str, workplace: Workplace) -> None:
    """Every fourth kind is read by the functions that read it in the app."""
    count = len(KINDS if door == "run" else FILE_KINDS[door][1])
    answers = [workplace.try_case(door, index) for index in range(0, count, 4)]
    assert not [(kind, each.message) for kind, each in answers if each.outcome == "fault"]


@pytest.mark.parametrize("door", FILE_KINDS)
def test_files_depend_on_nothing_but_their_number(door: str) -> None:
    """So that a fault can be repeated."""
    name, kinds = FILE_KINDS[door]
    for kind in ("changed bytes", "another format"):
        first, second = (kinds[kind](np.random.default_rng(7)) for _ in range(2))
        assert first == second, (name, kind)


@pytest.mark.parametrize("kind", DAMAGES)
def test_damage_changes_a_file(kind: str) -> None:
    """Of a few files, at least one is another one afterwards."""
    content = bytes(range(256)) * 10
    rng = np.random.default_rng(0)
    assert any(DAMAGES[kind](content, rng) != content for _ in range(5))


@pytest.mark.slow
def test_every_kind_of_run_folder_can_be_made(tmp_path: Path) -> None:
    """The functions that damage a folder do not fail themselves."""
    for index, kind in enumerate(KINDS):
        if "GB" in kind or kind in {"odd lines", "odd arrays"}:  # write too much for a quick test
            continue
        run = make_sound_run(RunStore(tmp_path / str(index)))
        assert run.read().status == "finished"
        KINDS[kind](run.folder, np.random.default_rng(0))


@pytest.mark.slow
def test_faults_are_found(workplace: Workplace) -> None:
    """Secret bytes in a message, in a file, and files outside of the folder of the runs."""
    answer = Answer("refused", "It was refused.", 100, 0.1, 0.0)
    assert workplace.find_problem(answer) is None
    assert workplace.find_problem(answer.as_fault(SECRET.decode())) is not None
    leaked = workplace.runs / "leaked"
    leaked.write_bytes(SECRET)
    assert workplace.find_problem(answer) is not None
    leaked.unlink()
    executed = workplace.folder / "executed"
    executed.touch()
    assert workplace.find_problem(answer) is not None
    executed.unlink()
