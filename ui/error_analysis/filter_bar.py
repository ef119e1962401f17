"""Which images the gallery shows, and in which order."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnist_core.evaluation.image_filter import Filter
from ui.error_analysis.address import change_filter, change_view, read_view, set_widget

ANY = "Any"
ANSWERS = {"wrong": "Wrong", "right": "Right", "all": "All"}
LABELS = {"all": "All labels", "disputed": "Disputed labels", "undisputed": "Undisputed labels"}
ORDERS = {
    "surest": "Surest first",
    "unsurest": "Least sure first",
    "loss": "Highest loss first",
    "least-loss": "Lowest loss first",
    "margin": "Smallest margin first",
    "index": "By index",
}


def show_filters() -> None:
    """Show the answers, the order and, folded away, the other filters."""
    view = read_view()
    chosen = view.chosen
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.segmented_control(
            "Answers",
            list(ANSWERS),
            format_func=ANSWERS.__getitem__,
            label_visibility="collapsed",
            required=True,
            **set_widget(
                "errors_answers", chosen.answers, lambda value: change_filter(answers=value)
            ),
        )
        st.selectbox(
            "Order",
            list(ORDERS),
            format_func=ORDERS.__getitem__,
            label_visibility="collapsed",
            width=178,
            **set_widget(
                "errors_order", view.order, lambda value: change_view(order=value, page=1)
            ),
        )
        with st.popover("Filter", icon=":material/filter_list:"):
            for name, label in (("true", "Label"), ("predicted", "Read as")):
                digit = getattr(chosen, name)
                st.selectbox(
                    label,
                    [ANY, *range(10)],
                    **set_widget(
                        f"errors_{name}", ANY if digit is None else digit, _make_digit_change(name)
                    ),
                )
            st.slider(
                "Probability of the answer",
                0,
                100,
                format="%d %%",
                **set_widget(
                    "errors_bounds",
                    (round(100 * chosen.low), round(100 * chosen.high)),
                    lambda bounds: change_filter(low=bounds[0] / 100, high=bounds[1] / 100),
                ),
            )
            st.selectbox(
                "Labels",
                list(LABELS),
                format_func=LABELS.__getitem__,
                help="Of fifteen test images, most people who were asked did not see the digit "
                "that the label says.",
                **set_widget(
                    "errors_labels", chosen.labels, lambda value: change_filter(labels=value)
                ),
            )
        if chosen != Filter():
            st.button(
                "Clear",
                icon=":material/filter_list_off:",
                type="tertiary",
                key="errors_clear",
                on_click=lambda: change_view(chosen=Filter(), page=1),
            )


def _make_digit_change(name: str) -> Callable[[Any], None]:
    return lambda value: change_filter(**{name: None if value == ANY else value})
