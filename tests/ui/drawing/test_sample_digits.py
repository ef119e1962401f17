"""Tests of the digits that can be chosen instead of drawn."""

import cv2
import numpy as np
import pytest

from mnist_core.inference.classifier import Classifier
from mnist_core.preprocessing.canvas_strokes import read_strokes
from mnist_core.preprocessing.drawing import prepare_drawing
from ui.drawing.canvas_report import HEIGHT
from ui.drawing.pen_width import PEN_WIDTH
from ui.drawing.sample_digits import make_sample
from ui.state import DIGIT_CANVAS


@pytest.mark.parametrize("digit", range(10))
def test_a_sample_is_classified_as_its_digit(digit: int) -> None:
    """Whatever its variant; it lies in the middle of the canvas."""
    classifier = Classifier.load()
    for variant in range(6):
        strokes = read_strokes({"objects": make_sample(digit, variant)})
        points = np.concatenate(strokes)
        np.testing.assert_allclose(
            points.min(axis=0) + points.max(axis=0), [DIGIT_CANVAS.width, HEIGHT], atol=1
        )
        picture = np.zeros((HEIGHT, DIGIT_CANVAS.width, 4), np.uint8)
        picture[..., 3] = 255
        for stroke in strokes:
            line = np.rint(stroke).astype(np.int32)
            cv2.polylines(picture, [line], False, (255,) * 4, PEN_WIDTH, cv2.LINE_AA)
        image = prepare_drawing(picture)
        assert image is not None
        assert classifier.probabilities(image[None])[0].argmax() == digit, variant


def test_each_variant_is_another_drawing() -> None:
    """The same variant gives the same drawing."""
    assert make_sample(4, 0) == make_sample(4, 0)
    assert make_sample(4, 0) != make_sample(4, 1)
