"""Tests of mnist_core.training.design_link: designs as texts for links."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mnist_core.layer_designs import MAX_RATE, DesignError, Dropout
from mnist_core.network_design import NetworkDesign
from mnist_core.training.architectures import NETWORKS
from mnist_core.training.design_link import MAX_LINK_CHARACTERS, from_link, to_link
from tests.core.test_network_design import EVERY_TYPE


@pytest.mark.parametrize(
    "design", [EVERY_TYPE, NetworkDesign(()), *(each.design for each in NETWORKS.values())]
)
def test_a_design_survives_a_round_trip_through_a_link(design: NetworkDesign) -> None:
    """Its characters may stand in a URL as they are."""
    link = to_link(design)
    assert from_link(link) == design
    assert all(letter.isalnum() or letter in "-._~" for letter in link)


def test_links_of_this_version_stay_valid() -> None:
    """The text of the tutorial's network is a promise to links that exist."""
    link = "1~c32-3-1-valid-relu-0~m2-1-valid~o0.25~f~d128-relu"
    assert to_link(NETWORKS["tutorial"].design) == link


def test_the_longest_design_fits_into_a_link() -> None:
    """Thirty layers of the type with the most settings."""
    assert len(to_link(NetworkDesign(EVERY_TYPE.layers[:1] * 30))) < MAX_LINK_CHARACTERS


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("", "cut off"),
        ("2~f", "cut off"),
        ("1~z", "unknown type"),
        ("1~", "unknown type"),
        ("1~d128", "too few or too many settings"),
        ("1~f3", "too few or too many settings"),
        ("1~dmany-relu", "units must be .* not 'many'"),
        ("1~d1e3-relu", "units must be"),
        ("1~onan", "rate must be a number"),
        ("1~c32-3-1-valid-relu-2", "true or false"),
        ("1" + "~f" * 31, "can have 30 layers"),
        ("1~" + "f" * MAX_LINK_CHARACTERS, "cut off"),
    ],
)
def test_other_texts_are_rejected(link: str, message: str) -> None:
    """A link may be cut off, or written by a stranger."""
    with pytest.raises(DesignError, match=message):
        from_link(link)


@given(st.floats(0, MAX_RATE) | st.floats(0, 1e-4))
@example(0)
@example(-0.0)
@example(0.00005)
def test_a_rate_is_written_as_a_number_that_is_read_again(rate: float) -> None:
    """Also one without a decimal point, and one that Python writes with an exponent."""
    design = NetworkDesign((Dropout(rate),))
    assert from_link(to_link(design)) == design
