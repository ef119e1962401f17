"""The hand whose drawings are kept and shown, the same on every page."""

from collections.abc import Callable

import streamlit as st

from mnist_core.errors import MnistError
from mnist_core.hands import HandInfo
from mnist_core.hands.store import DEFAULT_NAME
from ui import state
from ui.components.widget_value import with_value
from ui.language import _, localize_each
from ui.resources import get_hands

_KEY = "hand_picker"


def get_hand() -> HandInfo:
    """Return the chosen hand; if it does not exist, the first one.

    Raises:
        HandError: The database cannot be used.
    """
    hands = get_hands().list_hands()
    chosen = st.session_state.get(state.HAND_ID)
    return next((hand for hand in hands if hand.id == chosen), hands[0])


def name_hand(hand: HandInfo) -> str:
    """Return a hand's name; the one that it has until a person renames it is translated."""
    return _("My hand") if hand.name == DEFAULT_NAME else hand.name


def pick_hand() -> HandInfo:
    """Show the list of hands, and a menu to add, rename and delete; return the chosen hand.

    Raises:
        HandError: The database cannot be used.
    """
    hands = {hand.id: hand for hand in get_hands().list_hands()}
    hand = get_hand()
    # Set in every run, because the choice may have changed on another page.
    st.session_state[_KEY] = hand.id
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.selectbox(
            _("Hand"),
            list(hands),
            format_func=localize_each(
                {hand_id: name_hand(each) for hand_id, each in hands.items()}
            ),
            help=_("Whose drawings these are. Everyone who uses this app sees all hands."),
            key=_KEY,
            on_change=with_value(_KEY, choose_hand, hands),
        )
        with st.popover(_("Names"), icon=":material/edit:"):
            _show_menu(hand, is_only=len(hands) == 1)
    return hand


def choose_hand(hand_id: int) -> None:
    """Choose a hand for all pages."""
    st.session_state[state.HAND_ID] = hand_id
    st.session_state[state.HAND_DRAWING] = None


def _show_menu(hand: HandInfo, is_only: bool) -> None:
    renamed = st.text_input(
        _("Name of this hand"), hand.name, key=f"hand_name_{hand.id}_{hand.name}"
    )
    st.button(
        _("Rename"),
        disabled=renamed.strip() in ("", hand.name),
        key="hand_rename",
        on_click=_change,
        args=(lambda: get_hands().rename_hand(hand.id, renamed),),
    )
    added = st.text_input(_("Another person’s hand"), placeholder=_("Name"), key="hand_added")
    st.button(
        _("Add"),
        disabled=not added.strip(),
        key="hand_add",
        on_click=_change,
        args=(lambda: _add(added),),
    )
    if is_only:
        return
    st.button(
        _("Delete this hand"),
        icon=":material/delete:",
        type="tertiary",
        help=_("Only a hand without drawings can be deleted."),
        key="hand_delete",
        on_click=_change,
        args=(lambda: get_hands().delete_hand(hand.id),),
    )


def _add(name: str) -> None:
    choose_hand(get_hands().add_hand(name).id)
    st.session_state["hand_added"] = ""


def _change(change: Callable[[], None]) -> None:
    try:
        change()
    except MnistError as error:
        st.session_state[state.HAND_ERROR] = error
