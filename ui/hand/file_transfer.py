"""Drawings in and out: four kinds of files to download, and the upload of the same."""

from functools import partial

import streamlit as st

from mnist_core.files import MAX_FILE_MEGABYTES
from mnist_core.hands import HandInfo, HandStore, ImportResult
from mnist_core.hands.drawing_files import SUFFIXES, WRITERS
from mnist_core.hands.drawing_imports import read_drawings
from mnist_core.messages import message
from ui import state
from ui.hand_errors import keep_hand_error
from ui.language import _, localize, ngettext
from ui.live_teaching import update_taught
from ui.resources import get_hands

NAMES = {
    "idx": message("IDX pair"),
    "csv": message("CSV table"),
    "png": message("PNG images"),
    "strokes": message("Strokes"),
}
HELP = {
    "idx": message("Images and labels in the format of MNIST’s own files, compressed, in a zip."),
    "csv": message("One row per drawing: its label and 784 pixels from 0 to 255."),
    "png": message("One image of 28 × 28 pixels per drawing, in folders named 0 to 9, in a zip."),
    "strokes": message(
        "JSON with the pen’s positions in each stroke, and everything else that is kept."
    ),
}
MIMES = {
    "idx": "application/zip",
    "csv": "text/csv",
    "png": "application/zip",
    "strokes": "application/json",
}
UPLOAD = "hand_upload"


def show_files(hand: HandInfo, is_empty: bool) -> None:
    """Show the downloads and the upload.

    Args:
        hand: The hand, to which uploaded drawings are added.
        is_empty: Whether it has no drawings.
    """
    out, into = st.columns(2, gap="large")
    with out:
        st.html(f'<h2 class="chapter">{_("Take them out")}</h2>')
        for kind in WRITERS:
            st.download_button(
                localize(NAMES[kind]),
                partial(_write_file, get_hands(), hand.id, kind),
                f"digits{SUFFIXES[kind]}",
                MIMES[kind],
                icon=":material/download:",
                help=localize(HELP[kind]),
                disabled=is_empty,
                on_click="ignore",
                key=f"hand_download_{kind}",
                width="stretch",
            )
    with into:
        st.html(f'<h2 class="chapter">{_("Bring them in")}</h2>')
        st.file_uploader(
            _("Any of these four kinds of files; drawings that are here already are left out"),
            type=["zip", "csv", "json"],
            max_upload_size=MAX_FILE_MEGABYTES,
            key=UPLOAD,
            on_change=_import_file,
            args=(hand,),
        )


def _write_file(hands: HandStore, hand_id: int, kind: str) -> bytes:
    return WRITERS[kind](hands.list_drawings(hand_id, with_strokes=kind == "strokes"))


def _import_file(hand: HandInfo) -> None:
    file = st.session_state.get(UPLOAD)
    if file is None:
        return
    with keep_hand_error():
        result = get_hands().import_drawings(hand.id, read_drawings(file.name, file.getvalue()))
        st.session_state[state.HAND_MESSAGE] = format_import(result)
        update_taught(hand.id)


def format_import(result: ImportResult) -> str:
    """Return what became of imported drawings."""
    added, duplicates = f"{result.added:,}", f"{result.duplicates:,}"
    if result.duplicates == 0:
        return (
            _("1 drawing was added.")
            if result.added == 1
            else _("{added} drawings were added.", added=added)
        )
    if result.added == 0:
        return ngettext(
            "The drawing in this file is here already.",
            "All {duplicates} drawings of this file are here already.",
            result.duplicates,
            duplicates=duplicates,
        )
    return _(
        "Drawings added: {added}. Left out because they are here already: {duplicates}.",
        added=added,
        duplicates=duplicates,
    )
