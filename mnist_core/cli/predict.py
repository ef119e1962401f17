"""The command `predict`."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.table import Table

from mnist_core.cli.console import (
    FAILED,
    console,
    load_classifier,
    print_error,
    print_file_error,
)
from mnist_core.cli.language import _, localize, ngettext
from mnist_core.errors import MnistError
from mnist_core.inference.number_reading import NumberReading, ReadDigit, describe_marks
from mnist_core.inference.ood import OOD_MESSAGES, OodDetector
from mnist_core.inference.picture_reader import read_picture
from mnist_core.messages import message
from mnist_core.percentages import format_probability
from mnist_core.preprocessing.image_file import read_image_file
from mnist_core.preprocessing.photo import NO_DIGIT
from mnist_core.runs.names import clean_text

UNCERTAIN = message("This digit is uncertain.")
WIDEST = 10_000


def run_predict(options: argparse.Namespace) -> int:
    """Print the digits in each picture by line, and one error line per unreadable picture."""
    classifier, detector = load_classifier(options.model), OodDetector.load()
    headings = (
        _("Picture"),
        _("Digits"),
        _("Probability"),
        _("Second best"),
        _("Warning"),
    )
    table = Table(*headings, box=None, pad_edge=False)
    status = 0
    for path in options.images:
        name = clean_text(str(path))
        try:
            reading = read_picture(read_image_file(path), classifier)
            if not reading.lines:
                raise MnistError(NO_DIGIT)
        except MnistError as error:
            print_error(f"{name}: {localize(error)}")
            status = FAILED
            continue
        except OSError as error:
            print_file_error(error)
            status = FAILED
            continue
        if (digit := reading.single_digit) is not None:
            table.add_row(name, *_format_digit(digit, detector))
            continue
        for number, line in enumerate(reading.lines):
            table.add_row("" if number else name, *_format_line(line))
    if table.row_count:
        # In a file, each picture has a line of its own, however long its name is.
        wide = Console(width=WIDEST, markup=False, highlight=False)
        (console if console.is_terminal else wide).print(table)
    return status


def _format_digit(digit: ReadDigit, detector: OodDetector) -> tuple[str, str, str, str]:
    first, second = digit.probabilities.argsort()[::-1][:2]
    warning = OOD_MESSAGES[detector.classify(digit.image)]
    return (
        str(first),
        localize(format_probability(digit.probabilities[first])),
        f"{second} ({localize(format_probability(digit.probabilities[second]))})",
        localize(warning) or (localize(UNCERTAIN) if digit.is_doubtful else ""),
    )


def _format_line(line: NumberReading) -> tuple[str, str, str, str]:
    doubts, marks, lowest = line.doubtful_digits, len(line.marks), line.lowest_confidence
    warnings = []
    if doubts:
        warnings.append(
            ngettext(
                "One digit is uncertain.", "{count} digits are uncertain.", doubts, count=doubts
            )
        )
    if marks:
        warnings.append(localize(describe_marks(marks)))
    return line.text, localize(format_probability(lowest)), "", " ".join(warnings)
