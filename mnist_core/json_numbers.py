"""Numbers in JSON from outside: anything may stand where a number is expected."""

FLOAT32_MAX = 3.4028234663852886e38


def is_number(value: object) -> bool:
    """Return whether a value is a number that float32 can hold; truth values are none.

    Examples:
        >>> is_number(3), is_number(-0.5)
        (True, True)
        >>> is_number(True), is_number("3"), is_number(float("nan")), is_number(10**400)
        (False, False, False, False)
    """
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and -FLOAT32_MAX <= value <= FLOAT32_MAX
    )
