"""The Learn page, run without a browser."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.config import TrainingConfig
from mnist_core.course.questions import QUESTIONS
from mnist_core.datasets.mnist import Mnist
from mnist_core.runs.store import RunStore
from tests.forged import send_choice, send_event, send_state
from ui import resources, state
from ui.learn.contents import CHAPTERS

PAGE = "pages/learn.py"


@pytest.fixture
def app(open_app: Callable[..., AppTest], data: Mnist, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page on a first visit."""
    monkeypatch.setattr(resources, "load_mnist", lambda: data)
    return open_app(PAGE)


def read(app: AppTest) -> str:
    """Return all HTML of the page."""
    return " ".join(each.proto.body for each in app.get("html"))


def test_every_chapter_shows_and_asks(app: AppTest, data: Mnist) -> None:
    """From the first to the last by Next; each has its question, and none an error."""
    assert len(CHAPTERS) == len(QUESTIONS) == 10  # as Draw promises
    for number, chapter in enumerate(CHAPTERS, start=1):
        assert not app.exception and not app.error, chapter.name
        assert f"{number}. {chapter.title}" in read(app).replace("&amp;", "&")
        assert QUESTIONS[chapter.name](data).prompt in app.markdown[-1].value
        if number < len(CHAPTERS):
            app.button(key="learn_next").click().run()
    assert app.button(key="learn_next").disabled


def test_forged_choices_are_ignored(app: AppTest) -> None:
    """Only the chapters that the page shows can be chosen."""
    send_choice(app, "learn_contents", "3")
    for forged in (None, "x", "", [1], {"a": 1}, 3, True, "-20", "0", "11", "9" * 5000):
        send_choice(app, "learn_contents", forged)
        assert not app.exception and not app.error
        assert app.session_state[state.LEARN_CHAPTER] == 3
    for value in ({"choices": [1]}, {}, {"choices": None}, 5):
        send_state(app, "learn_contents", value)
        assert not app.exception and not app.error


def test_forged_answers_break_no_chapter(app: AppTest) -> None:
    """What the browser stores is sent back in every later session."""
    answers = "1" + 400 * "0"
    values = f'{{"learn": {{"chapter": 1, "answers": {{"data": {answers}}}}}}}'
    send_event(app, "memory_recall", "values", values)
    for number in range(1, len(CHAPTERS) + 1):
        send_choice(app, "learn_contents", str(number))
        assert not app.exception and not app.error, number


def test_a_wrong_answer_gets_a_hint_and_the_right_one_the_reason(app: AppTest) -> None:
    """The number of the chapter is marked as answered only then."""
    app.number_input(key="learn_answer_data").set_value(28)
    app.button(key="learn_check_data").click().run()
    assert "Not yet." in app.info[0].value
    assert "one row only" in app.info[0].value
    app.number_input(key="learn_answer_data").set_value(784)
    app.button(key="learn_check_data").click().run()
    assert "784" in app.success[0].value
    app.button(key="learn_next").click().run()
    app.button(key="learn_previous").click().run()
    assert app.number_input(key="learn_answer_data").value == 784
    assert "784" in app.success[0].value


def open_chapter(app: AppTest, name: str) -> str:
    """Open a chapter, and return what it says and its HTML."""
    app.query_params["chapter"] = str([each.name for each in CHAPTERS].index(name) + 1)
    app.run()
    assert not app.exception
    return " ".join([read(app), *(each.value for each in app.markdown)])


def test_the_images_of_an_epoch_are_those_that_are_not_held_out(app: AppTest) -> None:
    """Together they are the 60,000 of the first chapter."""
    text = open_chapter(app, "training")
    for words in (
        "Of the 60,000 images",
        "5,000 are set aside",
        "The other 55,000 make 1,718 batches of 32",
        "(Keras counts it: 1,719)",
    ):
        assert words in text


def test_the_factors_of_a_gradient_are_in_the_order_of_the_words(app: AppTest) -> None:
    """The value that the weight multiplies, then the slope, which may be negative."""
    app.session_state["learn_layer"] = "last"
    text = open_chapter(app, "learning")
    assert "first factor is the value" in text
    found = re.search(r"<td>(−?[\d.]+) × (−?[\d.]+) = (−?[\d.]+)</td>", text)
    assert found is not None
    value, slope, gradient = (float(each.replace("−", "-")) for each in found.groups())
    assert value > 0  # after a ReLU
    assert -1 <= slope <= 1  # probability minus label
    assert slope < 0 and value * slope == pytest.approx(gradient, abs=1e-4)


def test_the_own_training_has_no_button_for_the_form_of_train(
    app: AppTest, runs_folder: Path
) -> None:
    """The other buttons of a run are there."""
    run = RunStore(runs_folder).create(TrainingConfig(), status="stopped")
    app.session_state[state.LEARN_RUN] = run.id
    app.query_params["chapter"] = str([each.name for each in CHAPTERS].index("training") + 1)
    app.run()
    keys = {button.key for button in app.button}
    assert "train_resume" in keys
    assert "train_change_one" not in keys
