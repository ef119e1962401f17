"""Numbers, durations and names as text. Between a number and its unit is a no-break space."""

import math

from mnist_core import percentages

SPACE = "\u00a0"


def format_percent(fraction: float, decimals: int = 1) -> str:
    """Return a fraction, 0..1, as a percentage, such as "12.5 %", by the rules of the core."""
    return percentages.format_percent(fraction, decimals).replace(" ", SPACE)


def format_probability(probability: float) -> str:
    """Return a predicted probability, 0..1, as a percentage, by the rules of the core.

    `static/live/probability.js` does the same in the browser.
    """
    return percentages.format_probability(probability).replace(" ", SPACE)


def format_points(difference: float) -> str:
    """Return a difference of two fractions in percentage points, such as "−0.25 points"."""
    points = round(100 * difference, 2) + 0.0  # + 0.0 turns −0.0 into 0.0
    return f"{points:.2f}{SPACE}points".replace("-", "−")


def format_loss(loss: float) -> str:
    """Return a loss with four decimals, or a dash if it is NaN or infinite."""
    return f"{loss:.4f}" if math.isfinite(loss) else "–"


def format_duration(seconds: float) -> str:
    """Return a duration in its two largest units, such as "2 min 05 s"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole}{SPACE}s"
    if whole < 3600:
        return f"{whole // 60}{SPACE}min{SPACE}{whole % 60:02d}{SPACE}s"
    return f"{whole // 3600}{SPACE}h{SPACE}{whole % 3600 // 60:02d}{SPACE}min"


def format_rough_duration(seconds: float) -> str:
    """Return an estimated duration in its largest unit, in steps of 5 seconds below a minute."""
    if seconds <= 57:
        return f"{max(5, 5 * round(seconds / 5))}{SPACE}s"
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"{minutes}{SPACE}min"
    return f"{minutes // 60}{SPACE}h{SPACE}{minutes % 60:02d}{SPACE}min"


def format_count(number: int, noun: str) -> str:
    """Return a number with its noun, whose plural ends in s, such as "3 epochs"."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def format_shape(shape: tuple[int, ...]) -> str:
    """Return a shape as text, such as "26 × 26 × 32"."""
    return " × ".join(f"{size:,}" for size in shape)


def escape_markdown(text: str) -> str:
    """Escape the characters of a text that have a meaning in Markdown."""
    return "".join(
        f"\\{letter}" if letter in r"\`*_{}[]<>()#+-!|:$~" else letter for letter in text
    )
