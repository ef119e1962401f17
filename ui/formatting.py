"""Numbers, durations, dates and names as text, in the session's language.

Between a number and its unit is a no-break space.
"""

import math
from collections.abc import Iterable
from datetime import datetime

import numpy as np
from babel import lists
from babel.dates import format_datetime

from mnist_core import percentages
from ui.language import _, get_babel_locale, get_language, localize, ngettext

SPACE = "\u00a0"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def format_percent(fraction: float, decimals: int = 1) -> str:
    """Return a fraction, 0..1, as a percentage, such as "12.5 %", by the rules of the core."""
    return _unbroken(localize(percentages.format_percent(fraction, decimals)))


def format_probability(probability: float) -> str:
    """Return a predicted probability, 0..1, as a percentage, by the rules of the core.

    `static/live/probability.js` does the same in the browser.
    """
    return _unbroken(localize(percentages.format_probability(probability)))


def get_percent_unit() -> str:
    """Return what follows the number of a percentage, for axes and columns of tables."""
    return _unbroken(_("{number} %", number=""))


def list_percent_texts() -> dict[str, str]:
    """Return how `static/live/probability.js` writes probabilities: below and above, and else."""
    return {
        "below": format_probability(0.0),
        "above": format_probability(1.0),
        "other": _unbroken(_("{number} %")),
    }


def format_points(difference: float) -> str:
    """Return a difference of two fractions in percentage points, such as "−0.25 points"."""
    points = round(100 * difference, 2) + 0.0  # + 0.0 turns −0.0 into 0.0
    return _unbroken(_("{points:.2f} points", points=points)).replace("-", "−")


def format_loss(loss: float) -> str:
    """Return a loss with four decimals, or a dash if it is NaN or infinite."""
    return f"{loss:.4f}" if math.isfinite(loss) else "–"


def format_power(exponent: float, digits: int) -> str:
    """Return eˣ with so many significant digits, such as "0.0123" or "2.24·10⁷".

    Also where it exceeds the range of a float; a dash if x is NaN or infinite.

    Args:
        exponent: x.
        digits: How many significant digits, 1 or more.

    Examples:
        >>> format_power(-0.5, 3), format_power(-20.0, 3), format_power(1000.0, 3)
        ('0.607', '2.06·10⁻⁹', '1.97·10⁴³⁴')
        >>> format_power(math.log(9.9999e-6), 3)
        '1.00·10⁻⁵'
    """
    if not math.isfinite(exponent):
        return "–"
    if math.log(1e-4) < exponent < math.log(1e5):
        return np.format_float_positional(
            math.exp(exponent), precision=digits, fractional=False, trim="-"
        )
    power, rest = divmod(exponent / math.log(10), 1)
    mantissa, carry = f"{10**rest:.{digits - 1}e}".split("e")
    return f"{mantissa}·10{str(int(power) + int(carry)).translate(SUPERSCRIPTS)}"


def format_duration(seconds: float) -> str:
    """Return a duration in its two largest units, such as "2 min 05 s"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return _unbroken(_("{seconds} s", seconds=whole))
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return _unbroken(_("{minutes} min {seconds:02d} s", minutes=minutes, seconds=rest))
    return _format_hours(whole // 60)


def format_rough_duration(seconds: float) -> str:
    """Return an estimated duration in its largest unit, in steps of 5 seconds below a minute."""
    if seconds <= 57:
        return _unbroken(_("{seconds} s", seconds=max(5, 5 * round(seconds / 5))))
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return _unbroken(_("{minutes} min", minutes=minutes))
    return _format_hours(minutes)


def format_time(time: datetime) -> str:
    """Return a date and a time of day where the app runs, such as "26 Nov 2026 09:05"."""
    local = time.astimezone()
    if get_language() == "en":
        return f"{local:%d %b %Y %H:%M}"
    return format_datetime(local, "medium", locale=get_babel_locale())


def format_parameters(count: int) -> str:
    """Return how many parameters a layer has, such as "1,200 parameters"."""
    if count == 0:
        return _("no parameters")
    return ngettext("{count} parameter", "{count:,} parameters", count, count=count)


def format_list(texts: Iterable[str]) -> str:
    """Return texts as a list, such as "a, b, and c"."""
    return lists.format_list(list(texts), locale=get_babel_locale())


def escape_markdown(text: str) -> str:
    """Escape the characters of a text that have a meaning in Markdown."""
    return "".join(
        f"\\{letter}" if letter in r"\`*_{}[]<>()#+-!|:$~" else letter for letter in text
    )


def _format_hours(minutes: int) -> str:
    return _unbroken(_("{hours} h {minutes:02d} min", hours=minutes // 60, minutes=minutes % 60))


def _unbroken(text: str) -> str:
    return text.replace(" ", SPACE)
