"""Train the line reader, the network of `mnist_core.inference.line_reader`.

    python -m mnist_core.training.train_line_reader [--confidence]

The numbers are composed of MNIST's training images except the last 5,000, and of drawn digits in
other styles; the test split is not used. With --confidence, only the weights of
`mnist_core.inference.digit_confidence` are fitted again, which depend on the classifier that comes
with the app too.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mnist_core.config import VALIDATION_FRACTION
from mnist_core.datasets.mnist import Split, load_mnist
from mnist_core.files import write_atomically
from mnist_core.inference.classifier import Classifier
from mnist_core.inference.ctc import BLANK
from mnist_core.inference.digit_confidence import ConfidenceWeights
from mnist_core.inference.line_reader import FRAME_STEP, HEIGHT, LINE_READER
from mnist_core.inference.onnx_model import OnnxModel
from mnist_core.synthesis.handwriting import write_digit
from mnist_core.synthesis.non_digits import letter_strokes
from mnist_core.synthesis.random_numbers import compose_any
from mnist_core.synthesis.strokes import Stroke
from mnist_core.training.fit_digit_confidence import fit_confidence
from mnist_core.training.fused_layers import run_layers
from mnist_core.training.gradient_steps import bfloat16_where_supported
from mnist_core.training.line_examples import compose_lines, draw_batches, to_sparse
from mnist_core.training.onnx_export import build_onnx
from mnist_core.training.trainer import split_validation

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

Rng = np.random.Generator

NUMBERS, CONFIDENCE_NUMBERS = 60_000, 600
MAX_DIGITS = 8  # of the numbers that the confidence is fitted on
LETTER_FRACTION = 0.03  # of the strokes' digits that the confidence is fitted on
EPOCHS, BATCH_SIZE = 16, 32
LEARNING_RATE, FINAL_FRACTION = 0.003, 0.01
MAX_NORM = 1.0  # of a gradient
SEED = 0


def main() -> None:
    """Train the line reader and replace the shipped one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--confidence", action="store_true", help="fit only the confidence")
    only_confidence = parser.parse_args().confidence
    training, validation = split_validation(load_mnist().train, VALIDATION_FRACTION)
    fitting = Split(*(part[: len(part) // 2] for part in (validation.images, validation.labels)))
    if only_confidence:
        refit_confidence(fitting, LINE_READER)
    else:
        train_line_reader(training, fitting, LINE_READER)


def train_line_reader(
    training: Split,
    validation: Split,
    target: Path,
    numbers: int = NUMBERS,
    confidence_numbers: int = CONFIDENCE_NUMBERS,
    epochs: int = EPOCHS,
) -> list[float]:
    """Train a line reader, fit the confidence, and write both as an ONNX file.

    Args:
        training: The digits that numbers are composed of.
        validation: The digits of the numbers that the confidence is fitted on.
        target: The file to write.
        numbers: How many numbers are composed for the training.
        confidence_numbers: How many are composed for the confidence.
        epochs: How often the network sees each number.

    Returns:
        The mean loss of each epoch.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(SEED)
    lines = compose_lines(training, numbers, SEED)
    network = build_line_reader()
    steps = epochs * (len(lines) // BATCH_SIZE)
    schedule = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps, FINAL_FRACTION)
    optimizer = keras.optimizers.Adam(schedule, clipnorm=MAX_NORM)

    @tf.function(reduce_retracing=True)
    def take_step(images: tf.Tensor, lengths: tf.Tensor, texts: tf.SparseTensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logits = run_layers(network.layers, tf.cast(images, tf.float32))
            loss = tf.reduce_mean(
                tf.compat.v1.nn.ctc_loss(
                    texts,
                    tf.transpose(tf.squeeze(logits, axis=1), (1, 0, 2)),
                    lengths,
                    ignore_longer_outputs_than_inputs=True,
                )
            )
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
        return loss

    rng = np.random.default_rng((SEED, 1))
    losses = []
    with bfloat16_where_supported():
        for epoch in range(epochs):
            steps_done = [
                float(take_step(images, lengths, to_sparse(texts)))
                for images, lengths, texts in draw_batches(lines, BATCH_SIZE, rng)
            ]
            losses.append(float(np.mean(steps_done)))
            print(f"epoch {epoch + 1} of {epochs}: loss {losses[-1]:.3f}", flush=True)
    target.parent.mkdir(exist_ok=True)
    write_line_reader(network, target)
    weights = fit_on_composed(validation, target, confidence_numbers)
    write_line_reader(network, target, weights.to_metadata())
    return losses


def refit_confidence(validation: Split, path: Path, numbers: int = CONFIDENCE_NUMBERS) -> None:
    """Fit the confidence again and replace it in a line reader's file.

    Args:
        validation: The digits of the numbers that the confidence is fitted on.
        path: The file of the line reader.
        numbers: How many numbers are composed.
    """
    import onnx

    weights = fit_on_composed(validation, path, numbers)
    model = onnx.load(path)
    kept = {item.key: item.value for item in model.metadata_props}
    fitted = {key: json.dumps(value) for key, value in weights.to_metadata().items()}
    onnx.helper.set_model_props(model, kept | fitted)
    with write_atomically(path) as temporary:
        temporary.write_bytes(model.SerializeToString())


def fit_on_composed(source: Split, path: Path, count: int) -> ConfidenceWeights:
    """Fit the confidence of a line reader in a file on numbers that are composed."""
    rng = np.random.default_rng(SEED + 1)
    numbers = (
        compose_any(source, index, _write_digit_or_letter, MAX_DIGITS, rng)
        for index in range(count)
    )
    return fit_confidence(Classifier.load(), OnnxModel(path), numbers)


def build_line_reader(width: int | None = None) -> keras.Model:
    """Build the network: from (32, width, 1) in 0..255 to the logits (1, width / 2, 11).

    Args:
        width: The width of its input; None for any even width.
    """
    import keras
    from keras import layers

    def convolve(
        filters: int, size: int | tuple[int, int], strides: int | tuple[int, int] = 1
    ) -> list[keras.layers.Layer]:
        return [
            layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.95),
            layers.ReLU(),
        ]

    return keras.Sequential(
        [
            keras.Input((HEIGHT, width, 1), name="line"),
            layers.Rescaling(1 / 255),
            *convolve(24, 5, FRAME_STEP),  # (16, width / 2, 24)
            *convolve(48, 3, (2, 1)),  # (8, width / 2, 48)
            *convolve(96, 3, (2, 1)),  # (4, width / 2, 96)
            *convolve(128, (4, 3), (4, 1)),  # (1, width / 2, 128)
            layers.Dropout(0.1),
            *convolve(128, (1, 5)),
            layers.Dropout(0.1),
            *convolve(128, (1, 5)),
            layers.Conv2D(BLANK + 1, 1, name="logits"),
        ],
        name="line_reader",
    )


def write_line_reader(
    network: keras.Model, path: Path, metadata: dict[str, Any] | None = None
) -> None:
    """Write the network as an ONNX file that takes lines of any even width."""
    sized = build_line_reader(HEIGHT)
    sized.set_weights(network.get_weights())
    model = build_onnx(sized, metadata, outputs=["logits"])
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[2].dim_param = "width"
    with write_atomically(path) as temporary:
        temporary.write_bytes(model.SerializeToString())


def _write_digit_or_letter(rng: Rng) -> tuple[int | None, list[Stroke]]:
    return (None, letter_strokes(rng)) if rng.random() < LETTER_FRACTION else write_digit(rng)


if __name__ == "__main__":
    main()
