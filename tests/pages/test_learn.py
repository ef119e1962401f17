"""The Learn page, run without a browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.config import TrainingConfig
from mnist_core.course.questions import QUESTIONS
from mnist_core.datasets.mnist import Mnist
from mnist_core.runs.store import RunStore
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
