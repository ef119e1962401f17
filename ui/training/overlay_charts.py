"""The curves of several runs in the same charts."""

from collections.abc import Sequence

import streamlit as st

from mnist_core.messages import message
from mnist_core.runs.snapshot import RunSnapshot
from ui.components.chart import show_chart
from ui.language import localize
from ui.training.charts import (
    average,
    count_begun_epochs,
    find_ends,
    make_chart,
    make_curve,
)

# At least 3 to 1 on the paper of both themes.
RUN_COLORS = ("#5b7fa8", "#c2571a", "#4e8a5b", "#9a68ad", "#957a18", "#3f8f96")
BY_EPOCH = {
    "loss": message("Validation loss by epoch (log scale)"),
    "accuracy": message("Validation accuracy by epoch"),
}
BY_BATCH = {
    "loss": message("Training loss by batch (log scale)"),
    "accuracy": message("Training accuracy by batch"),
}


def show_overlay(snapshots: Sequence[RunSnapshot]) -> None:
    """Show the validation curves of several runs in the same charts.

    If none is longer than one epoch, or one has no validation images, show the training curves by
    batch instead.
    """
    histories = [(each.run.read_epochs(), each.run.read_batches()) for each in snapshots]
    lengths = [
        count_begun_epochs(epochs, batches, each.config.epochs)
        for each, (epochs, batches) in zip(snapshots, histories, strict=True)
    ]
    longest = max(lengths, default=1)
    by_batch = longest == 1 or any(not each.config.validation_fraction for each in snapshots)
    left, right = st.columns(2)
    for column, name in ((left, "loss"), (right, "accuracy")):
        curves = []
        factor = 100 if name == "accuracy" else 1
        for index, (snapshot, (epochs, batches)) in enumerate(
            zip(snapshots, histories, strict=True)
        ):
            untrained = snapshot.untrained
            x = [] if untrained is None else [0.0]
            y = [] if untrained is None else [factor * getattr(untrained, name)]
            if by_batch:
                passed, values = average(batches, name, longest)
                x, y = x + passed.tolist(), y + (factor * values).tolist()
            else:
                checked = [each for each in epochs if each.validation_loss is not None]
                x += find_ends(checked, batches)
                y += [factor * getattr(each, f"validation_{name}") for each in checked]
            curves.append(
                make_curve(
                    name,
                    x,
                    y,
                    title=f"{index + 1}. {snapshot.name}",
                    mode="lines" if by_batch else "lines+markers",
                    line={"color": RUN_COLORS[index % len(RUN_COLORS)], "width": 2},
                    marker={"symbol": index % 8, "size": 8},
                )
            )
        ends = [curve["y"][-1] for curve in curves if curve["y"]] if name == "accuracy" else []
        y_range = [max(0, 100 - max(1, 3 * (100 - min(ends)))), 100] if ends else None
        title = localize((BY_BATCH if by_batch else BY_EPOCH)[name])
        figure = make_chart(title, name, longest, curves, y_range)
        with column:
            show_chart(figure, f"train_overlay_{name}")
