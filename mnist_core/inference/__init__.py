"""Trained networks and their predictions, by ONNX Runtime.

`classifier` classifies digits, `ood` detects drawings that are not digits, and `number_reader`
reads whole numbers, with `line_reader`, `line_cuts` and `stroke_groups`. `picture_reader` reads a
picture by lines. `onnx_model` opens and runs the files of all three networks. Nothing here trains
or evaluates a network, or needs TensorFlow.
"""

from mnist_core.inference.classifier import DEFAULT_MODEL, Classifier
from mnist_core.inference.number_reader import read_number
from mnist_core.inference.number_reading import NumberReading, ReadDigit
from mnist_core.inference.onnx_model import PRETRAINED, Layer, ModelError, OnnxModel
from mnist_core.inference.ood import OOD_MESSAGES, DrawingClass, OodDetector
from mnist_core.inference.picture_reader import PictureReading, read_picture

__all__ = [
    "DEFAULT_MODEL",
    "OOD_MESSAGES",
    "PRETRAINED",
    "Classifier",
    "DrawingClass",
    "Layer",
    "ModelError",
    "NumberReading",
    "OnnxModel",
    "OodDetector",
    "PictureReading",
    "ReadDigit",
    "read_number",
    "read_picture",
]
