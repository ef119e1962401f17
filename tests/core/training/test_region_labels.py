"""Tests of mnist_core.training.region_labels: which regions are a whole digit."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.segmentation import propose_regions
from mnist_core.synthesis.digit_sources import images_of, strokes_of
from mnist_core.synthesis.digit_strings import SPACINGS, compose_number
from mnist_core.synthesis.handwriting import write_digit
from mnist_core.training.region_labels import NOT_ONE_DIGIT, label_regions


@pytest.mark.parametrize("heights", [(64, 100), (150, 260)])
def test_nearly_every_digit_of_a_line_has_a_region(data: Mnist, heights: tuple) -> None:
    """About as many regions are whole digits as were written, at every size."""
    rng = np.random.default_rng(5)
    written = found = 0
    for _ in range(6):
        number = compose_number(images_of(data.train), SPACINGS["tight"], 4, rng, heights)
        proposals = propose_regions(number.ink)
        labels = label_regions(number, proposals.factor, proposals.regions)
        written += len(number.digits)
        found += len({int(label) for label in labels} - {NOT_ONE_DIGIT})
        assert set(labels.tolist()) <= {NOT_ONE_DIGIT, *(d.label for d in number.digits)}
    assert found >= 0.75 * written


def test_strokes_give_every_digit_a_region(data: Mnist) -> None:
    """Also where digits overlap, since nothing is cut."""
    rng = np.random.default_rng(1)
    for _ in range(5):
        number = compose_number(strokes_of(write_digit), SPACINGS["overlapping"], 4, rng)
        proposals = propose_regions(number.ink, number.strokes)
        labels = label_regions(number, proposals.factor, proposals.regions)
        assert {digit.label for digit in number.digits} <= set(labels.tolist())


def test_a_letter_is_not_a_digit() -> None:
    """A digit without a label stands for it."""
    source = strokes_of(lambda rng: (None, write_digit(rng)[1]))
    number = compose_number(source, SPACINGS["spaced"], 3, np.random.default_rng(0))
    assert number.text == "???"
    proposals = propose_regions(number.ink, number.strokes)
    labels = label_regions(number, proposals.factor, proposals.regions)
    assert set(labels.tolist()) == {NOT_ONE_DIGIT}
