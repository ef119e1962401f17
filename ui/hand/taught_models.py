"""The models that were taught at once, to delete them."""

import streamlit as st

from mnist_core.runs.taught_models import list_taught
from mnist_core.runs.trained_model import TrainedModel, delete_model
from ui.formatting import escape_markdown
from ui.hand_errors import keep_hand_error
from ui.language import _, localize
from ui.live_teaching import forget_deleted
from ui.resources import get_store


def show_taught_models() -> None:
    """Show all models that were taught at once, if there are any."""
    models = list_taught(get_store())
    if not models:
        return
    with st.popover(_("Models taught at once"), icon=":material/delete:"):
        st.caption(_("They can be taught again at any time. What was taught thoroughly is a run."))
        for model in models:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(escape_markdown(localize(model.title)), width="stretch")
                st.button(
                    _("Delete"), key=f"hand_delete_{model.id}", on_click=_delete, args=(model,)
                )


def _delete(model: TrainedModel) -> None:
    with keep_hand_error():
        delete_model(model)
    forget_deleted()
