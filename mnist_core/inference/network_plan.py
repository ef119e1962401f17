"""What follows from a design: the Keras layers with their names, shapes and cost, and problems.

Which Keras layers a layer of a design stands for is in `design_layers`, why it cannot take its
input in `design_problems`. Shapes and counts are those of `layer_rules`; nothing here needs
TensorFlow. `model_builders` builds the Keras model from the planned layers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mnist_core.inference.design_layers import (
    KerasStep,
    expand_layer,
    name_steps,
)
from mnist_core.inference.design_problems import find_problem
from mnist_core.inference.layer_kinds import LayerFacts, Shape, format_shape
from mnist_core.inference.layer_rules import INPUT_SHAPE, Layer, compute_facts
from mnist_core.inference.layer_variables import name_variables
from mnist_core.layer_designs import DesignError, LayerDesign
from mnist_core.messages import message
from mnist_core.network_design import MAX_DESIGN_LAYERS, NetworkDesign

CLASSES = 10
MAX_DESIGN_PARAMETERS = 5_000_000
MAX_DESIGN_MULTIPLY_ADDS = 100_000_000
MAX_DESIGN_VALUES = 1_000_000
MAX_BATCH_VALUES = 110_000_000  # a process that trains with them takes up to 1.6 GB


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


def plan_network(design: NetworkDesign | Sequence[LayerDesign | DesignError]) -> NetworkPlan:
    """Compute what follows from a design. Problems are returned, not raised.

    Args:
        design: A design, or its layers; a layer that could not be created is given as its error,
            which becomes its problem.

    Examples:
        >>> from mnist_core.layer_designs import Conv2D, Flatten, MaxPooling2D
        >>> plan = plan_network([Conv2D(filters=8), MaxPooling2D(), Flatten()])
        >>> [each.output_shape for each in plan.planned]
        [(26, 26, 8), (13, 13, 8), (1352,)]
        >>> plan.parameters, plan.problems
        (13610, ())
        >>> plan_network([Flatten(), Conv2D()]).problems[0]
        'Conv2D needs rows and columns, but its input is a row of numbers. Move it before Flatten.'
    """
    layers = design.layers if isinstance(design, NetworkDesign) else tuple(design)
    steps = [expand_layer(layers, index) for index in range(len(layers))]
    logits = {"units": CLASSES, "activation": "linear", "use_bias": True}
    end = [KerasStep("Dense", logits), KerasStep("Softmax", {})]
    names = name_steps(steps)
    planned: list[PlannedLayer] = []
    shape: Shape | None = INPUT_SHAPE
    for index, layer in enumerate(layers):
        entry = PlannedLayer()
        if isinstance(layer, DesignError):
            entry = PlannedLayer(problem=str(layer))
        elif shape is not None:
            problem = find_problem(layer, shape)
            entry = PlannedLayer(problem=problem) if problem else entry
            if not problem:
                entry = _compute(steps[index], names[index], shape)
        planned.append(entry)
        shape = entry.output_shape
    last = PlannedLayer()
    if shape is not None and len(shape) != 1:
        last = PlannedLayer(
            problem=message(
                "The ten logits need a row of numbers, but get {shape}. Add Flatten or "
                "GlobalAveragePooling2D as the last layer.",
                shape=format_shape(shape),
            )
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
            raise DesignError(
                message(
                    "Layer {position} of the network cannot be. {problem}",
                    position=position,
                    problem=each.problem,
                )
            )
    if plan.problems:
        raise DesignError(plan.problems[0])
    return plan


def find_batch_problem(plan: NetworkPlan, batch_size: int) -> str:
    """Return why batches of so many images need too much memory and what to do, or ""."""
    values = plan.values * batch_size
    if values <= MAX_BATCH_VALUES:
        return ""
    largest = MAX_BATCH_VALUES // plan.values
    return message(
        "With batches of {batch_size:,} images the layers output {values:,} values at a time; at "
        "most {most:,} fit into memory. Choose a batch size of at most {largest:,}.",
        batch_size=batch_size,
        values=values,
        most=MAX_BATCH_VALUES,
        largest=largest,
    )


def _find_exceeded_limit(plan: NetworkPlan) -> str:
    if len(plan.planned) > MAX_DESIGN_LAYERS:
        return message(
            "The network has {count} layers; at most {most} can be trained here. Remove some.",
            count=len(plan.planned),
            most=MAX_DESIGN_LAYERS,
        )
    if plan.parameters > MAX_DESIGN_PARAMETERS:
        return message(
            "The network has {parameters:,} parameters; at most {most:,} can be trained here. Use "
            "fewer units, or pool before Flatten.",
            parameters=plan.parameters,
            most=MAX_DESIGN_PARAMETERS,
        )
    if plan.multiply_adds > MAX_DESIGN_MULTIPLY_ADDS:
        return message(
            "The network takes {multiply_adds:,} multiply-adds per image; at most {most:,} can be "
            "trained here. Use fewer filters, or pool earlier.",
            multiply_adds=plan.multiply_adds,
            most=MAX_DESIGN_MULTIPLY_ADDS,
        )
    if plan.values > MAX_DESIGN_VALUES:
        return message(
            "The layers output {values:,} values per image; at most {most:,} fit into memory. Use "
            "fewer filters, or pool earlier.",
            values=plan.values,
            most=MAX_DESIGN_VALUES,
        )
    return ""


def _compute(steps: Sequence[KerasStep], names: Sequence[str], shape: Shape) -> PlannedLayer:
    layers: list[Layer] = []
    facts: list[LayerFacts] = []
    for step, name in zip(steps, names, strict=True):
        fact = compute_facts(name, step.kind, step.settings, shape)
        shape = fact.output_shape
        variables = name_variables(step.kind, name, len(fact.weight_shapes))
        layers.append(Layer(name, step.kind, shape, fact.parameters, step.settings, variables))
        facts.append(fact)
    return PlannedLayer(tuple(layers), sum(fact.multiply_adds for fact in facts))
