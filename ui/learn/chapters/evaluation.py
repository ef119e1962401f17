"""Chapter: how good the network is, and whether it overfits."""

import math
from html import escape

from mnist_core.course.recipe import find_code
from mnist_core.course.record import read_record
from mnist_core.evaluation.comparison import Interval, difference_interval, wilson_interval
from ui.components.interval_bars import IntervalBar, show_interval_bars
from ui.formatting import format_loss, format_percent, format_points
from ui.language import _
from ui.learn.code_lines import show_code_lines
from ui.learn.frame import show_parts
from ui.learn.words import show_words
from ui.resources import get_data

BATCH = 32  # of `model.evaluate`


def show() -> None:
    """Show accuracy and loss on test and training images."""
    show_parts(_show_words, _show_accuracies, _show_code, "evaluation")


def _show_words() -> None:
    record = read_record()
    results, images = record.results, len(get_data().test.labels)
    before, end = (epoch.validation_loss or math.nan for epoch in record.epochs[-2:])
    batches, last = -(-images // BATCH), images % BATCH
    show_words(
        _(
            "Now come the {images} [test images](#test-data), which were kept aside until here. "
            "They go through the network in {batches} [batches](#batch) of {size}, the last one of "
            "{last}: that changes only the time, not the result.",
            images=f"{images:,}",
            batches=batches,
            size=BATCH,
            last=last,
        ),
        _(
            "The [accuracy](#accuracy) is {test} on them, and {train} on as many training images. "
            "Other images would give other numbers; the bands, 95 % intervals, show how far. The "
            "gap of {gap} is not chance: the network knows its training images a little better.",
            test=format_percent(results.test_accuracy, 2),
            train=format_percent(results.train_accuracy, 2),
            gap=format_points(results.gap),
        ),
        _(
            "But it is not [overfitting](#overfitting). A network overfits when it becomes worse "
            "on new images while it still becomes better on its own. Here the gap is small, and "
            "the validation loss still fell in the last epoch, from {before} to {last}.",
            before=format_loss(before),
            last=format_loss(end),
        ),
    )


def _show_accuracies() -> None:
    results, images = read_record().results, len(get_data().test.labels)
    trained, tested = (
        round(accuracy * images) for accuracy in (results.train_accuracy, results.test_accuracy)
    )
    bars = [
        _make_bar(
            _("Training images"),
            results.train_accuracy,
            results.train_loss,
            wilson_interval(trained, images),
        ),
        _make_bar(
            _("Test images"),
            results.test_accuracy,
            results.test_loss,
            wilson_interval(tested, images),
        ),
    ]
    gap = difference_interval(trained, tested, images)
    finding = _(
        "Gap: {gap} (95 % interval: {low} to {high}). Not overfitting.",
        gap=format_points(results.gap),
        low=format_points(gap.low),
        high=format_points(gap.high),
    )
    show_interval_bars(bars, f'<p class="finding">{escape(finding)}</p>', is_large=True)


def _make_bar(name: str, accuracy: float, loss: float, interval: Interval) -> IntervalBar:
    value = _("{accuracy}, loss {loss:.4f}", accuracy=format_percent(accuracy, 2), loss=loss)
    ends = _(
        "95 % interval: {low} to {high}",
        low=format_percent(interval.low, 2),
        high=format_percent(interval.high, 2),
    )
    return IntervalBar(name, accuracy, value, interval, ends)


def _show_code() -> None:
    results = read_record().results
    printed = f"Test accuracy {results.test_accuracy:.2%}, test loss {results.test_loss:.4f}"
    show_code_lines(find_code("Evaluate"), printed)
