"""The tutorial's network in NumPy, compared with small nudges and with Keras."""

import numpy as np
import pytest

from mnist_core.course.example import IMAGE
from mnist_core.course.learning_rates import (
    CONFIG,
    RATES,
    STEPS,
    read_curves,
    train_steps,
    try_rates,
)
from mnist_core.course.numpy_network import compute_gradients, forward, make_weights, step
from mnist_core.course.one_weight import PLACES, examine_weight, trace_loss
from mnist_core.datasets.mnist import Mnist
from mnist_core.preprocessing.scaling import as_float


def test_gradients_agree_with_nudges(data: Mnist) -> None:
    """One weight of each layer; and one step makes the loss smaller."""
    image, label = as_float(data.train.images[IMAGE]), int(data.train.labels[IMAGE])
    weights = make_weights(0)
    for place in PLACES:
        found = examine_weight(weights, image, label, place, 1.0)
        assert found.nudged == pytest.approx(found.gradient, rel=1e-3)
        assert found.new_loss < found.loss
        if found.factors is not None:
            assert np.prod(found.factors) == pytest.approx(found.gradient)
    near = trace_loss(weights, image, label, "last", np.array([found.weight, found.new_weight]))
    np.testing.assert_allclose(near, [found.loss, found.new_loss], rtol=1e-5)


def test_a_large_loss_is_not_cut_off(data: Mnist) -> None:
    """Unscaled pixels make the first step so large that a probability of float32 rounds to 0."""
    before, (after,) = try_rates(data.train, (CONFIG.learning_rate,), factor=255)
    assert before == pytest.approx(52.80, abs=0.01)
    assert after == pytest.approx(5269, abs=5)


def test_the_weight_of_the_convolution_shows_a_valley(data: Mnist) -> None:
    """A middle step ends lower than a small one, and a large step ends higher than it began."""
    image, label = as_float(data.train.images[IMAGE]), int(data.train.labels[IMAGE])
    small, middle, large = (
        examine_weight(make_weights(0), image, label, "convolution", rate) for rate in (1, 5, 20)
    )
    assert middle.new_loss < small.new_loss < small.loss < large.new_loss


def test_the_curves_begin_as_they_are_computed(data: Mnist) -> None:
    """The first steps of each stored curve; the tutorial's rate is the best of the three."""
    curves = read_curves()
    assert list(curves) == list(RATES)
    for rate, losses in curves.items():
        assert len(losses) == STEPS
        np.testing.assert_allclose(list(train_steps(data.train, rate, 2)), losses[:2], rtol=2e-3)
    ends = {rate: np.mean(losses[-20:]) for rate, losses in curves.items()}
    assert min(ends, key=lambda rate: ends[rate]) == CONFIG.learning_rate


@pytest.mark.slow
def test_keras_computes_the_same(data: Mnist) -> None:
    """Loss, gradients of all weights, and the weights after one step of SGD."""
    import keras
    import tensorflow as tf

    from mnist_core.training.architectures import find_design
    from mnist_core.training.model_builders import build_design

    images, labels = as_float(data.train.images[:8]), data.train.labels[:8]
    weights = make_weights(0)
    model = build_design(find_design(CONFIG), "tutorial")
    model.set_weights(weights)
    with tf.GradientTape() as tape:
        probabilities = model(images[..., np.newaxis], training=False)
        loss = keras.losses.CategoricalCrossentropy()(np.eye(10)[labels], probabilities)
    expected = tape.gradient(loss, model.trainable_variables)
    own_loss, gradients = compute_gradients(weights, images, labels)
    assert own_loss == pytest.approx(float(loss), rel=1e-4)
    np.testing.assert_allclose(forward(weights, images).probabilities, probabilities, atol=1e-5)
    for own, other in zip(gradients, expected, strict=True):
        np.testing.assert_allclose(own, other, atol=2e-5)
    keras.optimizers.SGD(0.1).apply(expected, model.trainable_variables)
    for own, other in zip(step(weights, gradients, 0.1), model.get_weights(), strict=True):
        np.testing.assert_allclose(own, other, atol=1e-5)
