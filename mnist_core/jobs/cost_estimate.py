"""What a training will cost on this machine, from a few steps that were measured on it.

A worker measures each network once, when it has nothing else to do, and keeps the figures beside
the runs. They are measured anew after a day, since machines change.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from timeit import repeat

import numpy as np

from mnist_core.config import Augmentation, TrainingConfig
from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.files import write_atomically
from mnist_core.synthesis.augmentation import augment
from mnist_core.training.architectures import get_network
from mnist_core.training.trainer import EpochResult, Progress, StopTraining, steps_per_epoch, train

FILE = ".measurements.json"
DAY = 24 * 3600
MEASURED_SECONDS = 1.0
SMALL_BATCH, LARGE_BATCH = 32, 256
AUGMENTED_IMAGES = 256
AUGMENTED_TIMES = 5
RECENT_REPORTS = 25
VALIDATION_PART = 0.3  # a forward pass takes about this part of a gradient step
FINISHING_SECONDS = 4.0  # export, and the answers to test and training images


@dataclass(frozen=True)
class Measurement:
    """How long the parts of a training take, in seconds, and how large the network is.

    measured_at: when, in seconds since 1970. start: building the network and tracing its first
    step. step: the fixed cost of a gradient step. image: what each image adds to it.
    augmentation: what each kind of change adds an image.
    """

    measured_at: float
    parameters: int
    startup_seconds: float
    step_seconds: float
    image_seconds: float
    augmentation: dict[str, float]


@dataclass(frozen=True)
class CostEstimate:
    """What a run will take: gradient steps an epoch, and seconds in all."""

    parameters: int
    steps: int
    seconds: float


def estimate_cost(config: TrainingConfig, measurement: Measurement, images: int) -> CostEstimate:
    """Reckon what a run of `config` takes with that many training images."""
    steps = steps_per_epoch(config, images)
    chosen = [name for name, on in asdict(config.augmentation).items() if on]
    an_image = measurement.image_seconds + sum(measurement.augmentation[name] for name in chosen)
    epoch = steps * (measurement.step_seconds + config.batch_size * an_image)
    validation = images * config.validation_fraction * measurement.image_seconds * VALIDATION_PART
    seconds = measurement.startup_seconds + config.epochs * (epoch + validation) + FINISHING_SECONDS
    return CostEstimate(measurement.parameters, steps, seconds)


def estimate_remaining(epochs: Sequence[EpochResult], batches: Sequence[Progress]) -> float | None:
    """Reckon the seconds that a running training still takes, None before there is a pace.

    The pace is that of the last reports, or else that of the last epoch.
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
    """Return the seconds a step takes by the last reports, None where they span too little.

    The first step of a run, which takes seconds since its graph is built, does not count.
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
    """Return what was measured on this machine within a day, by network.

    Args:
        folder: The folder of the runs.
    """
    path = folder / FILE
    try:
        found = {
            name: Measurement(**values) for name, values in json.loads(path.read_text()).items()
        }
        return {name: measured for name, measured in found.items() if _is_sound(measured)}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _is_sound(measured: Measurement) -> bool:
    """Whether the figures are new, are numbers, and are those of all changes there are by now."""
    figures = {**asdict(measured), **measured.augmentation}
    del figures["augmentation"]
    return (
        measured.augmentation.keys() == asdict(Augmentation()).keys()
        and all(isinstance(figure, (int, float)) for figure in figures.values())
        and time.time() - measured.measured_at < DAY
    )


def save_measurements(folder: Path, measurements: Mapping[str, Measurement]) -> None:
    """Replace the figures beside the runs by these, given by network.

    Raises:
        OSError: The folder cannot be written.
    """
    values = {name: asdict(measurement) for name, measurement in measurements.items()}
    with write_atomically(folder / FILE) as temporary:
        temporary.write_text(json.dumps(values))


def measure(
    network: str, data: Mnist, should_abort: Callable[[], None] = lambda: None
) -> Measurement:
    """Train a network for about a second with small and with large batches, and time it.

    Args:
        network: Its name.
        data: Images (n, 28, 28) uint8 and labels (n,) uint8.
        should_abort: Called after every few steps; what it raises breaks the measurement off.

    Raises:
        UnknownNetworkError: There is no such network.
    """
    some = Mnist(
        Split(data.train.images[:10_000], data.train.labels[:10_000]), data.test, data.fingerprint
    )
    start, small, parameters = _time_steps(network, some, SMALL_BATCH, should_abort)
    _, large, _ = _time_steps(network, some, LARGE_BATCH, should_abort)
    image = max(0.0, (large - small) / (LARGE_BATCH - SMALL_BATCH))
    return Measurement(
        measured_at=time.time(),
        parameters=parameters,
        startup_seconds=start,
        step_seconds=max(0.0, small - SMALL_BATCH * image),
        image_seconds=image,
        augmentation={
            name: _time_augmentation(some.train, name) for name in asdict(Augmentation())
        },
    )


def _time_steps(
    network: str, data: Mnist, batch_size: int, should_abort: Callable[[], None]
) -> tuple[float, float, int]:
    """Return the seconds until the first step is done, the seconds a step, and the parameters."""
    config = replace(
        get_network(network).defaults,
        batch_size=batch_size,
        epochs=1,
        validation_fraction=0,
        augmentation=Augmentation(),
    )
    reports: list[Progress] = []
    began = time.monotonic()
    first_done = began

    def watch(progress: Progress) -> None:
        nonlocal first_done
        should_abort()
        if not reports:
            first_done = time.monotonic()
        reports.append(progress)
        if progress.seconds - reports[0].seconds > MEASURED_SECONDS:
            raise StopTraining

    model = train(config, data, watch).model
    first, last = reports[0], reports[-1]
    pace = (last.seconds - first.seconds) / max(1, last.step - first.step)
    return first_done - began, pace, model.count_params()


def _time_augmentation(split: Split, name: str) -> float:
    """Return the seconds that one kind of change takes an image, when nothing else delays it."""
    images, labels = split.images[:AUGMENTED_IMAGES], split.labels[:AUGMENTED_IMAGES]
    changes, rng = Augmentation(**{name: True}), np.random.default_rng(0)
    augment(images[:1], labels[:1], changes, rng)  # what is made once a process
    call = partial(augment, images, labels, changes, rng)
    return min(repeat(call, number=1, repeat=AUGMENTED_TIMES)) / len(images)
