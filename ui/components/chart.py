"""A Plotly chart without Plotly's row of buttons."""

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st


def show_chart(figure: go.Figure, key: str, on_select: Callable[[], None] | None = None) -> None:
    """Show a chart.

    Args:
        figure: The chart.
        key: The key of the Streamlit element.
        on_select: Called when a point is clicked, which Streamlit then keeps under the key.
    """
    st.plotly_chart(
        figure,
        key=key,
        config={"displayModeBar": False},
        on_select=on_select or "ignore",
        selection_mode="points",
    )
