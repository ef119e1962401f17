"""The widgets that choose and sort the images of the gallery."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnist_core.evaluation.image_filter import Filter
from ui.error_analysis.view import View, change_filter, change_view, link_widget

ANY = "any"
PREDICTION_NAMES = {"incorrect": "Incorrect", "correct": "Correct", "all": "All"}
LABEL_NAMES = {
    "all": "All labels",
    "disputed": "Disputed labels",
    "undisputed": "Undisputed labels",
}
ORDER_NAMES = {
    "most-confident": "Most confident first",
    "least-confident": "Least confident first",
    "loss": "Highest loss first",
    "least-loss": "Lowest loss first",
    "margin": "Smallest margin first",
    "index": "By index",
}


def show_filter_bar(view: View) -> None:
    """Show whether predictions are correct, the order and, in a popover, the other filters."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.segmented_control(
            "Predictions",
            list(PREDICTION_NAMES),
            format_func=PREDICTION_NAMES.__getitem__,
            label_visibility="collapsed",
            required=True,
            **link_widget(
                "errors_predictions",
                view.filter.predictions,
                lambda value: change_filter(predictions=value),
            ),
        )
        st.selectbox(
            "Order",
            list(ORDER_NAMES),
            format_func=ORDER_NAMES.__getitem__,
            label_visibility="collapsed",
            width=196,
            **link_widget(
                "errors_order", view.order, lambda value: change_view(order=value, page=1)
            ),
        )
        with st.popover("Filter", icon=":material/filter_list:"):
            _show_filters(view.filter)
        if view.filter != Filter():
            st.button(
                "Clear",
                icon=":material/filter_list_off:",
                type="tertiary",
                key="errors_clear",
                on_click=lambda: change_view(filter=Filter(), page=1),
            )


def _show_filters(chosen: Filter) -> None:
    for name, label in (("true", "Label"), ("predicted", "Prediction")):
        digit = getattr(chosen, name)
        st.selectbox(
            label,
            [ANY, *range(10)],
            format_func=lambda option: "Any" if option == ANY else str(option),
            **link_widget(
                f"errors_{name}", ANY if digit is None else digit, _make_digit_change(name)
            ),
        )
    st.slider(
        "Probability of the prediction",
        0,
        100,
        format="%d %%",
        **link_widget(
            "errors_bounds",
            (round(100 * chosen.low), round(100 * chosen.high)),
            lambda bounds: change_filter(low=bounds[0] / 100, high=bounds[1] / 100),
        ),
    )
    st.selectbox(
        "Labels",
        list(LABEL_NAMES),
        format_func=LABEL_NAMES.__getitem__,
        help="For fifteen test images, most human reviewers did not choose the label.",
        **link_widget("errors_labels", chosen.labels, lambda value: change_filter(labels=value)),
    )


def _make_digit_change(name: str) -> Callable[[Any], None]:
    return lambda value: change_filter(**{name: None if value == ANY else value})
