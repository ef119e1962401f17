"""Figures as people say them."""

import math


def format_percent(share: float, decimals: int = 1) -> str:
    """Return a share, 0..1, as percent; accuracies that are close need two decimals."""
    return f"{100 * share:.{decimals}f} %"


def format_probability(share: float) -> str:
    """Return a probability as percent; the smallest are not quite nothing."""
    return "< 0.1 %" if 0 < share < 0.0005 else format_percent(share)


def format_points(difference: float) -> str:
    """Return a difference of two shares in percentage points."""
    points = round(100 * difference, 2) + 0.0  # no minus before a zero
    return f"{points:.2f} points".replace("-", "−")


def format_loss(loss: float) -> str:
    """Return a loss; there is no figure for one that is no number."""
    return f"{loss:.4f}" if math.isfinite(loss) else "–"


def format_duration(seconds: float) -> str:
    """Return a duration in the two largest units that it needs."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def format_rough_duration(seconds: float) -> str:
    """Return an estimated duration in its largest unit, in steps of 5 seconds below a minute."""
    if seconds <= 57:
        return f"{max(5, 5 * round(seconds / 5))} s"
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def format_count(number: int, noun: str) -> str:
    """Return a number with its noun, whose plural ends in s."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def format_shape(shape: tuple[int, ...]) -> str:
    """Write a shape as "26 × 26 × 32"."""
    return " × ".join(f"{size:,}" for size in shape)


def escape_markdown(text: str) -> str:
    """Keep a name from being read as Markdown."""
    return "".join(
        f"\\{letter}" if letter in r"\`*_{}[]<>()#+-!|:$~" else letter for letter in text
    )
