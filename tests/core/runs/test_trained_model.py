"""Tests of mnist_core.runs.trained_model: the results that come with the package are true."""

import hashlib

import numpy as np
import pytest

from mnist_core.array_cache import read_arrays
from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.inference.classifier import PRETRAINED, Classifier
from mnist_core.messages import PSEUDO_LANGUAGE, Message, message
from mnist_core.runs import trained_model
from mnist_core.runs.model_registry import SHIPPED, default_model
from mnist_core.runs.run import Run
from mnist_core.runs.trained_model import TrainedModel

FEW = 300


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_answers_are_those_of_the_shipped_model(name):
    """They carry the digest of the model's file and the test images, and equal its predictions."""
    test = load_mnist().test
    path = PRETRAINED / f"{name}.onnx"
    digest, arrays = read_arrays(path.with_suffix(".npz"))
    assert digest == hashlib.sha256(path.read_bytes() + test.images.tobytes()).hexdigest()
    np.testing.assert_array_equal(arrays["labels"], test.labels)
    np.testing.assert_allclose(
        arrays["probabilities"][:FEW],
        Classifier.load(path).probabilities(test.images[:FEW]),
        atol=1e-3,
    )


def test_the_first_evaluation_of_a_shipped_model_computes_nothing(monkeypatch):
    """The default model's 10,000 predictions come from the package."""
    monkeypatch.setattr(trained_model, "evaluate", None)
    assert len(default_model().evaluate(load_mnist().test).labels) == 10_000


def test_other_images_do_not_replace_the_shipped_answers():
    """The file in the package stays as it is."""
    model = default_model()
    before = model.path.with_suffix(".npz").read_bytes()
    test = load_mnist().test
    few = model.evaluate(Split(test.images[:FEW], test.labels[:FEW]))
    assert len(few.labels) == FEW
    assert model.path.with_suffix(".npz").read_bytes() == before


def test_the_title_with_an_epoch_can_be_translated(tmp_path):
    """And so can the title within it."""
    title = message("{name} (built in)", name="Mine")
    model = TrainedModel("run", title, tmp_path, Run(tmp_path), saved_epochs=(1, 2))
    at_epoch = model.at_epoch(2)
    assert at_epoch.title == "Mine (built in), epoch 2"
    assert isinstance(at_epoch.title, Message)
    assert at_epoch.title.in_language(PSEUDO_LANGUAGE) == "⟦⟦Mine (built in)⟧, epoch 2⟧"
