"""Tests of ui.training.code_view: the dialog with a training's code."""

from streamlit.testing.v1 import AppTest

from tests.waiting import LONGEST_WAIT


def show():
    """Show the button for a training with augmentation and a schedule."""
    from mnist_core.training.architectures import NETWORKS
    from ui.training.code_view import show_code_button

    show_code_button(NETWORKS["compact"].defaults, "code")


def show_simple():
    """Show the button for a training with neither."""
    from mnist_core.training.architectures import NETWORKS
    from ui.training.code_view import show_code_button

    show_code_button(NETWORKS["tutorial"].defaults, "code")


def test_the_dialog_shows_the_program_with_and_without_augmentation():
    """The switches change it; there is one for each thing that can be left out."""
    at = AppTest.from_function(show, default_timeout=LONGEST_WAIT).run()
    assert not at.code
    at.button(key="code").click().run()
    assert "def change" in at.code[0].value
    assert "CosineDecay" in at.code[0].value
    at.button(key="code").click()
    at.toggle(key="code_augmentation").set_value(False).run()
    assert "def change" not in at.code[0].value
    simple = AppTest.from_function(show_simple, default_timeout=LONGEST_WAIT).run()
    simple.button(key="code").click().run()
    assert 'layers.Conv2D(32, 3, activation="relu", name="conv")' in simple.code[0].value
    assert not simple.toggle
