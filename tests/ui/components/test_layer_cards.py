"""Tests of ui.components.layer_cards: what a card says, and drawings of shapes."""

from ui.components.layer_cards import TWO_ROWS, card_html, cards_html, shape_html


def test_a_card_escapes_what_it_shows() -> None:
    """Names of layers may come from files."""
    html = card_html("a<b", "Conv & more", ["<i>"], shape_html((2,)), True)
    assert 'data-choice="a&lt;b" aria-pressed="true"' in html
    assert "Conv &amp; more" in html and "&lt;i&gt;" in html


def test_many_cards_are_smaller() -> None:
    """So that they fit into two rows."""
    assert '"cards"' in cards_html([""] * TWO_ROWS)
    assert '"cards many"' in cards_html([""] * (TWO_ROWS + 1))


def test_more_maps_are_more_squares_and_smaller_maps_smaller_ones() -> None:
    """At most five squares; numbers are a bar, and what is unknown a question mark."""
    assert shape_html((28, 28, 1)).count("<rect") == 1
    assert shape_html((28, 28, 16)).count("<rect") == 3
    assert shape_html((1, 1, 512)).count("<rect") == 5
    assert 'width="60"' in shape_html((28, 28, 1))
    assert 'width="10"' in shape_html((1, 1, 1))
    assert shape_html((784,)).count("<rect") == 1
    assert "?" in shape_html(None)


def test_names_of_layers_break_between_their_words() -> None:
    """Some are wider than a card."""
    html = card_html("pool", "GlobalAveragePooling2D", [], "", False)
    assert "<b>Global<wbr>Average<wbr>Pooling2D</b>" in html
