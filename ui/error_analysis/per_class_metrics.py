"""Precision, recall and F1 per digit, and the pairs of digits confused most often."""

from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.image_filter import Filter, sort_images
from mnist_core.evaluation.metrics import ConfusedPair, list_confused_pairs, score_digits
from mnist_core.messages import message
from ui.components.chart import show_chart
from ui.error_analysis.image_grid import show_image_grid
from ui.error_analysis.view import change_view
from ui.formatting import format_percent, get_percent_unit
from ui.language import _, localize

PAIRS = 6
EXAMPLES = 4
MEASURES = {
    "precision": (message("Precision"), "circle", "#c2571a"),
    "recall": (message("Recall"), "diamond", "#4d6a8a"),
    "f1": ("F1", "line-ew-open", "#8a8478"),
}
HELP = {
    "precision": message("Of the images predicted as this digit, the fraction that is labeled so."),
    "recall": message("Of the images labeled so, the fraction that is predicted as this digit."),
    "f1": message("The harmonic mean of precision and recall: low if either of them is low."),
    "support": message("The number of images labeled so."),
}


def show_per_class_metrics(evaluation: Evaluation) -> None:
    """Show precision, recall, F1 and support of each digit, and the most confused pairs."""
    scores = score_digits(evaluation.confusion)
    table, plot = st.columns([1, 1.2], gap="large")
    with table:
        st.dataframe(
            pd.DataFrame(
                {
                    _("Digit"): [str(score.digit) for score in scores],
                    _("Precision"): [100 * score.precision for score in scores],
                    _("Recall"): [100 * score.recall for score in scores],
                    "F1": [100 * score.f1 for score in scores],
                    _("Support"): [score.support for score in scores],
                }
            ),
            hide_index=True,
            height="content",
            column_config={
                _("Precision"): st.column_config.NumberColumn(
                    format=f"%.1f{get_percent_unit()}%", help=localize(HELP["precision"])
                ),
                _("Recall"): _percent_column("recall"),
                "F1": _percent_column("f1"),
                _("Support"): st.column_config.NumberColumn(
                    format="%d", help=localize(HELP["support"])
                ),
            },
        )
    with plot:
        figure = go.Figure()
        for name, (title, symbol, color) in MEASURES.items():
            label = localize(title)
            figure.add_scatter(
                x=[str(score.digit) for score in scores],
                y=[100 * getattr(score, name) for score in scores],
                name=label,
                mode="markers",
                cliponaxis=False,
                marker={"symbol": symbol, "size": 11, "color": color, "line_width": 2},
                hovertemplate=_(
                    "{measure} of {digit}: {percent} %",
                    measure=label,
                    digit="%{x}",
                    percent="%{y:.1f}",
                )
                + "<extra></extra>",
            )
        figure.update_layout(
            height=388,
            margin={"l": 56, "r": 8, "t": 8, "b": 40},
            legend={"orientation": "h", "y": 1.1, "x": 0},
        )
        figure.update_xaxes(type="category", title=_("Digit"), showgrid=True)
        figure.update_yaxes(ticksuffix=get_percent_unit(), tickformat=".1f")
        show_chart(figure, "errors_scores")
    _show_weakest(evaluation)
    _show_pairs(evaluation)


def _percent_column(measure: str) -> ColumnConfig:
    return st.column_config.NumberColumn(
        format=f"%.1f{get_percent_unit()}%", help=localize(HELP[measure])
    )


def _show_weakest(evaluation: Evaluation) -> None:
    scores = [score for score in score_digits(evaluation.confusion) if score.support]
    hardest = min(scores, key=lambda score: score.recall)
    missed = hardest.support - int(evaluation.confusion[hardest.digit, hardest.digit])
    if missed == 0:
        text = _("This network misclassifies none of these images.")
    else:
        text = _(
            "The hardest digit for this network is <b>{digit}</b>: it misclassifies {missed} of "
            "{support:,}, a recall of {recall}.",
            digit=hardest.digit,
            missed=missed,
            support=hardest.support,
            recall=escape(format_percent(hardest.recall)),
        )
    st.html(f"<p>{text}</p>")


def _show_pairs(evaluation: Evaluation) -> None:
    pairs = list_confused_pairs(evaluation.confusion)[:PAIRS]
    if not pairs:
        return
    st.html(f'<h2 class="chapter">{_("The most confused pairs")}</h2>')
    for start in range(0, len(pairs), 2):
        columns = st.columns(2, gap="medium")
        for column, pair in zip(columns, pairs[start : start + 2], strict=False):
            with column:
                _show_pair(evaluation, pair)


def _show_pair(evaluation: Evaluation, pair: ConfusedPair) -> None:
    st.html(f'<p class="confused-pair">{_format_pair(pair)}</p>')
    forward = Filter(true=pair.true, predicted=pair.predicted).select(evaluation)
    reverse = Filter(true=pair.predicted, predicted=pair.true).select(evaluation)
    images = sort_images(evaluation, np.concatenate([forward, reverse]), "most-confident")[
        :EXAMPLES
    ]
    show_image_grid(
        evaluation,
        images,
        lambda index: change_view(image=index),
        f"errors_pair_{pair.true}_{pair.predicted}",
    )


def _format_pair(pair: ConfusedPair) -> str:
    true, predicted = pair.true, pair.predicted
    return (
        f"<b>{true} → {predicted}</b>: {pair.count:,} ×, <b>{predicted} → {true}</b>: "
        f"{pair.reverse:,} ×"
    )
