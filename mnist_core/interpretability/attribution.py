"""Attribution maps: how much each pixel supports or opposes each of the ten digits.

Three methods:

    occlusion    the decrease of each logit when a patch is painted black
                 (Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014)
    saliency     the gradient of each logit with respect to each pixel
                 (Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", 2014)
    Grad-CAM     the feature maps, weighted by their influence on a logit
                 (Selvaraju et al., "Grad-CAM", 2017)

All explain logits instead of probabilities: for a confident prediction, the probabilities of the
other nine digits hardly change. Occlusion and saliency are signed, so "why a 4 rather than a 9" is
`maps[4] - maps[9]`.
"""

from __future__ import annotations

import numpy as np

from mnist_core.datasets.mnist import SIDE
from mnist_core.errors import MnistError
from mnist_core.inference.classifier import Classifier
from mnist_core.interpretability.backprop import INPUT, backpropagate
from mnist_core.interpretability.minimal_occlusion import find_squares, occlude_squares
from mnist_core.messages import message
from mnist_core.preprocessing.scaling import as_float

PATCH = 4


class AttributionError(MnistError):
    """The network has no layer that the method needs."""


def occlusion(classifier: Classifier, image: np.ndarray, patch: int = PATCH) -> np.ndarray:
    """Return how much each logit decreases when the surroundings of each pixel are occluded.

    A square of `patch` × `patch` pixels is moved over the image pixel by pixel; each pixel gets
    the mean over all the squares that cover it. Values are positive where the ink, or its absence
    next to ink, supports a digit.

    Args:
        classifier: Any network.
        image: (28, 28), float32 in 0..1 or uint8 in 0..255.
        patch: The square's side, 1 to 28.

    Returns:
        (10, 28, 28) float32, the first axis being the digit.

    Examples:
        >>> from mnist_core import load_mnist
        >>> maps = occlusion(Classifier.load(), load_mnist().test.images[0])
        >>> int(maps.sum(axis=(1, 2)).argmax())
        7
    """
    image = as_float(image)
    padded = np.pad(image, patch - 1)
    corners = find_squares(padded, patch)
    occluded = occlude_squares(padded, corners, patch)
    inside = slice(patch - 1, patch - 1 + SIDE)
    inputs = np.concatenate([image[np.newaxis], occluded[:, inside, inside]])
    logits = classifier.logits(inputs)
    maps = np.zeros((10, *padded.shape), np.float32)
    for decrease, (top, left) in zip(logits[0] - logits[1:], corners, strict=True):
        maps[:, top : top + patch, left : left + patch] += decrease[:, np.newaxis, np.newaxis]
    return maps[:, inside, inside] / patch**2


def saliency(classifier: Classifier, image: np.ndarray) -> np.ndarray:
    """Return the gradient of each logit with respect to each pixel.

    Args:
        classifier: A network whose layers `backprop` supports.
        image: (28, 28), float32 in 0..1 or uint8 in 0..255.

    Returns:
        (10, 28, 28) float32, the first axis being the digit: the change of the logit per unit of
        brightness, 0..1. Positive where more ink would support the digit.

    Raises:
        GradientError: The network has a layer of an unsupported kind.
        NonFiniteActivationError: An output of the network is NaN or infinite.

    Examples:
        >>> from mnist_core import load_mnist
        >>> saliency(Classifier.load(), load_mnist().test.images[0]).shape
        (10, 28, 28)
    """
    return backpropagate(classifier, image)[INPUT]


def grad_cam(classifier: Classifier, image: np.ndarray) -> np.ndarray:
    """Return the Grad-CAM map of each digit.

    The map is the sum of the feature maps of the layer that `grad_cam_layer` returns, each
    weighted by the mean of the logit's gradient with respect to it; negative values become 0.

    Args:
        classifier: A network with a convolution, whose layers `backprop` supports.
        image: (28, 28), float32 in 0..1 or uint8 in 0..255.

    Returns:
        (10, height, width) float32, 0 or more, in the layer's resolution.

    Raises:
        AttributionError: The network has no convolution.
        GradientError: The network has a layer of an unsupported kind.
        NonFiniteActivationError: An output of the network is NaN or infinite.

    Examples:
        >>> from mnist_core import load_mnist
        >>> maps = grad_cam(Classifier.load(), load_mnist().test.images[0])
        >>> maps.shape, bool((maps >= 0).all())
        ((10, 5, 5), True)
    """
    layer = grad_cam_layer(classifier)
    weights = backpropagate(classifier, image)[layer].mean(axis=(1, 2))
    maps = classifier.activations(image)[layer]
    return np.maximum(np.einsum("hwc,kc->khw", maps, weights), 0)


def grad_cam_layer(classifier: Classifier) -> str:
    """Return the name of the layer whose feature maps Grad-CAM uses.

    It is the last convolution, or the last of the normalization and activation layers that follow
    it directly.

    Raises:
        AttributionError: The network has no convolution.
    """
    layers = classifier.layers
    last = max((i for i, layer in enumerate(layers) if layer.kind == "Conv2D"), default=None)
    if last is None:
        raise AttributionError(
            message(
                "Grad-CAM needs a convolution, and this network has none. Choose another model, "
                "or look at occlusion or saliency."
            )
        )
    while layers[last + 1].kind in {"BatchNormalization", "ReLU", "Activation"}:
        last += 1
    return layers[last].name
