"""The sentences that tell whether a finished training fitted, underfitted or overfitted."""

from collections.abc import Sequence

from mnist_core.config import TrainingConfig
from mnist_core.messages import message
from mnist_core.training.epochs import EpochResult
from mnist_core.training.fit_diagnosis import SMALL_GAP, Failure, Results, diagnose_fit
from mnist_core.training.keras_evaluation import Performance
from ui.formatting import format_loss, format_percent, format_points
from ui.language import _, join_sentences

MESSAGES = {
    "diverged": message(
        "Training diverged: the loss became NaN, and the network learned nothing. The learning "
        "rate was too high for this network; try a tenth of it."
    ),
    "collapsed": message(
        "Training collapsed: the network had learned to tell digits apart, and then lost it. Now "
        "it classifies **{test}** of the test digits correctly, about as many as by guessing. The "
        "learning rate was too high for this network; try a tenth of it."
    ),
    "constant": message(
        "The network learned nothing: whatever the image, its prediction is nearly the same, and "
        "so it classifies **{test}** of the test digits correctly, about as many as by guessing. "
        "Usually the learning rate is the reason, much too high or much too low. Train with the "
        "default settings of this network."
    ),
    "no better than chance": message(
        "The network classifies **{test}** of the test digits correctly, about as many as by "
        "guessing, though its loss is lower than that of guessing: it has only begun to learn. "
        "Train for more epochs, or with a higher learning rate."
    ),
    "just begun": message(
        "The training was stopped before its first epoch was over. The network classifies "
        "**{test}** of the test digits correctly, about as many as by guessing: it has only begun "
        "to learn. Train for at least one whole epoch."
    ),
    "underfitted": message(
        "The network classifies **{test}** of the test digits correctly, and {train} of the "
        "training digits. It underfits: it has not yet learned its own training digits. Train for "
        "more epochs."
    ),
    "well fitted": message(
        "The network classifies **{test}** of the test digits correctly, and {train} of the "
        "training digits. The difference is small: it has learned what digits look like and has "
        "not memorized single images."
    ),
    "slightly overfitted": message(
        "The network classifies **{test}** of the test digits correctly, and {train} of the "
        "training digits. The gap of {gap} shows that it is beginning to memorize single images, "
        "which is called overfitting."
    ),
    "large gap": message(
        "The network classifies **{test}** of the test digits correctly, and {train} of the "
        "training digits. The gap of {gap} is large: the network knows its training images much "
        "better than new ones. But the validation loss still fell in the last epoch, so more "
        "epochs do not harm yet; augmentation would make the gap smaller."
    ),
    "overfitted": message(
        "The network classifies **{test}** of the test digits correctly, and {train} of the "
        "training digits. The gap of {gap} shows that it has memorized many images, which is "
        "called overfitting. Fewer epochs, more augmentation or more dropout make it smaller."
    ),
}
"""What each judgment of `diagnose_fit` means, with the accuracies and their difference."""

NO_GAP = message(
    "The network classifies **{test}** of the test digits correctly, and {train} of the "
    "training digits. New digits are no harder for it: it has learned what digits look like "
    "and has not memorized single images."
)
HARMLESS_GAP = message(
    "The network classifies **{test}** of the test digits correctly, and {train} of the "
    "training digits. The gap of {gap} is not overfitting: the validation loss still fell in "
    "the last epoch, so the network still becomes better on new digits, too."
)
"""What “well fitted” means without a gap, and with one that is not small."""

LARGE_AUGMENTED_GAP = message(
    "The network classifies **{test}** of the test digits correctly, and {train} of the "
    "training digits. The gap of {gap} is large: the network knows its training images much "
    "better than new ones. But the validation loss still fell in the last epoch, so more epochs "
    "do not harm yet."
)
"""What “large gap” means after a training with augmentation."""

FAILURES: dict[Failure, str] = {
    "diverged": message(
        "Training has diverged: the loss is NaN, and the network cannot recover. Stop, and try a "
        "tenth of the learning rate."
    ),
    "collapsed": message(
        "Training has collapsed: the network had learned to tell digits apart, and now it is "
        "about as good as guessing. Stop, and try a tenth of the learning rate."
    ),
    "constant": message(
        "So far the network has learned nothing: whatever the image, its prediction is nearly the "
        "same. If the loss stays at 2.3, stop, and train with the default settings of this "
        "network."
    ),
}
"""What is wrong with a training that still runs, and what to do."""

SMOOTHED = message(
    "The curves show the loss as the network was trained; by that measure the test loss is {raw}. "
    "Label smoothing keeps the network from being sure. Its probabilities are calibrated after "
    "the training by dividing the logits by a temperature, and with them the test loss is "
    "{calibrated}."
)
CALIBRATED = message(
    "The curves show the loss as the network was trained; by that measure the test loss is {raw}. "
    "After the training its probabilities are calibrated by dividing the logits by a temperature, "
    "and with them the test loss is {calibrated}."
)
BEST_EPOCH = message(
    "The validation loss was lowest after epoch {epoch} and has not improved since."
)


KEPT_EPOCH = message(
    "The validation loss was lowest after epoch {epoch}; early stopping kept the weights of that "
    "epoch."
)


def format_fit(
    results: Results,
    epochs: Sequence[EpochResult],
    stops_early: bool = False,
    is_augmented: bool = False,
) -> tuple[str, str]:
    """Return what a finished training's accuracies mean, and the icon beside it.

    Args:
        results: The final figures of the run.
        epochs: The results of each epoch.
        stops_early: Whether the network has the weights of its best epoch.
        is_augmented: Whether the training images were changed at random.

    Returns:
        Markdown of one to four sentences, and an icon as Streamlit names it.
    """
    diagnosis = diagnose_fit(results, epochs)
    is_well_fitted = diagnosis.judgment == "well fitted"
    template = MESSAGES[diagnosis.judgment]
    if is_well_fitted and results.gap <= 0:
        template = NO_GAP
    elif is_well_fitted and results.gap >= SMALL_GAP:
        template = HARMLESS_GAP
    elif diagnosis.judgment == "large gap" and is_augmented:
        template = LARGE_AUGMENTED_GAP
    text = _(
        template,
        test=format_percent(results.test_accuracy, 2),
        train=format_percent(results.train_accuracy, 2),
        gap=format_points(results.gap),
    )
    if diagnosis.best_epoch is not None:
        best = _(KEPT_EPOCH if stops_early else BEST_EPOCH, epoch=diagnosis.best_epoch)
        text = join_sentences(text, best)
    if results.learned_nothing:
        return text, ":material/warning:"
    return text, ":material/check_circle:" if is_well_fitted else ":material/lightbulb:"


def format_calibration(results: Results, uncalibrated: Performance, config: TrainingConfig) -> str:
    """Return why the test loss differs from the losses in the curves, with both figures."""
    return _(
        SMOOTHED if config.label_smoothing else CALIBRATED,
        raw=format_loss(uncalibrated.loss),
        calibrated=format_loss(results.test_loss),
    )
