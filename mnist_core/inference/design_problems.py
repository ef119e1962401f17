"""Why a layer of a design cannot take its input, and what to do."""

from __future__ import annotations

from mnist_core.inference.design_layers import name_kind
from mnist_core.inference.layer_rules import Shape
from mnist_core.layer_designs import (
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    LayerDesign,
    Pooling2D,
)


def find_problem(layer: LayerDesign, shape: Shape) -> str:
    """Return why a layer cannot take such an input and what to do, or ""."""
    kind = name_kind(layer)
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
            f"Dense needs a row of numbers, but gets {format_shape(shape)}. Add Flatten or "
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


def format_shape(shape: Shape) -> str:
    """Return a shape for a message, such as 26 × 26 × 32."""
    return " × ".join(f"{size:,}" for size in shape)
