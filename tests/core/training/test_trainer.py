"""Tests of mnist_core.training.trainer: the loop computes what Keras does, and repeatably."""

from functools import partial

import numpy as np
import pytest

from mnist_core.config import OWN, Augmentation
from mnist_core.datasets.mnist import DatasetError, Mnist
from mnist_core.layer_designs import Conv2D, Dropout, Flatten
from mnist_core.network_design import NetworkDesign
from mnist_core.training import gradient_steps
from mnist_core.training.checkpoint_weights import restore
from mnist_core.training.epochs import EpochResult, Progress, StopTraining
from mnist_core.training.gradient_steps import WEIGHT_DECAY
from mnist_core.training.keras_evaluation import Performance
from mnist_core.training.trainer import build_model, split_validation, steps_per_epoch, train
from tests.small import build_small, configure, load_few

pytestmark = pytest.mark.slow

WITH_DROPOUT = NetworkDesign((Conv2D(4, 5, strides=4), Dropout(0.5), Flatten()))


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
    """The loop gives the same weights as `train_on_batch` on the same batches."""
    import keras

    monkeypatch.setattr(gradient_steps, "BFLOAT16", ())
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
    """The validation metrics are those of `evaluate` on the held-out images."""
    ours = train(configure(epochs=1, validation_fraction=0.25), data)
    held_out = split_validation(data.train, 0.25)[1]
    assert len(held_out.labels) == 160
    ours.model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    loss, accuracy = ours.model.evaluate(
        held_out.images[..., None] / np.float32(255), held_out.labels, verbose=0
    )
    assert ours.history[0].validation_loss == pytest.approx(loss, rel=1e-4)
    assert ours.history[0].validation_accuracy == pytest.approx(accuracy)


def test_the_network_is_evaluated_before_its_training(data):
    """Without changing what follows; once, and on training images if none are held out."""
    config = configure(epochs=1, validation_fraction=0.25)
    found: list[Performance] = []

    def note(performance: Performance, model: object) -> None:
        found.append(performance)

    watched = train(config, data, on_start=note)
    assert [each.loss for each in found] == [pytest.approx(np.log(10), abs=0.7)]
    assert 0 <= found[0].accuracy < 0.4
    np.testing.assert_array_equal(weights_of(watched.model), weights_of(train(config, data).model))
    longer = configure(epochs=2, validation_fraction=0.25)
    train(longer, data, on_start=note, resume_from=watched.model)
    assert len(found) == 1
    train(configure(epochs=1, validation_fraction=0), data, on_start=note)
    assert len(found) == 2


@pytest.mark.parametrize("augmentation", [Augmentation(), Augmentation(affine=True)])
def test_the_same_seed_gives_the_same_network(data, augmentation):
    """Two runs of one configuration agree to the last bit; another seed does not."""
    config = configure(epochs=1, augmentation=augmentation)
    first, second = (weights_of(train(config, data).model) for _ in range(2))
    other = weights_of(train(configure(epochs=1, seed=1), data).model)
    np.testing.assert_array_equal(first, second)
    assert not np.allclose(first, other)


@pytest.mark.parametrize("settings", [{}, {"model": OWN, "design": WITH_DROPOUT}])
def test_a_resumed_run_equals_an_uninterrupted_one(data, tmp_path, settings):
    """A run stopped after its first epoch and resumed from the file gets the same weights."""
    config = configure(epochs=3, **settings)
    whole = train(config, data)

    def stop_after_one(result: EpochResult, model):
        model.save(tmp_path / "checkpoint.keras")
        raise StopTraining

    part = train(config, data, on_epoch=stop_after_one)
    assert part.stopped
    checkpoint = build_model(config, len(data.train.labels))
    restore(checkpoint, tmp_path / "checkpoint.keras")
    rest = train(config, data, resume_from=checkpoint)
    assert [result.epoch for result in rest.history] == [2, 3]
    np.testing.assert_allclose(weights_of(rest.model), weights_of(whole.model), atol=1e-6)
    assert rest.history[-1].loss == pytest.approx(whole.history[-1].loss, rel=1e-5)


def test_a_stopped_run_keeps_its_model(data):
    """A stop at the first report ends the run after that step and returns the model."""

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


def test_the_test_split_is_not_used(data):
    """Training works without a test split."""
    blind = Mnist(data.train, None, "blind")  # type: ignore[arg-type]
    assert train(configure(epochs=1), blind).history


def test_a_batch_size_larger_than_the_data(data):
    """All training images form one batch."""
    result = train(configure(epochs=1, batch_size=4096, validation_fraction=0), data)
    assert result.history[0].steps == 1


def test_training_without_images_is_refused(data):
    """There is no batch of nothing."""
    empty = Mnist(split_validation(data.train, 0)[1], data.test, "empty")
    with pytest.raises(DatasetError, match="no images"):
        train(configure(epochs=1), empty)
