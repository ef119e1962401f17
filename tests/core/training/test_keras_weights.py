"""Tests of mnist_core.training.keras_weights: the HDF5 file inside a .keras file."""

import h5py
import numpy as np
import pytest

from benchmarks.keras_files import (
    describe_dense,
    describe_input,
    describe_layer,
    describe_model,
    write_weights,
)
from mnist_core.training.keras_archive import KerasFileError
from mnist_core.training.keras_config import parse_network
from mnist_core.training.keras_weights import read_legacy_weights, read_weights

KERNEL = "layers/dense/vars/0"


def read(folder, content, network=None):
    """Read the weights of the tiny network from bytes."""
    file = folder / "weights.h5"
    file.write_bytes(content)
    return read_weights(file, network or parse_network(describe_model()))


def test_weights_are_read_by_name(tmp_path):
    """They are float32 of the expected shapes."""
    weights = read(tmp_path, write_weights())
    assert {name: values.shape for name, values in weights.items()} == {
        "logits/kernel": (784, 10),
        "logits/bias": (10,),
    }
    assert all(values.dtype == np.float32 for values in weights.values())


def test_layers_of_one_class_are_counted(tmp_path):
    """The second Dense layer is "dense_1" in the file, whatever its name is."""
    layers = describe_model()["config"]["layers"]
    layers.insert(3, describe_dense("more", 10))

    def add_layer(file):
        file["layers/dense_1/vars/0"] = np.eye(10, dtype=np.float64)
        file["layers/dense_1/vars/1"] = np.arange(10, dtype=np.float16)

    layers[2]["config"]["name"], layers[3]["config"]["name"] = "hidden", "logits"
    network = parse_network(describe_model(layers=layers))
    weights = read(tmp_path, write_weights(add_layer), network)
    np.testing.assert_array_equal(weights["logits/kernel"], np.eye(10))
    np.testing.assert_array_equal(weights["logits/bias"], np.arange(10))


def test_models_in_a_model_may_name_their_layers_alike(tmp_path):
    """In an HDF5 file, a layer's weights are those below the names of all the models around it."""

    def nest(name, *layers):
        return {
            "module": "keras",
            "class_name": "Sequential",
            "config": {"name": name, "layers": list(layers)},
            "registered_name": None,
        }

    first, second = (nest(name, describe_dense("same", 10)) for name in ("one", "two"))
    network = parse_network(
        describe_model(
            layers=[
                describe_input(28, 28, 1),
                describe_layer("Flatten", "flatten"),
                describe_dense("wide", 10),
                nest("blocks", first, second),
                describe_dense("logits", 10),
            ]
        )
    )
    file = tmp_path / "model.h5"
    with h5py.File(file, "w") as content:
        for number, (place, inputs) in enumerate(
            {"wide/wide": 784, "blocks/blocks/one/same": 10, "blocks/blocks/two/same": 10,
             "logits/logits": 10}.items()
        ):  # fmt: skip
            content[f"model_weights/{place}/kernel"] = np.full((inputs, 10), number, np.float32)
            content[f"model_weights/{place}/bias"] = np.full(10, number, np.float32)
    weights = read_legacy_weights(file, network)
    assert [values.max() for values in weights.values()] == [0, 0, 1, 1, 2, 2, 3, 3]


def put(value):
    """Return a change that puts something in place of the kernel."""

    def change(file):
        del file[KERNEL]
        if value is not None:
            file[KERNEL] = value

    return change


def put_external_data(file):
    """Let the kernel be bytes of another file."""
    del file[KERNEL]
    file.create_dataset(KERNEL, (784, 10), "f4", external=[("secret.bin", 0, 784 * 40)])


def put_virtual_data(file):
    """Let the kernel be a dataset of another file."""
    del file[KERNEL]
    layout = h5py.VirtualLayout((784, 10), "f4")
    layout[...] = h5py.VirtualSource("secret.h5", "kernel", (784, 10))
    file.create_virtual_dataset(KERNEL, layout)


def put_compressed_data(file):
    """Let the kernel be compressed."""
    del file[KERNEL]
    file.create_dataset(KERNEL, data=np.zeros((784, 10), "f4"), compression="gzip")


def put_unwritten_data(file):
    """Let the kernel be an array whose values were never written."""
    del file[KERNEL]
    file.create_dataset(KERNEL, (784, 10), "f4")


def put_linked_group(file):
    """Let a folder on the way be in another file."""
    del file["layers/dense"]
    file["layers/dense"] = h5py.ExternalLink("secret.h5", "/dense")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (put(h5py.ExternalLink("secret.h5", "/kernel")), "link to another place or file"),
        (put(h5py.SoftLink("/layers/dense/vars/1")), "link to another place or file"),
        (put_linked_group, "link to another place or file"),
        (put_external_data, "lie in another file"),
        (put_virtual_data, "lie in another file"),
        (put_compressed_data, "compressed"),
        (put_unwritten_data, "missing"),
        (put(None), "no weights for “logits/kernel”"),
        (put(np.zeros((784, 11), np.float32)), r"\(784, 11\) float32”; expected \(784, 10\)"),
        (put(np.zeros((784, 10), np.int8)), r"int8”; expected"),
        (put(np.float32(1)), r"“\(\) float32”; expected"),
        (put(h5py.Empty("f4")), "expected"),
    ],
)
def test_weights_that_are_elsewhere_or_do_not_fit_are_refused(tmp_path, change, reason):
    """A file beside the weights, which would be read otherwise, is not opened."""
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["kernel"] = file["dense/vars/0"] = np.zeros((784, 10), np.float32)
    (tmp_path / "secret.bin").write_bytes(bytes(784 * 40))
    with pytest.raises(KerasFileError, match=reason):
        read(tmp_path, write_weights(change))


@pytest.mark.parametrize("length", [0, 8, 100, 1000])
def test_a_cut_file_is_refused(tmp_path, length):
    """The HDF5 library's own message is not shown."""
    with pytest.raises(KerasFileError, match="weights are damaged"):
        read(tmp_path, write_weights()[:length])
