"""The sentences that tell whether a finished training fitted, underfitted or overfitted."""

from collections.abc import Sequence

from mnist_core.training.fit_diagnosis import Results, diagnose_fit
from mnist_core.training.trainer import EpochResult
from ui.formatting import format_percent, format_points

MESSAGES = {
    "diverged": (
        "Training diverged: the loss became NaN, and the network learned nothing. The learning "
        "rate was too high for this network; try a tenth of it."
    ),
    "no better than chance": (
        "The network classifies **{test}** of the test digits correctly, about as many as by "
        "chance. If the loss is still falling, train for more epochs; if not, the learning rate is "
        "too high for this network; try a tenth of it."
    ),
    "underfitted": (
        "The network classifies **{test}** of the test digits correctly, and {train} of the "
        "training digits. It underfits: it has not yet learned its own training digits. Train for "
        "more epochs."
    ),
    "well fitted": (
        "The network classifies **{test}** of the test digits correctly, and {train} of the "
        "training digits. The difference is small: it has learned what digits look like and has "
        "not memorized single images."
    ),
    "well fitted, no gap": (
        "The network classifies **{test}** of the test digits correctly, and {train} of the "
        "training digits. New digits are no harder for it: it has learned what digits look like "
        "and has not memorized single images."
    ),
    "slightly overfitted": (
        "The network classifies **{test}** of the test digits correctly, and {train} of the "
        "training digits. The gap of {gap} shows that it is beginning to memorize single images, "
        "which is called overfitting."
    ),
    "overfitted": (
        "The network classifies **{test}** of the test digits correctly, and {train} of the "
        "training digits. The gap of {gap} shows that it has memorized many images, which is "
        "called overfitting. Train for fewer epochs, or with augmentation."
    ),
}
"""What each judgment of `diagnose_fit` means, with the accuracies and their difference."""

BEST_EPOCH = "The validation loss was lowest after epoch {epoch} and has not improved since."


def format_fit(results: Results, epochs: Sequence[EpochResult]) -> tuple[str, str]:
    """Return what a finished training's accuracies mean, and the icon beside it.

    Args:
        results: The final figures of the run.
        epochs: The results of each epoch.

    Returns:
        Markdown of one to four sentences, and an icon as Streamlit names it.
    """
    diagnosis = diagnose_fit(results, epochs)
    is_well_fitted = diagnosis.judgment == "well fitted"
    has_no_gap = is_well_fitted and results.gap <= 0
    message = MESSAGES["well fitted, no gap" if has_no_gap else diagnosis.judgment].format(
        test=format_percent(results.test_accuracy, 2),
        train=format_percent(results.train_accuracy, 2),
        gap=format_points(results.gap),
    )
    if diagnosis.best_epoch is not None:
        message = f"{message} {BEST_EPOCH.format(epoch=diagnosis.best_epoch)}"
    return message, ":material/check_circle:" if is_well_fitted else ":material/lightbulb:"
