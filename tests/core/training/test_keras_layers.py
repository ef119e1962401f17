"""Tests of mnist_core.training.keras_layers: files in many forms, as Keras saves them."""

import numpy as np
import pytest

from mnist_core.inference.classifier import Classifier
from mnist_core.training.conversion_process import read_network, write_onnx
from mnist_core.training.keras_archive import KerasFileError

pytestmark = pytest.mark.slow
PIXELS = (28, 28, 1)


def make_models():
    """Yield names, input shapes and layers of networks that people save."""
    from keras import Input, Sequential, layers

    relu, end = {"activation": "relu"}, {"units": 10, "activation": "softmax"}
    yield (
        "softmax",
        PIXELS,
        [layers.Conv2D(4, 3, **relu), layers.Flatten(), layers.Dense(**end)],
    )
    yield "plain", (28, 28), [layers.Flatten(), layers.Dense(9, **relu), layers.Dense(10)]
    yield (
        "flat",
        (784,),
        [layers.Dense(9, **relu), layers.BatchNormalization(), layers.Dense(**end)],
    )
    yield (
        "rescaled",
        (28, 28),
        [
            layers.Rescaling(1 / 255),
            layers.Reshape((28, 28, 1)),
            layers.SpatialDropout2D(0.1),
            layers.Conv2D(4, 3, strides=2, padding="same", name="images"),
            layers.BatchNormalization(scale=False, beta_initializer="random_normal"),
            layers.Activation("relu"),
            layers.MaxPooling2D(2),
            layers.GaussianNoise(0.1),
            layers.GlobalAveragePooling2D(),
            layers.Dropout(0.5),
            layers.Dense(10, name="end"),
            layers.Activation("softmax", name="logits"),
        ],
    )
    yield (
        "reshaped",
        PIXELS,
        [
            layers.Conv2D(4, 3, strides=7, padding="same"),
            layers.MaxPooling2D(1, strides=2, padding="same"),
            layers.Reshape((-1,)),
            layers.Dense(9, **relu),
            layers.Reshape((9,)),
            layers.Dense(10),
        ],
    )
    yield "reshaped at first", PIXELS, [layers.Reshape((784,)), layers.Dense(10)]
    inner = [layers.Conv2D(3, 3, **relu), layers.Conv2D(4, 3, use_bias=False)]
    model = Sequential([Input((28, 28)), layers.Flatten(), layers.Dense(10)])
    yield "inner", PIXELS, [Sequential(inner), layers.Flatten(), layers.Dense(10)]
    yield "probabilities", (28, 28), [model, layers.Softmax()]


def save_models(folder, suffix, functional):
    """Yield each network, saved to a file, with its probabilities for five images."""
    import keras

    keras.utils.set_random_seed(2)
    images = np.random.default_rng(1).random((5, 28, 28), np.float32)
    for name, shape, parts in make_models():
        if functional:
            value = start = keras.Input(shape)
            for part in parts:
                value = part(value)
            model = keras.Model(start, value)
        else:
            model = keras.Sequential([keras.Input(shape), *parts])
        model.compile("adam", "categorical_crossentropy")
        path = folder / f"{name}{suffix}"
        model.save(path)
        output = np.asarray(model(images.reshape(-1, *shape), training=False))
        if not np.allclose(output.sum(axis=1), 1, atol=1e-3):
            output = np.asarray(keras.ops.softmax(output))
        yield path, images, output


@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
@pytest.mark.parametrize("functional", [False, True])
@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_each_form_of_file_computes_what_keras_computes(tmp_path, suffix, functional):
    """The probabilities are equal to rounding, whatever the layers' names and shapes are."""
    for path, images, expected in save_models(tmp_path, suffix, functional):
        network = read_network(path)
        write_onnx(network, tmp_path / "model.onnx")
        classifier = Classifier.load(tmp_path / "model.onnx")
        found = classifier.probabilities(images)
        np.testing.assert_allclose(found, expected, atol=1e-5, err_msg=path.name)


def test_half_precision_is_read(tmp_path):
    """Its weights become float32."""
    import keras

    keras.config.set_dtype_policy("float16")
    try:
        model = keras.Sequential(
            [keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)]
        )
        model.save(tmp_path / "half.keras")
    finally:
        keras.config.set_dtype_policy("float32")
    weights = read_network(tmp_path / "half.keras").weights
    assert {str(values.dtype) for values in weights.values()} == {"float32"}


@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
def test_an_hdf5_file_without_a_network_has_its_reason(tmp_path):
    """Weights alone, an HDF5 file of something else, and a damaged one."""
    import h5py
    import keras

    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10)])
    model.save_weights(tmp_path / "only.weights.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["data"] = [1, 2]
    model.save(tmp_path / "whole.h5")
    (tmp_path / "cut.h5").write_bytes((tmp_path / "whole.h5").read_bytes()[:900])
    for name, reason in (
        ("only.weights.h5", "holds only weights"),
        ("other.h5", "not a model of Keras"),
        ("cut.h5", "damaged HDF5 file"),
    ):
        with pytest.raises(KerasFileError, match=reason):
            read_network(tmp_path / name)


def link(file, path):
    """Replace a variable by a link to another file."""
    import h5py

    del file[path]
    file[path] = h5py.ExternalLink("secret.h5", "/kernel")


def move_outside(file, path):
    """Replace a variable by bytes of another file."""
    shape = file[path].shape
    del file[path]
    file.create_dataset(path, shape, "f4", external=[("secret.bin", 0, 31_360)])


@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
@pytest.mark.parametrize("change", [link, move_outside])
def test_weights_of_an_hdf5_file_that_lie_elsewhere_are_refused(tmp_path, change):
    """Nothing outside of the file is opened."""
    import h5py
    import keras

    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["kernel"] = np.zeros((784, 10), np.float32)
    (tmp_path / "secret.bin").write_bytes(bytes(31_360))
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, name="end")], name="own")
    model.save(tmp_path / "model.h5")
    with h5py.File(tmp_path / "model.h5", "r+") as file:
        change(file, "model_weights/end/own/end/kernel")
    with pytest.raises(KerasFileError, match=r"link to another place|lie in another file"):
        read_network(tmp_path / "model.h5")
