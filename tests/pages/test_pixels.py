"""The Pixels page, run without a browser."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.datasets.mnist import Mnist
from mnist_core.datasets.statistics import ClassMeans, compute_class_means
from mnist_core.inference.classifier import Classifier
from mnist_core.preprocessing.drawing import prepare_drawing
from mnist_core.preprocessing.pixel_csv import PixelError, format_csv
from mnist_core.preprocessing.scaling import as_float
from ui import resources, state
from ui.pixels import cached_statistics as class_data
from ui.pixels.image_selection import Place, parse_address
from ui.pixels.pixel_editor import encode, read_message

PAGE = "pages/pixels.py"
NINE = 53238
NAME = f"mnist-train-{NINE}"


@pytest.fixture(scope="module")
def means(data: Mnist) -> ClassMeans:
    """Average the training images once for all tests."""
    return compute_class_means(data.train)


@pytest.fixture
def app(
    open_app: Callable[..., AppTest],
    data: Mnist,
    means: ClassMeans,
    monkeypatch: pytest.MonkeyPatch,
) -> AppTest:
    """Return the page as a person finds it first."""
    monkeypatch.setattr(resources, "load_mnist", lambda: data)
    monkeypatch.setattr(class_data, "compute_class_means", lambda split: means)
    return open_app(PAGE)


def read_table(app: AppTest) -> dict[str, Any]:
    """Return what the picture and the table are told to show."""
    (element,) = [
        each for each in app.get("bidi_component") if each.proto.component_name == "pixel_table"
    ]
    return json.loads(element.proto.json)


def read_image(app: AppTest, name: str = "values") -> np.ndarray:
    """Return the image that is shown, (28, 28) float32."""
    return np.frombuffer(base64.b64decode(read_table(app)[name]), "<f4").reshape(28, 28)


def read(app: AppTest) -> str:
    """Return all the page's own HTML as text without tags."""
    html = " ".join(element.proto.body for element in app.get("html"))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def edit(app: AppTest, *images: np.ndarray) -> None:
    """Leave changes of the first image, as the browser reports them."""
    app.session_state[state.PIXEL_EDITS] = {NAME: list(images)}
    app.run()


def open_tab(app: AppTest, title: str) -> None:
    """Open one of the tabs below the table."""
    app.session_state["pixels_tab"] = title
    app.run()


def test_the_tutorials_nine_comes_first(app: AppTest, data: Mnist) -> None:
    """Its own pixels, its label, and what the network answers to it."""
    assert not app.exception and not app.error and not app.warning
    image = as_float(data.train.images[NINE])
    assert np.array_equal(read_image(app), image)
    shown = read_table(app)
    assert shown["label"] == 9
    expected = Classifier.load().probabilities(image[np.newaxis])[0]
    assert shown["probabilities"] == pytest.approx(expected.tolist())
    assert not shown["scaled"]
    assert dict(app.query_params) == {"split": "train", "image": str(NINE)}


def test_an_index_is_found(app: AppTest, data: Mnist) -> None:
    """In either split, and the address follows."""
    app.button_group(key="pixels_split").set_value("test").run()
    app.number_input(key="pixels_index_test").set_value(247).run()
    assert np.array_equal(read_image(app), as_float(data.test.images[247]))
    assert read_table(app)["label"] == data.test.labels[247]
    assert app.query_params["image"] == "247"


def test_the_last_test_image_takes_the_place_of_one_beyond(app: AppTest) -> None:
    """There are fewer test images than training images."""
    app.button_group(key="pixels_split").set_value("test").run()
    assert not app.exception
    assert app.query_params["image"] == "9999"


def test_next_and_previous_keep_to_the_digit(app: AppTest, data: Mnist) -> None:
    """The chosen digit is found at once; with Previous one is back where one was."""
    app.selectbox(key="pixels_digit").set_value(4).run()
    first = app.session_state[state.PIXELS_PLACE].index
    assert first > NINE and data.train.labels[first] == 4
    assert not (data.train.labels[NINE:first] == 4).any()
    app.button(key="pixels_next").click().run()
    second = app.session_state[state.PIXELS_PLACE].index
    assert second > first and data.train.labels[second] == 4
    app.button(key="pixels_previous").click().run()
    assert app.session_state[state.PIXELS_PLACE] == Place("train", first, 4)
    assert app.query_params["digit"] == "4"


def test_the_search_goes_round() -> None:
    """After the last image comes the first, of all or of one digit."""
    labels = np.array([1, 2, 1, 2], np.uint8)
    assert Place("train", 3).step(labels, forward=True) == 0
    assert Place("train", 0).step(labels, forward=False) == 3
    assert Place("train", 2, 1).step(labels, forward=True) == 0
    assert Place("train", 0, 1).step(labels, forward=False) == 2
    assert Place("train", 1, 1).step(labels, forward=False) == 0
    assert Place("train", 1, 7).step(labels, forward=True) == 1


