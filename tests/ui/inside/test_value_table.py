"""Numbers in cells and rectangles on pictures."""

import numpy as np
import pytest

from mnist_core.interpretability.receptive_fields import Window
from ui.images import MARK
from ui.inside.value_table import cells_html, format_number, mark_window, steps_html


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.234, "1.23"), (-0.5, "−0.50"), (-0.001, "0.00"), (12345.678, "12,345.68"), (0, "0.00")],
)
def test_numbers_have_fixed_decimals_and_a_true_minus(value: float, text: str) -> None:
    """Also a zero that was negative before it was rounded has no sign."""
    assert format_number(value) == text


def test_every_number_gets_a_cell() -> None:
    """Row by row, under its caption."""
    html = cells_html(np.array([[0.25, -1.0], [3.0, 0.0]]), "Weights & more", scale=3.0)
    assert html.count("<tr>") == 2
    assert [cell.split("<")[0] for cell in html.split(">")].count("0.25") == 1
    assert "−1.00" in html and "3.00" in html
    assert "Weights &amp; more" in html


def test_text_in_a_cell_can_be_read_on_its_color() -> None:
    """Dark on white, light on black."""
    html = cells_html(np.array([[1.0, 0.0]]), "", scale=1.0)
    assert "background:rgb(255,255,255);color:#000" in html
    assert "background:rgb(0,0,0);color:#fff" in html


def test_a_window_is_outlined_and_not_covered() -> None:
    """The line lies inside the window, the pixels in its middle stay."""
    picture = np.full((10, 10, 3), 7, np.uint8)
    marked = mark_window(picture, Window(2, 3, 4, 5))
    factor = marked.shape[0] // 10
    line = (marked == MARK).all(axis=-1)
    rows, columns = np.flatnonzero(line.any(axis=1)), np.flatnonzero(line.any(axis=0))
    assert (rows[0], rows[-1] + 1) == (2 * factor, 6 * factor)
    assert (columns[0], columns[-1] + 1) == (3 * factor, 8 * factor)
    assert (marked[4 * factor, 5 * factor] == 7).all()


def test_the_networks_own_value_stands_under_the_steps() -> None:
    """In their order, with three decimals."""
    html = steps_html([("Sum", 1.5), ("ReLU", 1.5)], own=1.5)
    assert html.index("Sum") < html.index("ReLU") < html.index("own value")
    assert html.count("1.500") == 3
