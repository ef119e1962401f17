"""Tests of ui.neighbor_index: which indices are built, when, and which are kept."""

from pathlib import Path
from threading import Event, Lock
from types import SimpleNamespace

import numpy as np
import pytest

from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.nearest_neighbors import FeatureIndex, NeighborError
from mnist_core.runs.trained_model import TrainedModel
from tests.waiting import wait_for
from ui import neighbor_index, resources
from ui.neighbor_index import MAX_INDICES, IndexBuild, IndexBuilds, get_index

IMAGES = np.zeros((3, 28, 28), np.uint8)


class Opener:
    """Takes the place of `open_index`: waits for permission, and counts.

    Attributes:
        opened: The paths in the order in which they were opened.
        most: How many were open at the same time.
        may_end: Set when the calls may return.
        problems: What is raised for a path instead.
    """

    def __init__(self) -> None:
        self.opened: list[Path] = []
        self.most = 0
        self.may_end = Event()
        self.problems: dict[Path, Exception] = {}
        self._lock = Lock()
        self._open = 0

    def __call__(self, path: Path, *about: object) -> FeatureIndex:
        """Return an index, or raise the path's problem."""
        with self._lock:
            self.opened.append(path)
            self._open += 1
            self.most = max(self.most, self._open)
        self.may_end.wait()
        with self._lock:
            self._open -= 1
        if path in self.problems:
            raise self.problems[path]
        return FeatureIndex(np.zeros((3, 2), np.float32))


@pytest.fixture
def opener(monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Builds that end only when the test lets them."""
    opener = Opener()
    monkeypatch.setattr(neighbor_index, "open_index", opener)
    return opener


def get(builds: IndexBuilds, name: str) -> IndexBuild:
    """Return the build of an index."""
    return builds.get(Path(name), "digest", IMAGES, Classifier.load)


def test_each_model_is_built_once_and_one_at_a_time(
    opener: Opener, runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if more models than are kept are asked for again and again, as reruns do."""
    data = SimpleNamespace(train=SimpleNamespace(images=IMAGES))
    monkeypatch.setattr(neighbor_index, "get_data", lambda: data)
    names = [f"model{number}" for number in range(MAX_INDICES + 2)]
    models = [TrainedModel(name, name, runs_folder / f"{name}.onnx") for name in names]
    resources.get_store.clear()
    asked = [[get_index(model, "digest") for model in models] for _ in range(5)]
    try:
        assert all(again == asked[0] for again in asked)
        assert all(build.is_running for build in asked[0])
    finally:
        opener.may_end.set()
    for build in asked[0]:
        build.ended.wait()
        assert build.index is not None
    assert sorted(path.name for path in opener.opened) == [f"{each}.features.npz" for each in names]
    assert opener.most == 1


def test_what_was_asked_for_last_is_built_first(opener: Opener) -> None:
    """Nobody waits for a model that somebody has stopped looking at."""
    builds = IndexBuilds()
    try:
        get(builds, "running")
        wait_for(lambda: opener.opened, "the first build began")
        waiting = [get(builds, name) for name in ("left", "new", "seen again")]
        get(builds, "new")
    finally:
        opener.may_end.set()
    for build in waiting:
        build.ended.wait()
    assert [path.name for path in opener.opened] == ["running", "new", "seen again", "left"]


def test_the_indices_that_were_used_last_are_kept(opener: Opener) -> None:
    """The others are released, and opened again when they are asked for."""
    opener.may_end.set()
    builds = IndexBuilds()
    first = [get(builds, str(number)) for number in range(MAX_INDICES)]
    for build in first:
        build.ended.wait()
    get(builds, "0")
    new = get(builds, "new")
    new.ended.wait()
    get(builds, "last").ended.wait()
    assert get(builds, "new") is new
    assert get(builds, "1") is not first[1]


def test_a_build_that_fails_ends_and_the_next_one_starts(
    opener: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    """An error with a message is kept for the page; any other goes to the log."""
    opener.problems = {Path("a"): NeighborError("NaN"), Path("b"): MemoryError("too large")}
    opener.may_end.set()
    builds = IndexBuilds()
    failed, broken, good = (get(builds, name) for name in "abc")
    for build in (failed, broken, good):
        build.ended.wait()
    assert str(failed.problem) == "NaN" and failed.index is None
    assert broken.problem is None and broken.index is None
    assert "too large" in caplog.text
    assert good.index is not None
