"""Model files from one format to another, in a process of its own.

    python -m mnist_core.training.model_conversion onnx MODEL.keras MODEL.onnx
    python -m mnist_core.training.model_conversion saved-model MODEL.keras MODEL.zip

A .keras file is opened by Keras in its safe mode, which refuses code, and never in the process
that serves the pages. What goes wrong there is written to standard output as one sentence.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mnist_core.files import write_atomically
from mnist_core.inference.classifier import ModelError

if TYPE_CHECKING:
    import keras

Target = Literal["onnx", "saved-model"]

PROJECT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 180
EXPECTED = "expected a .keras file that this app exported"
# The layer settings that `mnist_core.interpretability` supports; models with others are rejected.
PLAIN: dict[str, dict[str, tuple[Any, ...]]] = {
    "Activation": {"activation": ("linear", "relu")},
    "BatchNormalization": {"scale": (True,), "center": (True,)},
    "Conv2D": {"activation": ("linear", "relu"), "dilation_rate": ((1, 1),), "groups": (1,)},
    "Dense": {"activation": ("linear", "relu")},
    "ReLU": {"max_value": (None,), "negative_slope": (0,), "threshold": (0,)},
}


def convert(source: Path, target: Path, to: Target) -> None:
    """Convert a .keras file to ONNX, or to a zipped SavedModel for TensorFlow Serving.

    Raises:
        ModelError: The file is damaged, is no network for digits, or the result cannot be written.
    """
    command = [
        sys.executable,
        "-m",
        "mnist_core.training.model_conversion",
        to,
        str(source),
        str(target),
    ]
    try:
        done = subprocess.run(
            command,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(
            f"Converting {source.name} took longer than {TIMEOUT_SECONDS} seconds and was given "
            "up. Try again when the machine has less to do."
        ) from error
    if done.returncode != 0:
        lines = done.stdout.strip().splitlines()
        raise ModelError(lines[-1] if lines else f"{source.name} cannot be converted; {EXPECTED}.")


def _convert_to_onnx(model: keras.Model, target: Path) -> None:
    from mnist_core.training.onnx_export import write_onnx

    write_onnx(model, target)


def _convert_to_saved_model(model: keras.Model, target: Path) -> None:
    """Write a zip that holds the folder layout of TensorFlow Serving: name, version, files."""
    with tempfile.TemporaryDirectory() as folder:
        model.export(str(Path(folder) / model.name / "1"), format="tf_saved_model", verbose=False)
        archive = shutil.make_archive(str(Path(folder) / "archive"), "zip", folder, model.name)
        with write_atomically(target) as temporary:
            shutil.copyfile(archive, temporary)


def _load(source: Path) -> keras.Model:
    import keras

    try:
        model = keras.models.load_model(source, compile=False, safe_mode=True)
        names = [layer.name for layer in model.layers]
        model(keras.ops.zeros((1, 28, 28, 1)))
        fits = model.input_shape == (None, 28, 28, 1) and model.output_shape == (None, 10)
        odd = [
            f"{layer.name} has {name} {layer.get_config()[name]}, expected "
            f"{' or '.join(map(str, values))}"
            for layer in model.layers
            for name, values in PLAIN.get(type(layer).__name__, {}).items()
            if layer.get_config()[name] not in values
        ]
    except Exception as error:  # Keras raises many types that share no base.
        raise ModelError(
            f"{source.name} cannot be opened as a model: it is damaged, holds code, or was not "
            f"written by Keras; {EXPECTED}. Choose another file."
        ) from error
    if not fits or "logits" not in names:
        raise ModelError(
            f"{source.name} holds a network of another kind; {EXPECTED}, which takes 28 × 28 "
            "pixels and ends in ten logits. Choose another file."
        )
    if odd:
        raise ModelError(
            f"{source.name} holds a layer with a setting that the pages cannot explain: {odd[0]}. "
            "Choose another file."
        )
    if not _is_sequence(model):
        raise ModelError(
            f"{source.name} holds a network that branches; expected one whose layers follow each "
            "other in a single row, since the app shows them so. Choose another file."
        )
    return model


def _is_sequence(model: keras.Model) -> bool:
    """Tell whether the layers, applied one after another, do what the model does."""
    import keras
    import numpy as np

    image = np.random.default_rng(0).random((1, 28, 28, 1), np.float32)
    value = image
    try:
        for layer in model.layers:
            if not isinstance(layer, keras.layers.InputLayer):
                value = layer(value)
    except (TypeError, ValueError):  # a layer that joins branches takes a list
        return False
    return np.allclose(value, model(image), atol=1e-5, equal_nan=True)


def main(to: str, source: Path, target: Path) -> int:
    """Convert one file and return the exit status."""
    converters = {"onnx": _convert_to_onnx, "saved-model": _convert_to_saved_model}
    try:
        converters[to](_load(source), target)
    except ModelError as error:
        print(error)
        return 1
    except OSError as error:
        print(f"{target} cannot be written ({error.strerror}). Free some space and try again.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
