"""Tests of mnist_core.inference.network_plan: names, shapes, cost and problems of designs."""

import pytest

from mnist_core.inference.network_plan import (
    MAX_DESIGN_MULTIPLY_ADDS,
    MAX_DESIGN_PARAMETERS,
    check_design,
    plan_network,
)
from mnist_core.layer_designs import (
    ActivationLayer,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    DesignError,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    LayerDesign,
    MaxPooling2D,
)
from mnist_core.network_design import NetworkDesign
from tests.core.test_network_design import EVERY_TYPE


def test_names_of_convolutions_and_of_what_follows_carry_numbers() -> None:
    """A pooling has the number of the convolution before it; dense layers are counted."""
    plan = plan_network(
        [
            ActivationLayer("tanh"),
            Conv2D(4, activation="gelu", batch_normalization=True),
            MaxPooling2D(),
            AveragePooling2D(),
            Conv2D(4, activation="linear"),
            Dropout(),
            Flatten(),
            Dropout(),
            Dense(8),
            Dense(9),
        ]
    )
    names = "tanh conv1 norm1 gelu1 pool1 pool1_2 conv2 dropout2 flatten dropout dense1 dense2"
    assert [layer.name for layer in plan.layers] == [*names.split(), "logits", "probabilities"]


def test_a_pooling_with_strides_of_2_halves_the_maps() -> None:
    """26 pixels become 13."""
    plan = plan_network([Conv2D(32), MaxPooling2D(2, strides=2)])
    assert plan.planned[1].output_shape == (13, 13, 32)


@pytest.mark.parametrize(
    ("layers", "position", "message"),
    [
        (
            [Conv2D(4, 26), Conv2D(8, 5)],
            1,
            r"kernel of 5 × 5 does not fit on 3 × 3 pixels\. Choose a kernel size of at most 3",
        ),
        (
            [MaxPooling2D(14, strides=14), MaxPooling2D(3)],
            1,
            "window of 3 × 3 does not fit on 2 × 2 pixels",
        ),
        ([Flatten(), Conv2D()], 1, r"Conv2D needs rows and columns.*Move it before Flatten\."),
        ([Flatten(), AveragePooling2D()], 1, "AveragePooling2D needs rows and columns"),
        ([Flatten(), GlobalAveragePooling2D()], 1, r"needs feature maps.*Remove it"),
        ([Flatten(), Flatten()], 1, r"already, so Flatten is not needed\. Remove it\."),
        ([Dense(5)], 0, r"gets 28 × 28 × 1\. Add Flatten or GlobalAveragePooling2D before it\."),
    ],
)
def test_what_cannot_be_is_said_at_the_layer(
    layers: list[LayerDesign], position: int, message: str
) -> None:
    """The layers before it are planned, those after it are unknown."""
    plan = plan_network([*layers, Dropout()])
    with pytest.raises(DesignError, match=message):
        raise DesignError(plan.planned[position].problem)
    assert all(each.output_shape for each in plan.planned[:position])
    assert plan.planned[position + 1].output_shape is None
    assert plan.problems == (plan.planned[position].problem,)
    with pytest.raises(DesignError, match=f"Layer {position} of the network cannot be"):
        check_design(NetworkDesign(tuple(layers)))


def test_the_logits_need_a_row_of_numbers() -> None:
    """The sentence stands at the end of the network."""
    plan = plan_network([Conv2D()])
    assert "ten logits need a row of numbers, but get 26 × 26 × 32. Add Flatten" in plan.end.problem
    with pytest.raises(DesignError, match="ten logits need"):
        check_design(NetworkDesign((Conv2D(),)))


def test_the_error_of_a_layer_that_could_not_be_created_is_its_problem() -> None:
    """So one plan has all that is to be said."""
    plan = plan_network([Flatten(), DesignError("The rate must be a number."), Dense(4)])
    assert plan.problems == ("The rate must be a number.",)
    assert plan.planned[0].output_shape == (784,)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([Conv2D(256), Flatten(), Dense(1024)], f"at most {MAX_DESIGN_PARAMETERS:,}"),
        (
            [Conv2D(256, padding="same"), Conv2D(256, 5), GlobalAveragePooling2D()],
            f"at most {MAX_DESIGN_MULTIPLY_ADDS:,} can be trained",
        ),
        ([Conv2D(256, padding="same")] + [ActivationLayer()] * 5 + [GlobalAveragePooling2D()],
         "values per image"),
        ([Dropout()] * 30 + [Flatten()], "31 layers; at most 30"),
    ],
)  # fmt: skip
def test_a_network_that_is_too_large_says_by_what(layers: list[LayerDesign], message: str) -> None:
    """Every layer is possible by itself."""
    plan = plan_network(layers)
    assert message in plan.limit
    assert plan.problems == (plan.limit,)


def test_a_bias_is_left_out_where_a_normalization_follows() -> None:
    """With or without pooling in between, but not after an activation."""
    plan = plan_network(
        [
            Conv2D(2, batch_normalization=True),
            Conv2D(2, activation="linear"),
            MaxPooling2D(),
            BatchNormalization(),
            Conv2D(2),
            BatchNormalization(),
            Flatten(),
            Dense(3, activation="linear"),
            BatchNormalization(),
        ]
    )
    biased = [layer.settings["use_bias"] for layer in plan.layers if "use_bias" in layer.settings]
    assert biased == [False, False, True, False, True]


@pytest.mark.slow
def test_keras_agrees_with_the_plan_of_every_type_of_layer() -> None:
    """Names, shapes and counts, and the settings that the app keeps."""
    from mnist_core.training.model_builders import build_design
    from mnist_core.training.onnx_export import list_layers

    design = NetworkDesign(EVERY_TYPE.layers[:-1])
    model, plan = build_design(design, "own"), check_design(design)
    assert model.count_params() == plan.parameters
    for built, planned in zip(list_layers(model), plan.layers, strict=True):
        assert (built.name, built.kind, built.output_shape, built.parameters) == (
            planned.name, planned.kind, planned.output_shape, planned.parameters,
        )  # fmt: skip
        assert {key: built.settings[key] for key in planned.settings} == planned.settings
