"""Estimates of training time on this machine, from a few measured training steps.

An idle worker measures each network and saves the measurements beside the runs. They expire after
a day, since the speed of a machine changes. The time of other processes does not count.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from mnist_core.config import Augmentation, TrainingConfig
from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.jobs.stopwatch import Stopwatch
from mnist_core.json_numbers import is_number
from mnist_core.runs.json_file import read_json, write_json
from mnist_core.synthesis.augmentation import augment
from mnist_core.training.architectures import get_network
from mnist_core.training.augmented_batches import opencv_in_one_thread
from mnist_core.training.epochs import EpochResult, Progress, StopTraining
from mnist_core.training.trainer import steps_per_epoch, train

FILE = ".measurements.json"
DAY = 24 * 3600
MEASURED_SECONDS = 1.0
SMALL_BATCH, LARGE_BATCH = 32, 256
AUGMENTED_IMAGES = 256
AUGMENTED_TIMES = 5
RECENT_REPORTS = 25
VALIDATION_PART = 0.3  # a forward pass takes about this fraction of a gradient step
FINISHING_SECONDS = 4.0  # export and evaluation


@dataclass(frozen=True)
class Measurement:
    """Durations of the parts of training, and the size of the network.

    Attributes:
        measured_at: When this was measured, in seconds since 1970.
        parameters: The number of parameters of the network.
        startup_seconds: The time to build the network and trace its first step.
        step_seconds: The time of a gradient step without the part that grows with the batch.
        image_seconds: The time that each image adds to a gradient step.
        augmentation: The time that each kind of augmentation takes per image, in seconds.
    """

    measured_at: float
    parameters: int
    startup_seconds: float
    step_seconds: float
    image_seconds: float
    augmentation: dict[str, float]


@dataclass(frozen=True)
class CostEstimate:
    """The estimated cost of a run.

    Attributes:
        parameters: The number of parameters of the network.
        steps: The number of gradient steps per epoch.
        seconds: The duration of the run.
        epoch_seconds: The duration of one epoch.
    """

    parameters: int
    steps: int
    seconds: float
    epoch_seconds: float


def estimate_cost(config: TrainingConfig, measurement: Measurement, images: int) -> CostEstimate:
    """Estimate the cost of a run.

    Args:
        config: The hyperparameters.
        measurement: The measurement of its network on this machine.
        images: The number of training images, before the validation split.

    Examples:
        >>> measurement = Measurement(0.0, 1000, 2.0, 0.01, 0.001, {})
        >>> config = TrainingConfig(epochs=2, batch_size=10, validation_fraction=0)
        >>> estimate_cost(config, measurement, images=100)
        CostEstimate(parameters=1000, steps=10, seconds=6.4, epoch_seconds=0.2)
    """
    steps = steps_per_epoch(config, images)
    chosen = [name for name, on in asdict(config.augmentation).items() if on]
    per_image = measurement.image_seconds + sum(measurement.augmentation[name] for name in chosen)
    epoch = steps * (measurement.step_seconds + config.batch_size * per_image)
    validation = images * config.validation_fraction * measurement.image_seconds * VALIDATION_PART
    seconds = measurement.startup_seconds + config.epochs * (epoch + validation) + FINISHING_SECONDS
    return CostEstimate(measurement.parameters, steps, seconds, epoch + validation)


def estimate_remaining(epochs: Sequence[EpochResult], batches: Sequence[Progress]) -> float | None:
    """Estimate the remaining seconds of a run.

    The time per step is that of the last reports, or else that of the last epoch.

    Args:
        epochs: The results of the completed epochs.
        batches: The progress reports.

    Returns:
        The remaining seconds; None if the run has just begun.
    """
    if not batches:
        return None
    now = batches[-1]
    pace = measure_pace(batches)
    if pace is None:
        if not epochs:
            return None
        pace = epochs[-1].seconds / epochs[-1].steps
    done = (now.epoch - 1) * now.steps + now.step
    return pace * (now.epochs * now.steps - done)


def measure_pace(batches: Sequence[Progress]) -> float | None:
    """Return the seconds per step in the last reports; None if they cover too little time.

    The first step of a run does not count, since it includes the tracing of the graph.
    """
    for epoch in (batches[-1].epoch, batches[-1].epoch - 1):
        recent = [report for report in batches[-RECENT_REPORTS:] if report.epoch == epoch]
        if not recent:
            continue
        steps = recent[-1].step - recent[0].step
        seconds = recent[-1].seconds - recent[0].seconds
        if steps > 0 and seconds > MEASURED_SECONDS / 2:
            return seconds / steps
    return None


def load_measurements(folder: Path) -> dict[str, Measurement]:
    """Return the measurements of the last day, by the name of the network.

    Args:
        folder: The folder of the runs.
    """
    try:
        found = {name: Measurement(**values) for name, values in read_json(folder / FILE).items()}
        return {name: measured for name, measured in found.items() if _is_valid(measured)}
    except (TypeError, AttributeError):
        return {}


def _is_valid(measured: Measurement) -> bool:
    """Return whether a measurement is recent, has numbers only, and has all augmentations."""
    # `asdict` would follow lists in each other, however deep.
    figures = {**vars(measured), **measured.augmentation}
    del figures["augmentation"]
    return (
        measured.augmentation.keys() == asdict(Augmentation()).keys()
        and all(is_number(figure) for figure in figures.values())
        and time.time() - measured.measured_at < DAY
    )


def save_measurements(folder: Path, measurements: Mapping[str, Measurement]) -> None:
    """Save measurements, given by the name of the network.

    Args:
        folder: The folder of the runs.
        measurements: All measurements; earlier ones are replaced.

    Raises:
        OSError: The folder cannot be written.
    """
    values = {name: asdict(measurement) for name, measurement in measurements.items()}
    write_json(folder / FILE, values)


def measure(
    network: str, data: Mnist, should_abort: Callable[[], None] = lambda: None
) -> Measurement:
    """Train a network for about a second with small and with large batches, and measure it.

    Args:
        network: Its name.
        data: Images (n, 28, 28) uint8 and labels (n,) uint8.
        should_abort: Called after every few steps. It may raise an exception to abort.

    Raises:
        UnknownNetworkError: There is no such network.
    """
    subset = Mnist(
        Split(data.train.images[:10_000], data.train.labels[:10_000]), data.test, data.fingerprint
    )
    start, small, parameters = _time_steps(network, subset, SMALL_BATCH, should_abort)
    _, large, _ = _time_steps(network, subset, LARGE_BATCH, should_abort)
    image = max(0.0, (large - small) / (LARGE_BATCH - SMALL_BATCH))
    return Measurement(
        measured_at=time.time(),
        parameters=parameters,
        startup_seconds=start,
        step_seconds=max(0.0, small - SMALL_BATCH * image),
        image_seconds=image,
        augmentation={
            name: _time_augmentation(subset.train, name) for name in asdict(Augmentation())
        },
    )


def _time_steps(
    network: str, data: Mnist, batch_size: int, should_abort: Callable[[], None]
) -> tuple[float, float, int]:
    """Return the seconds until the end of the first step, the seconds per step, the parameters."""
    config = replace(
        get_network(network).defaults,
        batch_size=batch_size,
        epochs=1,
        validation_fraction=0,
        augmentation=Augmentation(),
    )
    reports: list[Progress] = []
    stopwatch = Stopwatch()
    startup = seconds = 0.0

    def watch(progress: Progress) -> None:
        nonlocal stopwatch, startup, seconds
        should_abort()
        seconds = stopwatch.read()
        if not reports:
            stopwatch, startup, seconds = Stopwatch(), seconds, 0.0
        reports.append(progress)
        if progress.seconds - reports[0].seconds > MEASURED_SECONDS:
            raise StopTraining

    model = train(config, data, watch).model
    steps = reports[-1].step - reports[0].step
    return startup, seconds / max(1, steps), model.count_params()


@opencv_in_one_thread()
def _time_augmentation(split: Split, name: str) -> float:
    """Return the seconds that one kind of augmentation takes per image."""
    images, labels = split.images[:AUGMENTED_IMAGES], split.labels[:AUGMENTED_IMAGES]
    changes, rng = Augmentation(**{name: True}), np.random.default_rng(0)
    augment(images[:1], labels[:1], changes, rng)  # builds what is cached
    durations = []
    for _ in range(AUGMENTED_TIMES):
        stopwatch = Stopwatch()
        augment(images, labels, changes, rng)
        durations.append(stopwatch.read())
    return min(durations) / len(images)
