"""Tests of mnist_core.training.trainer: the loop computes what Keras does, and repeatably."""

from functools import partial

import keras
import numpy as np
import pytest

from mnist_core.config import Augmentation
from mnist_core.datasets.mnist import Mnist
from mnist_core.training import trainer as training
from mnist_core.training.trainer import (
    WEIGHT_DECAY,
    EpochResult,
    Progress,
    StopTraining,
    split_validation,
    steps_per_epoch,
    train,
)
from tests.small import build_small, configure, load_few


@pytest.fixture(scope="module")
def data():
    """Return 640 training and 64 test images."""
    return load_few()


def weights_of(model):
    """Return all weights of a model, moving averages among them, as one vector."""
    return np.concatenate([np.ravel(weight) for weight in model.get_weights()])


@pytest.mark.parametrize(
    ("optimizer", "rate", "smoothing"),
    [("sgd", 0.05, 0), ("adam", 0.003, 0), ("adamw", 0.003, 0), ("sgd", 0.05, 0.2)],
)
def test_steps_are_those_of_keras(data, monkeypatch, optimizer, rate, smoothing):
    """The loop leaves the weights that `train_on_batch` leaves after the same batches."""
    monkeypatch.setattr(training, "BFLOAT16", ())
    config = configure(
        epochs=1,
        optimizer=optimizer,
        learning_rate=rate,
        schedule="constant",
        label_smoothing=smoothing,
        validation_fraction=0,
    )
    ours = train(config, data)

    keras.utils.set_random_seed(config.seed)
    model = build_small()
    model.compile(
        optimizer={
            "sgd": keras.optimizers.SGD,
            "adam": keras.optimizers.Adam,
            "adamw": partial(keras.optimizers.AdamW, weight_decay=WEIGHT_DECAY),
        }[optimizer](rate),
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=smoothing),
        metrics=["accuracy", keras.metrics.CategoricalCrossentropy(name="plain_loss")],
    )
    losses = []
    order = np.random.default_rng((config.seed, 1)).permutation(640)
    for chosen in order.reshape(-1, 32):
        images = data.train.images[chosen][..., None] / np.float32(255)
        truth = keras.utils.to_categorical(data.train.labels[chosen], 10)
        model.reset_metrics()
        losses.append(model.train_on_batch(images, truth, return_dict=True)["plain_loss"])
    np.testing.assert_allclose(weights_of(ours.model), weights_of(model), atol=2e-5)
    assert ours.history[0].loss == pytest.approx(np.mean(losses), rel=1e-4)


def test_validation_is_that_of_keras(data):
    """The validation figures are those of `evaluate` on the images held out."""
    ours = train(configure(epochs=1, validation_fraction=0.25), data)
    held_out = split_validation(data.train, 0.25)[1]
    assert len(held_out.labels) == 160
    ours.model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    loss, accuracy = ours.model.evaluate(
        held_out.images[..., None] / np.float32(255), held_out.labels, verbose=0
    )
    assert ours.history[0].validation_loss == pytest.approx(loss, rel=1e-4)
    assert ours.history[0].validation_accuracy == pytest.approx(accuracy)


def test_one_cycle_rises_and_falls_to_zero(data):
    """The learning rate peaks at the given one, a third into the run, and ends at nothing."""
    rates = []

    def watch(result: EpochResult, model):
        rates.append(float(model.optimizer.learning_rate))

    train(configure(epochs=10, batch_size=64, learning_rate=0.02), data, on_epoch=watch)
    assert max(rates) == pytest.approx(0.02, rel=0.02)
    assert int(np.argmax(rates)) == 2
    assert rates[-1] == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("augmentation", [Augmentation(), Augmentation(affine=True)])
def test_the_same_seed_gives_the_same_network(data, augmentation):
    """Two runs of one configuration agree to the last bit; another seed does not."""
    config = configure(epochs=1, augmentation=augmentation)
    first, second = (weights_of(train(config, data).model) for _ in range(2))
    other = weights_of(train(configure(epochs=1, seed=1), data).model)
    np.testing.assert_array_equal(first, second)
    assert not np.allclose(first, other)


