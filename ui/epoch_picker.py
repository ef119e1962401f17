"""A slider that switches between the models saved after each epoch."""

import streamlit as st

from mnist_core.messages import message
from mnist_core.runs.model_registry import TrainedModel
from ui import state
from ui.components.widget_value import with_value
from ui.language import _, localize_each

MAX_SAMPLED_EPOCHS = 12
"""How many epochs are shown side by side at most, besides the chosen one."""


def pick_epoch(model: TrainedModel) -> TrainedModel:
    """Show a slider over the earlier epochs of a model's run and return the model as chosen.

    The choice applies to all pages; the default is the final model. A model that comes with the
    app or from a file has no saved epochs: then no slider is shown and the model is returned.
    """
    earlier = model.earlier_epochs
    if not earlier:
        return model
    choices = st.session_state.setdefault(state.EPOCHS, {})
    options = [*earlier, None]
    chosen = choices.get(model.id)
    if chosen not in options:
        chosen = None
    key = f"epoch_slider_{model.id}"

    def store_choice(epoch: int | None) -> None:
        choices[model.id] = epoch

    # Set in every run, because each page has its own widget.
    st.session_state[key] = chosen
    st.select_slider(
        _("After epoch"),
        options,
        key=key,
        on_change=with_value(key, store_choice),
        format_func=localize_each(
            {None: message("Final")}
            | {epoch: message("Epoch {epoch}", epoch=epoch) for epoch in earlier}
        ),
        help=_("The network after this epoch of its training."),
    )
    return model if chosen is None else model.at_epoch(chosen)
