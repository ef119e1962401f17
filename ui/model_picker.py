"""Choosing the model that answers, the same on every page."""

import streamlit as st

from mnist_core.models import TrainedModel, list_models
from ui import state
from ui.resources import get_store


def pick_model(label: str = "Model that answers") -> TrainedModel:
    """Show the list of trained models and return the chosen one.

    The choice holds for all pages. A model that is gone gives way to the first shipped one.
    """
    models = {model.id: model for model in list_models(get_store())}
    shipped = next(model.id for model in models.values() if model.run is None)
    chosen = st.session_state.get(state.MODEL_ID, shipped)
    if chosen not in models:
        chosen = shipped
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
