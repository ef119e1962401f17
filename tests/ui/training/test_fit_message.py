"""What is said about a finished training."""

import pytest

from mnist_core.training.epochs import EpochResult
from mnist_core.training.fit_diagnosis import Results
from ui.training.fit_message import format_fit


def make_epochs(*losses: float) -> list[EpochResult]:
    """Return epochs with the given validation losses."""
    return [
        EpochResult(epoch, 10, 0.1, 0.9, loss, 0.9, 1.0)
        for epoch, loss in enumerate(losses, start=1)
    ]


@pytest.mark.parametrize(
    ("is_augmented", "end"),
    [
        (False, "so more epochs do not harm yet; augmentation would make the gap smaller."),
        (True, "so more epochs do not harm yet."),
    ],
)
@pytest.mark.parametrize("gap", [0.0151, 0.05])
def test_a_large_gap_alone_is_no_reason_for_fewer_epochs(
    gap: float, is_augmented: bool, end: str
) -> None:
    """While the validation loss falls; augmentation is advised if there was none."""
    results = Results(0.01, 0.998, 0.08, 0.998 - gap)
    text, icon = format_fit(results, make_epochs(0.2, 0.1), is_augmented=is_augmented)
    assert "is large: the network knows its training images much better than new ones." in text
    assert text.endswith(end)
    assert "overfitting" not in text
    assert icon == ":material/lightbulb:"


def test_a_large_gap_is_overfitting_once_the_validation_loss_rises() -> None:
    """Then fewer epochs would have been better."""
    text, _ = format_fit(Results(0.01, 0.998, 0.08, 0.983), make_epochs(0.1, 0.2))
    assert "it has memorized many images, which is called overfitting." in text
    assert "lowest after epoch 1" in text
