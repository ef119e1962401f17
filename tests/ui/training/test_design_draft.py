"""Tests of ui.training.design_draft: changes to the layers, and undo."""

import pytest

from mnist_core.layer_designs import Conv2D, Dense, DesignError, Flatten, MaxPooling2D
from mnist_core.network_design import MAX_DESIGN_LAYERS, NetworkDesign
from ui.training.design_draft import Draft


@pytest.fixture
def draft() -> Draft:
    """Return a draft of three layers, the first of which is chosen."""
    draft = Draft()
    draft.start_from(NetworkDesign((Conv2D(), Flatten(), Dense())))
    return draft


def list_types(draft: Draft) -> list[str]:
    """Return the types of the layers in order."""
    return [layer.type for layer in draft.layers]


def test_a_new_layer_comes_after_the_chosen_one_and_is_chosen(draft: Draft) -> None:
    """With its default settings."""
    draft.add("MaxPooling2D")
    assert draft.build() == NetworkDesign((Conv2D(), MaxPooling2D(), Flatten(), Dense()))
    assert draft.position == 1


def test_a_layer_can_be_moved_duplicated_and_removed(draft: Draft) -> None:
    """The choice goes with it; at the ends, moving does nothing."""
    draft.move(-1)
    assert list_types(draft) == ["Conv2D", "Flatten", "Dense"]
    draft.move(1)
    assert (list_types(draft), draft.position) == (["Flatten", "Conv2D", "Dense"], 1)
    draft.duplicate()
    assert list_types(draft) == ["Flatten", "Conv2D", "Conv2D", "Dense"]
    assert len({layer.id for layer in draft.layers}) == 4
    draft.remove()
    draft.remove()
    assert (list_types(draft), draft.position) == (["Flatten", "Conv2D"], 1)
    draft.remove()
    draft.remove()
    assert (draft.layers, draft.position) == ((), None)
    draft.remove()
    draft.duplicate()
    assert draft.build() == NetworkDesign(())
    draft.add("Dense")
    assert draft.build() == NetworkDesign((Dense(),))


def test_an_impossible_setting_is_kept_and_reported(draft: Draft) -> None:
    """So the field shows what was typed."""
    layer = draft.layers[0]
    draft.change(layer.id, "filters", 0)
    assert draft.layers[0].values["filters"] == 0
    assert isinstance(draft.layers[0].build(), DesignError)
    assert draft.build() is None


def test_each_change_can_be_undone(draft: Draft) -> None:
    """The layers get new ids, so that their fields show the earlier values."""
    before = draft.build()
    old_id = draft.layers[0].id
    draft.change(old_id, "filters", 8)
    draft.change(old_id, "filters", 8)  # no change
    draft.start_from(NetworkDesign(()))
    draft.undo()
    assert isinstance(draft.build().layers[0], Conv2D) and draft.build().layers[0].filters == 8
    draft.undo()
    assert draft.build() == before
    assert draft.position == 0
    assert draft.layers[0].id != old_id
    draft.undo()
    draft.undo()
    assert draft.layers == ()


def test_a_full_network_takes_no_more(draft: Draft) -> None:
    """Neither new layers nor copies."""
    while not draft.is_full:
        draft.duplicate()
    draft.add("Dropout")
    draft.duplicate()
    assert len(draft.layers) == MAX_DESIGN_LAYERS
