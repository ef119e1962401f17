"""Training seen from inside: the first filters of a network after each epoch of its run."""

from html import escape

import streamlit as st

from mnist_core.config import TrainingConfig
from mnist_core.inference.classifier import ModelError
from mnist_core.interpretability.layer_arithmetic import count_trainable
from mnist_core.runs.model_registry import TrainedModel
from mnist_core.runs.run import Run
from mnist_core.training.trainer import EpochResult, steps_per_epoch
from ui.formatting import format_count, format_percent
from ui.images import picture_html
from ui.inside.activation_images import compose_maps
from ui.resources import get_classifier, get_data

MOST = 12
"""How many epochs are shown at most, besides the chosen one."""


def show_training(model: TrainedModel) -> None:
    """Show what the run of a model did to its first filters, or why there is nothing to show."""
    run = model.run
    if run is None or not model.saved_epochs:
        st.html(f"<p>{_explain_in_general(count_trainable(get_classifier(model)))}</p>")
        st.info(
            "No epochs of this network were kept. Train a network on the Train page, choose it "
            "here, and see its filters take shape.",
            icon=":material/model_training:",
        )
        return
    epochs = model.sample_epochs(MOST)
    results = {result.epoch: result for result in run.read_epochs()}
    st.html("".join(f"<p>{text}</p>" for text in _explain(model, run, results)))
    chosen = model.epoch or epochs[-1]
    figures = [_try_figure(model, epoch, results.get(epoch), epoch == chosen) for epoch in epochs]
    st.html(f'<div class="epochs">{"".join(figures)}</div>')
    st.caption(
        "The filters of the first convolution, white adds and blue takes away, and the accuracy "
        "on the images held out."
    )
    if model.earlier_epochs:
        st.caption("The slider at the top chooses the epoch for the whole page, for the map too.")


def _explain_in_general(learnt: int) -> str:
    """Say what a training does, where nothing is known of this network's own."""
    return (
        "A training begins with random weights. Labeled images are shown in batches, a handful at "
        "a time. After each batch, stochastic gradient descent (SGD) or a refinement of it moves "
        f"each of the {learnt:,} parameters that are learnt a little, against the slope of the "
        "loss, which says how far the answers are from the labels. One pass through all images is "
        "an epoch. Some images are held out, never learnt from: when the network gets better only "
        "on the others, it learns them by heart, which is called overfitting."
    )


def _explain(model: TrainedModel, run: Run, results: dict[int, EpochResult]) -> list[str]:
    """Say what a training does, with the numbers of this one."""
    config, learnt = run.read().config, count_trainable(get_classifier(model))
    all_images = len(get_data().train.labels)
    held_out = round(all_images * config.validation_fraction)
    images = all_images - held_out
    steps = format_count(steps_per_epoch(config, all_images), "step")
    texts = [
        f"The {images:,} training images are shown in batches of {config.batch_size}. After each "
        f"batch, {_name_optimizer(config)} moves each of the {learnt:,} parameters that are "
        "learnt a little, against the slope of the loss. One pass through all images is an epoch: "
        f"{steps}."
    ]
    last = results[max(results)] if results else None
    if last is not None and last.validation_loss is not None:
        texts.append(
            f"After {format_count(last.epoch, 'epoch')} the loss was {last.loss:.4f} on the images "
            f"learnt from and {last.validation_loss:.4f} on the {held_out:,} held out. When the "
            "first falls while the second rises, the network learns its images by heart: "
            "overfitting."
        )
    return texts


def _name_optimizer(config: TrainingConfig) -> str:
    if config.optimizer == "sgd":
        return "stochastic gradient descent (SGD)"
    name = {"adam": "Adam", "adamw": "AdamW"}[config.optimizer]
    return f"{name}, a refined stochastic gradient descent (SGD),"


def _try_figure(model: TrainedModel, epoch: int, result: EpochResult | None, chosen: bool) -> str:
    """Return an epoch's figure, or a sentence in its place where its network cannot be read."""
    try:
        return _figure(model, epoch, result, chosen)
    except ModelError:
        return (
            f'<figure class="map"><figcaption>The network kept after epoch {epoch} cannot be read.'
            "</figcaption></figure>"
        )


def _figure(model: TrainedModel, epoch: int, result: EpochResult | None, chosen: bool) -> str:
    classifier = get_classifier(model.at_epoch(epoch))
    first = next((layer for layer in classifier.layers if layer.kind == "Conv2D"), None)
    if first is None:
        return ""
    filters = classifier.weights[first.weights[0]][:, :, 0, :]
    caption = f"Epoch {epoch}"
    if result is not None and result.validation_accuracy is not None:
        caption += f", {format_percent(result.validation_accuracy)}"
    picture = picture_html(compose_maps(filters), f"Filters after epoch {epoch}")
    mark = ' class="map chosen"' if chosen else ' class="map"'
    return f"<figure{mark}>{picture}<figcaption>{escape(caption)}</figcaption></figure>"
