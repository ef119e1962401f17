"""Tests of mnist_core.runs.model_registry: which models there are, and loading one from a file."""

import os
import shutil
import zipfile

import numpy as np
import pytest

from mnist_core.array_cache import save_arrays
from mnist_core.config import TrainingConfig
from mnist_core.datasets.mnist import Split
from mnist_core.evaluation.evaluation import evaluate
from mnist_core.inference.classifier import DEFAULT_MODEL, PRETRAINED, Classifier, ModelError
from mnist_core.runs.model_registry import (
    SHIPPED,
    default_model,
    get_model,
    list_loaded,
    list_models,
    load_file,
    prepare_saved_model,
    trained_model,
)
from mnist_core.runs.store import RunStore
from mnist_core.runs.trained_model import delete_model
from tests.diverged import make_diverged
from tests.small import build_small, load_few


@pytest.fixture
def store(tmp_path):
    """Return an empty store of runs."""
    return RunStore(tmp_path / "runs")


@pytest.fixture
def run(store):
    """Return a finished run whose network is the shipped one."""
    run = store.create(TrainingConfig(epochs=2), name="Mine", status="finished")
    for path in (run.model_path, run.epoch_model_path(1), run.epoch_model_path(2)):
        shutil.copyfile(DEFAULT_MODEL, path)
    return run


@pytest.fixture(scope="module")
def keras_file(tmp_path_factory):
    """Return the path of a small network as Keras saves it."""
    import keras

    keras.utils.set_random_seed(5)
    path = tmp_path_factory.mktemp("keras") / "small.keras"
    build_small().save(path)
    return path


def test_trained_models_come_before_shipped_ones(store, run):
    """The list holds the runs that have a model, and what came with the package."""
    store.create(TrainingConfig())
    titles = [model.title for model in list_models(store)]
    assert titles[0] == "Mine"
    assert "Compact (built in)" in titles[1:]
    assert len(titles) == len(set(titles))


def test_models_of_one_name_are_told_apart(store, run):
    """Titles are unique, since a list to choose from knows its entries by them."""
    for _ in range(2):
        other = store.create(TrainingConfig(), name="Mine", status="finished")
        shutil.copyfile(DEFAULT_MODEL, other.model_path)
    assert sorted(model.title for model in list_models(store) if model.run is not None) == [
        "Mine",
        "Mine (2)",
        "Mine (3)",
    ]


def test_the_last_epoch_of_a_finished_run_is_the_trained_network(store, run):
    """A stopped one went on past its last whole epoch; a model without a run has no epochs."""
    assert trained_model(run.read()).earlier_epochs == (1,)
    run.write_state(status="stopped")
    assert trained_model(run.read()).earlier_epochs == (1, 2)
    assert default_model().earlier_epochs == ()


def test_many_epochs_are_sampled_evenly(store, run):
    """From the first to the last, with the model's own; few are all there."""
    assert trained_model(run.read()).sample_epochs(5) == [1, 2]
    for epoch in range(3, 42):
        shutil.copyfile(run.epoch_model_path(1), run.epoch_model_path(epoch))
    assert trained_model(run.read()).sample_epochs(5) == [1, 11, 21, 31, 41]
    assert trained_model(run.read()).at_epoch(12).sample_epochs(5) == [1, 11, 12, 21, 31, 41]
    assert default_model().sample_epochs(5) == []


def test_a_model_is_found_by_its_id(store, run):
    """The id of a run finds its model, and with an epoch the network of that epoch."""
    assert get_model(store, run.id).path == run.model_path
    first = get_model(store, f"{run.id}@1")
    assert (first.epoch, first.path) == (1, run.epoch_model_path(1))
    for missing in ("gone", f"{run.id}@9"):
        with pytest.raises(ModelError):
            get_model(store, missing)


@pytest.mark.parametrize("epoch", ["", "x", "²", "-1", "1.0", "1@1", "9" * 5000])
@pytest.mark.parametrize("of_run", [True, False])
def test_what_is_no_epoch_is_refused(store, run, epoch, of_run):
    """No other model is returned instead."""
    model_id = f"{run.id if of_run else 'compact'}@{epoch}"
    with pytest.raises(ModelError, match="expected the number of an epoch after the @"):
        get_model(store, model_id)


def test_the_default_model_is_the_shipped_one_whatever_was_loaded(store, run):
    """It is the one that the classifier loads by itself, also where others come before it."""
    load_file(store, "A.onnx", (PRETRAINED / "compact.onnx").read_bytes())
    default = default_model()
    assert default.path == DEFAULT_MODEL
    assert default == get_model(store, default.id)


