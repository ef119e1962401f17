"""Why a layer of a design cannot take its input, and what to do."""

from __future__ import annotations

from mnist_core.inference.design_layers import name_kind
from mnist_core.inference.layer_kinds import Shape, format_shape
from mnist_core.layer_designs import (
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    LayerDesign,
    Pooling2D,
)
from mnist_core.messages import message

TOO_LARGE_KERNEL = message(
    "A kernel of {size} × {size} does not fit on {height} × {width} pixels. Choose a kernel size "
    "of at most {most}, the padding “same”, or smaller strides before it."
)
TOO_LARGE_WINDOW = message(
    "A window of {size} × {size} does not fit on {height} × {width} pixels. Choose a pool size of "
    "at most {most}, the padding “same”, or smaller strides before it."
)


def find_problem(layer: LayerDesign, shape: Shape) -> str:
    """Return why a layer cannot take such an input and what to do, or ""."""
    kind = name_kind(layer)
    if len(shape) == 1:
        if isinstance(layer, (Conv2D, Pooling2D)):
            return message(
                "{kind} needs rows and columns, but its input is a row of numbers. Move it before "
                "Flatten.",
                kind=kind,
            )
        if isinstance(layer, GlobalAveragePooling2D):
            return message(
                "GlobalAveragePooling2D needs feature maps, but its input is a row of numbers. "
                "Remove it, or move it before Flatten."
            )
        if isinstance(layer, Flatten):
            return message(
                "The values are a row of numbers already, so Flatten is not needed. Remove it."
            )
        return ""
    if isinstance(layer, Dense):
        return message(
            "Dense needs a row of numbers, but gets {shape}. Add Flatten or "
            "GlobalAveragePooling2D before it.",
            shape=format_shape(shape),
        )
    if isinstance(layer, Conv2D):
        size, template = layer.kernel_size, TOO_LARGE_KERNEL
    elif isinstance(layer, Pooling2D):
        size, template = layer.pool_size, TOO_LARGE_WINDOW
    else:
        return ""
    height, width = shape[:2]
    smallest = min(height, width)
    if layer.padding == "valid" and size > smallest:
        return message(template, size=size, height=height, width=width, most=smallest)
    return ""