@pytest.mark.parametrize(("epochs", "gentle"), [(3, []), (8, [7, 8])])
def test_augmentation_weakens_over_the_last_quarter(data, monkeypatch, epochs, gentle):
    """So that the network ends on images like those of MNIST; a short run has no such quarter."""
    strengths = []

    def spy(images, labels, changes, rng, strength):
        strengths.append(strength)
        return images

    monkeypatch.setattr(training, "augment", spy)
    result = train(configure(epochs=epochs, augmentation=Augmentation(affine=True)), data)
    by_epoch = np.reshape(strengths, (epochs, result.history[0].steps))
    assert list(np.flatnonzero((by_epoch < 1).all(axis=1)) + 1) == gentle
    assert (np.delete(by_epoch, [epoch - 1 for epoch in gentle], axis=0) == 1).all()


def test_a_resumed_run_equals_an_uninterrupted_one(data, tmp_path):
    """Stopping after the first epoch and going on from its file changes nothing."""
    config = configure(epochs=3)
    whole = train(config, data)

    def stop_after_one(result: EpochResult, model):
        model.save(tmp_path / "checkpoint.keras")
        raise StopTraining

    part = train(config, data, on_epoch=stop_after_one)
    assert part.stopped
    checkpoint = keras.models.load_model(tmp_path / "checkpoint.keras")
    rest = train(config, data, resume_from=checkpoint)
    assert [result.epoch for result in rest.history] == [2, 3]
    np.testing.assert_allclose(weights_of(rest.model), weights_of(whole.model), atol=1e-6)
    assert rest.history[-1].loss == pytest.approx(whole.history[-1].loss, rel=1e-5)


def test_stopping_keeps_what_was_learnt(data):
    """A stop at the first report ends the run after that step and gives the model as it is."""

    def stop(progress: Progress):
        raise StopTraining

    result = train(configure(epochs=5), data, on_progress=stop)
    assert result.stopped
    assert [(epoch.epoch, epoch.steps) for epoch in result.history] == [(1, 1)]
    assert int(result.model.optimizer.iterations) == 1


def test_progress_counts_every_step_once(data):
    """The reports of an epoch end at its last step and their losses average to its loss."""
    reports: list[Progress] = []
    config = configure(epochs=1, validation_fraction=0.1)
    result = train(config, data, on_progress=reports.append)
    steps = [0, *(report.step for report in reports)]
    assert steps == sorted(set(steps))
    assert steps[-1] == reports[0].steps == steps_per_epoch(config, 640) == 18
    mean = np.average([report.loss for report in reports], weights=np.diff(steps))
    assert mean == pytest.approx(result.history[0].loss)
    assert reports[-1].fraction == 1


def test_a_learning_rate_may_be_a_whole_number(data):
    """As a command line gives it."""
    assert train(configure(epochs=1, optimizer="sgd", schedule="constant", learning_rate=1), data)


def test_the_test_split_is_never_read(data):
    """Training works with a test split that would break whatever touched it."""
    blind = Mnist(data.train, None, "blind")  # type: ignore[arg-type]
    assert train(configure(epochs=1), blind).history


def test_more_images_a_batch_than_there_are(data):
    """A batch larger than the training part becomes one step of all its images."""
    result = train(configure(epochs=1, batch_size=4096, validation_fraction=0), data)
    assert result.history[0].steps == 1


@pytest.mark.parametrize("chosen", [True, False])
def test_the_arithmetic_of_others_is_left_alone(data, monkeypatch, chosen):
    """Bfloat16 is TensorFlow's setting for the whole process: it ends with the training."""
    import tensorflow as tf

    option = "auto_mixed_precision_onednn_bfloat16"
    seen = []

    def look(*_):
        seen.append(tf.config.optimizer.get_experimental_options()[option])

    tf.config.optimizer.set_experimental_options({option: chosen})
    monkeypatch.setattr(training, "BFLOAT16", () if chosen else ("",))
    try:
        train(configure(epochs=1), data, on_epoch=look)
        look()
    finally:
        tf.config.optimizer.set_experimental_options({option: False})
    assert seen == [not chosen, chosen]
