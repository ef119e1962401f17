"""The texts about attribution maps, on the pages that show them."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.waiting import LONGEST_WAIT
from ui.attribution_picker import METHODS

DIFFERENCE = "Here the score is the logit of the 7 minus that of the"


def show_inside():
    """Show the attribution of the first test image, a 7."""
    from mnist_core.inference.classifier import PRETRAINED, Classifier
    from mnist_core.preprocessing.scaling import as_float
    from ui.inside.attribution_view import show_attribution
    from ui.resources import get_data

    classifier = Classifier.load(PRETRAINED / "compact.onnx")
    show_attribution(classifier, as_float(get_data().test.images[0]))


def show_in_errors():
    """Show the attribution of the first test image, a 7."""
    from mnist_core.datasets.mnist import Split
    from mnist_core.evaluation.evaluation import evaluate
    from mnist_core.inference.classifier import PRETRAINED, Classifier
    from ui.error_analysis.image_detail import _show_attribution
    from ui.resources import get_data

    classifier, test = Classifier.load(PRETRAINED / "compact.onnx"), get_data().test
    evaluation = evaluate(classifier, Split(test.images[:1], test.labels[:1]))
    _show_attribution(classifier, evaluation, 0)


def read(app: AppTest) -> str:
    """Return the page's own HTML and its captions."""
    html = [element.proto.body for element in app.get("html")]
    return " ".join([*html, *(caption.value for caption in app.caption)])


@pytest.mark.parametrize("method", ["occlusion", "saliency"])
def test_the_maps_are_said_to_explain_logits(method: str) -> None:
    """None of them explains a probability."""
    assert "the digit’s score, its logit" in METHODS[method].description
    assert "probab" not in METHODS[method].description


def test_the_score_of_a_comparison_is_a_difference_of_logits() -> None:
    """Of the two digits; without another digit in particular it is the one digit's logit."""
    app = AppTest.from_function(show_inside, default_timeout=LONGEST_WAIT).run()
    assert not app.exception
    assert f"{DIFFERENCE} {app.selectbox[1].value}." in read(app)
    app.selectbox[1].set_value("any").run()
    assert DIFFERENCE not in read(app)
    assert "Evidence for 7 is orange, evidence against it blue." in read(app)


def test_a_map_without_negative_values_has_no_blue_in_its_legend() -> None:
    """Grad-CAM's maps are 0 or more."""
    app = AppTest.from_function(show_inside, default_timeout=LONGEST_WAIT)
    app.session_state["inside_method"] = "grad-cam"
    app.run()
    assert not app.exception
    assert "Evidence for 7 is orange." in read(app)
    assert "blue" not in read(app)
    assert DIFFERENCE not in read(app)


@pytest.mark.parametrize("method", ["occlusion", "saliency", "grad-cam"])
def test_the_errors_page_names_both_digits_where_it_compares_them(method: str) -> None:
    """A signed map is the difference between the prediction and another digit."""
    app = AppTest.from_function(show_in_errors, default_timeout=LONGEST_WAIT)
    app.session_state["errors_method"] = method
    app.run()
    assert not app.exception
    assert METHODS[method].description in read(app)
    assert (DIFFERENCE in read(app)) == METHODS[method].is_signed
