"""The page My hand, run without a browser."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import teach
from mnist_core.datasets.mnist import Mnist
from mnist_core.hands import HandStore, NewDrawing, open_hands
from mnist_core.runs.model_registry import default_model, get_model, load_file
from mnist_core.runs.store import RunStore
from mnist_core.runs.taught_models import save_taught
from mnist_core.runs.teaching_run import create_teaching
from ui import state

PAGE = "pages/hand.py"


def keep_digits(data: Mnist, count: int) -> int:
    """Keep the first test images in the default hand, and return its id."""
    store = open_hands()
    hand_id = store.list_hands()[0].id
    for image, label in zip(data.test.images[:count], data.test.labels[:count], strict=True):
        store.keep(hand_id, NewDrawing(int(label), image, (), 1, 0.9, "Accurate"))
    return hand_id


def open_part(app: AppTest, part: str) -> AppTest:
    """Open a part of the page."""
    app.session_state[state.HAND_PART] = part
    return app.run()


def read_html(app: AppTest) -> str:
    """Return all HTML on the page."""
    return "\n".join(item.proto.body for item in app.get("html"))


@pytest.mark.parametrize("part", ["write", "drawings", "teach", "files"])
def test_an_empty_hand_shows_the_next_step(open_app: Callable[..., AppTest], part: str) -> None:
    """Each part works without drawings."""
    app = open_part(open_app(PAGE), part)
    assert not app.exception
    assert not app.error
    assert "No drawings yet" in read_html(app)


@pytest.mark.parametrize("part", ["write", "files"])
def test_parts_that_show_no_drawings_read_none(
    open_app: Callable[..., AppTest], data: Mnist, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """Thousands would take a fraction of a second with each kept one; they are only counted."""
    keep_digits(data, 3)
    monkeypatch.delattr(HandStore, "list_drawings")
    app = open_part(open_app(PAGE), part)
    assert not app.exception
    assert not app.error
    assert "3 drawings" in read_html(app)


def test_drawings_are_counted_and_corrected(open_app: Callable[..., AppTest], data: Mnist) -> None:
    """The detail of a drawing states what was predicted."""
    hand_id = keep_digits(data, 3)
    app = open_part(open_app(PAGE), "drawings")
    assert "3 drawings. 5 of each digit are a good start." in read_html(app)
    first = open_hands().list_drawings(hand_id)[0]
    app.session_state[state.HAND_DRAWING] = first.id
    app.run()
    assert "“Accurate” read 1 (90.0" in read_html(app)
    app.button("hand_delete_one").click().run()
    assert not app.exception
    assert first.id not in [each.id for each in open_hands().list_drawings(hand_id)]
    app.button("hand_delete_all").click().run()
    assert open_hands().list_drawings(hand_id) == []
    assert "No drawings yet" in read_html(app)


def test_hands_are_added_and_renamed(open_app: Callable[..., AppTest]) -> None:
    """A name that is taken gives a message."""
    app = open_app(PAGE)
    app.text_input("hand_added").input("Aki").run()
    app.button("hand_add").click().run()
    assert [hand.name for hand in open_hands().list_hands()] == ["My hand", "Aki"]
    app.session_state[state.HAND_PART] = "drawings"
    app.text_input("hand_added").input("Aki").run()
    app.button("hand_add").click().run()
    assert "a hand “Aki” already" in app.error[0].value.replace("\\", "")


def test_a_hand_with_drawings_is_not_deleted(open_app: Callable[..., AppTest], data: Mnist) -> None:
    """Also one that was empty when the page was shown; another one then stays chosen."""
    app = open_app(PAGE)
    app.text_input("hand_added").input("Aki").run()
    app.button("hand_add").click().run()
    store = open_hands()
    mine, aki = store.list_hands()
    kept = store.keep(aki.id, NewDrawing(7, data.test.images[0]))
    app.button(f"hand_delete_{aki.id}").click().run()
    assert not app.exception
    assert "This hand has drawings. Delete them first" in app.error[0].value
    assert store.count(aki.id).sum() == 1
    store.take_back(kept)
    app.button(f"hand_delete_{aki.id}").click().run()
    assert store.list_hands() == [mine]


def test_a_deleted_hand_is_not_replaced_silently(open_app: Callable[..., AppTest]) -> None:
    """Nothing is kept in another one; the page then shows the hand that it chooses instead."""
    app = open_app(PAGE)
    app.text_input("hand_added").input("Aki").run()
    app.button("hand_add").click().run()
    store = open_hands()
    mine, aki = store.list_hands()
    assert app.session_state[state.HAND_ID] == aki.id
    store.delete_hand(aki.id)
    app.run()
    assert not app.exception
    assert app.session_state[state.HAND_ID] == mine.id


def test_a_name_may_arrive_with_the_click(open_app: Callable[..., AppTest]) -> None:
    """The name in the field counts; a second click adds nothing."""
    app = open_app(PAGE)
    app.text_input("hand_added").input("Ben").run()
    app.text_input("hand_added").input("Bennie")
    app.button("hand_add").click().run()
    assert [hand.name for hand in open_hands().list_hands()] == ["My hand", "Bennie"]
    key = f"hand_name_{open_hands().list_hands()[1].id}_Bennie"
    app.text_input(key).input("Benj").run()
    app.text_input(key).input("Benjamin")
    app.button("hand_rename").click().run()
    assert [hand.name for hand in open_hands().list_hands()] == ["My hand", "Benjamin"]


def test_a_renamed_hand_keeps_its_thorough_teaching(
    open_app: Callable[..., AppTest], data: Mnist
) -> None:
    """And the model that was taught at once: there is one for each hand and base."""
    hand_id = keep_digits(data, 4)
    app = open_app(PAGE)
    app.session_state[state.MODEL_ID] = "compact"
    app = open_part(app, "teach")
    app.button("hand_teach").click().run()
    taught = app.session_state[state.MODEL_ID]
    app.session_state[state.MODEL_ID] = "compact"
    app.run()
    app.button("hand_teach_thoroughly").click().run()
    open_hands().rename_hand(hand_id, "Aki")
    app.run()
    assert "Teaching thoroughly" in read_html(app)
    assert app.button("hand_teach_thoroughly").disabled
    app.button("hand_teach").click().run()
    assert app.session_state[state.MODEL_ID] == taught


def test_teaching_shows_before_and_after(open_app: Callable[..., AppTest], data: Mnist) -> None:
    """The taught model is chosen on every page."""
    keep_digits(data, 4)
    app = open_app(PAGE)
    app.session_state[state.MODEL_ID] = "compact"
    app = open_part(app, "teach")
    assert not app.exception
    assert "4 of 4 → " in read_html(app)
    assert any("too few to say" in item.value for item in app.markdown)
    app.button("hand_teach").click().run()
    assert not app.exception
    assert app.session_state[state.MODEL_ID].startswith("taught-")
    assert "Compact, taught by you" in app.success[0].value.replace("\\", "")


def test_a_taught_model_is_not_taught_again(
    open_app: Callable[..., AppTest], data: Mnist, runs_folder: Path
) -> None:
    """It has seen the drawings. Instead of a run's, the model that it was taught from is chosen."""
    hand_id = keep_digits(data, 4)
    store = RunStore(runs_folder)
    images, labels = data.test.images[:4] / np.float32(255), data.test.labels[:4]
    compact = get_model(store, "compact")
    run = create_teaching(store, images, labels, compact, "", status="finished", hand_id=hand_id)
    run.model_path.write_bytes(run.base_path.read_bytes())
    at_once = save_taught(store, compact, compact.load(), "")
    for chosen, base in ((run.id, "compact"), (at_once.id, default_model().id)):
        app = open_app(PAGE)
        app.session_state[state.MODEL_ID] = chosen
        app = open_part(app, "teach")
        assert not app.exception
        picker = app.selectbox("hand_base")
        assert picker.value == base
        assert "Compact (built in)" in picker.options
        assert not [title for title in picker.options if "taught by" in title]


