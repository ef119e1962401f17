"""The filters of the first convolution after each epoch of a run."""

from contextlib import suppress
from html import escape

import streamlit as st

from mnist_core.inference.classifier import Classifier, ModelError
from mnist_core.interpretability.layer_arithmetic import count_trainable
from mnist_core.messages import message
from mnist_core.runs.model_registry import TrainedModel, find_base_title
from mnist_core.runs.snapshot import RunSnapshot
from mnist_core.runs.teaching import Teaching
from mnist_core.runs.trained_model import list_untrained
from mnist_core.teaching.whole_network import MNIST_IMAGES, OWN_IMAGES, STEPS
from mnist_core.training.epochs import EpochResult
from mnist_core.training.trainer import steps_per_epoch
from ui.epoch_picker import MAX_SAMPLED_EPOCHS
from ui.formatting import format_percent
from ui.images import compose_maps, picture_html
from ui.language import _, join_sentences, localize, ngettext
from ui.resources import get_classifier, get_data

OPTIMIZERS = {
    "sgd": message("stochastic gradient descent (SGD)"),
    "adam": message("Adam, a variant of stochastic gradient descent (SGD),"),
    "adamw": message("AdamW, a variant of stochastic gradient descent (SGD),"),
}


def show_filters_by_epoch(model: TrainedModel) -> None:
    """Show a model's first filters after each epoch, or a hint if no epochs were saved."""
    run = model.run
    has_filters = get_classifier(model).first_filters is not None
    if run is None or not model.saved_epochs:
        st.html(f"<p>{_explain_in_general(count_trainable(get_classifier(model)))}</p>")
        if has_filters:
            figure = _figure(model, _("Now"), _("Filters now"), True)
            st.html(f'<div class="epochs">{figure}</div>')
        st.info(
            _(
                "No epochs of this network were saved. Train a network on the Train page and "
                "choose it here to see its filters take shape."
            ),
            icon=":material/model_training:",
        )
        return
    epochs = model.sample_epochs(MAX_SAMPLED_EPOCHS)
    results = {result.epoch: result for result in run.read_epochs()}
    st.html("".join(f"<p>{text}</p>" for text in _explain(model, run.read(), results)))
    if not has_filters:
        st.info(
            _(
                "This network has no convolution, and so no filters that could be shown as "
                "pictures."
            ),
            icon=":material/info:",
        )
        return
    chosen = model.epoch or epochs[-1]
    figures = []
    with suppress(ModelError):  # the file may be damaged
        for each in list_untrained(run):
            figures.append(_figure(each, _("Before training"), _("Filters before training"), False))
    for epoch in epochs:
        caption = _caption(epoch, results.get(epoch))
        alternative = _("Filters after epoch {epoch}", epoch=epoch)
        try:
            figures.append(_figure(model.at_epoch(epoch), caption, alternative, epoch == chosen))
        except ModelError:
            figures.append(_missing_figure(epoch))
    st.html(f'<div class="epochs">{"".join(figures)}</div>')
    st.caption(_explain_figures([results[epoch] for epoch in epochs if epoch in results]))
    if model.earlier_epochs:
        st.caption(_("The slider at the top chooses the epoch for the whole page."))


def _explain_in_general(trainable: int) -> str:
    """Explain training in general, for a network whose run is unknown."""
    return _(
        "Training begins with random weights. The network receives labeled images in batches of a "
        "few dozen. After each batch, stochastic gradient descent (SGD) or a variant of it moves "
        "each of the {trainable:,} trainable parameters a little against the gradient of the "
        "loss, which measures how far the predictions are from the labels. One pass through all "
        "images is an epoch. Some images are held out for validation: if the network improves "
        "only on the images it learns from, it is memorizing them, which is called overfitting.",
        trainable=trainable,
    )


