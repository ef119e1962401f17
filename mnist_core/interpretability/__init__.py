"""What happens inside a network, and why it predicts a digit.

`activations` traces an image through the layers, `receptive_fields` locates the pixels that an
output depends on, and `layer_arithmetic` computes single values of a layer; `backprop`,
`attribution` and `minimal_occlusion` explain a prediction by pixels; `top_activations`,
`nearest_neighbors` and `pca` look at many images; `layer_profiler` measures time. Nothing here
trains a network or draws a picture.
"""

from mnist_core.interpretability.activations import (
    LayerActivation,
    NonFiniteActivationError,
    trace_layers,
)
from mnist_core.interpretability.attribution import grad_cam, occlusion, saliency
from mnist_core.interpretability.minimal_occlusion import Occlusion, find_minimal_occlusion

__all__ = [
    "LayerActivation",
    "NonFiniteActivationError",
    "Occlusion",
    "find_minimal_occlusion",
    "grad_cam",
    "occlusion",
    "saliency",
    "trace_layers",
]
