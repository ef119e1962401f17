"""Tests of ui.classifier_cache: which classifiers are kept in memory."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from ui import classifier_cache
from ui.classifier_cache import ClassifierCache

LARGE = classifier_cache.MAX_CACHED_VALUES // 3


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the files that are loaded, in order; each is named after its size."""
    names: list[str] = []

    def load(path: Path) -> SimpleNamespace:
        names.append(path.name)
        layers = [SimpleNamespace(output_shape=(2, 3))]
        return SimpleNamespace(parameters=int(path.stem) - 6, layers=layers)

    monkeypatch.setattr(classifier_cache, "_load_classifier", load)
    return names


def test_large_classifiers_are_released_first_used_first(loaded: list[str]) -> None:
    """Three of a third of the limit fit; parameters and outputs count."""
    cache = ClassifierCache()
    files = [Path(f"{LARGE}.{letter}") for letter in "abcd"]
    for path in (*files[:3], files[0], files[3]):
        cache.get(path, 1)
    assert len(loaded) == 4
    for path in (files[0], files[2], files[3]):
        cache.get(path, 1)
    assert len(loaded) == 4
    cache.get(files[1], 1)
    assert loaded[4:] == [files[1].name]


def test_one_classifier_is_kept_however_large(loaded: list[str]) -> None:
    """Each rerun of a page needs it."""
    cache = ClassifierCache()
    path = Path(f"{2 * classifier_cache.MAX_CACHED_VALUES}.onnx")
    assert cache.get(path, 1) is cache.get(path, 1)
    assert len(loaded) == 1


def test_the_number_of_classifiers_is_bounded(loaded: list[str]) -> None:
    """Small ones too; a file that has changed is loaded again."""
    cache = ClassifierCache()
    path = Path("100.first")
    cache.get(path, 1)
    assert cache.get(path, 2) is cache.get(path, 2)
    assert len(loaded) == 2
    for number in range(classifier_cache.MAX_CLASSIFIERS):
        cache.get(Path(f"100.{number}"), 1)
    cache.get(path, 2)
    assert len(loaded) == classifier_cache.MAX_CLASSIFIERS + 3
