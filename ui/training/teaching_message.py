"""What a run teaches whom, and what that changed."""

import streamlit as st

from mnist_core.messages import message
from mnist_core.runs.model_registry import find_base_title
from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.runs.teaching_run import read_report
from ui.formatting import escape_markdown, format_percent
from ui.language import _, join_sentences, localize, ngettext

VERDICTS = {
    "helps": message("Teaching helps with these digits."),
    "no_help": message("Teaching does not help with these digits."),
    "too_few": message(
        "The drawings are too few, or the gain is too small, to say whether teaching helps."
    ),
}


def show_teaching(snapshot: RunSnapshot) -> None:
    """Show what a run teaches, and after its end what that changed; nothing for other runs."""
    if snapshot.teaching is not None:
        st.caption(format_teaching(snapshot))


def format_teaching(snapshot: RunSnapshot) -> str:
    """Return what a run teaches, and after its end what that changed, as Markdown."""
    teaching = snapshot.teaching
    if teaching is None:
        return ""
    base = escape_markdown(localize(find_base_title(teaching)))
    hand = escape_markdown(teaching.hand or _("you"))
    count = teaching.drawings
    start = ngettext(
        "The network starts from “{base}” and is taught {count} drawing by {hand}.",
        "The network starts from “{base}” and is taught {count:,} drawings by {hand}.",
        count,
        base=base,
        count=count,
        hand=hand,
    )
    report = read_report(snapshot.run)
    if report is None:
        return start
    interval = report.interval_after
    low, high = format_percent(interval.low, 0), format_percent(interval.high, 0)
    before, after, verdict = (
        report.correct_before,
        report.correct_after,
        localize(VERDICTS[report.verdict]),
    )
    mnist_before = format_percent(report.mnist_before, 2)
    mnist_after = format_percent(report.mnist_after, 2)
    measured = _(
        "Correct among the drawings: {before} of {count} before, {after} after, each classified "
        "by a network that was taught only others (95 % interval {low} to {high}). MNIST: "
        "{mnist_before} before, {mnist_after} after.",
        before=before,
        count=report.count,
        after=after,
        low=low,
        high=high,
        mnist_before=mnist_before,
        mnist_after=mnist_after,
    )
    return join_sentences(start, measured, verdict)
