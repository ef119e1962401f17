"""The sentence that tells a queued run's position and when it will start."""

import heapq
import math
from collections.abc import Sequence

from mnist_core.jobs.cost_estimate import FINISHING_SECONDS, estimate_remaining
from mnist_core.runs.run_error import RunError
from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.runs.store import RunStore
from ui.formatting import escape_markdown, format_rough_duration
from ui.language import _
from ui.training.training_cost import estimate_training


def format_queue_position(snapshot: RunSnapshot, store: RunStore) -> str:
    """Return a queued run's position, the run that it waits for and the estimated time until then.

    Args:
        snapshot: The queued run.
        store: All runs.

    Returns:
        One or two sentences of Markdown.
    """
    active = [other for other in reversed(store.list()) if other.is_active]
    training = [other for other in active if other.status != "queued"]
    queued = [other for other in active if other.status == "queued"]
    ids = [other.id for other in queued]
    ahead = queued[: ids.index(snapshot.id)] if snapshot.id in ids else []
    position = len(ahead) + 1
    if not training:
        if position == 1:
            return _("This run is the first in the queue and starts as soon as a worker is free.")
        return _(
            "This run is number {position} in the queue and starts when those before it have "
            "ended.",
            position=position,
        )
    awaited, seconds = _find_awaited(training, ahead, store)
    name = escape_markdown(awaited.name)
    if not math.isfinite(seconds):
        if position == 1:
            return _("This run is the first in the queue. It starts when “{name}” ends.", name=name)
        return _(
            "This run is number {position} in the queue. It starts when “{name}” has ended.",
            position=position,
            name=name,
        )
    duration = format_rough_duration(seconds)
    if position == 1:
        return _(
            "This run is the first in the queue. It starts when “{name}” ends, in about "
            "{duration}.",
            name=name,
            duration=duration,
        )
    return _(
        "This run is number {position} in the queue. It starts when “{name}” ends, in about "
        "{duration}.",
        position=position,
        name=name,
        duration=duration,
    )


def _find_awaited(
    training: Sequence[RunSnapshot], ahead: Sequence[RunSnapshot], store: RunStore
) -> tuple[RunSnapshot, float]:
    """Return the run whose worker becomes free for the next one, and the seconds until then.

    Args:
        training: The runs in training, at least one; as many workers are assumed.
        ahead: The queued runs that start earlier, in order.
        store: All runs.

    Returns:
        The run, and the seconds until it ends, infinity if they cannot be estimated yet.
    """
    ends = [(_estimate_seconds(each, store), index, each) for index, each in enumerate(training)]
    heapq.heapify(ends)
    for index, each in enumerate(ahead, start=len(training)):
        start = ends[0][0]
        heapq.heapreplace(ends, (start + _estimate_seconds(each, store), index, each))
    seconds, _name, awaited = ends[0]
    return awaited, seconds


def _estimate_seconds(snapshot: RunSnapshot, store: RunStore) -> float:
    """Return the seconds that a run still takes, infinity if they cannot be estimated yet."""
    if snapshot.stop_requested:
        return FINISHING_SECONDS
    if snapshot.status == "running" and snapshot.teaching is None:
        remaining = estimate_remaining(snapshot.run.read_epochs(), snapshot.run.read_batches())
        if remaining is not None:
            return remaining + FINISHING_SECONDS
    if snapshot.teaching is not None:
        return math.inf  # it takes another course than what is measured
    try:
        config = snapshot.config
    except RunError:
        return math.inf
    cost = estimate_training(config, store)
    return math.inf if cost is None else cost.seconds
