"""What teaching changes: the accuracy on own drawings and on MNIST, before and after."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.hands import KeptDrawing
from mnist_core.teaching import TeachingReport
from ui.formatting import format_percent
from ui.images import digit_html

MAX_SHOWN = 24
VERDICTS = {
    "helps": "Teaching helps: the network reads more of your digits.",
    "no_help": "Teaching does not help with your digits; without it, the network reads them as "
    "well.",
    "too_few": "These drawings are too few to say whether teaching helps. 5 of each digit are a "
    "good start.",
}


def show_report(report: TeachingReport, drawings: Sequence[KeptDrawing]) -> None:
    """Show a report: both accuracies, the verdict, and the drawings that have changed.

    Args:
        report: The report.
        drawings: The drawings that were measured, in the report's order; empty if they are gone.
    """
    count, before, after = report.count, report.correct_before, report.correct_after
    interval = report.interval_after
    low, high = format_percent(interval.low, 0), format_percent(interval.high, 0)
    mnist_before = format_percent(report.mnist_before, 2)
    mnist_after = format_percent(report.mnist_after, 2)
    st.html(
        f'<div class="results first"><div><b>{before} of {count} → {after} of {count}</b>'
        f"<small>your digits, cross-validated; 95 % interval {low} to {high}</small></div>"
        f"<div><b>{mnist_before} → {mnist_after}</b>"
        f"<small>MNIST’s {report.mnist_count:,} test images</small></div></div>"
    )
    st.markdown(VERDICTS[report.verdict])
    st.html(
        '<p class="note">Each of your drawings is classified by a network that was taught the '
        "others, never itself. The interval is Wilson’s.</p>"
    )
    if len(drawings) == count:
        _show_changed("Read correctly only after teaching", report.fixed, report, drawings)
        _show_changed("Read correctly only before teaching", report.regressed, report, drawings)


def _show_changed(
    title: str, indices: np.ndarray, report: TeachingReport, drawings: Sequence[KeptDrawing]
) -> None:
    if len(indices) == 0:
        return
    figures = "".join(
        f"<figure>{digit_html(drawings[index].image, f'A {report.labels[index]}', width='56px')}"
        f"<figcaption>{report.before[index]} → {report.after[index]}</figcaption></figure>"
        for index in (int(each) for each in indices[:MAX_SHOWN])
    )
    st.html(f'<p class="note">{title} ({len(indices)}):</p><div class="drawings">{figures}</div>')
