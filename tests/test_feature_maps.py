"""Pictures of what a network computes."""

import base64
import re

import cv2
import numpy as np

from ui.inside.feature_maps import (
    GAP,
    MARK,
    bars_html,
    colour_reasons,
    colour_signed,
    compose_layer,
    compose_maps,
    picture_html,
)


def test_positive_is_white_negative_is_blue_and_zero_is_black() -> None:
    """The largest size gets the full colour."""
    black, white, half, blue = colour_signed(np.array([0.0, 2.0, 1.0, -2.0]))
    assert black.tolist() == [0, 0, 0]
    assert white.tolist() == [255, 255, 255]
    assert half.tolist() == [128, 128, 128]
    assert blue[2] == 255 > blue[1] > blue[0]


def test_a_map_of_zeros_is_black() -> None:
    """Nothing is divided by zero."""
    assert not colour_signed(np.zeros((3, 3))).any()


def test_maps_stand_row_by_row_with_a_line_around_each() -> None:
    """Three maps of 2 × 4 on a sheet of two by two."""
    maps = np.stack([np.full((2, 4), value) for value in (1.0, 0.5, -1.0)], axis=-1)
    sheet = compose_maps(maps)
    assert sheet.shape == (2 * 3 + 1, 2 * 5 + 1, 3)
    np.testing.assert_array_equal(sheet[1:3, 1:5], colour_signed(maps)[:, :, 0])
    np.testing.assert_array_equal(sheet[1:3, 6:10], colour_signed(maps)[:, :, 1])
    np.testing.assert_array_equal(sheet[4:6, 1:5], colour_signed(maps)[:, :, 2])
    assert (sheet[0] == GAP).all()
    assert (sheet[4:6, 6:10] == GAP).all()


def test_the_chosen_map_is_outlined() -> None:
    """The line around it, and no other, has the colour that marks."""
    sheet = compose_maps(np.zeros((2, 2, 4)), chosen=3)
    marked = (sheet == MARK).all(axis=-1)
    assert marked.sum() == 4 * 4 - 2 * 2
    assert marked[3:7, 3:7].sum() == marked.sum()


def test_numbers_are_drawn_as_cells_in_their_order() -> None:
    """Seven numbers fill three rows of three, the rest black."""
    numbers = np.array([0.0, 1, 2, 3, 4, 4, 4])
    picture = compose_layer(numbers)
    np.testing.assert_array_equal(picture.reshape(-1, 3)[:7], colour_signed(numbers))
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


def test_reasons_are_laid_over_the_digit_cell_by_cell() -> None:
    """A coarse map of 2 × 2 covers a quarter of the digit with each cell."""
    image = np.full((28, 28), 0.5, np.float32)
    picture = colour_reasons(image, np.array([[1.0, 0.0], [0.0, -1.0]]), scale=1.0)
    speaks_for, neither, against = picture[0, 0], picture[0, 27], picture[27, 27]
    assert speaks_for[0] > speaks_for[2]
    assert against[2] > against[0]
    assert len(set(neither.tolist())) == 1 and neither[0] > 0
    assert (picture[:14, :14] == speaks_for).all()


def test_a_picture_keeps_its_colours_in_the_page() -> None:
    """What the address holds is the picture, red first."""
    picture = np.zeros((2, 3, 3), np.uint8)
    picture[0, 0] = (250, 120, 10)
    html = picture_html(picture, 'A "quoted" name')
    content = base64.b64decode(re.search('base64,([^"]+)', html)[1])
    decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR_RGB)
    np.testing.assert_array_equal(decoded, picture)
    assert "A &quot;quoted&quot; name" in html


def test_the_highest_of_ten_bars_is_marked() -> None:
    """Its digit stands in the bar that leads, and the lowest bar has no height."""
    html = bars_html(np.array([-3.0, 0, 1, 2, 9, 0, 0, 0, 0, 0]))
    assert re.findall(r'class=leads><i style="height:80.0%"></i><span>(\d)', html) == ["4"]
    assert 'height:0.0%"></i><span>0' in html
