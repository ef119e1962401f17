"""The command `predict`."""

from __future__ import annotations

import argparse

from rich.table import Table

from mnist_core.cli.console import FAILED, console, load_classifier, print_error
from mnist_core.errors import MnistError
from mnist_core.inference.ood import OOD_MESSAGES, OodDetector
from mnist_core.percentages import format_probability
from mnist_core.preprocessing.image_file import read_image
from mnist_core.preprocessing.photo import NO_DIGIT, prepare_image


def run_predict(options: argparse.Namespace) -> int:
    """Print the predicted digit of each picture, and one error line per unreadable picture."""
    classifier, detector = load_classifier(options.model), OodDetector.load()
    headings = ("Picture", "Digit", "Probability", "Second best", "Warning")
    table = Table(*headings, box=None, pad_edge=False)
    status = 0
    for path in options.images:
        try:
            image = prepare_image(read_image(path.read_bytes()))
            if image is None:
                raise MnistError(NO_DIGIT)
        except (MnistError, OSError) as error:
            print_error(f"{path}: {getattr(error, 'strerror', None) or error}")
            status = FAILED
            continue
        probabilities = classifier.probabilities(image[None])[0]
        first, second = probabilities.argsort()[::-1][:2]
        table.add_row(
            str(path),
            str(first),
            format_probability(probabilities[first]),
            f"{second} ({format_probability(probabilities[second])})",
            OOD_MESSAGES[detector.classify(image)],
        )
    if table.row_count:
        console.print(table)
    return status
