"""The explanation of a run beside the filters that it trained."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import PRETRAINED
from mnist_core.runs.model_registry import get_model
from mnist_core.runs.run import Run
from mnist_core.runs.store import RunStore
from mnist_core.runs.teaching_run import create_teaching
from mnist_core.training.epochs import EpochResult
from tests.small import configure
from tests.waiting import LONGEST_WAIT

ACCURACY = "and the accuracy on the validation images."


def show(folder):
    """Show the filters of the run in a folder."""
    from pathlib import Path

    from mnist_core.runs.run import Run
    from mnist_core.runs.trained_model import trained_model
    from ui.inside.filters_by_epoch_view import show_filters_by_epoch

    show_filters_by_epoch(trained_model(Run(Path(folder)).read()))


def read_page(run: Run, is_validated: bool) -> str:
    """Record one epoch of a run, and return its explanation and the caption of its filters."""
    for path in (run.model_path, run.epoch_model_path(1)):
        path.parent.mkdir(exist_ok=True)
        shutil.copy(PRETRAINED / "compact.onnx", path)
    run.append_epoch(
        EpochResult(
            epoch=1,
            steps=60,
            loss=0.5,
            accuracy=0.9,
            validation_loss=0.25 if is_validated else None,
            validation_accuracy=0.93 if is_validated else None,
            seconds=1,
        )
    )
    app = AppTest.from_function(show, args=(str(run.folder),), default_timeout=LONGEST_WAIT).run()
    assert not app.exception and not app.error
    html = [element.proto.body for element in app.get("html")]
    return " ".join([*html, *(caption.value for caption in app.caption)])


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    """Return an empty store."""
    return RunStore(tmp_path)


def test_a_training_is_explained_by_its_images_and_losses(store: RunStore) -> None:
    """With the accuracies on its validation images."""
    text = read_page(store.create(configure(epochs=1)), is_validated=True)
    assert "the 55,000 training images" in text
    assert "0.2500 on the 5,000 validation images" in text
    assert "Epoch 1, 93" in text
    assert ACCURACY in text


def test_without_validation_images_no_accuracy_is_announced(store: RunStore) -> None:
    """The captions of the epochs have none."""
    text = read_page(store.create(configure(epochs=1, validation_fraction=0)), is_validated=False)
    assert "the 60,000 training images" in text
    assert "validation images" not in text
    assert "Epoch 1<" in text
    assert "(white is positive, blue is negative)." in text


def test_a_thorough_teaching_is_explained_by_its_own_steps(store: RunStore, data: Mnist) -> None:
    """It has no batches of training images, and no part of them is set aside by its settings."""
    images = data.test.images[:2] / np.float32(255)
    base = get_model(store, "compact")
    run = create_teaching(store, images, data.test.labels[:2], base, "", status="finished")
    text = read_page(run, is_validated=True)
    assert "The network started from “Compact (built in)”. In each step it received 16" in text
    assert "and 16 MNIST images; after every 60 steps it was saved." in text
    assert "The layers before the first pooling stayed as they were." in text
    assert not any(words in text for words in ("60,000", "1,875", " 0 validation images"))
    assert ACCURACY in text  # of which it held 2,000 out
