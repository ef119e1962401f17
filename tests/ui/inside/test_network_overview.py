"""The stages of a network."""

from types import SimpleNamespace

from mnist_core.inference.classifier import PRETRAINED, Classifier, Layer
from ui.inside.network_overview import find_stage, list_stages


def test_what_adjusts_belongs_to_the_layer_before_it() -> None:
    """Normalization, activation and dropout are not stages of their own."""
    compact = Classifier.load(PRETRAINED / "compact.onnx")
    names = [[layer.name for layer in stage.layers] for stage in list_stages(compact)]
    assert names[:3] == [["conv1", "norm1", "relu1"], ["conv2", "norm2", "relu2"], ["pool2"]]
    assert ["flatten", "dropout"] in names
    assert [stage.title for stage in list_stages(compact)[1:3]] == ["Convolution", "Max pooling"]
    flat = [name for stage in names for name in stage]
    assert flat == [layer.name for layer in compact.layers]


def test_a_network_may_begin_with_an_adjusting_layer() -> None:
    """It is a stage then, since there is none before it."""
    layers = (
        Layer("norm", "BatchNormalization", (28, 28, 1), 4, {"momentum": 0.9, "epsilon": 1e-3}, ()),
        Layer("flatten", "Flatten", (784,), 0, {}, ()),
    )
    stages = list_stages(SimpleNamespace(layers=layers))  # type: ignore[arg-type]
    assert [stage.name for stage in stages] == ["norm", "flatten"]
    assert stages[0].last is layers[0]
    assert find_stage(stages, "flatten") is stages[1]


def test_a_stage_of_another_network_is_replaced_by_the_first_one() -> None:
    """The choice is kept when another network is chosen."""
    stages = list_stages(Classifier.load(PRETRAINED / "compact.onnx"))
    assert find_stage(stages, "conv9") is find_stage(stages, None) is stages[0]
