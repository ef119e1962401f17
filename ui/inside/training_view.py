"""Training seen from inside: the first filters of a network after each epoch of its run."""

from html import escape

import numpy as np
import streamlit as st

from mnist_core.config import TrainingConfig
from mnist_core.models import TrainedModel, trained_model
from mnist_core.runs import Run
from mnist_core.training import EpochResult
from ui.inside.feature_maps import compose_maps, picture_html
from ui.resources import get_classifier, get_data

MOST = 12
"""How many epochs are shown at most."""


def show_training(model: TrainedModel) -> None:
    """Show what the run of a model did to its first filters, or why there is nothing to show."""
    run = model.run
    if run is None or not run.kept_epochs:
        st.info(
            "No epochs of this network were kept. Train a network on the Train page, choose it "
            "here, and see its filters take shape.",
            icon=":material/model_training:",
        )
        return
    kept = run.kept_epochs
    results = {result.epoch: result for result in run.epochs}
    st.html("".join(f"<p>{text}</p>" for text in _explain(run, results)))
    chosen = model.epoch or kept[-1]
    if len(kept) > MOST:
        kept = sorted({kept[i] for i in np.linspace(0, len(kept) - 1, MOST).astype(int)} | {chosen})
    figures = [_figure(run, epoch, results.get(epoch), epoch == chosen) for epoch in kept]
    st.html(f'<div class="epochs">{"".join(figures)}</div>')
    st.caption(
        "The filters of the first convolution, white adds and blue takes away, and the accuracy "
        "on the images held out. The slider above chooses the epoch for the whole page, for the "
        "map too."
    )


def _explain(run: Run, results: dict[int, EpochResult]) -> list[str]:
    """Say what a training does, with the numbers of this one."""
    config, parameters = run.config, get_classifier(trained_model(run)).parameters
    held_out = round(len(get_data().train.labels) * config.validation_share)
    images = len(get_data().train.labels) - held_out
    texts = [
        f"The {images:,} training images are shown in batches of {config.batch_size}. After each "
        f"batch, {_name_optimizer(config)} moves every one of the {parameters:,} parameters a "
        "little, against the slope of the loss. One pass through all images is an epoch: "
        f"{-(-images // config.batch_size):,} steps."
    ]
    last = results[max(results)] if results else None
    if last is not None and last.validation_loss is not None:
        texts.append(
            f"After {last.epoch} epochs the loss was {last.loss:.4f} on the images learnt from "
            f"and {last.validation_loss:.4f} on the {held_out:,} held out. When the first falls "
            "while the second rises, the network learns its images by heart: overfitting."
        )
    return texts


def _name_optimizer(config: TrainingConfig) -> str:
    if config.optimizer == "sgd":
        return "stochastic gradient descent (SGD)"
    return "Adam, a refined stochastic gradient descent (SGD),"


def _figure(run: Run, epoch: int, result: EpochResult | None, chosen: bool) -> str:
    classifier = get_classifier(trained_model(run).at_epoch(epoch))
    first = next((layer for layer in classifier.layers if layer.kind == "Conv2D"), None)
    if first is None:
        return ""
    filters = classifier.weights[first.weights[0]][:, :, 0, :]
    caption = f"Epoch {epoch}"
    if result is not None and result.validation_accuracy is not None:
        caption += f", {result.validation_accuracy:.1%}"
    picture = picture_html(compose_maps(filters), f"Filters after epoch {epoch}")
    mark = ' class="map chosen"' if chosen else ' class="map"'
    return f"<figure{mark}>{picture}<figcaption>{escape(caption)}</figcaption></figure>"
