"""The record of the tutorial's training, and the network that comes with the app."""

import numpy as np
import pytest

from mnist_core.course.make_record import average_batches, measure, round_weights
from mnist_core.course.recipe import CONFIG, find_code, list_layers
from mnist_core.course.record import MODEL, read_record
from mnist_core.course.run_lines import run_lines
from mnist_core.datasets.mnist import Mnist
from mnist_core.evaluation.comparison import difference_interval
from mnist_core.inference.classifier import PRETRAINED, Classifier
from mnist_core.training.epochs import Progress
from mnist_core.training.fit_diagnosis import diagnose_fit
from tests.evaluations import read_evaluation


def test_the_record_is_of_the_tutorials_recipe() -> None:
    """All epochs, and curves that begin by guessing and fall."""
    record = read_record()
    assert [epoch.epoch for epoch in record.epochs] == list(range(1, CONFIG.epochs + 1))
    assert record.untrained.loss == pytest.approx(np.log(10), abs=0.3)
    losses = [epoch.validation_loss or 0 for epoch in record.epochs]
    assert 0 < losses[-1] < losses[0] < record.untrained.loss


def test_what_the_chapter_about_evaluation_says_is_true() -> None:
    """The gap is not chance, but not overfitting, and the last validation loss is the lowest."""
    record = read_record()
    results = record.results
    train, test = (
        round(accuracy * 10_000) for accuracy in (results.train_accuracy, results.test_accuracy)
    )
    assert difference_interval(train, test, 10_000).low > 0
    assert diagnose_fit(results, record.epochs).judgment == "well fitted"
    losses = [epoch.validation_loss or 0 for epoch in record.epochs]
    assert losses[-1] == min(losses) > 0


def test_the_network_is_the_tutorials() -> None:
    """Its layers, and weights that are rounded, so that the file compresses."""
    classifier = Classifier.load(MODEL)
    assert [layer.name for layer in classifier.layers] == [layer.name for layer in list_layers()]
    assert classifier.parameters == 2_561_738
    assert classifier.temperature == 1
    for weights in classifier.weights.values():
        np.testing.assert_array_equal(weights, round_weights(weights))


def test_the_shipped_predictions_give_the_results(data: Mnist) -> None:
    """Accuracy and loss on the test images, as the chapters and Errors show them."""
    evaluation = read_evaluation(PRETRAINED / "tutorial.npz")
    results = read_record().results
    assert evaluation.accuracy == pytest.approx(results.test_accuracy)
    assert evaluation.loss == pytest.approx(results.test_loss, rel=1e-4)


def test_batches_are_averaged_by_their_steps() -> None:
    """Twenty parts per epoch, each with the last step of its reports."""
    reports = [
        Progress(epoch, 2, step, 100, loss=float(step), accuracy=0.5, seconds=step)
        for epoch in (1, 2)
        for step in range(1, 101)
    ]
    averaged = list(average_batches(reports))
    assert len(averaged) == 40
    assert [report.step for report in averaged[:2]] == [5, 10]
    assert averaged[0].loss == 3


@pytest.mark.slow
def test_the_code_gives_the_results(data: Mnist) -> None:
    """The lines that evaluate and list the mistakes, run with Keras on the shipped network."""
    from mnist_core.training.architectures import find_design
    from mnist_core.training.model_builders import build_design

    classifier = Classifier.load(MODEL)
    model = build_design(find_design(CONFIG), "tutorial")
    model.set_weights(
        [classifier.weights[name] for layer in classifier.layers for name in layer.weights]
    )
    model.compile(loss="categorical_crossentropy", metrics=["accuracy"])
    results = read_record().results
    printed = run_lines(
        find_code("Evaluate") + find_code("Mistakes"),
        model=model,
        x_test=data.test.images[..., np.newaxis] / np.float32(255),
        y_test=np.eye(10, dtype=np.float32)[data.test.labels],
        test_labels=data.test.labels,
    )
    evaluation = read_evaluation(PRETRAINED / "tutorial.npz")
    assert (
        f"Test accuracy {results.test_accuracy:.2%}, test loss {results.test_loss:.4f}" in printed
    )
    assert f"{len(evaluation.mistakes)} of 10000 test images" in printed
    assert f"Image {evaluation.mistakes[0].index}: {evaluation.mistakes[0].true}," in printed


@pytest.mark.slow
def test_the_results_are_measured(data: Mnist) -> None:
    """On the test images and as many training images."""
    results, measured = read_record().results, measure(Classifier.load(MODEL), data)
    assert measured.train_accuracy == pytest.approx(results.train_accuracy)
    assert measured.train_loss == pytest.approx(results.train_loss, rel=1e-4)
