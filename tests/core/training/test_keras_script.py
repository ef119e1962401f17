"""Tests of mnist_core.training.keras_script: the program does what the run does."""

import ast
import re
from dataclasses import replace

import numpy as np
import pytest

from mnist_core.config import OWN, Augmentation, TrainingConfig
from mnist_core.inference.layer_rules import Layer
from mnist_core.layer_designs import (
    ActivationLayer,
    AveragePooling2D,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
)
from mnist_core.network_design import NetworkDesign
from mnist_core.training.architectures import NETWORKS, find_design
from mnist_core.training.keras_script import make_script
from mnist_core.training.script_code import write_layer
from tests.small import load_few

ROWS = NetworkDesign(
    (
        Conv2D(6, 5, strides=2, padding="same", activation="gelu"),
        AveragePooling2D(3, strides=2),
        Flatten(),
        Dense(12, activation="tanh"),
    )
)
MAPS = NetworkDesign(
    (
        Conv2D(4, 3, batch_normalization=True, activation="leaky_relu"),
        Conv2D(8, 3, activation="linear"),
        ActivationLayer("sigmoid"),
        GlobalAveragePooling2D(),
    )
)
DESIGNED = [TrainingConfig(model=OWN, design=design) for design in (ROWS, MAPS)]
NAMED = [NETWORKS[name].defaults for name in ("tutorial", "compact", "swift", "accurate")]
ALL_CHANGES = Augmentation(affine=True, elastic=True, thickness=True, style=True)


def run(script, monkeypatch, folder, count=96):
    """Run a program on few images, and return its variables."""
    import keras

    data = load_few(count, 32)

    def load_data():
        return (data.train.images, data.train.labels), (data.test.images, data.test.labels)

    monkeypatch.setattr(keras.datasets.mnist, "load_data", load_data)
    monkeypatch.chdir(folder)
    variables = {"__name__": "__main__"}
    exec(compile(script, "script.py", "exec"), variables)
    return variables


@pytest.mark.slow
@pytest.mark.parametrize("config", [*NAMED, *DESIGNED], ids=lambda config: config.model)
def test_the_program_builds_and_trains_the_same_network(config, monkeypatch, tmp_path, capsys):
    """Layers, shapes in the comments, parameters and first weights are those of the run."""
    import keras

    from mnist_core.training.model_builders import build_design

    config = replace(config, epochs=1, batch_size=32)
    script = make_script(config)
    model = run(script, monkeypatch, tmp_path)["model"]
    keras.utils.set_random_seed(config.seed)
    expected = build_design(find_design(config), config.model)
    assert [(each.name, type(each), each.output.shape) for each in model.layers] == [
        (each.name, type(each), each.output.shape) for each in expected.layers
    ]
    assert model.count_params() == expected.count_params()
    comments = re.findall(r"layers\.\w+\(.*name=\"\w+\"\),  # ([\d ×,]+)\n", script)
    shapes = [each.output.shape[1:] for each in expected.layers]
    assert [tuple(map(int, comment.replace(",", "").split(" × "))) for comment in comments] == [
        tuple(shape) for shape in shapes
    ]
    assert "test images are classified incorrectly" in capsys.readouterr().out
    assert (tmp_path / f"{config.model}.keras").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("config", "schedule"),
    list(zip(DESIGNED, ["constant", "one-cycle"], strict=True)),
    ids=["rows", "maps"],
)
def test_losses_are_those_of_the_run(config, schedule, monkeypatch, tmp_path):
    """With all images in one batch, their order does not matter, and the seed is the same."""
    from mnist_core.training.trainer import train

    config = replace(config, schedule=schedule, epochs=4, batch_size=96, validation_fraction=1 / 4)
    variables = run(make_script(config), monkeypatch, tmp_path, count=128)
    history = train(config, load_few(128)).history
    losses = [result.loss for result in history]
    assert losses[0] != pytest.approx(losses[-1], rel=1e-3)
    np.testing.assert_allclose(variables["history"].history["loss"], losses, rtol=0.02)
    validation = np.array([result.validation_loss for result in history], float)
    np.testing.assert_allclose(variables["history"].history["val_loss"], validation, rtol=0.02)


@pytest.mark.slow
def test_early_stopping_ends_at_the_epoch_of_the_run(monkeypatch, tmp_path):
    """With label smoothing, which makes Keras's loss rise in the eleventh epoch of twelve."""
    from mnist_core.training.trainer import train

    config = replace(
        DESIGNED[0],
        schedule="constant",
        learning_rate=0.03,
        label_smoothing=0.3,
        patience=1,
        epochs=12,
        batch_size=96,
        validation_fraction=1 / 4,
    )
    variables = run(make_script(config), monkeypatch, tmp_path, count=128)
    history = train(config, load_few(128)).history
    found = variables["history"].history
    validation = np.array([result.validation_loss for result in history], float)
    np.testing.assert_allclose(found["val_crossentropy"], validation, rtol=0.05)
    assert found["val_loss"][10] > found["val_loss"][9]


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        Augmentation(affine=True),
        Augmentation(elastic=True),
        Augmentation(thickness=True),
        ALL_CHANGES,
    ],
)
def test_the_programs_augmentation_changes_images_and_keeps_digits(changes, monkeypatch, tmp_path):
    """The images stay in 0..1, their labels are unchanged, and no two passes are equal."""
    config = replace(DESIGNED[0], epochs=1, batch_size=32, augmentation=changes)
    variables = run(make_script(config), monkeypatch, tmp_path)
    images, labels = variables["x_train"][:20], variables["y_train"][:20]
    first, second = (variables["change"](images, labels) for _ in range(2))
    changed = np.asarray(first[0])
    np.testing.assert_array_equal(first[1], labels)
    assert changed.shape == images.shape
    assert changed.min() >= -1e-6
    assert changed.max() <= 1 + 1e-6
    assert not np.allclose(changed, np.asarray(second[0]))
    overlap = (changed * images).sum() / np.sqrt((changed**2).sum() * (images**2).sum())
    assert 0.6 < overlap < 0.999


