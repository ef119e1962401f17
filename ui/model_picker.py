"""The choice of the model, the same on every page."""

from functools import lru_cache

import streamlit as st

from mnist_core.runs.model_registry import TrainedModel, default_model, list_models
from ui import state
from ui.components.widget_value import with_value
from ui.formatting import format_percent
from ui.language import _, get_language, localize
from ui.newest_runs import MOST_RUNS, list_newest
from ui.resources import get_store

_KEY = "model_picker"


def list_offered(*chosen: str | None) -> list[TrainedModel]:
    """Return the models to choose from: of those of the runs, only the newest and chosen ones.

    Args:
        chosen: The ids of models that are listed in any case, if they exist.
    """
    models = list_models(get_store())
    listed = set(list_newest([model.id for model in models if model.run is not None], chosen))
    return [model for model in models if model.run is None or model.id in listed]


def get_chosen_model() -> TrainedModel:
    """Return the model that is chosen on all pages, the default one if it no longer exists."""
    chosen = st.session_state.get(state.MODEL_ID)
    models = list_models(get_store())
    return next((model for model in models if model.id == chosen), default_model())


def pick_model(label: str | None = None) -> TrainedModel:
    """Show the list of trained models and return the chosen one.

    The choice applies to all pages. If the chosen model no longer exists, the default one is
    chosen.
    """
    chosen = st.session_state.get(state.MODEL_ID)
    models = {model.id: model for model in list_offered(chosen)}
    if chosen not in models:
        chosen = default_model().id
    # Set in every run, because each page has its own widget.
    st.session_state[state.MODEL_ID] = st.session_state[_KEY] = chosen
    language = get_language()
    titles = {
        model_id: _format_model(model.title, model.accuracy, language)
        for model_id, model in models.items()
    }
    st.selectbox(
        _("Model") if label is None else label,
        list(models),
        format_func=titles.__getitem__,
        help=_(
            "The networks that come with the app, and your own, with the fraction of the 10,000 "
            "test images that each classifies correctly. Of many training runs, the newest {count} "
            "are listed; an older one is chosen on the Train page.",
            count=MOST_RUNS,
        ),
        key=_KEY,
        on_change=with_value(_KEY, _store_choice, models),
    )
    return models[chosen]


def format_model(model: TrainedModel) -> str:
    """Return a model's title with its accuracy on the test images, if that is recorded."""
    return _format_model(model.title, model.accuracy, get_language())


@lru_cache(maxsize=10_000, typed=True)  # a message and a text can be equal
def _format_model(title: str, accuracy: float | None, language: str) -> str:
    """Return the text of a model in the session's language."""
    if accuracy is None:
        return localize(title)
    return _("{model}, {accuracy}", model=localize(title), accuracy=format_percent(accuracy, 2))


def _store_choice(model_id: str) -> None:
    st.session_state[state.MODEL_ID] = model_id
