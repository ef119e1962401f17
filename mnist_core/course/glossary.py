"""The terms that the chapters introduce: in English, in Japanese, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mnist_core.messages import Message, message


@dataclass(frozen=True)
class Term:
    """A term of the field.

    Attributes:
        english: The term as English textbooks have it.
        japanese: The term as Japanese textbooks have it.
        meaning: What it means, in a sentence or two.
    """

    english: str
    japanese: str
    meaning: Message


TERMS: Mapping[str, Term] = {
    "accuracy": Term(
        "accuracy",
        "正解率",
        message("The fraction of images that a network classifies correctly."),
    ),
    "activation": Term(
        "activation function",
        "活性化関数",
        message(
            "A function that a layer applies to each of its sums. ReLU keeps positive numbers and "
            "makes all others 0."
        ),
    ),
    "backpropagation": Term(
        "backpropagation",
        "誤差逆伝播法",
        message(
            "Computing the gradients of all weights at once, from the loss back through the "
            "layers, by the chain rule."
        ),
    ),
    "batch": Term(
        "batch",
        "バッチ",
        message("A few images that a network processes together, and learns from in one step."),
    ),
    "bias": Term(
        "bias",
        "バイアス",
        message("A number that a layer adds to a sum. It is learned, as the weights are."),
    ),
    "convolution": Term(
        "convolutional layer",
        "畳み込み層",
        message(
            "A layer that moves small windows of weights over an image, and computes one sum at "
            "each place."
        ),
    ),
    "cross-entropy": Term(
        "cross-entropy",
        "交差エントロピー",
        message(
            "The loss of a classifier: −ln of the probability that it gives to the right class."
        ),
    ),
    "dense": Term(
        "dense layer",
        "全結合層",
        message("A layer in which every output depends on every input, each by its own weight."),
    ),
    "dropout": Term(
        "dropout",
        "ドロップアウト",
        message(
            "Setting random values to 0 during training, so that a network does not rely on any "
            "single one. When the network is used, nothing is dropped."
        ),
    ),
    "dtype": Term(
        "data type",
        "データ型",
        message(
            "How a number is stored: uint8 is a whole number from 0 to 255 in one byte, float32 a "
            "fraction in four bytes."
        ),
    ),
    "epoch": Term(
        "epoch",
        "エポック",
        message("One pass over all training images."),
    ),
    "feature-map": Term(
        "feature map",
        "特徴マップ",
        message(
            "What one filter of a convolutional layer finds in an image, as an image: bright "
            "where it found much."
        ),
    ),
    "filter": Term(
        "filter",
        "フィルタ",
        message("The small window of weights that a convolutional layer moves over an image."),
    ),
    "flatten": Term(
        "flatten",
        "平坦化",
        message("Writing the numbers of all feature maps in one row."),
    ),
    "generalization": Term(
        "generalization",
        "汎化",
        message("Doing well on images that the network has not learned from."),
    ),
    "gradient": Term(
        "gradient",
        "勾配",
        message(
            "How fast the loss changes when a weight changes: the slope. The gradient of a network "
            "has one number per weight."
        ),
    ),
    "gradient-descent": Term(
        "gradient descent",
        "勾配降下法",
        message(
            "Making the loss smaller step by step: each weight moves a little against its gradient."
        ),
    ),
    "idx": Term(
        "IDX",
        "IDX形式",
        message(
            "The format of MNIST’s files: a number for the kind of file, the shape, and then the "
            "values."
        ),
    ),
    "label": Term(
        "label",
        "ラベル",
        message("The right answer for an image: which digit its writer meant."),
    ),
    "learning-rate": Term(
        "learning rate",
        "学習率",
        message("How far a weight moves in one step: it is multiplied by the gradient."),
    ),
    "loss": Term(
        "loss",
        "損失",
        message("One number that tells how wrong a network is. Training makes it smaller."),
    ),
    "mnist": Term(
        "MNIST",
        "MNIST",
        message(
            "70,000 handwritten digits, collected by the American standards institute NIST and "
            "prepared by LeCun, Cortes and Burges in 1998."
        ),
    ),
    "normalization": Term(
        "scaling",
        "正規化",
        message("Bringing values into a small range, here from 0 to 1."),
    ),
    "one-hot": Term(
        "one-hot encoding",
        "ワンホットエンコーディング",
        message("A class as a row of numbers: 1 at its place, 0 everywhere else."),
    ),
    "optimizer": Term(
        "optimizer",
        "最適化手法",
        message("The rule by which gradients change the weights. The tutorial’s is SGD."),
    ),
    "overfitting": Term(
        "overfitting",
        "過学習",
        message(
            "Memorizing the training images: the network becomes better on them, but not on others."
        ),
    ),
    "parameter": Term(
        "parameter",
        "パラメータ",
        message("A number that a network learns: a weight or a bias."),
    ),
    "pixel": Term(
        "pixel",
        "画素",
        message("One point of an image, here a number from 0 to 255."),
    ),
    "pooling": Term(
        "max pooling",
        "最大値プーリング",
        message("A layer that keeps the largest value of each small window."),
    ),
    "preprocessing": Term(
        "preprocessing",
        "前処理",
        message("What is done with an image before a network receives it."),
    ),
    "shape": Term(
        "shape",
        "形状",
        message("How many values an array has along each of its axes, such as rows and columns."),
    ),
    "softmax": Term(
        "softmax",
        "ソフトマックス関数",
        message("A function that makes ten probabilities of ten numbers; their sum is 1."),
    ),
    "stride": Term(
        "stride",
        "ストライド",
        message("How many pixels a window moves from one place to the next."),
    ),
    "test-data": Term(
        "test data",
        "テストデータ",
        message("Images that are used only at the end, to measure how good a network is."),
    ),
    "training-data": Term(
        "training data",
        "訓練データ",
        message("The images that a network learns from."),
    ),
    "validation-data": Term(
        "validation data",
        "検証データ",
        message(
            "Images that a network does not learn from, on which it is measured after every epoch."
        ),
    ),
    "weight": Term(
        "weight",
        "重み",
        message("A number by which a network multiplies a value. Training changes it."),
    ),
}
"""By the id that the chapters’ words use, each term."""