def list_names(script):
    """Return the names that a program assigns, defines or imports, and those that it reads."""
    stored: set[str] = set()
    loaded: set[str] = set()
    for node in ast.walk(ast.parse(script)):
        if isinstance(node, ast.Name):
            (loaded if isinstance(node.ctx, ast.Load) else stored).add(node.id)
        elif isinstance(node, ast.alias):
            stored.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.FunctionDef):
            stored.add(node.name)
    return stored, loaded


@pytest.mark.parametrize("augmentation", [True, False])
@pytest.mark.parametrize("schedule", [True, False])
@pytest.mark.parametrize("fraction", [0, 1 / 12])
@pytest.mark.parametrize("config", [*NAMED, *DESIGNED], ids=lambda config: config.model)
def test_a_program_has_no_dead_code_and_needs_tensorflow_alone(
    config, fraction, schedule, augmentation
):
    """Each name is used, and no module but Keras, NumPy and TensorFlow is imported."""
    script = make_script(replace(config, validation_fraction=fraction), augmentation, schedule)
    stored, loaded = list_names(script)
    assert stored - loaded == {"history"}
    assert set(re.findall(r"^(?:import|from) (\w+)", script, re.M)) <= {
        "keras",
        "numpy",
        "tensorflow",
    }
    assert max(map(len, script.splitlines())) <= 110
    assert ("def change" in script) == (augmentation and bool(config.augmentation))
    assert ("CosineDecay" in script) == (schedule and config.schedule == "one-cycle")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"learning_rate": 1}, "Adam(learning_rate)"),
        ({"schedule": "constant", "learning_rate": 1}, "optimizers.Adam(1.0)"),
        ({"schedule": "constant", "optimizer": "sgd"}, "optimizers.SGD(0.01)"),
        ({"schedule": "constant", "optimizer": "adamw"}, "AdamW(0.01, weight_decay=0.05)"),
        ({"label_smoothing": 0.1}, "CategoricalCrossentropy(label_smoothing=0.1)"),
        ({"seed": 7}, "set_random_seed(7)"),
        ({"epochs": 5, "batch_size": 64}, "epochs, batch_size = 5, 64"),
        ({"validation_fraction": 0.25}, "round(len(x_train) * 1 / 4)"),
        ({"augmentation": ALL_CHANGES}, "leaves them out"),
        ({"model": "swift"}, 'name="swift"'),
        ({"model": OWN, "design": MAPS}, 'layers.Activation("sigmoid"'),
    ],
)
def test_every_setting_is_in_the_program(changes, code):
    """A setting that is added to the configuration needs its code too."""
    script = make_script(replace(TrainingConfig(), **changes))
    assert code in " ".join(script.replace("\n# ", " ").split())


def test_arguments_that_are_defaults_are_left_out():
    """Others are written, equal pairs as one number."""
    settings = {
        "filters": 4,
        "kernel_size": (3, 5),
        "strides": (2, 2),
        "padding": "same",
        "activation": "linear",
        "use_bias": False,
    }
    layer = Layer("c", "Conv2D", (1, 1, 4), 0, settings, ())
    code = 'layers.Conv2D(4, (3, 5), strides=2, padding="same", use_bias=False, name="c")'
    assert write_layer(layer) == code


def test_early_stopping_is_that_of_the_run():
    """The best weights come back, as in the run."""
    script = make_script(TrainingConfig(patience=3))
    assert "patience=3, restore_best_weights=True" in script
    assert "EarlyStopping" not in make_script(TrainingConfig())


@pytest.mark.parametrize("smoothing", [0, 0.1])
@pytest.mark.parametrize("patience", [None, 3])
def test_the_loss_without_smoothing_is_a_metric_where_a_run_can_end_by_it(patience, smoothing):
    """Keras's own validation loss includes the smoothing."""
    script = make_script(TrainingConfig(patience=patience, label_smoothing=smoothing))
    needed = patience is not None and smoothing > 0
    assert ('keras.metrics.CategoricalCrossentropy(name="crossentropy")' in script) == needed
    assert ('monitor="val_crossentropy", mode="min"' in script) == needed
    watched = "early stopping watches the cross-entropy without it"
    assert (watched in read_comments(script)) == needed


def read_comments(script):
    """Return the comments of a program, without line breaks."""
    return " ".join(script.replace("\n# ", " ").split())


@pytest.mark.parametrize("fraction", [0, 1 / 12])
@pytest.mark.parametrize("config", NAMED, ids=lambda config: config.model)
def test_the_program_says_that_it_does_not_calibrate(config, fraction):
    """The app does, if there are validation images, so its test loss is another one."""
    comments = read_comments(make_script(replace(config, validation_fraction=fraction)))
    assert ("its test loss differ from those in the app." in comments) == bool(fraction)


@pytest.mark.parametrize("augmentation", [True, False])
def test_the_program_says_which_images_an_epoch_has(augmentation):
    """With augmentation, the last batch is left out if it is incomplete."""
    script = make_script(NETWORKS["compact"].defaults, augmentation=augmentation)
    comments = read_comments(script)
    left_out = "all training images once (except the last, incomplete batch), in a new random order"
    assert (left_out in comments) == ("drop_remainder=True" in script) == augmentation
    assert ("Keras also uses the last, smaller batch" in comments) != augmentation
