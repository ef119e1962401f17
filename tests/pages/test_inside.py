"""The Inside page, run without a browser."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.datasets.mnist import Mnist
from mnist_core.inference.classifier import PRETRAINED, Classifier
from mnist_core.interpretability import backprop as gradients
from mnist_core.interpretability.layer_arithmetic import count_trainable
from mnist_core.layer_designs import Conv2D, Flatten, MaxPooling2D
from mnist_core.preprocessing.drawing import prepare_drawing
from mnist_core.runs.model_registry import load_file
from mnist_core.runs.store import RunStore
from mnist_core.training.architectures import NETWORKS
from tests.forged import send_event
from tests.random_network import write_random_network
from tests.small import configure, execute_in
from ui import state
from ui.inside.softmax_view import describe_temperature

PAGE = "pages/inside.py"


@pytest.fixture
def app(open_app: Callable[..., AppTest]) -> AppTest:
    """Return the page without a drawing."""
    return open_app(PAGE)


def draw_bar(app: AppTest) -> np.ndarray:
    """Leave an upright bar as the drawing, and return the network's input."""
    pixels = np.zeros((336, 336, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[60:280, 150:180, :3] = 255
    app.session_state[state.DRAWING_PIXELS] = pixels
    prepared = prepare_drawing(pixels)
    assert prepared is not None
    return prepared


def read(app: AppTest) -> str:
    """Return all the page's own HTML as text without tags."""
    html = " ".join(element.proto.body for element in app.get("html"))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def read_overview(app: AppTest) -> str:
    """Return the HTML of the network overview."""
    (element,) = [
        each for each in app.get("bidi_component") if each.proto.component_name == "choices"
    ]
    return json.loads(element.proto.json)["html"]


def look_at(app: AppTest, stage: str, layer: str | None = None) -> None:
    """Choose a stage's card, and one of its layers."""
    app.session_state[state.INSIDE_STAGE] = stage
    app.run()
    if layer is not None:
        app.session_state[f"inside_accurate_{stage}_part"] = layer
        app.run()


def last_number(text: str) -> float:
    """Return the number behind "own value here"."""
    return float(re.search(r"own value here ([−\d.,]+)", text)[1].replace("−", "-"))


def test_without_a_drawing_a_test_image_is_shown(app: AppTest) -> None:
    """The page invites to draw and shows the first test image."""
    assert not app.exception and not app.error
    assert any("Draw a digit here" in caption.value for caption in app.caption)
    assert "<strong>7</strong>" in read_overview(app)


def test_the_cards_name_every_layer_with_its_shape(app: AppTest) -> None:
    """They come from the model itself."""
    journey = read_overview(app)
    layers = {layer.name: layer for layer in Classifier.load().layers}
    for name in layers:
        assert name in journey
    assert "28 × 28 × 16" in journey
    assert f"{layers['dense'].parameters:,} parameters" in journey


def test_the_prepared_drawing_is_shown(app: AppTest) -> None:
    """The prediction is the classifier's."""
    image = draw_bar(app)
    app.run()
    digit = int(Classifier.load().probabilities(image[None])[0].argmax())
    assert f"<strong>{digit}</strong>" in read_overview(app)
    assert not any("Draw a digit here" in caption.value for caption in app.caption)
    assert sum("counted from 0" in caption.value for caption in app.caption) == 1


@pytest.mark.parametrize("source", ["test", "train"])
def test_any_image_of_mnist_can_be_chosen(app: AppTest, data: Mnist, source: str) -> None:
    """By its number, with its label under it."""
    split = data.test if source == "test" else data.train
    app.session_state["inside_source"] = source
    app.run()
    app.number_input[0].set_value(4).run()
    assert any(f"label is {split.labels[4]}" in caption.value for caption in app.caption)
    assert f"<strong>{split.labels[4]}</strong>" in read_overview(app)


def test_a_link_names_an_image(app: AppTest, data: Mnist) -> None:
    """The page opens with it; a digit that is chosen afterwards stays."""
    app.query_params.update({"split": "test", "image": "3422"})
    app.run()
    assert app.number_input[0].value == 3422
    assert f"label is {data.test.labels[3422]}" in app.caption[0].value
    app.number_input[0].set_value(4).run()
    assert app.number_input[0].value == 4


@pytest.mark.parametrize(
    "parameters",
    [
        {"split": "test", "image": "10000"},
        {"split": "test", "image": "9" * 5000},
        {"split": "x", "image": "1"},
        {"image": "-"},
    ],
)
def test_a_malformed_link_shows_the_drawing(app: AppTest, parameters: dict[str, str]) -> None:
    """As without a link."""
    app.query_params.update(parameters)
    app.run()
    assert not app.exception
    assert app.session_state["inside_source"] == "drawing"


@pytest.mark.parametrize(
    ("stage", "layer"),
    [
        ("conv1", None),
        ("conv1", "norm1"),
        ("conv1", "relu1"),
        ("conv2", None),
        ("pool3", None),
        ("flatten", None),
        ("flatten", "dropout"),
        ("dense", None),
        ("logits", None),
        ("probabilities", None),
    ],
)
def test_every_kind_of_layer_can_be_looked_at(app: AppTest, stage: str, layer: str | None) -> None:
    """Its description names its parameters, without an error."""
    look_at(app, stage, layer)
    assert not app.exception and not app.error
    chosen = next(each for each in Classifier.load().layers if each.name == (layer or stage))
    assert f"Parameters {chosen.parameters:,}." in read(app)


def test_the_steps_of_a_pixel_end_at_the_networks_own_value(app: AppTest) -> None:
    """For another filter, row and column, through normalization and activation."""
    image = draw_bar(app)
    look_at(app, "conv2")
    app.slider(key="inside_accurate_conv2_channel").set_value(5).run()
    sliders = {slider.label: slider for slider in app.slider}
    sliders["Row"].set_value(6)
    sliders["Column"].set_value(7)
    app.run()
    text = read(app)
    own = Classifier.load().activations(image)["relu2"][6, 7, 5]
    assert last_number(text) == pytest.approx(own, abs=6e-4)
    steps = re.search(r"relu2: max\(0, x\) ([−\d.,]+)", text)
    assert float(steps[1].replace("−", "-")) == pytest.approx(own, abs=2e-3)


@pytest.mark.slow
def test_a_pooled_pixel_goes_through_what_adjusts_it(
    open_app: Callable[..., AppTest], runs_folder: Path, data: Mnist
) -> None:
    """The quick network normalizes behind its pooling."""
    import keras

    from mnist_core.training.onnx_export import write_onnx

    run = RunStore(runs_folder).create(configure(model="swift"), name="Pooled first")
    keras.utils.set_random_seed(0)
    network = NETWORKS["swift"].build()
    for layer in network.layers:
        if layer.name == "norm2":
            layer.set_weights([weights + 0.5 for weights in layer.get_weights()])
    write_onnx(network, run.model_path)
    app = open_app(PAGE)
    app.selectbox[0].set_value(run.id).run()
    app.session_state[state.INSIDE_STAGE] = "pool2"
    app.run()
    text = read(app)
    norm = re.search(r"norm2: (.+?) ([−\d.]+) relu2: max\(0, x\) ([−\d.]+)", text)
    assert float(norm[3].replace("−", "-")) == pytest.approx(last_number(text), abs=2e-3)
    maps = Classifier.load(run.model_path).activations(data.test.images[0])["relu2"]
    assert last_number(text) == pytest.approx(maps.max(), abs=6e-4)


@pytest.mark.slow
def test_a_unit_that_is_chosen_is_chosen_everywhere(app: AppTest) -> None:
    """Its sum in the layer, and its top activations."""
    image = draw_bar(app)
    look_at(app, "dense")
    app.slider(key="inside_accurate_dense_channel").set_value(4).run()
    own = Classifier.load().activations(image)["dense"][4]
    assert last_number(read(app)) == pytest.approx(own, abs=6e-4)
    app.session_state["inside_tab"] = "Top activations"
    app.run()
    assert "activate unit 4 most" in read(app)


FORGED_CELLS: tuple[Any, ...] = (
    None,
    5,
    "00",
    [],
    [0],
    [float("nan"), 0],
    [-1, 0],
    [0, 99],
    ["0", 0],
    [0.5, 0],
)


def test_forged_cells_are_ignored(app: AppTest) -> None:
    """In the picture of all maps, on one map, and from the player of the window."""
    look_at(app, "conv1")
    send_event(app, "inside_accurate_conv1_sheet", "cell", [0, 3])
    for forged in FORGED_CELLS:
        send_event(app, "inside_accurate_conv1_sheet", "cell", forged)
        assert not app.exception and not app.error
        assert app.slider(key="inside_accurate_conv1_channel").value == 3
    for component in ("inside_accurate_conv1_map", "inside_accurate_conv1_player"):
        send_event(app, component, "cell", [2, 4])
        for forged in FORGED_CELLS:
            send_event(app, component, "cell", forged)
            assert not app.exception and not app.error
            chosen = {each.label: each.value for each in app.slider}
            assert (chosen["Row"], chosen["Column"]) == (2, 4)


def test_names_of_layers_are_not_read_as_markdown(
    open_app: Callable[..., AppTest], runs_folder: Path
) -> None:
    """A file may have any; the picture of this one would be loaded from elsewhere."""
    network = onnx.load(PRETRAINED / "accurate.onnx")
    (described,) = (item for item in network.metadata_props if item.key == "layers")
    layers = json.loads(described.value)
    picture = "![](//a.b/c.png)"
    names = {"conv1": picture, "norm1": "sequential/bn_1:0", "relu1": f"{picture}2"}
    for layer in layers:
        layer["name"] = names.get(layer["name"], layer["name"])
    described.value = json.dumps(layers)
    for output in network.graph.output:
        output.name = names.get(output.name, output.name)
    for node in network.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    loaded = load_file(RunStore(runs_folder), "Odd.onnx", network.SerializeToString())
    app = open_app(PAGE)
    app.selectbox[0].select(loaded.id).run()
    (part,) = (each for each in app.segmented_control if each.label == "Layer")
    escaped = r"\!\[\]\(//a.b/c.png\)"
    labels = [option.content for option in part.proto.options]
    assert labels == [escaped, r"sequential/bn\_1\:0", f"{escaped}2"]
    app.session_state["inside_tab"] = "Top activations"
    app.run()
    assert not app.exception and not app.error
    assert f"Map of {escaped}2" in [each.label for each in app.slider]


def test_until_one_is_chosen_the_drawings_strongest_is_shown(app: AppTest, data: Mnist) -> None:
    """The digit that is read, and another one after another is drawn."""
    look_at(app, "logits")
    logits = Classifier.load().logits(data.test.images[:1])[0]
    assert last_number(read(app)) == pytest.approx(logits[7], abs=6e-4)
    image = draw_bar(app)
    app.run()
    logits = Classifier.load().logits(image[None])[0]
    assert logits.argmax() != 7
    assert last_number(read(app)) == pytest.approx(logits.max(), abs=6e-4)


def test_flatten_shows_where_a_number_comes_from(app: AppTest, data: Mnist) -> None:
    """Its row, column and map."""
    look_at(app, "flatten")
    app.slider(key="inside_accurate_flatten_channel").set_value(299).run()
    outputs = list(Classifier.load().activations(data.test.images[0]).items())
    before = [name for name, _ in outputs].index("flatten") - 1
    maps = outputs[before][1]
    row, column, number = np.unravel_index(299, maps.shape)
    place = f"row {row}, column {column} of map {number}"
    assert f"Number 299 is the value at {place}: {maps[row, column, number]:.3f}." in read(app)


def test_dropout_drops_in_training_only(app: AppTest) -> None:
    """Off, all values pass; on, about the layer's rate of them are dropped, each step others."""
    look_at(app, "flatten", "dropout")
    assert "All 512 values pass unchanged" in read(app)
    app.toggle(key="inside_accurate_dropout_training").set_value(True).run()
    first = read(app)
    dropped = int(re.search(r"(\d+) of 512 values are dropped", first)[1])
    assert 110 <= dropped <= 200
    app.number_input(key="inside_accurate_dropout_step").set_value(2).run()
    assert read(app) != first


def test_the_softmax_is_computed_from_the_logits(app: AppTest, data: Mnist) -> None:
    """With the label as one-hot numbers and the cross-entropy that follows."""
    look_at(app, "probabilities")
    classifier = Classifier.load()
    logits = classifier.logits(data.test.images[:1])[0].astype(float)
    loss = np.log(np.exp(logits).sum()) - logits[7]
    assert f"−ln {np.exp(-loss):.7f} = {loss:.6f}" in read(app)


def test_the_softmax_table_has_both_probabilities(app: AppTest, data: Mnist) -> None:
    """Those of the training, and the calibrated ones that all pages show."""
    look_at(app, "probabilities")
    classifier = Classifier.load()
    assert classifier.temperature != 1
    image = data.test.images[:1]
    logits = classifier.logits(image)[0].astype(float)
    raw = np.exp(logits - np.logaddexp.reduce(logits))
    calibrated = classifier.probabilities(image)[0]
    (table,) = (each.proto.body for each in app.get("html") if "e^(x/T)" in each.proto.body)
    assert all(f"<td>{value:.4f}</td>" in table for value in (*raw, *calibrated))


@pytest.mark.parametrize(("temperature", "changed"), [(1.4, "lower"), (0.8, "higher")])
def test_the_effect_of_the_temperature_is_described(temperature: float, changed: str) -> None:
    """Divided by more than 1, logits come nearer to each other; by less, they part."""
    logits = np.array([3.0, 1.0])
    plain, tempered = (np.exp(logits / t)[0] / np.exp(logits / t).sum() for t in (1, temperature))
    assert (tempered < plain) == (changed == "lower")
    surer = "surer than its accuracy justifies" in describe_temperature(temperature)
    assert surer == (changed == "lower")


@pytest.mark.parametrize("method", ["occlusion", "saliency", "grad-cam"])
def test_each_method_shows_all_ten_digits(app: AppTest, method: str) -> None:
    """The likeliest digit against the second at first, where the method can compare."""
    app.session_state["inside_tab"] = "Attribution"
    app.run()
    app.session_state["inside_method"] = method
    app.run()
    assert not app.exception and not app.error
    html = " ".join(element.proto.body for element in app.get("html"))
    assert all(f"Attribution for {digit}" in html for digit in range(10))
    assert app.selectbox[1].value == 7
    assert (app.selectbox[2].value == "any") == (method == "grad-cam")


def test_a_layer_without_a_derivative_is_told_in_a_sentence(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names what works nevertheless; nothing else on the page is lost."""
    monkeypatch.delitem(gradients.RULES, "Conv2D")
    app.session_state["inside_tab"] = "Attribution"
    app.run()
    app.session_state["inside_method"] = "saliency"
    app.run()
    assert not app.exception
    assert "look at occlusion" in app.error[0].value
    assert "conv1" in read_overview(app)


@pytest.mark.slow
def test_top_activations_are_shown_with_their_values(app: AppTest) -> None:
    """Twelve images, the strongest first."""
    app.session_state["inside_tab"] = "Top activations"
    app.run()
    assert not app.exception and not app.error
    html = " ".join(element.proto.body for element in app.get("html"))
    values = [float(value) for value in re.findall(r"<figcaption>\d: ([\d.]+)<", html)]
    assert len(values) == 12
    assert values == sorted(values, reverse=True)


@pytest.mark.slow
def test_the_mark_in_the_embedding_moves_with_the_drawing(app: AppTest) -> None:
    """Another digit lies elsewhere among the test images."""
    app.session_state["inside_tab"] = "Embedding"
    app.run()
    assert not app.exception and not app.error

    def find_mark() -> str:
        html = " ".join(element.proto.body for element in app.get("html"))
        return re.search(r'embedding-mark" style="([^"]+)"', html)[1]

    before = find_mark()
    draw_bar(app)
    app.run()
    assert find_mark() != before


def test_the_embedding_of_very_many_features_names_their_projection(
    open_app: Callable[..., AppTest], runs_folder: Path
) -> None:
    """The network has 1,352 features; the distances and the plot are of a projection of them."""
    folder = runs_folder / ".models" / "file-00000001"
    folder.mkdir(parents=True)
    write_random_network(folder / "model.onnx", Conv2D(8), MaxPooling2D(), Flatten())
    app = open_app(PAGE)
    app.session_state[state.MODEL_ID] = folder.name
    app.session_state["inside_tab"] = "Embedding"
    app.run()
    assert not app.exception and not app.error
    text = read(app)
    assert "represents each image by 1,352 features" in text
    assert "the 1,352 features are reduced to 1,024 by a random projection" in text
    assert "by all 1,352 features" in text


def test_a_network_without_saved_epochs(app: AppTest) -> None:
    """For a shipped one, training is explained in general, with a hint to the Train page."""
    app.session_state["inside_tab"] = "By epoch"
    app.run()
    assert not app.exception
    text = read(app)
    assert f"the {count_trainable(Classifier.load()):,} trainable parameters" in text
    assert all(term in text for term in ("batches", "(SGD)", "loss", "epoch", "overfitting"))
    assert "Train a network on the Train page" in app.info[0].value


@pytest.mark.slow
def test_a_trained_network_shows_its_filters_by_epoch(
    open_app: Callable[..., AppTest], runs_folder: Path
) -> None:
    """Its own layers in the overview, both epochs, and the numbers of its run in the sentences."""
    run = RunStore(runs_folder).create(configure(), name="Just trained")
    execute_in(run.folder)
    app = open_app(PAGE)
    app.selectbox[0].set_value(run.id).run()
    assert "6 × 6 × 4" in read_overview(app)
    app.session_state["inside_tab"] = "By epoch"
    app.run()
    assert not app.exception and not app.error
    text = read(app)
    assert re.search("Before training.*Epoch 1.*Epoch 2", text)
    assert "batches of 32" in text
    assert "1,718 steps." in text  # 55,000 images hold 1,718 whole batches of 32
    app.session_state["inside_tab"] = "Embedding"
    app.run()
    assert not app.exception and not app.error


@pytest.mark.slow
def test_a_damaged_epoch_does_not_hide_the_others(
    open_app: Callable[..., AppTest], runs_folder: Path
) -> None:
    """The epoch whose file cannot be read is said so among the filters of the rest."""
    run = RunStore(runs_folder).create(configure(epochs=1), name="Just trained")
    execute_in(run.folder)
    run.epoch_model_path(2).write_bytes(b"no network")
    app = open_app(PAGE)
    app.selectbox[0].set_value(run.id).run()
    app.session_state["inside_tab"] = "By epoch"
    app.run()
    assert not app.exception and not app.error
    text = read(app)
    assert "Epoch 1," in text and "After 1 epoch the loss" in text
    assert "The model saved after epoch 2 cannot be read." in text


def test_only_what_is_looked_at_is_computed(
    open_app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The embedding and the top activations take seconds; the first screen needs neither."""
    from ui.inside import cached_results

    def refuse(*_: object) -> None:
        raise AssertionError("computed without being looked at")

    for cached in (cached_results._find_top_activations, cached_results._embed):
        cached.clear()

    monkeypatch.setattr(cached_results, "find_top_activations", refuse)
    monkeypatch.setattr(cached_results, "fit_projection", refuse)
    app = open_app(PAGE)
    assert not app.exception and not app.error
