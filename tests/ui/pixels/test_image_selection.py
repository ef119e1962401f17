"""The selection of an image, and the addresses that lead to it."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist
from ui.pixels.image_selection import ImageSelection, parse_parameters


def test_next_and_previous_wrap_around() -> None:
    """The first image follows the last one, among all images or those of one digit."""
    labels = np.array([1, 2, 1, 2], np.uint8)
    assert ImageSelection("train", 3).find_adjacent(labels, forward=True) == 0
    assert ImageSelection("train", 0).find_adjacent(labels, forward=False) == 3
    assert ImageSelection("train", 2, 1).find_adjacent(labels, forward=True) == 0
    assert ImageSelection("train", 0, 1).find_adjacent(labels, forward=False) == 2
    assert ImageSelection("train", 1, 1).find_adjacent(labels, forward=False) == 0


def test_without_another_image_of_the_digit_the_index_stays() -> None:
    """The digit 7 does not occur."""
    labels = np.array([1, 2, 1, 2], np.uint8)
    assert ImageSelection("train", 1, 7).find_adjacent(labels, forward=True) == 1


@pytest.mark.parametrize(
    ("parameters", "selection", "problems"),
    [
        ({}, ImageSelection(), 0),
        ({"split": "test", "image": "7", "digit": "3"}, ImageSelection("test", 7, 3), 0),
        ({"split": "drawing", "image": "x"}, ImageSelection("drawing"), 0),
        ({"image": "60000"}, ImageSelection(), 1),
        ({"image": "-1"}, ImageSelection(), 1),
        ({"image": "1.5"}, ImageSelection(), 1),
        ({"image": "٣"}, ImageSelection(), 1),
        ({"image": "9" * 5000}, ImageSelection(), 1),
        ({"split": "test", "image": "12345"}, ImageSelection("test", 9999), 1),
        ({"split": "", "image": "", "digit": ""}, ImageSelection(), 3),
        ({"digit": "10"}, ImageSelection(), 1),
        ({"split": "<script>", "digit": "four"}, ImageSelection(), 2),
    ],
)
def test_invalid_parameters_are_replaced_by_defaults(
    data: Mnist, parameters: dict[str, str], selection: ImageSelection, problems: int
) -> None:
    """Each invalid parameter is described by one sentence."""
    parsed, sentences = parse_parameters(parameters, data)
    assert parsed == selection
    assert len(sentences) == problems