def test_odd_ones_are_far_from_their_mean(app: AppTest, data: Mnist) -> None:
    """The first is the farthest of all fours, the second the next one."""
    app.selectbox(key="pixels_digit").set_value(4).run()
    app.button(key="pixels_odd").click().run()
    first = app.session_state[state.PIXELS_PLACE].index
    fours = np.flatnonzero(data.train.labels == 4)
    mean = compute_class_means(data.train).means[4]
    distances = np.linalg.norm((data.train.images[fours] / 255 - mean).reshape(-1, 784), axis=1)
    assert first == fours[distances.argmax()]
    app.button(key="pixels_odd").click().run()
    assert app.session_state[state.PIXELS_PLACE].index == fours[distances.argsort()[-2]]


@pytest.mark.parametrize(
    ("asked", "place", "problems"),
    [
        ({}, Place(), 0),
        ({"split": "test", "image": "7", "digit": "3"}, Place("test", 7, 3), 0),
        ({"split": "drawing", "image": "x"}, Place("drawing"), 0),
        ({"image": "60000"}, Place(), 1),
        ({"image": "-1"}, Place(), 1),
        ({"image": "1.5"}, Place(), 1),
        ({"image": "٣"}, Place(), 1),
        ({"image": "9" * 5000}, Place(), 1),
        ({"split": "test", "image": "12345"}, Place("test", 9999), 1),
        ({"split": "", "image": "", "digit": ""}, Place(), 3),
        ({"digit": "10"}, Place(), 1),
        ({"split": "<script>", "digit": "four"}, Place(), 2),
    ],
)
def test_addresses(data: Mnist, asked: dict[str, str], place: Place, problems: int) -> None:
    """What an address asks for in vain costs a sentence, no more."""
    found, said = parse_address(asked, data)
    assert found == place
    assert len(said) == problems


def test_an_address_is_followed(app: AppTest, data: Mnist) -> None:
    """Opened anew, and with a fault in it."""
    app.query_params["split"] = "test"
    app.query_params["image"] = "3"
    app.run()
    assert np.array_equal(read_image(app), as_float(data.test.images[3]))
    app.query_params["image"] = "three"
    app.run()
    assert not app.exception
    assert "“three”" in app.warning[0].value


def test_the_answer_follows_the_changed_pixels(app: AppTest, data: Mnist) -> None:
    """A crossed-out nine is answered as it is now."""
    image = as_float(data.train.images[NINE]).copy()
    image[10:14] = 1
    edit(app, image)
    assert np.array_equal(read_image(app), image)
    assert np.array_equal(read_image(app, "original"), as_float(data.train.images[NINE]))
    expected = Classifier.load().probabilities(image[np.newaxis])[0]
    assert read_table(app)["probabilities"] == pytest.approx(expected.tolist())


def test_changes_outlast_other_pages_and_are_taken_back(app: AppTest, data: Mnist) -> None:
    """One by one, or all at once, which can be taken back too."""
    original = as_float(data.train.images[NINE])
    edit(app, original * np.float32(0.5), original * np.float32(0.25))
    app.switch_page("pages/draw.py").run()
    app.switch_page(PAGE).run()
    assert np.array_equal(read_image(app), original * np.float32(0.25))
    app.button(key="pixels_undo").click().run()
    assert np.array_equal(read_image(app), original * np.float32(0.5))
    app.button(key="pixels_restore").click().run()
    assert np.array_equal(read_image(app), original)
    assert app.button(key="pixels_restore").disabled
    app.button(key="pixels_undo").click().run()
    app.button(key="pixels_undo").click().run()
    assert np.array_equal(read_image(app), original)
    assert app.button(key="pixels_undo").disabled


def test_a_message_from_the_browser(data: Mnist) -> None:
    """The painted picture, and on it what was typed."""
    image = as_float(data.train.images[NINE])
    message = {"values": encode(image), "typed": [[0, 27, "255"], [3, 4, "51"]]}
    (first, changed), refusal = read_message(message, scaled=False)
    assert refusal is None
    assert (first != image).sum() == 1 and first[0, 27] == 1
    assert changed[0, 27] == 1 and changed[3, 4] == np.float32(0.2)
    assert (changed != image).sum() == 2
    for wrong in (np.nan, 1.5, -0.1):
        with pytest.raises(PixelError, match="out of range"):
            read_message({"values": encode(np.full((28, 28), wrong)), "typed": []}, scaled=True)


@pytest.mark.parametrize(("scaled", "first", "second"), [(False, "300", "5"), (True, "2", "0.5")])
def test_what_is_refused_costs_no_other_cell(scaled: bool, first: str, second: str) -> None:
    """The first refusal is told; of each cell counts what was typed in it last."""
    typed = [[0, 0, "abc"], [0, 1, first], [0, 2, second], [0, 0, ""], [0, 3, "-"], [0, 3, "1"]]
    message = {"values": encode(np.zeros((28, 28))), "typed": typed}
    (*_, changed), refusal = read_message(message, scaled)
    assert refusal is not None and refusal.startswith("The cell is empty")
    unit = 1 if scaled else 255
    assert changed[0, :4] == pytest.approx([0, 0, float(second) / unit, 1 / unit])
    assert not changed[1:].any()


