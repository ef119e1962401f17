"""The kept drawings by digit: look at one, correct its label, delete it, or delete all."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from mnist_core.hands import HandInfo, KeptDrawing
from ui import state
from ui.components.html_choices import show_choices
from ui.components.widget_value import with_value
from ui.formatting import format_probability
from ui.hand_errors import keep_hand_error
from ui.images import digit_html
from ui.language import _, ngettext
from ui.live_teaching import update_taught
from ui.resources import get_hands

MAX_PER_ROW = 40


def show_drawings(hand: HandInfo, drawings: Sequence[KeptDrawing]) -> None:
    """Show a hand's drawings in rows by digit.

    Args:
        hand: The hand.
        drawings: Its drawings.
    """
    if not drawings:
        st.info(
            _(
                "Write some digits under “Write”, or keep a drawing under the answer on the page "
                "Draw."
            ),
            icon=":material/draw:",
        )
        return
    chosen_id = st.session_state.get(state.HAND_DRAWING)
    chosen = next((each for each in drawings if each.id == chosen_id), None)
    if chosen is not None:
        _show_detail(hand, chosen)
    else:
        note = _("Choose a drawing to correct its label or to delete it.")
        st.html(f'<p class="note">{note}</p>')
    rows = (_format_row(digit, drawings, chosen_id) for digit in range(10))
    show_choices(
        f'<div class="drawings-by-digit">{"".join(rows)}</div>',
        _("Drawings"),
        _choose,
        "hand_gallery",
    )
    count = len(drawings)
    with st.popover(_("Delete all"), icon=":material/delete:"):
        st.markdown(
            _(
                "This cannot be undone. Download the drawings first, under “In and out”, if you "
                "may want them back."
            )
        )
        st.button(
            ngettext("Delete {count} drawing", "Delete {count:,} drawings", count, count=count),
            type="primary",
            key="hand_delete_all",
            on_click=_change,
            args=(hand, lambda: get_hands().delete(*(each.id for each in drawings))),
        )


def _choose(choice: str) -> None:
    is_chosen = st.session_state.get(state.HAND_DRAWING) == int(choice)
    st.session_state[state.HAND_DRAWING] = None if is_chosen else int(choice)


def _format_row(digit: int, drawings: Sequence[KeptDrawing], chosen_id: int | None) -> str:
    """Return the newest drawings of a digit as HTML, "" if there are none."""
    row = [each for each in reversed(drawings) if each.label == digit]
    if not row:
        return ""
    more = len(row) - MAX_PER_ROW
    images = "".join(_format_drawing(each, each.id == chosen_id) for each in row[:MAX_PER_ROW])
    older = ngettext("And {count} older one.", "And {count:,} older ones.", more, count=more)
    note = f'<p class="note">{older}</p>' if more > 0 else ""
    return f'<div class="hand-row"><b>{digit}</b><div class="drawings">{images}{note}</div></div>'


def _format_drawing(drawing: KeptDrawing, is_chosen: bool) -> str:
    label, predicted = drawing.label, drawing.predicted
    read_as = _("read as {predicted}", predicted=predicted)
    caption = "" if predicted in (None, label) else f"<small>{read_as}</small>"
    image = digit_html(drawing.image, _("Drawing of the digit {label}", label=label), width="56px")
    return (
        f'<button data-choice="{drawing.id}" aria-pressed="{str(is_chosen).lower()}">'
        f"{image}{caption}</button>"
    )


def _show_detail(hand: HandInfo, drawing: KeptDrawing) -> None:
    key = f"hand_label_{drawing.id}"
    st.session_state[key] = drawing.label

    def correct(label: int) -> None:
        _change(hand, lambda: get_hands().correct(drawing.id, label))

    with st.container(horizontal=True, gap="medium", vertical_alignment="center", border=True):
        st.html(
            digit_html(
                drawing.image, _("Drawing of the digit {label}", label=drawing.label), width="112px"
            ),
            width="content",
        )
        with st.container():
            st.html(f"<p>{format_origin(drawing)}</p>")
            st.segmented_control(
                _("Label"), range(10), key=key, required=True, on_change=with_value(key, correct)
            )
            with st.container(horizontal=True, gap="small"):
                st.button(
                    _("Delete"),
                    icon=":material/delete:",
                    key="hand_delete_one",
                    on_click=_change,
                    args=(hand, lambda: get_hands().delete(drawing.id)),
                )
                st.button(
                    _("Close"),
                    type="tertiary",
                    key="hand_close",
                    on_click=_choose,
                    args=(str(drawing.id),),
                )


def format_origin(drawing: KeptDrawing) -> str:
    """Return the local date when a drawing was kept, and what was predicted, as HTML."""
    date = f"{drawing.created.astimezone():%Y-%m-%d}"
    if drawing.predicted is None or drawing.probability is None or not drawing.model:
        return _("Kept on {date}.", date=date)
    model, predicted = escape(drawing.model), drawing.predicted
    probability = escape(format_probability(drawing.probability))
    return _(
        "Kept on {date}. “{model}” read {predicted} ({probability}).",
        date=date,
        model=model,
        predicted=predicted,
        probability=probability,
    )


def _change(hand: HandInfo, change: Callable[[], None]) -> None:
    with keep_hand_error():
        change()
        update_taught(hand.id)
