"""Models from files: upload one, use it, delete it."""

import streamlit as st

from mnist_core.files import MAX_FILE_MEGABYTES
from mnist_core.inference.classifier import ModelError
from mnist_core.runs.model_registry import TrainedModel, list_loaded, load_file
from mnist_core.runs.trained_model import delete_model
from ui import state
from ui.formatting import escape_markdown
from ui.language import _, localize
from ui.layout import error_boundary, show_error
from ui.resources import get_store
from ui.training.scale_offer import show_scale_offer


def show_model_files() -> None:
    """Show an upload for a model file and the models that were loaded."""
    store = get_store()
    loaded = st.session_state.get(state.FILES_LOADED, 0)
    file = st.file_uploader(
        _(
            "A model file, .keras, .h5 or .onnx, of at most {megabytes} MB",
            megabytes=MAX_FILE_MEGABYTES,
        ),
        max_upload_size=MAX_FILE_MEGABYTES,
        # A new key after each loaded file, which empties the field.
        key=f"train_file_{loaded}",
        help=_(
            "Networks for 28 × 28 pixels and ten digits, as Keras saves them: with or without a "
            "softmax at the end, and with an input of (28, 28, 1), (28, 28) or (784,). No code in "
            "a file is run."
        ),
    )
    if file is not None and st.button(
        _("Load model"), icon=":material/upload_file:", key="train_load"
    ):
        known = {model.id for model in list_loaded(store)}
        waiting = st.empty()
        with st.spinner(_("Checking and loading the file, which takes a few seconds.")):
            try:
                model = load_file(
                    store,
                    file.name,
                    file.getvalue(),
                    lambda: waiting.text(_("Another file is being converted; yours is next.")),
                )
            except ModelError as error:
                show_error(error)
                waiting.empty()
            else:
                st.session_state[state.FILES_LOADED] = loaded + 1
                st.session_state[state.FILE_LOADED] = (localize(model.title), model.id in known)
                st.rerun()
    title, is_known = st.session_state.pop(state.FILE_LOADED, (None, False))
    if title is not None:
        name = escape_markdown(title)
        st.success(
            _("This file is already loaded, as “{name}”.", name=name)
            if is_known
            else _("“{name}” is ready to draw with.", name=name),
            icon=":material/check:",
        )
    for model in list_loaded(store):
        _show_loaded(model)


def _show_loaded(model: TrainedModel) -> None:
    with error_boundary(), st.container(horizontal=True, vertical_alignment="center"):
        st.text(localize(model.title), width="stretch")
        if st.button(_("Draw with it"), icon=":material/draw:", key=f"train_use_{model.id}"):
            st.session_state[state.MODEL_ID] = model.id
            st.switch_page("pages/draw.py")
        if st.button(_("Delete"), icon=":material/delete:", key=f"train_drop_{model.id}"):
            st.dialog(_("Delete this model?"))(_confirm_deletion)(model)
    with error_boundary():
        show_scale_offer(model)


def _confirm_deletion(model: TrainedModel) -> None:
    title = escape_markdown(localize(model.title))
    st.write(
        _(
            "“{title}” is deleted here, for everybody. The file that it came from is not.",
            title=title,
        )
    )
    with error_boundary(), st.container(horizontal=True):
        if st.button(_("Delete"), type="primary", icon=":material/delete:", key="train_drop_yes"):
            delete_model(model)
            st.rerun()
        if st.button(_("Keep"), key="train_drop_no"):
            st.rerun()
