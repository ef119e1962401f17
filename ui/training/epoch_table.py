"""The curves of a run as a table, for those to whom a chart tells nothing."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from mnist_core.training.epochs import EpochResult
from ui.components.facts_table import facts_table_html
from ui.formatting import format_loss, format_percent
from ui.language import _


def show_epoch_table(epochs: Sequence[EpochResult]) -> None:
    """Show the loss and the accuracy of each epoch."""
    rows = [
        (
            str(each.epoch),
            _format(each.loss, format_loss),
            _format(each.validation_loss, format_loss),
            _format(each.accuracy, format_percent),
            _format(each.validation_accuracy, format_percent),
        )
        for each in epochs
    ]
    headings = (
        _("Epoch"),
        _("Training loss"),
        _("Validation loss"),
        _("Training accuracy"),
        _("Validation accuracy"),
    )
    with st.expander(_("As a table")):
        st.html(facts_table_html(_("Loss and accuracy by epoch"), headings, rows))


def _format(value: float | None, write: Callable[[float], str]) -> str:
    return "–" if value is None else escape(write(value))
