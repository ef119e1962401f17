"""The choice of the model, the same on every page."""

import streamlit as st

from mnist_core.runs.model_registry import TrainedModel, default_model, list_models
from ui import state
from ui.resources import get_store

_KEY = "model_picker"


def pick_model(label: str = "Model") -> TrainedModel:
    """Show the list of trained models and return the chosen one.

    The choice holds for all pages. A model that is gone gives way to the default one.
    """
    models = {model.id: model for model in list_models(get_store())}
    chosen = st.session_state.get(state.MODEL_ID)
    if chosen not in models:
        chosen = default_model().id
    # The list is told at every run, since on another page it is another one.
    st.session_state[state.MODEL_ID] = st.session_state[_KEY] = chosen
    st.selectbox(
        label,
        list(models),
        format_func=lambda model_id: models[model_id].title,
        help="The networks that come with the app and those that you have trained.",
        key=_KEY,
        on_change=_keep,
    )
    return models[chosen]


def _keep() -> None:
    st.session_state[state.MODEL_ID] = st.session_state[_KEY]
