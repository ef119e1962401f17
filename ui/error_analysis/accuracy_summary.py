"""The number of mistakes and the accuracy with its confidence interval."""

import streamlit as st

from mnist_core.evaluation.comparison import accuracy_interval
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.label_issues import leave_out_disputed
from mnist_core.messages import message
from ui.error_analysis.evaluated_images import is_own, list_disputed
from ui.error_analysis.tooltip import tooltip_html
from ui.formatting import format_percent
from ui.language import _, localize

MISCLASSIFIED = {
    False: message("test images are misclassified"),
    True: message("of your drawings are misclassified"),
}
INTERVAL_HELP = {
    False: message(
        "If other test images by the same writers were sampled again and again, 95 % of the "
        "intervals computed this way would contain the true accuracy (Wilson score interval)."
    ),
    True: message(
        "If you drew as many digits again and again, 95 % of the intervals computed this way "
        "would contain the true accuracy (Wilson score interval)."
    ),
}
DISPUTED_HELP = message(
    "Five people reviewed each of these images; fewer than three of them chose the digit that the "
    "label gives."
)


def show_accuracy(evaluation: Evaluation) -> None:
    """Show the mistakes, the accuracy with its interval, and that without disputed labels."""
    mistakes, total = len(evaluation.mistakes), len(evaluation.labels)
    interval = accuracy_interval(evaluation)
    decimals = 0 if is_own() else 2  # of a few drawings, more would pretend precision
    low, high = format_percent(interval.low, decimals), format_percent(interval.high, decimals)
    figures = [
        (
            _("{number:,} of {total:,}", number=mistakes, total=total),
            localize(MISCLASSIFIED[is_own()]),
            "",
        ),
        (
            format_percent(evaluation.accuracy, decimals),
            _("accuracy; 95 % confidence interval {low} to {high}", low=low, high=high),
            localize(INTERVAL_HELP[is_own()]),
        ),
    ]
    disputed = len(list_disputed(evaluation))
    if disputed:
        figures.append(
            (
                format_percent(leave_out_disputed(evaluation).accuracy, 2),
                _("accuracy without the {disputed} disputed labels", disputed=disputed),
                localize(DISPUTED_HELP),
            )
        )
    rows = "".join(
        f"<div><b>{figure}</b><small>{text}"
        f"{tooltip_html(explanation) if explanation else ''}</small></div>"
        for figure, text, explanation in figures
    )
    st.html(f'<div class="score">{rows}</div>')
