"""A network of one's own as a file and as a link."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.layer_designs import DesignError
from mnist_core.messages import message
from mnist_core.network_design import MAX_FILE_BYTES, NetworkDesign
from ui import state
from ui.components.widget_value import with_value
from ui.language import _
from ui.layout import show_error
from ui.training.design_draft import Draft

UPLOAD = "design_upload"


def show_sharing(draft: Draft) -> None:
    """Show how to share a draft, and let a person open a file that was shared."""
    with st.popover(_("Share"), icon=":material/share:"):
        design = draft.build()
        if design is None:
            st.caption(_("A network can be shared once all its settings are possible."))
        else:
            st.caption(
                _(
                    "The address of this page holds the network. Copy it from the browser and "
                    "send it; whoever opens it can train and change the network."
                )
            )
            st.download_button(
                _("Download as JSON"),
                design.to_json(),
                "network.json",
                "application/json",
                icon=":material/download:",
                on_click="ignore",
                help=_("Also for the command line: draw-a-digit train --network network.json"),
                key="design_download",
            )
        _show_upload(draft)


def _show_upload(draft: Draft) -> None:
    def open_file(file: UploadedFile | None) -> None:
        if file is None:
            return
        try:
            content = file.read(MAX_FILE_BYTES + 1)
            draft.start_from(NetworkDesign.from_json(content))
        except DesignError as error:
            st.session_state[state.DESIGN_PROBLEM] = message(
                "{name} cannot be opened. {error}", name=file.name, error=str(error)
            )
        else:
            st.session_state.pop(state.DESIGN_PROBLEM, None)

    st.file_uploader(
        _("Open a network from a JSON file"),
        "json",
        on_change=with_value(UPLOAD, open_file),
        key=UPLOAD,
        max_upload_size=1,
    )
    problem = st.session_state.get(state.DESIGN_PROBLEM)
    if problem and st.session_state[UPLOAD] is not None:
        show_error(problem)
