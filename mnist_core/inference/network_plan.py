"""What follows from a design: the Keras layers with their names, shapes and cost, and problems.

Shapes and counts are those of `layer_rules`; nothing here needs TensorFlow. `model_builders` builds
the Keras model from the planned layers.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mnist_core.inference.layer_rules import Layer, LayerFacts, Shape, compute_facts
from mnist_core.network_design import (
    MAX_DESIGN_LAYERS,
    ActivationLayer,
    BatchNormalization,
    Conv2D,
    Dense,
    DesignError,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    LayerDesign,
    NetworkDesign,
    Pooling2D,
)

INPUT_SHAPE: Shape = (28, 28, 1)
CLASSES = 10
MAX_DESIGN_PARAMETERS = 5_000_000
MAX_DESIGN_MULTIPLY_ADDS = 100_000_000
MAX_DESIGN_VALUES = 1_000_000
MAX_BATCH_VALUES = 100_000_000  # 400 MB as float32, and gradients as large
# Batch normalization averages over about ten steps, since runs are short.
NORMALIZATION = {"epsilon": 0.001, "momentum": 0.9}
_VARIABLES = {
    "BatchNormalization": ("gamma", "beta", "moving_mean", "moving_variance"),
    "Conv2D": ("kernel", "bias"),
    "Dense": ("kernel", "bias"),
}
_NAMES = {
    "Conv2D": "conv",
    "BatchNormalization": "norm",
    "MaxPooling2D": "pool",
    "AveragePooling2D": "pool",
    "GlobalAveragePooling2D": "average",
    "Dropout": "dropout",
    "Flatten": "flatten",
    "Dense": "dense",
    "ReLU": "relu",
}


@dataclass(frozen=True)
class PlannedLayer:
    """What follows from one layer of a design.

    Attributes:
        layers: The Keras layers that it stands for, such as a Conv2D, a BatchNormalization and a
            ReLU; none if it cannot be, or if a layer before it cannot.
        multiply_adds: Multiplications by a weight for one image.
        problem: Why it cannot be and what to do, as a sentence; "" if it can.
    """

    layers: tuple[Layer, ...] = ()
    multiply_adds: int = 0
    problem: str = ""

    @property
    def output_shape(self) -> Shape | None:
        """The shape of its output without the batch axis; None if it is unknown."""
        return self.layers[-1].output_shape if self.layers else None

    @property
    def parameters(self) -> int:
        """The number of its parameters."""
        return sum(layer.parameters for layer in self.layers)


@dataclass(frozen=True)
class NetworkPlan:
    """What follows from a design.

    Attributes:
        planned: One entry per layer of the design.
        end: The ten logits and their softmax.
        limit: Which limit the whole network exceeds and what to do, as a sentence; "" if none.
    """

    planned: tuple[PlannedLayer, ...]
    end: PlannedLayer
    limit: str

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All Keras layers in order, without the input."""
        return tuple(layer for each in (*self.planned, self.end) for layer in each.layers)

    @property
    def parameters(self) -> int:
        """The number of parameters."""
        return sum(each.parameters for each in (*self.planned, self.end))

    @property
    def multiply_adds(self) -> int:
        """Multiplications by a weight for one image."""
        return sum(each.multiply_adds for each in (*self.planned, self.end))

    @property
    def values(self) -> int:
        """The number of values in the outputs of all layers for one image."""
        return sum(math.prod(layer.output_shape) for layer in self.layers)

    @property
    def problems(self) -> tuple[str, ...]:
        """All problems, in the order of the layers; none if the network can be trained."""
        found = (*(each.problem for each in (*self.planned, self.end)), self.limit)
        return tuple(problem for problem in found if problem)


@dataclass
class _Step:
    """A Keras layer before its shape is known."""

    kind: str
    settings: dict[str, Any]


