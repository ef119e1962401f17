"""Each digit by itself: how well it is read, and which digits are taken for each other."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.image_filter import Filter, sort_images
from mnist_core.evaluation.metrics import ConfusedPair, list_confused_pairs, score_digits
from ui.error_analysis.address import change_view
from ui.error_analysis.image_grid import show_pictures
from ui.formatting import format_count, format_percent

PAIRS = 6
EXAMPLES = 4
MEASURES = {
    "precision": ("Precision", "circle", "#c2571a"),
    "recall": ("Recall", "diamond", "#4d6a8a"),
    "f1": ("F1", "line-ew-open", "#8a8478"),
}
HELP = {
    "precision": "Of the images read as this digit, how many are labeled so.",
    "recall": "Of the images labeled so, how many are read as this digit.",
    "f1": "The harmonic mean of precision and recall: low if either is.",
    "support": "How many test images are labeled so.",
}


def show_digits(evaluation: Evaluation) -> None:
    """Show precision, recall, F1 and support of each digit, and the most confused pairs."""
    scores = score_digits(evaluation.confusion)
    table, plot = st.columns([1, 1.2], gap="large")
    with table:
        percent = st.column_config.NumberColumn
        st.dataframe(
            pd.DataFrame(
                {
                    "Digit": [str(score.digit) for score in scores],
                    "Precision": [100 * score.precision for score in scores],
                    "Recall": [100 * score.recall for score in scores],
                    "F1": [100 * score.f1 for score in scores],
                    "Support": [score.support for score in scores],
                }
            ),
            hide_index=True,
            height="content",
            column_config={
                "Precision": percent(format="%.1f %%", help=HELP["precision"]),
                "Recall": percent(format="%.1f %%", help=HELP["recall"]),
                "F1": percent(format="%.1f %%", help=HELP["f1"]),
                "Support": percent(format="%d", help=HELP["support"]),
            },
        )
    with plot:
        figure = go.Figure()
        for name, (label, symbol, color) in MEASURES.items():
            figure.add_scatter(
                x=[str(score.digit) for score in scores],
                y=[100 * getattr(score, name) for score in scores],
                name=label,
                mode="markers",
                cliponaxis=False,
                marker={"symbol": symbol, "size": 11, "color": color, "line_width": 2},
                hovertemplate=f"{label} of %{{x}}: %{{y:.1f}} %<extra></extra>",
            )
        figure.update_layout(
            height=388,
            margin={"l": 56, "r": 8, "t": 8, "b": 40},
            legend={"orientation": "h", "y": 1.1, "x": 0},
        )
        figure.update_xaxes(type="category", title="Digit", showgrid=True)
        figure.update_yaxes(ticksuffix=" %", tickformat=".1f")
        st.plotly_chart(figure, key="errors_scores", config={"displayModeBar": False})
    _say_weakest(evaluation)
    _show_pairs(evaluation)


def _say_weakest(evaluation: Evaluation) -> None:
    scores = [score for score in score_digits(evaluation.confusion) if score.support]
    hardest = min(scores, key=lambda score: score.recall)
    missed = hardest.support - int(evaluation.confusion[hardest.digit, hardest.digit])
    st.html(
        f"<p>The hardest digit for this network is the <b>{hardest.digit}</b>: it misses {missed} "
        f"of {hardest.support:,} of them and finds {format_percent(hardest.recall)}.</p>"
    )


def _show_pairs(evaluation: Evaluation) -> None:
    pairs = list_confused_pairs(evaluation.confusion)[:PAIRS]
    if not pairs:
        return
    st.html('<h2 class="chapter">The most confused pairs</h2>')
    for start in range(0, len(pairs), 2):
        columns = st.columns(2, gap="medium")
        for column, pair in zip(columns, pairs[start : start + 2], strict=False):
            with column:
                _show_pair(evaluation, pair)


def _show_pair(evaluation: Evaluation, pair: ConfusedPair) -> None:
    st.html(f'<p class="pair-words">{_say_pair(pair)}</p>')
    there = Filter(true=pair.true, predicted=pair.predicted).select(evaluation)
    back = Filter(true=pair.predicted, predicted=pair.true).select(evaluation)
    both = sort_images(evaluation, np.concatenate([there, back]), "surest")[:EXAMPLES]
    show_pictures(
        evaluation,
        both,
        lambda index: change_view(image=index),
        f"errors_pair_{pair.true}_{pair.predicted}",
    )


def _say_pair(pair: ConfusedPair) -> str:
    true, read = f"<b>{pair.true}</b>", f"<b>{pair.predicted}</b>"
    often, seldom = format_count(pair.count, "image"), format_count(pair.reverse, "image")
    if pair.reverse == 0:
        return f"{true} is read as {read} in {often}, never the other way round."
    return f"{true} is read as {read} in {often}, {read} as {true} in {seldom}."
