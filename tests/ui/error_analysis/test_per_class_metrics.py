"""The sentence about the hardest digit."""

from streamlit.testing.v1 import AppTest

from tests.waiting import LONGEST_WAIT
from ui.error_analysis.per_class_metrics import HELP


def show(predicted):
    """Show the metrics of images of 0 to 3 that are classified as these digits."""
    import numpy as np

    from mnist_core.evaluation.evaluation import Evaluation
    from ui.error_analysis.per_class_metrics import _show_weakest

    labels = np.arange(4, dtype=np.uint8)
    _show_weakest(Evaluation(labels, np.eye(10, dtype=np.float32)[predicted]))


def read(predicted: list[int]) -> str:
    """Return the sentence."""
    app = AppTest.from_function(show, args=(predicted,), default_timeout=LONGEST_WAIT).run()
    assert not app.exception
    return " ".join(element.proto.body for element in app.get("html"))


def test_without_mistakes_no_digit_is_the_hardest() -> None:
    """With one, it is the digit that was misclassified."""
    assert read([0, 1, 2, 3]) == "<p>This network misclassifies none of these images.</p>"
    text = read([0, 1, 7, 3])
    assert "hardest digit for this network is <b>2</b>: it misclassifies 1 of 1" in text


def test_the_images_may_be_the_persons_own() -> None:
    """The support counts any images that are evaluated."""
    assert "test" not in HELP["support"]