def plan_network(design: NetworkDesign | Sequence[LayerDesign | DesignError]) -> NetworkPlan:
    """Compute what follows from a design. Problems are returned, not raised.

    Args:
        design: A design, or its layers; a layer that could not be created is given as its error,
            which becomes its problem.

    Examples:
        >>> from mnist_core.network_design import MaxPooling2D
        >>> plan = plan_network([Conv2D(filters=8), MaxPooling2D(), Flatten()])
        >>> [each.output_shape for each in plan.planned]
        [(26, 26, 8), (13, 13, 8), (1352,)]
        >>> plan.parameters, plan.problems
        (13610, ())
        >>> plan_network([Flatten(), Conv2D()]).problems[0]
        'Conv2D needs rows and columns, but its input is a row of numbers. Move it before Flatten.'
    """
    layers = design.layers if isinstance(design, NetworkDesign) else tuple(design)
    steps = [_expand(layers, index) for index in range(len(layers))]
    end = [_Step("Dense", _dense_settings(CLASSES, "linear")), _Step("Softmax", {})]
    names = _name_steps(steps)
    planned: list[PlannedLayer] = []
    shape: Shape | None = INPUT_SHAPE
    for index, layer in enumerate(layers):
        entry = PlannedLayer()
        if isinstance(layer, DesignError):
            entry = PlannedLayer(problem=str(layer))
        elif shape is not None:
            problem = _find_problem(layer, shape)
            entry = PlannedLayer(problem=problem) if problem else entry
            if not problem:
                entry = _compute(steps[index], names[index], shape)
        planned.append(entry)
        shape = entry.output_shape
    last = PlannedLayer()
    if shape is not None and len(shape) != 1:
        last = PlannedLayer(
            problem=f"The ten logits need a row of numbers, but get {_say(shape)}. Add Flatten or "
            "GlobalAveragePooling2D as the last layer."
        )
    elif shape is not None:
        last = _compute(end, ["logits", "probabilities"], shape)
    plan = NetworkPlan(tuple(planned), last, "")
    return NetworkPlan(plan.planned, last, _find_exceeded_limit(plan))


def check_design(design: NetworkDesign) -> NetworkPlan:
    """Return the plan of a design that can be trained.

    Raises:
        DesignError: It cannot; the message is the first problem.
    """
    plan = plan_network(design)
    for position, each in enumerate(plan.planned):
        if each.problem:
            raise DesignError(f"Layer {position} of the network cannot be. {each.problem}")
    if plan.problems:
        raise DesignError(plan.problems[0])
    return plan


def find_batch_problem(plan: NetworkPlan, batch_size: int) -> str:
    """Return why batches of so many images need too much memory and what to do, or ""."""
    values = plan.values * batch_size
    if values <= MAX_BATCH_VALUES:
        return ""
    largest = MAX_BATCH_VALUES // plan.values
    return (
        f"With batches of {batch_size:,} images the layers output {values:,} values at a time; at "
        f"most {MAX_BATCH_VALUES:,} fit into memory. Choose a batch size of at most {largest:,}."
    )


def _find_problem(layer: LayerDesign, shape: Shape) -> str:
    """Return why a layer cannot take such an input and what to do, or ""."""
    kind = _kind(layer)
    if len(shape) == 1:
        if isinstance(layer, (Conv2D, Pooling2D)):
            return (
                f"{kind} needs rows and columns, but its input is a row of numbers. Move it before "
                "Flatten."
            )
        if isinstance(layer, GlobalAveragePooling2D):
            return (
                "GlobalAveragePooling2D needs feature maps, but its input is a row of numbers. "
                "Remove it, or move it before Flatten."
            )
        if isinstance(layer, Flatten):
            return "The values are a row of numbers already, so Flatten is not needed. Remove it."
        return ""
    if isinstance(layer, Dense):
        return (
            f"Dense needs a row of numbers, but gets {_say(shape)}. Add Flatten or "
            "GlobalAveragePooling2D before it."
        )
    smallest = min(shape[:2])
    if isinstance(layer, Conv2D):
        size, what, setting = layer.kernel_size, "kernel", "kernel size"
    elif isinstance(layer, Pooling2D):
        size, what, setting = layer.pool_size, "window", "pool size"
    else:
        return ""
    if layer.padding == "valid" and size > smallest:
        return (
            f"A {what} of {size} × {size} does not fit on {shape[0]} × {shape[1]} pixels. Choose a "
            f"{setting} of at most {smallest}, the padding “same”, or smaller strides before it."
        )
    return ""


def _find_exceeded_limit(plan: NetworkPlan) -> str:
    if len(plan.planned) > MAX_DESIGN_LAYERS:
        return (
            f"The network has {len(plan.planned)} layers; at most {MAX_DESIGN_LAYERS} can be "
            "trained here. Remove some."
        )
    if plan.parameters > MAX_DESIGN_PARAMETERS:
        return (
            f"The network has {plan.parameters:,} parameters; at most {MAX_DESIGN_PARAMETERS:,} "
            "can be trained here. Use fewer units, or pool before Flatten."
        )
    if plan.multiply_adds > MAX_DESIGN_MULTIPLY_ADDS:
        return (
            f"The network takes {plan.multiply_adds:,} multiply-adds per image; at most "
            f"{MAX_DESIGN_MULTIPLY_ADDS:,} can be trained here. Use fewer filters, or pool earlier."
        )
    if plan.values > MAX_DESIGN_VALUES:
        return (
            f"The layers output {plan.values:,} values per image; at most {MAX_DESIGN_VALUES:,} "
            "fit into memory. Use fewer filters, or pool earlier."
        )
    return ""


def _say(shape: Shape) -> str:
    return " × ".join(f"{size:,}" for size in shape)


