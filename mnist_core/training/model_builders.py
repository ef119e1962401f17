"""Functions that build the networks.

Each builds an untrained Keras model from (28, 28, 1) float32 images in 0..1 to ten probabilities.
Its last layers are a Dense layer named "logits" and a Softmax layer named "probabilities", which
together are the usual Dense(10, activation="softmax"). As separate layers, the logits can be shown,
and the loss can be computed from them without loss of precision.

Keras is imported inside the functions, so that importing this module is fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def build_tutorial() -> keras.Model:
    """Build the CNN of the introductory Keras tutorial: 2,561,738 parameters.

    input           28 × 28 × 1
    conv            26 × 26 × 32    32 filters 3 × 3, ReLU
    pool            25 × 25 × 32    2 × 2, strides 1 × 1, valid
    dropout         25 × 25 × 32    0.25
    flatten         20,000
    dense           128             ReLU
    logits          10
    probabilities   10
    """
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((28, 28, 1), name="image"),
            layers.Conv2D(32, 3, activation="relu", name="conv"),
            layers.MaxPooling2D(2, strides=1, name="pool"),
            layers.Dropout(0.25, name="dropout"),
            layers.Flatten(name="flatten"),
            layers.Dense(128, activation="relu", name="dense"),
            layers.Dense(10, name="logits"),
            layers.Softmax(name="probabilities"),
        ],
        name="tutorial",
    )


def build_compact() -> keras.Model:
    """Build a small and fast network: 62,346 parameters.

    input           28 × 28 × 1
    conv1           14 × 14 × 16    16 filters 5 × 5, strides 2 × 2, same
    norm1, relu1    14 × 14 × 16
    conv2           14 × 14 × 32    32 filters 3 × 3, same
    norm2, relu2    14 × 14 × 32
    pool2            7 × 7 × 32     2 × 2
    conv3            5 × 5 × 64     64 filters 3 × 3, valid
    norm3, relu3     5 × 5 × 64
    pool3            2 × 2 × 64     2 × 2
    flatten         256
    dropout         256             0.2
    dense           144             ReLU
    logits          10
    probabilities   10

    Batch normalization averages over about ten steps (momentum 0.9), since runs are short.
    """
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((28, 28, 1), name="image"),
            layers.Conv2D(16, 5, strides=2, padding="same", use_bias=False, name="conv1"),
            layers.BatchNormalization(momentum=0.9, name="norm1"),
            layers.ReLU(name="relu1"),
            layers.Conv2D(32, 3, padding="same", use_bias=False, name="conv2"),
            layers.BatchNormalization(momentum=0.9, name="norm2"),
            layers.ReLU(name="relu2"),
            layers.MaxPooling2D(2, name="pool2"),
            layers.Conv2D(64, 3, use_bias=False, name="conv3"),
            layers.BatchNormalization(momentum=0.9, name="norm3"),
            layers.ReLU(name="relu3"),
            layers.MaxPooling2D(2, name="pool3"),
            layers.Flatten(name="flatten"),
            layers.Dropout(0.2, name="dropout"),
            layers.Dense(144, activation="relu", name="dense"),
            layers.Dense(10, name="logits"),
            layers.Softmax(name="probabilities"),
        ],
        name="compact",
    )


def build_swift() -> keras.Model:
    """Build a network that trains in seconds: 29,610 parameters.

    input           28 × 28 × 1
    conv1           12 × 12 × 16    16 filters 5 × 5, strides 2 × 2, ReLU
    conv2           10 × 10 × 32    32 filters 3 × 3
    pool2            5 × 5 × 32     2 × 2
    norm2, relu2     5 × 5 × 32
    conv3            3 × 3 × 64     64 filters 3 × 3
    norm3, relu3     3 × 3 × 64
    flatten         576
    logits          10
    probabilities   10

    Feature maps are small from the first layer and not padded, and pooling comes before
    normalization, whose cost grows with the size of the maps.
    """
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((28, 28, 1), name="image"),
            layers.Conv2D(16, 5, strides=2, activation="relu", name="conv1"),
            layers.Conv2D(32, 3, use_bias=False, name="conv2"),
            layers.MaxPooling2D(2, name="pool2"),
            layers.BatchNormalization(momentum=0.9, name="norm2"),
            layers.ReLU(name="relu2"),
            layers.Conv2D(64, 3, use_bias=False, name="conv3"),
            layers.BatchNormalization(momentum=0.9, name="norm3"),
            layers.ReLU(name="relu3"),
            layers.Flatten(name="flatten"),
            layers.Dense(10, name="logits"),
            layers.Softmax(name="probabilities"),
        ],
        name="swift",
    )


def build_accurate() -> keras.Model:
    """Build a deeper network that still predicts in under a millisecond: 405,338 parameters.

    input           28 × 28 × 1
    conv1           28 × 28 × 16    16 filters 3 × 3, same
    norm1, relu1    28 × 28 × 16
    conv2           28 × 28 × 32    32 filters 3 × 3, same
    norm2, relu2    28 × 28 × 32
    pool2           14 × 14 × 32    2 × 2
    conv3           14 × 14 × 64    64 filters 3 × 3, same
    norm3, relu3    14 × 14 × 64
    pool3            7 × 7 × 64     2 × 2
    conv4            7 × 7 × 96     96 filters 3 × 3, same
    norm4, relu4     7 × 7 × 96
    conv5            7 × 7 × 128    128 filters 3 × 3, same
    norm5, relu5     7 × 7 × 128
    conv6            5 × 5 × 128    128 filters 3 × 3, valid
    norm6, relu6     5 × 5 × 128
    pool6            2 × 2 × 128    3 × 3, strides 2 × 2
    flatten         512
    dropout         512             0.3
    dense           128             ReLU
    logits          10
    probabilities   10
    """
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((28, 28, 1), name="image"),
            layers.Conv2D(16, 3, padding="same", use_bias=False, name="conv1"),
            layers.BatchNormalization(momentum=0.9, name="norm1"),
            layers.ReLU(name="relu1"),
            layers.Conv2D(32, 3, padding="same", use_bias=False, name="conv2"),
            layers.BatchNormalization(momentum=0.9, name="norm2"),
            layers.ReLU(name="relu2"),
            layers.MaxPooling2D(2, name="pool2"),
            layers.Conv2D(64, 3, padding="same", use_bias=False, name="conv3"),
            layers.BatchNormalization(momentum=0.9, name="norm3"),
            layers.ReLU(name="relu3"),
            layers.MaxPooling2D(2, name="pool3"),
            layers.Conv2D(96, 3, padding="same", use_bias=False, name="conv4"),
            layers.BatchNormalization(momentum=0.9, name="norm4"),
            layers.ReLU(name="relu4"),
            layers.Conv2D(128, 3, padding="same", use_bias=False, name="conv5"),
            layers.BatchNormalization(momentum=0.9, name="norm5"),
            layers.ReLU(name="relu5"),
            layers.Conv2D(128, 3, use_bias=False, name="conv6"),
            layers.BatchNormalization(momentum=0.9, name="norm6"),
            layers.ReLU(name="relu6"),
            layers.MaxPooling2D(3, strides=2, name="pool6"),
            layers.Flatten(name="flatten"),
            layers.Dropout(0.3, name="dropout"),
            layers.Dense(128, activation="relu", name="dense"),
            layers.Dense(10, name="logits"),
            layers.Softmax(name="probabilities"),
        ],
        name="accurate",
    )
