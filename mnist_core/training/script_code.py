"""Plain Keras code of the steps that depend on a run's settings.

The layers are those from which the run's own model is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from mnist_core.config import Augmentation, TrainingConfig
from mnist_core.inference.design_layers import NORMALIZATION
from mnist_core.inference.layer_kinds import format_shape
from mnist_core.inference.layer_rules import Layer
from mnist_core.inference.network_plan import check_design
from mnist_core.training.architectures import find_design
from mnist_core.training.gradient_steps import WEIGHT_DECAY
from mnist_core.training.learning_rate import START_DIVISOR, WARMUP_FRACTION

OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW"}
CROSSENTROPY = "crossentropy"  # the metric that is the loss without label smoothing
# About the ranges of `mnist_core.synthesis.augmentation`.
AFFINE = """\
augment = keras.Sequential(
    [
        layers.RandomRotation(0.044, fill_mode="constant"),  # up to 16 degrees
        layers.RandomZoom(0.14, 0.14, fill_mode="constant"),
        layers.RandomTranslation(0.025, 0.025, fill_mode="constant"),
    ]
)
"""
GRID = 'grid = np.stack(np.mgrid[0:28, 0:28], axis=-1).astype("float32")\n'
BEND = """\
    shifts = tf.random.normal((tf.shape(images)[0], 6, 6, 2), stddev=1.3)
    source = grid + tf.image.resize(shifts, (28, 28), "bicubic")
    source = tf.clip_by_value(source, 0, 26.99)
    corner = tf.cast(source, tf.int32)
    down, right = tf.split(source - tf.floor(source), 2, axis=-1)
    images = (
        (1 - down) * (1 - right) * tf.gather_nd(images, corner, batch_dims=1)
        + (1 - down) * right * tf.gather_nd(images, corner + (0, 1), batch_dims=1)
        + down * (1 - right) * tf.gather_nd(images, corner + (1, 0), batch_dims=1)
        + down * right * tf.gather_nd(images, corner + (1, 1), batch_dims=1)
    )
"""
THICKNESS = """\
    thick = tf.nn.max_pool2d(images, 3, 1, "SAME")
    thin = -tf.nn.max_pool2d(-images, 2, 1, "SAME")
    amount = tf.random.uniform((tf.shape(images)[0], 1, 1, 1), -0.6, 1.0)
    images += tf.abs(amount) * (tf.where(amount > 0, thick, thin) - images)