def _kind(layer: LayerDesign) -> str:
    return "Activation" if isinstance(layer, ActivationLayer) else type(layer).__name__


def _expand(layers: Sequence[LayerDesign | DesignError], index: int) -> list[_Step]:
    """Return the Keras layers that one layer of a design stands for."""
    layer = layers[index]
    if isinstance(layer, Conv2D):
        normalized = layer.batch_normalization
        settings = {
            "filters": layer.filters,
            "kernel_size": (layer.kernel_size,) * 2,
            "strides": (layer.strides,) * 2,
            "padding": layer.padding,
            "activation": "linear" if normalized else layer.activation,
            "use_bias": not (normalized or _is_normalized_later(layers, index)),
        }
        steps = [_Step("Conv2D", settings)]
        if normalized:
            steps.append(_Step("BatchNormalization", dict(NORMALIZATION)))
            steps += _expand_activation(layer.activation)
        return steps
    if isinstance(layer, Pooling2D):
        window = {
            "pool_size": (layer.pool_size,) * 2,
            "strides": (layer.strides,) * 2,
            "padding": layer.padding,
        }
        return [_Step(_kind(layer), window)]
    if isinstance(layer, ActivationLayer):
        return _expand_activation(layer.activation)
    if isinstance(layer, Dense):
        settings = _dense_settings(layer.units, layer.activation)
        settings["use_bias"] = not _is_normalized_later(layers, index)
        return [_Step("Dense", settings)]
    if isinstance(layer, Dropout):
        return [_Step("Dropout", {"rate": layer.rate})]
    if isinstance(layer, BatchNormalization):
        return [_Step("BatchNormalization", dict(NORMALIZATION))]
    if isinstance(layer, DesignError):
        return []
    return [_Step(_kind(layer), {})]


def _expand_activation(activation: str) -> list[_Step]:
    if activation == "linear":
        return []
    if activation == "relu":
        return [_Step("ReLU", {})]
    return [_Step("Activation", {"activation": activation})]


def _dense_settings(units: int, activation: str) -> dict[str, Any]:
    return {"units": units, "activation": activation, "use_bias": True}


def _is_normalized_later(layers: Sequence[LayerDesign | DesignError], index: int) -> bool:
    """Return whether a batch normalization follows whose shift makes a bias redundant.

    Pooling in between does not matter: it commutes with adding a number to a whole map.
    """
    layer = layers[index]
    if not isinstance(layer, (Conv2D, Dense)) or layer.activation != "linear":
        return False
    following = (each for each in layers[index + 1 :] if not isinstance(each, Pooling2D))
    return isinstance(next(following, None), BatchNormalization)


def _name_steps(groups: Sequence[Sequence[_Step]]) -> list[list[str]]:
    """Name the Keras layers, such as conv1, norm1, relu1 and pool1.

    Up to Flatten or global pooling, layers carry the number of the convolution before them, if
    there are several convolutions. After it, layers of a kind are numbered if there are several.
    Names that would repeat get a suffix.
    """
    flat_from = next(
        (
            index
            for index, group in enumerate(groups)
            if any(step.kind in {"Flatten", "GlobalAveragePooling2D"} for step in group)
        ),
        len(groups),
    )
    convolutions = sum(step.kind == "Conv2D" for group in groups for step in group)
    in_flat = Counter(_base(step) for group in groups[flat_from:] for step in group)
    used: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    names: list[list[str]] = []
    block = 0
    for index, group in enumerate(groups):
        names.append([])
        for step in group:
            base = _base(step)
            if index < flat_from:
                block += step.kind == "Conv2D"
                name = f"{base}{block}" if convolutions > 1 and block else base
            else:
                counted[base] += 1
                name = f"{base}{counted[base]}" if in_flat[base] > 1 else base
            used[name] += 1
            names[-1].append(name if used[name] == 1 else f"{name}_{used[name]}")
    return names


def _base(step: _Step) -> str:
    return _NAMES.get(step.kind) or step.settings["activation"]


def _compute(steps: Sequence[_Step], names: Sequence[str], shape: Shape) -> PlannedLayer:
    layers: list[Layer] = []
    facts: list[LayerFacts] = []
    for step, name in zip(steps, names, strict=True):
        fact = compute_facts(name, step.kind, step.settings, shape)
        shape = fact.output_shape
        variables = _list_variables(step, name, len(fact.weight_shapes))
        layers.append(Layer(name, step.kind, shape, fact.parameters, step.settings, variables))
        facts.append(fact)
    return PlannedLayer(tuple(layers), sum(fact.multiply_adds for fact in facts))


def _list_variables(step: _Step, name: str, count: int) -> tuple[str, ...]:
    variables: Mapping[str, tuple[str, ...]] = _VARIABLES
    return tuple(f"{name}/{variable}" for variable in variables.get(step.kind, ())[:count])
