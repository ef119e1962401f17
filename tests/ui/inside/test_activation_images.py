"""Pictures of what a layer puts out."""

import re

import numpy as np

from ui.images import GAP, MARK, color_signed, compose_maps
from ui.inside.activation_images import bars_html, compose_layer


def test_maps_stand_row_by_row_with_a_line_around_each() -> None:
    """Three maps of 2 × 4 on a sheet of two by two."""
    maps = np.stack([np.full((2, 4), value) for value in (1.0, 0.5, -1.0)], axis=-1)
    sheet = compose_maps(maps)
    assert sheet.shape == (2 * 3 + 1, 2 * 5 + 1, 3)
    np.testing.assert_array_equal(sheet[1:3, 1:5], color_signed(maps)[:, :, 0])
    np.testing.assert_array_equal(sheet[1:3, 6:10], color_signed(maps)[:, :, 1])
    np.testing.assert_array_equal(sheet[4:6, 1:5], color_signed(maps)[:, :, 2])
    assert (sheet[0] == GAP).all()
    assert (sheet[4:6, 6:10] == GAP).all()


def test_the_chosen_map_is_outlined() -> None:
    """The line around it, and no other, has the color that marks."""
    sheet = compose_maps(np.zeros((2, 2, 4)), chosen=3)
    marked = (sheet == MARK).all(axis=-1)
    assert marked.sum() == 4 * 4 - 2 * 2
    assert marked[3:7, 3:7].sum() == marked.sum()


def test_numbers_are_drawn_as_cells_in_their_order() -> None:
    """Seven numbers fill three rows of three, the rest black."""
    numbers = np.array([0.0, 1, 2, 3, 4, 4, 4])
    picture = compose_layer(numbers)
    np.testing.assert_array_equal(picture.reshape(-1, 3)[:7], color_signed(numbers))
    assert not picture.reshape(-1, 3)[7:].any()


def test_a_few_large_values_do_not_darken_all_others() -> None:
    """One in a hundred is as white as the largest of the rest."""
    values = np.ones((10, 10, 1))
    values[0, 0] = 50
    assert (compose_maps(values)[1:-1, 1:-1] == 255).all()


def test_the_only_value_of_a_map_is_white() -> None:
    """However few they are, values that are not 0 are not lost."""
    values = np.zeros((20, 20, 1))
    values[3, 4] = 2
    sheet = compose_maps(values)[1:-1, 1:-1]
    assert (sheet[3, 4] == 255).all() and sheet.sum() == 3 * 255


def read_bars(html: str) -> list[tuple[float, float]]:
    """Return the bottom and the height of each bar, in percent."""
    found = re.findall(r'<i style="bottom:([\d.]+)%;height:([\d.]+)%"', html)
    return [(float(bottom), float(height)) for bottom, height in found]


def test_bars_point_up_and_down_from_the_zero_line() -> None:
    """Negative values end at the line, others start there; the highest digit is marked."""
    html = bars_html(np.array([-3.0, 0, 1, 2, 9, 0, 0, 0, 0, 0]))
    assert "--zero:25.0%" in html
    bars = read_bars(html)
    assert bars[0] == (0, 25) and bars[1] == (25, 0) and bars[4] == (25, 75)
    assert re.findall(r"class=leads>.*?<span>(\d)", html) == ["4"]


def test_bars_have_their_values_only_if_asked() -> None:
    """Below negative bars and above others, with a true minus sign."""
    values = np.array([-3.0, 0, 1, 2, 9, 0, 0, 0, 0, 0])
    assert "<em" not in bars_html(values)
    html = bars_html(values, decimals=2)
    assert html.count("<em") == 10
    assert re.findall(r'<em style="(top|bottom):[\d.]+%">([^<]+)<', html)[:3] == [
        ("top", "−3.00"),
        ("bottom", "0.00"),
        ("bottom", "1.00"),
    ]


def test_bars_without_negative_values_start_at_the_bottom() -> None:
    """The zero line is the lower edge."""
    html = bars_html(np.full(10, 0.1), decimals=4)
    assert "--zero:0.0%" in html
    assert {bottom for bottom, _ in read_bars(html)} == {0}