"""


def write_split(fraction: float) -> str:
    """Return code that holds out a fraction of the training images, 0..1."""
    part = Fraction(fraction).limit_denominator(60_000)
    return (
        f"split = len(x_train) - round(len(x_train) * {part.numerator} / {part.denominator})\n"
        "x_train, x_validation = x_train[:split], x_train[split:]\n"
    )


def write_model(config: TrainingConfig) -> str:
    """Return code that builds the network, with the output shapes as comments.

    Raises:
        DesignError: The layers do not fit each other.
    """
    lines = [
        f"keras.utils.set_random_seed({config.seed})",
        "model = keras.Sequential(",
        "    [",
        '        keras.Input((28, 28, 1), name="image"),',
    ]
    for layer in check_design(find_design(config)).layers:
        lines.append(f"        {write_layer(layer)},  # {format_shape(layer.output_shape)}")
    return _join([*lines, "    ],", f'    name="{config.model}",', ")", "model.summary()"])


def write_layer(layer: Layer) -> str:
    """Return the call that creates a layer, without arguments that are Keras's defaults.

    Examples:
        >>> write_layer(Layer("pool", "MaxPooling2D", (2, 2, 8), 0, {
        ...     "pool_size": (3, 3), "strides": (2, 2), "padding": "valid"}, ()))
        'layers.MaxPooling2D(3, strides=2, name="pool")'
    """
    settings = layer.settings
    arguments = [
        _write(settings[name])
        for name in ("filters", "kernel_size", "pool_size", "units", "rate")
        if name in settings
    ]
    if layer.kind == "Activation":
        arguments.append(_write(settings["activation"]))
    defaults = {
        "strides": settings.get("pool_size", (1, 1)),
        "padding": "valid",
        "activation": settings["activation"] if layer.kind == "Activation" else "linear",
        "use_bias": True,
        "epsilon": NORMALIZATION["epsilon"],
    }
    for name in ("strides", "padding", "activation", "use_bias", "momentum", "epsilon"):
        if name in settings and settings[name] != defaults.get(name):
            arguments.append(f"{name}={_write(settings[name])}")
    return f"layers.{layer.kind}({', '.join([*arguments, f'name={_write(layer.name)}'])})"


def _write(value: object) -> str:
    if isinstance(value, tuple) and len(set(value)) == 1:
        value = value[0]
    return f'"{value}"' if isinstance(value, str) else repr(value)


def write_augmentation(changes: Augmentation) -> str:
    """Return code of a function that changes a batch at random; handwriting styles are left out."""
    body = ["    images = augment(images, training=True)\n"] if changes.affine else []
    body += [BEND] if changes.elastic else []
    body += [THICKNESS] if changes.thickness else []
    before = (AFFINE if changes.affine else "") + (GRID if changes.elastic else "")
    start = "def change(images, labels):\n"
    return "\n\n".join([*([before] if before else []), start]) + "".join(
        [*body, "    return images, labels\n"]
    )


def write_compile(config: TrainingConfig, with_schedule: bool, is_augmented: bool) -> str:
    """Return code that chooses optimizer, loss and metrics.

    Args:
        config: The settings.
        with_schedule: Whether the learning rate changes during the run.
        is_augmented: Whether the batches are those of `write_augmentation`.
    """
    rate = repr(float(config.learning_rate))
    lines = [f"epochs, batch_size = {config.epochs}, {config.batch_size}"]
    if with_schedule:
        steps = "len(x_train) // batch_size" if is_augmented else "-(-len(x_train) // batch_size)"
        lines += [
            f"steps = epochs * ({steps})",
            f"warmup_steps = max(1, round({WARMUP_FRACTION} * steps))",
            "learning_rate = keras.optimizers.schedules.CosineDecay(",
            f"    initial_learning_rate={rate} / {START_DIVISOR},",
            f"    warmup_target={rate},",
            "    warmup_steps=warmup_steps,",
            "    decay_steps=max(1, steps - warmup_steps),",
            ")",
        ]
        rate = "learning_rate"
    decay = f", weight_decay={WEIGHT_DECAY}" if config.optimizer == "adamw" else ""
    metrics = '"accuracy"'
    if _watches_crossentropy(config):
        metrics += f', keras.metrics.CategoricalCrossentropy(name="{CROSSENTROPY}")'
    smoothing = f"label_smoothing={config.label_smoothing!r}" if config.label_smoothing else ""
    return _join(
        [
            *lines,
            "model.compile(",
            f"    optimizer=keras.optimizers.{OPTIMIZERS[config.optimizer]}({rate}{decay}),",
            f"    loss=keras.losses.CategoricalCrossentropy({smoothing}),",
            f"    metrics=[{metrics}],",
            ")",
        ]
    )


def write_fit(config: TrainingConfig, is_augmented: bool) -> str:
    """Return code that trains the network.

    Args:
        config: The settings.
        is_augmented: Whether the batches are those of `write_augmentation`.
    """
    return _join(_list_fit_lines(config, is_augmented))


def _list_fit_lines(config: TrainingConfig, is_augmented: bool) -> Iterator[str]:
    if is_augmented:
        yield "training = ("
        yield "    tf.data.Dataset.from_tensor_slices((x_train, y_train))"
        yield f"    .shuffle(len(x_train), seed={config.seed})"
        yield "    .batch(batch_size, drop_remainder=True)"
        yield "    .map(change, num_parallel_calls=tf.data.AUTOTUNE)"
        yield "    .prefetch(tf.data.AUTOTUNE)"
        yield ")"
    yield "history = model.fit("
    if is_augmented:
        yield from ("    training,", "    shuffle=False,  # the dataset is already shuffled")
    else:
        yield from ("    x_train,", "    y_train,", "    batch_size=batch_size,")
    yield "    epochs=epochs,"
    if config.validation_fraction:
        yield "    validation_data=(x_validation, y_validation),"
    if config.patience is not None:
        yield "    callbacks=["
        monitor = f'monitor="val_{CROSSENTROPY}", mode="min", '
        watched = monitor if _watches_crossentropy(config) else ""
        yield "        keras.callbacks.EarlyStopping("
        yield f"            {watched}patience={config.patience}, restore_best_weights=True"
        yield "        )"
        yield "    ],"
    yield ")"


def _watches_crossentropy(config: TrainingConfig) -> bool:
    """Return whether early stopping needs a metric: Keras's loss includes label smoothing."""
    return config.patience is not None and config.label_smoothing > 0


def _join(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