def test_a_file_takes_the_image_s_place(app: AppTest, data: Mnist) -> None:
    """As one change, which can be taken back."""
    other = as_float(data.test.images[0])
    content = format_csv(other, scaled=True).encode()
    app.file_uploader(key=f"pixels_upload_{NAME}").set_value(
        ("seven.csv", content, "text/csv")
    ).run()
    assert not app.exception and not app.error
    assert np.array_equal(read_image(app), other)
    assert any("taken the image’s place" in caption.value for caption in app.caption)
    app.button(key="pixels_undo").click().run()
    assert np.array_equal(read_image(app), as_float(data.train.images[NINE]))
    assert not any("taken the image’s place" in caption.value for caption in app.caption)


def test_a_wrong_file_changes_nothing(app: AppTest, data: Mnist) -> None:
    """A sentence says what is wrong with it."""
    uploader = app.file_uploader(key=f"pixels_upload_{NAME}")
    uploader.set_value(("short.csv", b"1,2,3", "text/csv")).run()
    assert not app.exception
    assert "rows found: 1" in app.error[0].value.replace("\\", "")
    assert np.array_equal(read_image(app), as_float(data.train.images[NINE]))


def test_without_a_drawing_the_page_invites_to_draw(app: AppTest) -> None:
    """And with one it shows what the network receives of it."""
    app.button_group(key="pixels_split").set_value("drawing").run()
    assert not app.exception
    assert "not drawn anything" in app.info[0].value
    pixels = np.zeros((336, 336, 4), np.uint8)
    pixels[60:280, 150:180] = pixels[..., 3] = 255
    app.session_state[state.DRAWING_PIXELS] = pixels
    app.run()
    assert np.array_equal(read_image(app), prepare_drawing(pixels))
    assert read_table(app)["label"] is None
    assert app.query_params["split"] == "drawing"
    open_tab(app, "Preparation")
    assert "One-hot" not in read(app)


def test_the_preparation_is_stepped_through(app: AppTest) -> None:
    """Each step with its code, and the shapes of all of them in a table."""
    for title, shape in (
        ("1. As stored", "(28, 28) uint8 0 to 255"),
        ("2. Floating point", "(28, 28) float32 0 to 255"),
        ("3. Scaled", "(28, 28) float32 0 to 1"),
        ("4. Channel axis", "(28, 28, 1) float32 0 to 1"),
        ("5. Batch", "(1, 28, 28, 1) float32 0 to 1"),
        ("6. One-hot label", "(10,) float32 0 to 1"),
    ):
        text = read(app)
        assert text.count(title) == 2, f"{title} is not the step that is shown."
        assert shape in text
        if not app.button(key="pixels_step_1").disabled:
            app.button(key="pixels_step_1").click().run()
    assert "[0. 0. 0. 0. 0. 0. 0. 0. 0. 1.]" in read(app)


def test_mean_and_deviation(app: AppTest, data: Mnist) -> None:
    """Of this image and of all; those of MNIST are well known."""
    open_tab(app, "Histogram")
    image = data.train.images[NINE]
    text = read(app)
    assert f"{image.mean():.2f} {image.mean() / 255:.4f} {image.std():.2f}" in text
    assert "0.1307" in text and "0.3081" in text
    assert f"{(image == 0).sum()} of the 784 pixels are 0" in text


def test_the_class_means(app: AppTest, data: Mnist) -> None:
    """The distance to the own mean is given with its rank."""
    open_tab(app, "Class means")
    image = as_float(data.train.images[NINE])
    nines = data.train.images[data.train.labels == 9] / 255
    mean = nines.mean(axis=0)
    own = np.linalg.norm(image - mean)
    distances = np.linalg.norm((nines - mean).reshape(-1, 784), axis=1)
    text = read(app)
    assert f"Its distance to the mean 9 is {own:.2f}" in text
    assert f"{100 * (distances < own - 1e-4).mean():.1f} % are nearer" in text


def test_the_balance_of_the_classes(app: AppTest) -> None:
    """Counted from the labels."""
    open_tab(app, "Balance")
    assert "1 is the most frequent, 6,742 times, and 5 the rarest, 5,421 times" in read(app)


def test_the_data_frame(app: AppTest, data: Mnist) -> None:
    """Raw or scaled, as the table above it."""
    open_tab(app, "DataFrame")
    assert np.array_equal(app.dataframe[0].value, data.train.images[NINE])
    app.button_group(key="pixels_values").set_value(True).run()
    assert read_table(app)["scaled"]
    assert np.array_equal(app.dataframe[0].value, as_float(data.train.images[NINE]))


def test_types_and_shapes(app: AppTest) -> None:
    """Of the image, its label and the whole data set."""
    open_tab(app, "Shapes and types")
    text = read(app)
    assert "This image, raw (28, 28) uint8 0 to 255 784" in text
    assert "This image, scaled (28, 28) float32 0 to 1 3,136" in text
    assert "All training images (60000, 28, 28) uint8 0 to 255 47,040,000" in text
    assert "one-hot vector: [0 0 0 0 0 0 0 0 0 1]" in text
