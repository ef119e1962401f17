"""The time, the multiplications and the parameters of layers, in sentences."""

from mnist_core.inference.classifier import Classifier, Layer
from mnist_core.inference.layer_rules import count_multiply_adds
from mnist_core.interpretability.layer_arithmetic import count_trainable
from ui.formatting import format_percent
from ui.language import _, join_sentences


def describe_work(classifier: Classifier, layer: Layer, seconds: dict[str, float]) -> str:
    """Describe a layer's time and multiplications, as parts of the whole network's.

    Args:
        classifier: The network.
        layer: One of its layers.
        seconds: Seconds per image by layer name, from
            `mnist_core.interpretability.layer_profiler.measure_layers`.
    """
    time, all_time = seconds[layer.name], sum(seconds.values())
    counts = count_multiply_adds(classifier.layers)
    own, total = counts[layer.name], sum(counts.values())
    sentences = [_describe_time(time * 1e6, time / all_time, all_time * 1e6)]
    if own:
        sentences.append(_describe_multiplications(own, own / total))
    return join_sentences(*sentences)


def describe_parameters(classifier: Classifier) -> str:
    """Return the sum of the parameters of all layers, as a formula."""
    terms = " + ".join(
        f"{layer.parameters:,} ({layer.name})" for layer in classifier.layers if layer.parameters
    )
    trainable = count_trainable(classifier)
    if trainable == classifier.parameters:
        return _(
            "{terms} = {parameters:,} parameters.", terms=terms, parameters=classifier.parameters
        )
    return _(
        "{terms} = {parameters:,} parameters. {trainable:,} of them are trainable. The other "
        "{moving:,} are the means and variances of batch normalization, which are measured.",
        terms=terms,
        parameters=classifier.parameters,
        trainable=trainable,
        moving=classifier.parameters - trainable,
    )


def _describe_time(microseconds: float, fraction: float, all_microseconds: float) -> str:
    percent = format_percent(fraction)
    return _(
        "It takes {microseconds:,.1f} µs per image on this machine, {percent} of the network’s "
        "{all_microseconds:,.0f} µs.",
        microseconds=microseconds,
        percent=percent,
        all_microseconds=all_microseconds,
    )


def _describe_multiplications(count: int, fraction: float) -> str:
    percent = format_percent(fraction)
    return _(
        "Its multiplications: {count:,}, {percent} of all multiplications in the network.",
        count=count,
        percent=percent,
    )
