"""What teaching changes: the accuracy on own drawings and on MNIST, before and after."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mnist_core.hands import KeptDrawing
from mnist_core.messages import message
from mnist_core.teaching import TeachingReport
from mnist_core.teaching.report import MIN_FOR_VERDICT
from ui.formatting import format_percent
from ui.hand.tally import GOOD_START
from ui.images import digit_html
from ui.language import _, join_sentences, localize

MAX_SHOWN = 24
VERDICTS = {
    "helps": message("Teaching helps: the network classifies more of your digits correctly."),
    "no_help": message(
        "Teaching does not help with your digits: the network classifies them at least as well "
        "without it."
    ),
    "too_few": message("These drawings are too few to say whether teaching helps."),
}
UNCERTAIN_GAIN = message("The gain is so small that it may be chance; more drawings may tell.")
"""What “too_few” means if there are enough drawings to show a larger gain."""


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
    own = _("{before} of {count} → {after} of {count}", before=before, after=after, count=count)
    own_text = _("your digits, cross-validated; 95 % interval {low} to {high}", low=low, high=high)
    mnist_text = _("MNIST’s {count:,} test images", count=report.mnist_count)
    st.html(
        f'<div class="results first"><div><b>{own}</b><small>{own_text}</small></div>'
        f"<div><b>{mnist_before} → {mnist_after}</b><small>{mnist_text}</small></div></div>"
    )
    st.markdown(format_verdict(report))
    note = _(
        "Each of your drawings is classified by a network that was taught the others, never "
        "itself. The interval is Wilson’s."
    )
    st.html(f'<p class="note">{note}</p>')
    if len(drawings) == count:
        _show_changed(_("Read correctly only after teaching"), report.fixed, report, drawings)
        _show_changed(_("Read correctly only before teaching"), report.regressed, report, drawings)


def format_verdict(report: TeachingReport) -> str:
    """Return whether teaching helps, and what to do if that is not known."""
    if report.verdict != "too_few":
        return localize(VERDICTS[report.verdict])
    is_uncertain = report.count >= MIN_FOR_VERDICT
    verdict = localize(UNCERTAIN_GAIN if is_uncertain else VERDICTS["too_few"])
    if np.bincount(report.labels, minlength=10).min() >= GOOD_START:
        return verdict
    hint = _("{good_start} of each digit are a good start.", good_start=GOOD_START)
    return join_sentences(verdict, hint)


def _show_changed(
    title: str, indices: np.ndarray, report: TeachingReport, drawings: Sequence[KeptDrawing]
) -> None:
    if len(indices) == 0:
        return
    figures = "".join(
        f"<figure>{_format_image(drawings[index], int(report.labels[index]))}"
        f"<figcaption>{report.before[index]} → {report.after[index]}</figcaption></figure>"
        for index in (int(each) for each in indices[:MAX_SHOWN])
    )
    st.html(f'<p class="note">{title} ({len(indices)}):</p><div class="drawings">{figures}</div>')


def _format_image(drawing: KeptDrawing, label: int) -> str:
    return digit_html(drawing.image, _("Drawing of the digit {label}", label=label), width="56px")
