"""What a training as plain Keras code says of its steps where that depends on the settings."""

from __future__ import annotations

from collections.abc import Iterator

from mnist_core.config import TrainingConfig
from mnist_core.messages import Message, message


def explain_compile(config: TrainingConfig, with_schedule: bool) -> Iterator[Message]:
    """Explain the optimizer, the loss and what the settings add to them."""
    if with_schedule:
        yield message(
            "The learning rate rises from a small value to its highest, and then falls to zero."
        )
    yield message(
        "The loss is the cross-entropy: how little probability the network gives the right "
        "digits. The optimizer changes the weights so that it falls."
    )
    if config.label_smoothing:
        yield message(
            "Label smoothing spreads a part of each target over all digits. Keras reports the "
            "loss with it, the app without."
        )
        if config.patience is not None:
            yield message(
                "As in the app, early stopping watches the cross-entropy without it, which is "
                "therefore a metric here."
            )


def explain_fit(is_augmented: bool, is_styled: bool) -> Iterator[Message]:
    """Explain what an epoch is, and how it differs from one of the app."""
    if is_augmented:
        yield message(
            "In each epoch the network sees all training images once (except the last, incomplete "
            "batch), in a new random order."
        )
    else:
        yield message(
            "In each epoch the network sees all training images once, in a new random order."
        )
        yield message(
            "Keras also uses the last, smaller batch of an epoch, which the app leaves out."
        )
    if is_styled:
        yield message(
            "The app also replaces some digits with other handwriting. It draws these itself, so "
            "this program leaves them out, and its network sees fewer ways of writing."
        )


def explain_evaluation(config: TrainingConfig) -> Iterator[Message]:
    """Explain what the accuracy on the test images tells."""
    yield message(
        "The test images were not used until now, so their accuracy tells how the network does on "
        "digits that it has not seen."
    )
    if config.validation_fraction:
        yield message(
            "The app divides the logits by a temperature that it fits on the validation images; "
            "this program does not, so its probabilities and its test loss differ from those in "
            "the app."
        )
