"""The networks of this project in PyTorch, as a person would write them there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import nullcontext

import numpy as np
import torch
from torch import nn

from mnist_core.config import TrainingConfig
from mnist_core.datasets.mnist import Split
from mnist_core.inference.layer_kinds import compute_padding
from mnist_core.layer_designs import (
    ActivationLayer,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LayerDesign,
    MaxPooling2D,
)
from mnist_core.network_design import NetworkDesign
from mnist_core.training.gradient_steps import WEIGHT_DECAY
from mnist_core.training.learning_rate import START_DIVISOR, count_warmup_steps

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "gelu": nn.GELU}
EVALUATION_BATCH = 1000
# Keras's defaults, which differ from PyTorch's.
MOMENTUM, EPSILON = 0.1, 1e-3
ADAM_EPSILON = 1e-7


def build_network(design: NetworkDesign) -> nn.Sequential:
    """Build a network that ends in its logits, with Keras's initial weights.

    Args:
        design: Layers of the kinds that the named networks have.
    """
    layers: list[nn.Module] = []
    shape: tuple[int, ...] = (1, 28, 28)
    for layer in (*design.layers, Dense(10, "linear")):
        for module in _build_layer(layer, shape):
            layers.append(module)
        shape = tuple(nn.Sequential(*layers).eval()(torch.zeros(1, 1, 28, 28)).shape[1:])
    network = nn.Sequential(*layers)
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return network.train()


def _build_layer(layer: LayerDesign, shape: tuple[int, ...]) -> Iterator[nn.Module]:
    match layer:
        case Conv2D():
            if layer.padding == "same":
                yield _pad(shape, layer.kernel_size, layer.strides)
            has_bias = not layer.batch_normalization
            yield nn.Conv2d(
                shape[0], layer.filters, layer.kernel_size, layer.strides, bias=has_bias
            )
            if layer.batch_normalization:
                yield nn.BatchNorm2d(layer.filters, EPSILON, MOMENTUM)
            yield from _activate(layer.activation)
        case MaxPooling2D(padding="valid"):
            yield nn.MaxPool2d(layer.pool_size, layer.strides)
        case BatchNormalization():
            yield nn.BatchNorm2d(shape[0], EPSILON, MOMENTUM)
        case ActivationLayer():
            yield from _activate(layer.activation)
        case Dropout():
            yield nn.Dropout(layer.rate)
        case Flatten():
            yield nn.Flatten()
        case Dense():
            yield nn.Linear(shape[0], layer.units)
            yield from _activate(layer.activation)
        case _:
            raise NotImplementedError(f"{layer} has no counterpart here")


def _activate(name: str) -> Iterator[nn.Module]:
    if name != "linear":
        yield ACTIVATIONS[name]()


def _pad(shape: tuple[int, ...], kernel: int, strides: int) -> nn.Module:
    """Return the padding that Keras calls "same"."""
    before, after = compute_padding(shape[1], kernel, strides, "same")
    return nn.ZeroPad2d((before, after, before, after))


class TorchTrainer:
    """A network with its optimizer and schedule, trained by eager steps.

    Args:
        design: The layers.
        config: The hyperparameters.
        steps: The number of steps of the whole run.
        bfloat16: Whether convolutions and products are computed in bfloat16, by autocast.
    """

    def __init__(
        self, design: NetworkDesign, config: TrainingConfig, steps: int, bfloat16: bool
    ) -> None:
        torch.manual_seed(config.seed)
        self.network = build_network(design)
        self._precision = (
            (lambda: torch.autocast("cpu", torch.bfloat16)) if bfloat16 else nullcontext
        )
        self._loss = nn.CrossEntropyLoss(label_smoothing=config.label_smoothing)
        self._optimizer = _make_optimizer(config, self.network)
        self._scheduler = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer, lambda step: _rate_factor(config, step, steps)
        )

    def step(self, images: np.ndarray, labels: np.ndarray) -> None:
        """Take one gradient step on images (batch, 28, 28) and labels (batch,), both uint8."""
        inputs = torch.tensor(images)[:, None].float() / 255
        targets = torch.from_numpy(labels).long()
        self._optimizer.zero_grad(set_to_none=True)
        with self._precision():
            loss = self._loss(self.network(inputs), targets)
        loss.backward()
        self._optimizer.step()
        self._scheduler.step()

    def measure_accuracy(self, split: Split) -> float:
        """Return the fraction of the images of a split that are classified correctly."""
        self.network.eval()
        correct = 0
        with torch.inference_mode(), self._precision():
            for start in range(0, len(split.labels), EVALUATION_BATCH):
                images = split.images[start : start + EVALUATION_BATCH]
                logits = self.network(torch.tensor(images)[:, None].float() / 255)
                predicted = logits.argmax(1).numpy()
                correct += int((predicted == split.labels[start : start + EVALUATION_BATCH]).sum())
        self.network.train()
        return correct / len(split.labels)


def _make_optimizer(config: TrainingConfig, network: nn.Module) -> torch.optim.Optimizer:
    parameters, rate = network.parameters(), config.learning_rate
    if config.optimizer == "sgd":
        return torch.optim.SGD(parameters, rate)
    if config.optimizer == "adam":
        return torch.optim.Adam(parameters, rate, eps=ADAM_EPSILON)
    return torch.optim.AdamW(parameters, rate, eps=ADAM_EPSILON, weight_decay=WEIGHT_DECAY)


def _rate_factor(config: TrainingConfig, step: int, steps: int) -> float:
    """Return the learning rate of a step as a fraction of the configured one."""
    if config.schedule == "constant":
        return 1.0
    warmup = count_warmup_steps(steps)
    if step < warmup:
        start = 1 / START_DIVISOR
        return start + (1 - start) * step / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
