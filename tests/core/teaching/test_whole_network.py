"""Tests of mnist_core.teaching.whole_network: how an epoch's batches are prepared."""

import numpy as np
import pytest

from mnist_core import Classifier
from mnist_core.datasets.mnist import Split
from mnist_core.teaching import whole_network
from mnist_core.teaching.whole_network import STEPS

NONE = Split(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8))


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The steps whose batches were prepared, which are those steps themselves."""
    steps: list[int] = []

    def make_batch(
        drawings: Split, base: Classifier, rehearsed: Split, seed: int, step: int
    ) -> int:
        steps.append(step)
        return step

    monkeypatch.setattr(whole_network, "_make_batch", make_batch)
    return steps


def test_an_epoch_has_its_own_batches_in_order(prepared: list[int]) -> None:
    """Each is prepared once."""
    batches = list(whole_network._iterate(NONE, Classifier.load(), NONE, 0, 2))
    assert batches == prepared == list(range(STEPS, 2 * STEPS))


def test_a_stop_waits_for_one_batch_at_most(prepared: list[int]) -> None:
    """Only the batch after the current one is prepared ahead."""
    batches = whole_network._iterate(NONE, Classifier.load(), NONE, 0, 1)
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert len(prepared) <= 2
