"""The view of the Errors page and its address."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.evaluation.guessing_game import DECKS
from mnist_core.evaluation.image_filter import LABELS, ORDERS, PREDICTIONS, Filter
from ui.error_analysis.view import (
    CHANGES,
    FORMER_CHANGES,
    PART_OF_PARAMETER,
    PARTS,
    View,
    parse_view,
)

digits = st.none() | st.integers(0, 9)
bounds = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted)
views = st.builds(
    View,
    part=st.sampled_from(PARTS),
    filter=st.builds(
        lambda true, predicted, predictions, labels, bounds: Filter(
            true, predicted, predictions, labels, *bounds
        ),
        digits,
        digits,
        st.sampled_from(PREDICTIONS),
        st.sampled_from(LABELS),
        bounds,
    ),
    order=st.sampled_from(list(ORDERS)),
    page=st.integers(1, 10_000),
    image=st.none() | st.integers(0, 9999),
    other=st.text(max_size=20),
    change=st.sampled_from(CHANGES),
    deck=st.sampled_from(DECKS),
    round=st.integers(1, 999_999),
)
IMAGES = 10_000
NAMES = sorted({*View().__dict__, *Filter().__dict__, "model"} - {"filter"})


@given(views)
def test_an_address_restores_its_view(view: View) -> None:
    """All that is shown in its part of the page."""
    restored, problems = parse_view(view.to_params(), IMAGES)
    hidden = [name for name, part in PART_OF_PARAMETER.items() if part != view.part]
    assert restored == replace(view, **{name: getattr(View(), name) for name in hidden})
    assert problems == []


def test_parameters_of_other_parts_are_left_out() -> None:
    """The round belongs to the game, the other model to the comparison."""
    view = View(part="gallery", round=7, deck="close", other="compact", change="fixed")
    assert view.to_params() == {}
    assert replace(view, part="game").to_params() == {
        "part": "game",
        "deck": "close",
        "round": "7",
    }


def test_former_names_of_changes_are_read() -> None:
    """Older links keep working."""
    for former, change in FORMER_CHANGES.items():
        assert parse_view({"part": "compare", "change": former}, IMAGES) == (
            View(part="compare", change=change),
            [],
        )


def test_the_first_view_needs_no_parameters() -> None:
    """Its address is short."""
    assert View().to_params() == {}
    assert parse_view({}, IMAGES) == (View(), [])


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=12) | st.integers().map(str)))
def test_invalid_parameters_are_ignored(params: dict[str, str]) -> None:
    """The result is a valid view."""
    view, _ = parse_view(params, IMAGES)
    assert parse_view(view.to_params(), IMAGES)[1] == []
    assert 0 <= view.filter.low <= view.filter.high <= 1
    assert view.filter.true in {None, *range(10)}
    assert view.page >= 1 and view.round >= 1


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"answers": "right"}, View(filter=Filter(predictions="correct"))),
        ({"answers": "wrong", "order": "unsurest"}, View(order="least-confident")),
        ({"answers": "all"}, View(filter=Filter(predictions="all"))),
        ({"order": "surest"}, View()),
    ],
)
def test_older_links_keep_their_meaning(params: dict[str, str], expected: View) -> None:
    """Parameters and values had other names."""
    assert parse_view(params, IMAGES) == (expected, [])


def test_invalid_numbers_are_reported() -> None:
    """Signs, spaces, other scripts' digits, too many digits, infinity."""
    for text in ("-1", " 3", "٣", "1" * 30, "inf", "nan", "1e3", ""):
        view, problems = parse_view(dict.fromkeys(NAMES, text), IMAGES)
        assert view.filter == Filter(), text
        assert (view.page, view.image, view.round) == (1, None, 1), text
        assert len(problems) == len(NAMES) - len(["model", "other"])


def test_an_image_beyond_the_last_is_reported() -> None:
    """With the parameter and its range."""
    assert parse_view({"image": "9999"}, IMAGES) == (View(image=9999), [])
    assert parse_view({"image": "10000"}, IMAGES) == (
        View(),
        [
            "The address contains “image=10000”; expected a whole number from 0 to 9999. It was "
            "ignored."
        ],
    )