def test_a_loaded_file_that_broke_leaves_the_others_alone(store):
    """It is still listed, to be deleted; only asking it says that it is damaged."""
    broken = load_file(store, "A.onnx", DEFAULT_MODEL.read_bytes())
    broken.path.write_bytes(b"no model")
    assert broken.id in [model.id for model in list_models(store)]
    with pytest.raises(ModelError):
        broken.load()
    assert get_model(store, default_model().id).load().parameters == Classifier.load().parameters


def test_a_model_knows_when_its_file_was_changed(store):
    """By the file itself; one that is gone has no time."""
    loaded = load_file(store, "A.onnx", DEFAULT_MODEL.read_bytes())
    assert loaded.modified == loaded.path.stat().st_mtime_ns
    loaded.path.unlink()
    assert loaded.modified == 0


def test_an_evaluation_is_computed_once_and_again_for_another_model(run):
    """Answers are kept beside the model, for the same file and the same images alone."""
    split = load_few().test
    model = trained_model(run.read())
    kept = run.model_path.with_suffix(".npz")
    first = model.evaluate(split)
    stamp = kept.stat().st_mtime_ns
    assert model.evaluate(split).accuracy == first.accuracy
    assert kept.stat().st_mtime_ns == stamp
    other = {"labels": split.labels, "probabilities": np.full((64, 10), 0.1, np.float32)}
    save_arrays(kept, "another digest", other)
    assert model.evaluate(split).accuracy == first.accuracy
    kept.write_bytes(kept.read_bytes()[:100])
    assert model.evaluate(split).accuracy == first.accuracy
    turned = Split(split.images[:, ::-1], split.labels)
    assert not np.allclose(model.evaluate(turned).probabilities, first.probabilities)


def test_an_onnx_file_is_taken_in_and_let_go(store):
    """A model from a file is listed under the file's name until it is deleted."""
    model = load_file(store, "Friend's.onnx", DEFAULT_MODEL.read_bytes())
    assert list_models(store)[0].title == "Friend's.onnx"
    assert get_model(store, model.id).load().parameters == Classifier.load().parameters
    delete_model(model)
    assert model.id not in {item.id for item in list_models(store)}
    assert store.list() == []
    delete_model(model)  # somebody else was quicker


def test_the_same_file_is_loaded_once(store):
    """By its content, under the first name; deleted, it can be loaded again."""
    content = DEFAULT_MODEL.read_bytes()
    model = load_file(store, "mine.onnx", content)
    again = load_file(store, "other.onnx", content)
    assert (again.id, again.title) == (model.id, "mine.onnx")
    assert [loaded.id for loaded in list_loaded(store)] == [model.id]
    delete_model(model)
    assert load_file(store, "other.onnx", content).title == "other.onnx"


def test_a_diverged_model_is_refused(store):
    """It is not among the models that can be chosen."""
    with pytest.raises(ModelError, match="outputs NaN"):
        load_file(store, "nan.onnx", make_diverged())
    assert not list_loaded(store)


def test_a_file_that_is_too_large_is_refused(store):
    """Before it is opened, with its size and the limit."""
    with pytest.raises(ModelError, match=r"big\.keras has 40 MB; expected at most 32 MB"):
        load_file(store, "big.keras", bytes(40_000_000))


def test_a_loaded_model_that_cannot_be_deleted_is_told(store, monkeypatch):
    """It would come back in the list without a word."""
    model = load_file(store, "Friend's.onnx", DEFAULT_MODEL.read_bytes())

    def refuse(folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(ModelError, match=r"Friend's\.onnx.*Permission denied"):
        delete_model(model)


@pytest.mark.slow
@pytest.mark.slow
def test_a_keras_file_is_taken_in(store, keras_file):
    """A .keras file answers as the network that was saved."""
    import keras

    images = load_few().test.images
    model = load_file(store, "small.keras", keras_file.read_bytes())
    np.testing.assert_allclose(
        model.load().outputs(images, ["probabilities"])[0],
        keras.models.load_model(keras_file)(images[..., None] / np.float32(255)),
        atol=1e-5,
    )


def make_keras_with_code(folder):
    """Save a network whose Lambda layer would run code when it is loaded."""
    import keras

    trap = folder / "code-was-run"
    code = f"__import__('pathlib').Path({str(trap)!r}).touch()"
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Lambda(lambda x, code=code: (eval(code), x)[1], name="trap"),
            keras.layers.Flatten(),
            keras.layers.Dense(10, name="logits"),
        ]
    )
    trap.unlink(missing_ok=True)
    model.save(folder / "code.keras")
    return (folder / "code.keras").read_bytes(), trap


