"""Choosing the model that answers, the same on every page."""

import streamlit as st

from mnist_core.models import TrainedModel, default_model, list_models
from ui import state
from ui.resources import get_store


def pick_model(label: str = "Model that answers") -> TrainedModel:
    """Show the list of trained models and return the chosen one.

    The choice holds for all pages. A model that is gone gives way to the default one.
    """
    models = {model.id: model for model in list_models(get_store())}
    chosen = st.session_state.get(state.MODEL_ID)
    if chosen not in models:
        chosen = default_model().id
    ids = list(models)
    picked = st.selectbox(
        label,
        ids,
        index=ids.index(chosen),
        format_func=lambda model_id: models[model_id].title,
        help="The networks that come with the app and those that you have trained.",
    )
    st.session_state[state.MODEL_ID] = picked
    return models[picked]