def _explain(
    model: TrainedModel, snapshot: RunSnapshot, results: dict[int, EpochResult]
) -> list[str]:
    """Explain training with the numbers of a run, in paragraphs."""
    classifier = get_classifier(model)
    if snapshot.teaching is not None:
        return [_explain_teaching(classifier, snapshot.teaching)]
    config, trainable = snapshot.config, count_trainable(classifier)
    all_images = len(get_data().train.labels)
    held_out = round(all_images * config.validation_fraction)
    images = all_images - held_out
    optimizer = localize(OPTIMIZERS[config.optimizer])
    steps = steps_per_epoch(config, all_images)
    texts = [
        ngettext(
            "The network receives the {images:,} training images in batches of {batch_size}. "
            "After each batch, {optimizer} moves each of the {trainable:,} trainable parameters a "
            "little against the gradient of the loss. One pass through all images is an epoch: "
            "{steps} step.",
            "The network receives the {images:,} training images in batches of {batch_size}. "
            "After each batch, {optimizer} moves each of the {trainable:,} trainable parameters a "
            "little against the gradient of the loss. One pass through all images is an epoch: "
            "{steps:,} steps.",
            steps,
            images=images,
            batch_size=config.batch_size,
            optimizer=optimizer,
            trainable=trainable,
            steps=steps,
        )
    ]
    last = results[max(results)] if results else None
    if last is not None and last.validation_loss is not None and held_out:
        texts.append(
            ngettext(
                "After {epochs} epoch the loss was {loss:.4f} on the training images and "
                "{validation_loss:.4f} on the {held_out:,} validation images. If the first falls "
                "while the second rises, the network is memorizing its training images: "
                "overfitting.",
                "After {epochs} epochs the loss was {loss:.4f} on the training images and "
                "{validation_loss:.4f} on the {held_out:,} validation images. If the first falls "
                "while the second rises, the network is memorizing its training images: "
                "overfitting.",
                last.epoch,
                epochs=last.epoch,
                loss=last.loss,
                validation_loss=last.validation_loss,
                held_out=held_out,
            )
        )
    return texts


def _explain_teaching(classifier: Classifier, teaching: Teaching) -> str:
    """Explain a thorough teaching; see `mnist_core.teaching.whole_network`."""
    text = _(
        "The network started from “{base}”. In each step it received {drawings} of the drawings, "
        "chosen and changed at random, and {images} MNIST images; after every {steps} steps it "
        "was saved.",
        base=escape(localize(find_base_title(teaching))),
        drawings=OWN_IMAGES,
        images=MNIST_IMAGES,
        steps=STEPS,
    )
    if not any("Pooling" in layer.kind for layer in classifier.layers):
        return text
    return join_sentences(text, _("The layers before the first pooling stayed as they were."))


def _explain_figures(results: list[EpochResult]) -> str:
    """Return the caption of the filters, whose epochs have an accuracy if they were validated."""
    if all(result.validation_accuracy is None for result in results):
        return _("The filters of the first convolution (white is positive, blue is negative).")
    return _(
        "The filters of the first convolution (white is positive, blue is negative) and the "
        "accuracy on the validation images."
    )


def _caption(epoch: int, result: EpochResult | None) -> str:
    if result is None or result.validation_accuracy is None:
        return _("Epoch {epoch}", epoch=epoch)
    accuracy = format_percent(result.validation_accuracy)
    return _("Epoch {epoch}, {accuracy}", epoch=epoch, accuracy=accuracy)


def _missing_figure(epoch: int) -> str:
    text = _("The model saved after epoch {epoch} cannot be read.", epoch=epoch)
    return f'<figure class="map"><figcaption>{text}</figcaption></figure>'


def _figure(model: TrainedModel, caption: str, alternative: str, chosen: bool) -> str:
    """Return a figure of the filters of a network's first convolution.

    Raises:
        ModelError: The model's file cannot be read.
    """
    filters = get_classifier(model).first_filters
    if filters is None:
        return ""
    picture = picture_html(compose_maps(filters), alternative)
    mark = ' class="map chosen"' if chosen else ' class="map"'
    return f"<figure{mark}>{picture}<figcaption>{escape(caption)}</figcaption></figure>"
