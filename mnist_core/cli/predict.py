"""The command `predict`."""

from __future__ import annotations

import argparse

from rich.table import Table

from mnist_core.cli.console import FAILED, console, load_classifier, print_error
from mnist_core.errors import MnistError
from mnist_core.inference.number_reader import ReadDigit
from mnist_core.inference.ood import OOD_MESSAGES, OodDetector
from mnist_core.inference.picture_reader import PictureLine, read_picture
from mnist_core.percentages import format_probability
from mnist_core.preprocessing.image_file import read_image
from mnist_core.preprocessing.photo import NO_DIGIT

UNCERTAIN = "This digit is uncertain."
ONE_UNCERTAIN = "One digit is uncertain."
SEVERAL_UNCERTAIN = "{count} digits are uncertain."


def run_predict(options: argparse.Namespace) -> int:
    """Print the digits in each picture by line, and one error line per unreadable picture."""
    classifier, detector = load_classifier(options.model), OodDetector.load()
    headings = ("Picture", "Digits", "Probability", "Second best", "Warning")
    table = Table(*headings, box=None, pad_edge=False)
    status = 0
    for path in options.images:
        try:
            reading = read_picture(read_image(path.read_bytes()), classifier)
            if not reading.lines:
                raise MnistError(NO_DIGIT)
        except (MnistError, OSError) as error:
            print_error(f"{path}: {getattr(error, 'strerror', None) or error}")
            status = FAILED
            continue
        if (digit := reading.single_digit) is not None:
            table.add_row(str(path), *_format_digit(digit, detector))
            continue
        for number, line in enumerate(reading.lines):
            table.add_row("" if number else str(path), *_format_line(line))
    if table.row_count:
        console.print(table)
    return status


def _format_digit(digit: ReadDigit, detector: OodDetector) -> tuple[str, str, str, str]:
    first, second = digit.probabilities.argsort()[::-1][:2]
    warning = OOD_MESSAGES[detector.classify(digit.image)]
    return (
        str(first),
        format_probability(digit.probabilities[first]),
        f"{second} ({format_probability(digit.probabilities[second])})",
        warning or (UNCERTAIN if digit.is_doubtful else ""),
    )


def _format_line(line: PictureLine) -> tuple[str, str, str, str]:
    lowest = min(digit.confidence for digit in line.digits)
    count = sum(line.doubts)
    warning = ONE_UNCERTAIN if count == 1 else SEVERAL_UNCERTAIN.format(count=count)
    return line.text, format_probability(lowest), "", warning if count else ""
