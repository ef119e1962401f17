"""The sentence about the value of the digit that is looked at."""

from ui.inside.top_activations_view import _describe_value


def test_a_maps_value_is_its_largest() -> None:
    """A map has many values, everything else has one."""
    assert "For this digit, the largest value is 1.25" in _describe_value("map", 1.25)
    for kind in ("digit", "unit", "number"):
        assert "For this digit, the value is 1.25" in _describe_value(kind, 1.25)
