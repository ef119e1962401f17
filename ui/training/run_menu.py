"""The menu of a run: rename it, download its model, delete it."""

from functools import partial

import streamlit as st

from mnist_core.files import read_regular_file
from mnist_core.runs.model_registry import prepare_saved_model
from mnist_core.runs.run import Run
from ui import state
from ui.formatting import escape_markdown
from ui.language import _
from ui.layout import error_boundary
from ui.resources import get_store

MAX_EXPORT_BYTES = 2**28


def show_run_menu(run: Run) -> None:
    """Show the menu of a run that is not being trained."""
    with st.popover(_("Manage"), icon=":material/more_horiz:"):
        with error_boundary():
            _show_rename(run)
        with error_boundary():
            _show_export(run)
        if st.button(_("Delete run"), icon=":material/delete:", key="train_delete"):
            st.dialog(_("Delete this run?"))(_confirm_deletion)(run)


def _show_rename(run: Run) -> None:
    with st.form("train_rename", border=False):
        name = st.text_input(_("Name"), run.read().name, max_chars=80, key=f"train_name_{run.id}")
        if st.form_submit_button(_("Rename"), icon=":material/edit:"):
            run.rename(name)
            st.rerun()


def _show_export(run: Run) -> None:
    if not run.keras_path.exists():
        return
    st.download_button(
        _("Model for Keras"),
        partial(read_regular_file, run.keras_path, MAX_EXPORT_BYTES),
        f"{run.id}.keras",
        icon=":material/download:",
        help=_("A .keras file. Open it with keras.models.load_model, or load it here again."),
        on_click="ignore",
        key="train_download_keras",
    )
    wanted = run.saved_model_path.exists() or st.button(
        _("Prepare a SavedModel"),
        icon=":material/inventory_2:",
        help=_("The format of TensorFlow Serving, as a zip file."),
        key="train_prepare_saved_model",
    )
    if wanted:
        waiting = st.empty()
        with st.spinner(_("TensorFlow is converting the model, which takes a few seconds.")):
            prepare_saved_model(
                run,
                lambda: waiting.caption(
                    _("Another file is being converted; this one is next and waits for it to end.")
                ),
            )
        waiting.empty()
        st.download_button(
            _("SavedModel for TensorFlow Serving"),
            partial(read_regular_file, run.saved_model_path, MAX_EXPORT_BYTES),
            f"{run.id}.zip",
            icon=":material/download:",
            on_click="ignore",
            key="train_download_saved_model",
        )


def _confirm_deletion(run: Run) -> None:
    name = escape_markdown(run.read().name)
    st.write(
        _(
            "“{name}” is deleted with its curves, its model and all its epochs. This cannot be "
            "undone.",
            name=name,
        )
    )
    with error_boundary(), st.container(horizontal=True):
        if st.button(_("Delete"), type="primary", icon=":material/delete:", key="train_delete_yes"):
            get_store().delete(run)
            st.query_params.pop("run", None)
            st.session_state.pop(state.RUN_ID, None)
            st.rerun()
        if st.button(_("Keep"), key="train_delete_no"):
            st.rerun()
