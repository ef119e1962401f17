"""The sentences beside the reliability diagram."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.waiting import LONGEST_WAIT
from ui.error_analysis.reliability_diagram import _format_gap


@pytest.mark.parametrize(
    ("gap", "sentence"),
    [
        (0.0123, "Overall it is overconfident by 1.23 points."),
        (-0.0123, "Overall it is underconfident by 1.23 points."),
        (0.00004, "Overall, confidence and accuracy agree."),
        (-0.00004, "Overall, confidence and accuracy agree."),
        (0.0, "Overall, confidence and accuracy agree."),
    ],
)
def test_a_gap_that_rounds_to_zero_is_none(gap: float, sentence: str) -> None:
    """Neither too much nor too little confidence can be seen in 0.00 points."""
    assert _format_gap(gap) == sentence


def show():
    """Show the diagram of nine predictions with 80 % confidence and one with 60 %."""
    import numpy as np

    from mnist_core.evaluation.evaluation import Evaluation
    from ui.error_analysis.reliability_diagram import show_reliability

    probabilities = np.full((10, 10), 0.2 / 9)
    probabilities[:, 0] = 0.8
    probabilities[9] = 0.4 / 9
    probabilities[9, 0] = 0.6
    show_reliability(Evaluation(np.zeros(10, np.uint8), probabilities))


def test_the_calibration_error_is_explained_as_it_is_computed() -> None:
    """The gaps are 20 and 40 points, nine and one predictions: 22 points, not 30."""
    app = AppTest.from_function(show, default_timeout=LONGEST_WAIT).run()
    assert not app.exception
    text = " ".join(element.proto.body for element in app.get("html"))
    assert "weighted by their number of predictions, is <b>22.00 points</b>." in text
