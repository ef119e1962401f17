"""The report of a thorough teaching shows drawings only while they are those that were taught."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.datasets.mnist import Mnist
from mnist_core.hands import HandStore, NewDrawing, open_hands
from mnist_core.runs.model_registry import get_model
from mnist_core.runs.run import Run
from mnist_core.runs.store import RunStore
from mnist_core.runs.teaching_run import create_teaching, save_report
from mnist_core.teaching import TeachingReport
from ui import state


def correct_last(hands: HandStore, run: Run) -> None:
    """Give the newest drawing another label."""
    *_, last = hands.list_drawings(hands.list_hands()[0].id)
    hands.correct(last.id, 8)


def replace_last(hands: HandStore, run: Run) -> None:
    """Delete the newest drawing, and keep another one of the same label."""
    hand_id = hands.list_hands()[0].id
    *_, last = hands.list_drawings(hand_id)
    hands.delete(last.id)
    hands.keep(hand_id, NewDrawing(last.label, np.eye(28, dtype=np.float32)))


def damage_drawings(hands: HandStore, run: Run) -> None:
    """Damage the drawings that the run was taught."""
    run.taught_path.write_bytes(b"damaged")


@pytest.mark.parametrize("change", [correct_last, replace_last, damage_drawings])
def test_changed_drawings_are_not_shown(
    open_app: Callable[..., AppTest],
    data: Mnist,
    runs_folder: Path,
    change: Callable[[HandStore, Run], None],
) -> None:
    """The accuracies are still those of the run."""
    hands, store = open_hands(), RunStore(runs_folder)
    hand_id = hands.list_hands()[0].id
    images, labels = data.test.images[:4], data.test.labels[:4]
    for image, label in zip(images, labels, strict=True):
        hands.keep(hand_id, NewDrawing(int(label), image))
    base = get_model(store, "compact")
    scaled = images / np.float32(255)
    run = create_teaching(store, scaled, labels, base, "", status="finished", hand_id=hand_id)
    save_report(run, TeachingReport(labels, labels, (labels + 1) % 10, 0.99, 0.98, 10_000))
    app = open_app("pages/hand.py")
    app.session_state[state.HAND_PART] = "teach"
    app.run()
    assert not app.exception
    accuracies, drawings = "4 of 4 → 0 of 4", "Read correctly only before teaching (4)"
    html = read_html(app)
    assert accuracies in html
    assert drawings in html
    change(hands, run)
    html = read_html(app.run())
    assert not app.exception
    assert accuracies in html
    assert drawings not in html


def read_html(app: AppTest) -> str:
    """Return all HTML on the page."""
    return "\n".join(item.proto.body for item in app.get("html"))
