"""What the page My hand says about drawings and imports."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import numpy as np
import pytest

from mnist_core.hands import ImportResult, KeptDrawing
from mnist_core.teaching import TeachingReport
from ui.hand.before_after import format_verdict
from ui.hand.file_transfer import format_import
from ui.hand.gallery import format_origin
from ui.hand.tally import format_tally, format_total

EMPTY = np.zeros(10, np.int64)


def make_drawing(predicted: int | None, model: str | None = "<b>Mine</b>") -> KeptDrawing:
    """Return a kept drawing of a 7."""
    date = datetime(2026, 11, 26, 12, tzinfo=UTC)
    return KeptDrawing(1, 7, np.zeros((28, 28), np.uint8), [], predicted, 0.99999, model, date)


@pytest.fixture
def set_zone() -> Iterator[Callable[[str], None]]:
    """Return a function that sets the time zone for the rest of the test."""
    with pytest.MonkeyPatch.context() as patch:

        def set_zone(zone: str) -> None:
            patch.setenv("TZ", zone)
            time.tzset()

        yield set_zone
    time.tzset()


def test_progress_ends_at_a_good_start() -> None:
    """Beyond five, only the number is shown."""
    assert [format_tally(count) for count in (0, 4, 5, 12)] == ["0 of 5", "4 of 5", "5", "12"]


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        (EMPTY, "No drawings yet. 5 of each digit are a good start."),
        (EMPTY + (np.arange(10) == 3), "1 drawing. 5 of each digit are a good start."),
        (EMPTY + 4, "40 drawings. 5 of each digit are a good start."),
        (EMPTY + 200, "2,000 drawings, at least 5 of each digit."),
    ],
)
def test_the_total_is_stated(counts: np.ndarray, text: str) -> None:
    """With what is missing to a good start."""
    assert format_total(counts) == text


def test_the_origin_of_a_drawing_is_stated(set_zone: Callable[[str], None]) -> None:
    """Imported drawings may have no prediction; titles are escaped, and no probability is 1."""
    set_zone("UTC")
    assert format_origin(make_drawing(None)) == "Kept on 2026-11-26."
    text = format_origin(make_drawing(1))
    assert text.startswith("Kept on 2026-11-26. “&lt;b&gt;Mine&lt;/b&gt;” read 1 (&gt;")


@pytest.mark.parametrize(
    ("zone", "date"), [("Asia/Tokyo", "2026-11-26"), ("Pacific/Kiritimati", "2026-11-27")]
)
def test_the_date_is_the_local_one(set_zone: Callable[[str], None], zone: str, date: str) -> None:
    """The drawing was kept at noon in UTC."""
    set_zone(zone)
    assert format_origin(make_drawing(None)) == f"Kept on {date}."


@pytest.mark.parametrize(
    ("added", "duplicates", "text"),
    [
        (1, 0, "1 drawing was added."),
        (2000, 0, "2,000 drawings were added."),
        (0, 1, "The drawing in this file is here already."),
        (0, 3, "All 3 drawings of this file are here already."),
        (2, 3, "Drawings added: 2. Left out because they are here already: 3."),
    ],
)
def test_the_result_of_an_import_is_stated(added: int, duplicates: int, text: str) -> None:
    """New drawings and duplicates."""
    assert format_import(ImportResult(added, duplicates)) == text


GOOD_START = "5 of each digit are a good start."
TOO_FEW = f"These drawings are too few to say whether teaching helps. {GOOD_START}"
UNCERTAIN = "The gain is so small that it may be chance; more drawings may tell."
NO_HELP = (
    "Teaching does not help with your digits: the network classifies them at least as well without "
    "it."
)


@pytest.mark.parametrize(
    ("count", "digits", "fixed", "regressed", "text"),
    [
        (10, 10, 0, 0, TOO_FEW),
        (50, 10, 3, 0, UNCERTAIN),
        (200, 10, 12, 6, UNCERTAIN),
        (40, 10, 3, 0, f"{UNCERTAIN} {GOOD_START}"),
        (200, 9, 3, 0, f"{UNCERTAIN} {GOOD_START}"),
        (50, 10, 2, 2, NO_HELP),
        (50, 10, 0, 9, NO_HELP),
    ],
)
def test_the_verdict_fits_the_drawings(
    count: int, digits: int, fixed: int, regressed: int, text: str
) -> None:
    """It asks for five of each digit only if there are fewer, and does not hide a loss."""
    labels = (np.arange(count) % digits).astype(np.uint8)
    before, after = labels.astype(np.int64), labels.astype(np.int64)
    before[:fixed] = 9 - before[:fixed]
    after[fixed : fixed + regressed] = 9 - after[fixed : fixed + regressed]
    report = TeachingReport(labels, before, after, 0.99, 0.99, 10_000)
    assert (len(report.fixed), len(report.regressed)) == (fixed, regressed)
    assert format_verdict(report) == text
