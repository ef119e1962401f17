"""The widgets that choose and sort the images of the gallery."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnist_core.evaluation.image_filter import Filter
from mnist_core.messages import message
from ui.error_analysis.view import View, change_filter, change_view, link_widget
from ui.formatting import get_percent_unit
from ui.language import _, localize_each

ANY = "any"
PREDICTION_NAMES = {
    "incorrect": message("Incorrect"),
    "correct": message("Correct"),
    "all": message("All"),
}
LABEL_NAMES = {
    "all": message("All labels"),
    "disputed": message("Disputed labels"),
    "undisputed": message("Undisputed labels"),
}
ORDER_NAMES = {
    "most-confident": message("Most confident first"),
    "least-confident": message("Least confident first"),
    "loss": message("Highest loss first"),
    "least-loss": message("Lowest loss first"),
    "margin": message("Smallest margin first"),
    "index": message("By index"),
}


def show_filter_bar(view: View) -> None:
    """Show whether predictions are correct, the order and, in a popover, the other filters."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.segmented_control(
            _("Predictions"),
            list(PREDICTION_NAMES),
            format_func=localize_each(PREDICTION_NAMES),
            label_visibility="collapsed",
            required=True,
            **link_widget(
                "errors_predictions",
                view.filter.predictions,
                lambda value: change_filter(predictions=value),
            ),
        )
        st.selectbox(
            _("Order"),
            list(ORDER_NAMES),
            format_func=localize_each(ORDER_NAMES),
            label_visibility="collapsed",
            width=196,
            **link_widget(
                "errors_order",
                view.order,
                lambda value: change_view(order=value, page=1),
                ORDER_NAMES,
            ),
        )
        with st.popover(_("Filter"), icon=":material/filter_list:"):
            _show_filters(view.filter)
        if view.filter != Filter():
            st.button(
                _("Clear"),
                icon=":material/filter_list_off:",
                type="tertiary",
                key="errors_clear",
                on_click=lambda: change_view(filter=Filter(), page=1),
            )


def _show_filters(chosen: Filter) -> None:
    for name, label in (("true", _("Label")), ("predicted", _("Prediction"))):
        digit, options = getattr(chosen, name), [ANY, *range(10)]
        st.selectbox(
            label,
            options,
            format_func=localize_each(
                {ANY: message("Any"), **{digit: str(digit) for digit in range(10)}}
            ),
            **link_widget(
                f"errors_{name}", ANY if digit is None else digit, _make_digit_change(name), options
            ),
        )
    st.slider(
        _("Probability of the prediction"),
        0,
        100,
        format=f"%d{get_percent_unit()}%",
        **link_widget(
            "errors_bounds",
            (round(100 * chosen.low), round(100 * chosen.high)),
            lambda bounds: change_filter(low=bounds[0] / 100, high=bounds[1] / 100),
        ),
    )
    st.selectbox(
        _("Labels"),
        list(LABEL_NAMES),
        format_func=localize_each(LABEL_NAMES),
        help=_("For fifteen test images, most human reviewers did not choose the label."),
        **link_widget(
            "errors_labels", chosen.labels, lambda value: change_filter(labels=value), LABEL_NAMES
        ),
    )


def _make_digit_change(name: str) -> Callable[[Any], None]:
    return lambda value: change_filter(**{name: None if value == ANY else value})