def test_the_file_of_a_taught_model_is_not_taught_at_once(
    open_app: Callable[..., AppTest], data: Mnist, runs_folder: Path
) -> None:
    """The page cannot know it before the file is read, and says so then."""
    keep_digits(data, 4)
    store = RunStore(runs_folder)
    images, labels = data.test.images[:4] / np.float32(255), data.test.labels[:4]
    taught = teach(images, labels, base=get_model(store, "compact").load())
    app = open_app(PAGE)
    app.session_state[state.MODEL_ID] = load_file(store, "mine.onnx", taught.graph).id
    app = open_part(app, "teach")
    app.button(key="hand_teach").click().run()
    assert not app.exception
    assert "This model was taught drawings before" in app.error[0].value
    assert state.LIVE_TEACHING not in app.session_state


def test_a_store_that_fails_is_explained(
    open_app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page shows one sentence, and drawing goes on."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/x")
    app = open_app(PAGE)
    assert not app.exception
    assert "server cannot be reached" in app.error[0].value
    app.switch_page("pages/draw.py").run()
    assert not app.exception
    assert not app.error


def test_thorough_teaching_is_a_run(
    open_app: Callable[..., AppTest], data: Mnist, runs_folder: Path
) -> None:
    """It waits in the queue with the drawings of the hand; another tab starts no second one."""
    keep_digits(data, 4)
    app, other = open_app(PAGE), open_app(PAGE)
    for tab in (app, other):
        tab.session_state[state.MODEL_ID] = "compact"
        open_part(tab, "teach")
    for tab in (app, other):
        tab.button("hand_teach_thoroughly").click().run()
        assert not tab.exception
    assert app.button("hand_teach_thoroughly").disabled
    (run,) = RunStore(runs_folder).list()
    assert run.teaching is not None
    assert (run.status, run.teaching.drawings, run.teaching.base_id) == ("queued", 4, "compact")
    assert "Teaching thoroughly" in read_html(app)
