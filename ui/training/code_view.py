"""A training as code: the same in plain Keras, to copy or to download."""

import streamlit as st

from mnist_core.config import TrainingConfig
from mnist_core.training.keras_script import make_script
from mnist_core.training.notebook import make_notebook
from ui.language import _, get_language
from ui.layout import error_boundary
from ui.resources import get_data


def show_code_button(config: TrainingConfig, key: str) -> None:
    """Show a button that opens the code of a training.

    Args:
        config: The settings of the training, of layers that fit each other.
        key: The button's key.
    """
    if st.button(
        _("Code"),
        icon=":material/code:",
        type="tertiary",
        help=_("The same training as a program in plain Keras, to copy or to download."),
        key=key,
    ):
        st.dialog(_("The same in Keras"), width="large")(_show_code)(config)


@error_boundary()
def _show_code(config: TrainingConfig) -> None:
    st.caption(
        _(
            "This program loads MNIST, builds this network, and trains it with these settings. It "
            "needs only TensorFlow: pip install tensorflow. Its comments say where it differs from "
            "the training in the app."
        )
    )
    augmentation = schedule = True
    with st.container(horizontal=True):
        if config.augmentation:
            augmentation = st.toggle(_("With augmentation"), True, key="code_augmentation")
        if config.schedule == "one-cycle":
            schedule = st.toggle(_("With the one-cycle schedule"), True, key="code_schedule")
    with st.container(horizontal=True):
        script = make_script(config, augmentation, schedule, get_language())
        st.download_button(
            _("Download .py"),
            script,
            f"{config.model}.py",
            "text/x-python",
            icon=":material/download:",
            on_click="ignore",
            key="code_script",
        )
        st.download_button(
            _("Download notebook"),
            make_notebook(config, get_data().train, augmentation, schedule, get_language()),
            f"{config.model}.ipynb",
            "application/x-ipynb+json",
            icon=":material/menu_book:",
            on_click="ignore",
            help=_("For Jupyter, Colab and Visual Studio Code, with words between the steps."),
            key="code_notebook",
        )
    st.code(script, language="python", wrap_lines=True)