@pytest.mark.slow
@pytest.mark.slow
def test_code_in_a_keras_file_is_not_run(store, tmp_path):
    """A file with a Lambda layer is refused, and nothing in it is executed."""
    content, trap = make_keras_with_code(tmp_path)
    with pytest.raises(ModelError, match="trap is a Lambda"):
        load_file(store, "code.keras", content)
    assert not trap.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", b"hello"),
        ("weights.h5", b"\x89HDF"),
        ("nothing.onnx", b""),
        ("damaged.onnx", DEFAULT_MODEL.read_bytes()[:5000]),
        ("damaged.keras", b"PK\x03\x04 no archive"),
        ("../../escape.onnx", b"nothing"),
    ],
)
def test_a_foreign_file_is_refused_in_one_sentence(store, name, content):
    """The message tells what was wrong and what to do, and nothing is saved."""
    with pytest.raises(ModelError) as caught:
        load_file(store, name, content)
    assert "Choose" in str(caught.value) or "choose" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list(store.folder.rglob("*.onnx"))


@pytest.mark.slow
@pytest.mark.slow
def test_a_keras_model_of_another_kind_is_refused(store, tmp_path):
    """An intact file of a network for other inputs has a message of its own."""
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.save(tmp_path / "other.keras")
    with pytest.raises(ModelError, match="Choose another file"):
        load_file(store, "other.keras", (tmp_path / "other.keras").read_bytes())


def save_functional(folder, join):
    """Save a network written in the functional style, two dense layers joined at the end."""
    import keras
    from keras import layers

    image = keras.Input((28, 28, 1))
    first = layers.Dense(16)(layers.Flatten()(image))
    logits = layers.Dense(10, name="logits")(join(first, layers.Dense(16)(first)))
    model = keras.Model(image, layers.Softmax(name="probabilities")(logits))
    model.save(folder / "functional.keras")
    return (folder / "functional.keras").read_bytes()


@pytest.mark.slow
@pytest.mark.slow
def test_a_network_that_branches_is_refused(store, tmp_path):
    """The pages show the layers in a row, which such a network's are not."""
    content = save_functional(tmp_path, lambda first, second: first + second)
    with pytest.raises(ModelError, match="branches"):
        load_file(store, "functional.keras", content)
    content = save_functional(tmp_path, lambda _, second: second)
    assert load_file(store, "functional.keras", content).load().layers[-1].kind == "Softmax"


@pytest.mark.slow
@pytest.mark.slow
@pytest.mark.parametrize(
    ("convolution", "activation"),
    [
        ({"dilation_rate": 2}, {}),
        ({"groups": 2}, {}),
        ({"activation": "silu"}, {}),
        ({}, {"max_value": 1}),
        ({}, {"threshold": 1}),
    ],
)
def test_settings_that_the_pages_do_not_reckon_with_are_refused(
    convolution, activation, store, tmp_path
):
    """They would show windows and gradients that are not the network's."""
    import keras

    path = tmp_path / "odd.keras"
    keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(2, 3, name="first"),
            keras.layers.Conv2D(4, 3, **convolution, name="second"),
            keras.layers.ReLU(**activation, name="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(10, name="logits"),
        ]
    ).save(path)
    with pytest.raises(ModelError, match=next(iter(convolution | activation))):
        load_file(store, "odd.keras", path.read_bytes())


@pytest.mark.slow
@pytest.mark.slow
def test_a_saved_model_gives_the_same_answers(store, keras_file, tmp_path):
    """The zip for TensorFlow Serving holds a version folder whose signature answers alike."""
    import keras
    import tensorflow as tf

    run = store.create(TrainingConfig(), status="finished")
    with pytest.raises(ModelError, match=r"model\.keras"):
        prepare_saved_model(run)
    shutil.copyfile(keras_file, run.keras_path)
    prepare_saved_model(run)
    with zipfile.ZipFile(run.saved_model_path) as files:
        files.extractall(tmp_path / "served")
    served = tf.saved_model.load(str(tmp_path / "served" / "small" / "1"))
    images = load_few().test.images[..., None] / np.float32(255)
    answer = next(iter(served.signatures["serving_default"](tf.constant(images)).values()))
    np.testing.assert_allclose(answer, keras.models.load_model(keras_file)(images), atol=1e-5)


def test_a_pipe_or_a_device_in_place_of_a_model_is_refused(store: RunStore) -> None:
    """Reading the pipe would block, and the device has no end."""
    model = load_file(store, "A.onnx", DEFAULT_MODEL.read_bytes())
    few = Split(np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.uint8))
    model.path.unlink()
    os.mkfifo(model.path)
    with pytest.raises(ModelError):
        model.evaluate(few)
    model.path.unlink()
    model.path.symlink_to("/dev/zero")
    with pytest.raises(ModelError):
        model.evaluate(few)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_the_recorded_accuracy_of_a_shipped_model_is_true(name, data, tmp_path):
    """It is shown in the list of models, and measuring it would take too long there."""
    model = get_model(RunStore(tmp_path), name)
    assert model.accuracy == pytest.approx(evaluate(model.load(), data.test).accuracy, abs=5e-5)
