"""The Errors page's address: what it says is what is shown, whatever is written into it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core.evaluation.guessing_game import DECKS
from mnist_core.evaluation.image_filter import ANSWERS, LABELS, ORDERS, Filter
from ui.error_analysis.address import CHANGES, PARTS, View, parse_view

digits = st.none() | st.integers(0, 9)
bounds = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted)
views = st.builds(
    View,
    part=st.sampled_from(PARTS),
    chosen=st.builds(
        lambda true, predicted, answers, labels, bounds: Filter(
            true, predicted, answers, labels, *bounds
        ),
        digits,
        digits,
        st.sampled_from(ANSWERS),
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
NAMES = sorted({*View().__dict__, *Filter().__dict__, "model"} - {"chosen"})


@settings(deadline=None)
@given(views)
def test_an_address_brings_its_view_back(view: View) -> None:
    """All of it."""
    assert parse_view(view.to_params(), IMAGES) == (view, [])


def test_the_first_view_needs_no_parameters() -> None:
    """So that its address is short."""
    assert View().to_params() == {}
    assert parse_view({}, IMAGES) == (View(), [])


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=12) | st.integers().map(str)))
def test_nonsense_is_left_out(params: dict[str, str]) -> None:
    """What remains is a view that could have been chosen."""
    view, _ = parse_view(params, IMAGES)
    assert parse_view(view.to_params(), IMAGES) == (view, [])
    assert 0 <= view.chosen.low <= view.chosen.high <= 1
    assert view.chosen.true in {None, *range(10)}
    assert view.page >= 1 and view.round >= 1


def test_numbers_that_are_none() -> None:
    """Signs, spaces, other scripts' digits, too many of them, infinity: each is told."""
    for text in ("-1", " 3", "٣", "1" * 30, "inf", "nan", "1e3", ""):
        view, problems = parse_view(dict.fromkeys(NAMES, text), IMAGES)
        assert view.chosen == Filter(), text
        assert (view.page, view.image, view.round) == (1, None, 1), text
        assert len(problems) == len(NAMES) - len(["model", "other"])


def test_an_image_beyond_the_last_is_told() -> None:
    """With what the address asked for, and what it may ask for."""
    assert parse_view({"image": "9999"}, IMAGES) == (View(image=9999), [])
    assert parse_view({"image": "10000"}, IMAGES) == (
        View(),
        [
            "The address asks for “image=10000”; expected a whole number from 0 to 9999. The page "
            "is shown without it."
        ],
    )
