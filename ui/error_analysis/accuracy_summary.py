"""How many test images were read wrongly, and how far that figure can be trusted."""

import streamlit as st

from mnist_core.evaluation.comparison import accuracy_interval
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.label_issues import find_disputed, leave_out_disputed
from ui.formatting import format_percent

CONFIDENCE = (
    "Had other test images been drawn from the same writers, 95 % of intervals made this way "
    "would hold the true accuracy (Wilson’s interval)."
)
WITHOUT = (
    "Five people looked at each of these images; fewer than three of them saw the digit that the "
    "label says."
)


def show_score(evaluation: Evaluation) -> None:
    """Show the mistakes, the accuracy with its interval, and that without disputed labels."""
    low, high = accuracy_interval(evaluation)
    figures = [
        (
            f"{len(evaluation.mistakes):,} of {len(evaluation.labels):,}",
            "test images are read wrongly",
            "",
        ),
        (
            format_percent(evaluation.accuracy, 2),
            f"accuracy; {format_percent(low, 2)} to {format_percent(high, 2)} with 95 % confidence",
            CONFIDENCE,
        ),
    ]
    disputed = len(find_disputed(evaluation.labels))
    if disputed:
        figures.append(
            (
                format_percent(leave_out_disputed(evaluation).accuracy, 2),
                f"accuracy without the {disputed} disputed labels",
                WITHOUT,
            )
        )
    st.html(
        '<div class="score">'
        + "".join(
            f"<div><b>{figure}</b><small>{text}{_tip(explanation)}</small></div>"
            for figure, text, explanation in figures
        )
        + "</div>"
    )


def _tip(explanation: str) -> str:
    """Return a mark that explains itself under the pointer, to the finger and by keyboard."""
    if not explanation:
        return ""
    return (
        f'<span class="tip" tabindex="0" role="note" aria-label="{explanation}">?'
        f"<span>{explanation}</span></span>"
    )
