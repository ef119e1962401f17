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
from mnist_core.preprocessing.pixel_csv import format_csv
from mnist_core.preprocessing.scaling import as_float
from ui import resources, state
from ui.pixels import cached_statistics
from ui.pixels.edit_history import LabeledImage
from ui.pixels.image_selection import ImageSelection

PAGE = "pages/pixels.py"
NINE = 53238
NAME = f"mnist-train-{NINE}"


@pytest.fixture(scope="module")
def means(data: Mnist) -> ClassMeans:
    """The mean images, computed once for all tests."""
    return compute_class_means(data.train)


@pytest.fixture
def app(
    open_app: Callable[..., AppTest],
    data: Mnist,
    means: ClassMeans,
    monkeypatch: pytest.MonkeyPatch,
) -> AppTest:
    """The page on a first visit."""
    monkeypatch.setattr(resources, "load_mnist", lambda: data)
    monkeypatch.setattr(cached_statistics, "compute_class_means", lambda split: means)
    return open_app(PAGE)


def read_editor(app: AppTest) -> dict[str, Any]:
    """Return the data of the pixel editor."""
    (element,) = [
        each for each in app.get("bidi_component") if each.proto.component_name == "pixel_editor"
    ]
    return json.loads(element.proto.json)


def read_image(app: AppTest, name: str = "values") -> np.ndarray:
    """Return the image that is shown, (28, 28) float32."""
    return np.frombuffer(base64.b64decode(read_editor(app)[name]), "<f4").reshape(28, 28)


def read(app: AppTest) -> str:
    """Return all the page's own HTML as text without tags."""
    html = " ".join(element.proto.body for element in app.get("html"))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def edit(app: AppTest, *images: np.ndarray) -> None:
    """Leave edits of the first image, as the pixel editor records them."""
    app.session_state[state.PIXEL_EDITS] = {NAME: [LabeledImage(image, 9) for image in images]}
    app.run()


def open_tab(app: AppTest, title: str) -> None:
    """Open one of the tabs below the table."""
    app.session_state["pixels_tab"] = title
    app.run()


def test_the_tutorials_nine_is_shown_first(app: AppTest, data: Mnist) -> None:
    """Its pixels, its label, and the network's prediction for it."""
    assert not app.exception and not app.error and not app.warning
    image = as_float(data.train.images[NINE])
    assert np.array_equal(read_image(app), image)
    shown = read_editor(app)
    assert shown["label"] == 9
    expected = Classifier.load().probabilities(image[np.newaxis])[0]
    assert shown["probabilities"] == pytest.approx(expected.tolist())
    assert not shown["scaled"]
    assert dict(app.query_params) == {"split": "train", "image": str(NINE)}


def test_an_image_is_chosen_by_its_index(app: AppTest, data: Mnist) -> None:
    """In either split, and the address follows."""
    app.button_group(key="pixels_split").set_value("test").run()
    app.number_input(key="pixels_index_test").set_value(247).run()
    assert np.array_equal(read_image(app), as_float(data.test.images[247]))
    assert read_editor(app)["label"] == data.test.labels[247]
    assert app.query_params["image"] == "247"


def test_an_index_beyond_the_split_becomes_the_last_one(app: AppTest) -> None:
    """There are fewer test images than training images."""
    app.button_group(key="pixels_split").set_value("test").run()
    assert not app.exception
    assert app.query_params["image"] == "9999"


def test_next_and_previous_go_through_the_images_of_a_digit(app: AppTest, data: Mnist) -> None:
    """The next image of the digit is shown at once; Previous returns to it after Next."""
    app.selectbox(key="pixels_digit").set_value(4).run()
    first = app.session_state[state.PIXELS_SELECTION].index
    assert first > NINE and data.train.labels[first] == 4
    assert not (data.train.labels[NINE:first] == 4).any()
    app.button(key="pixels_next").click().run()
    second = app.session_state[state.PIXELS_SELECTION].index
    assert second > first and data.train.labels[second] == 4
    app.button(key="pixels_previous").click().run()
    assert app.session_state[state.PIXELS_SELECTION] == ImageSelection("train", first, 4)
    assert app.query_params["digit"] == "4"


def test_a_click_that_follows_at_once_acts_on_what_was_chosen(app: AppTest, data: Mnist) -> None:
    """A typed index or a chosen label and a button arrive together."""
    app.number_input(key="pixels_index_train").set_value(100)
    app.button(key="pixels_next").click().run()
    assert app.session_state[state.PIXELS_SELECTION].index == 101
    app.selectbox(key="pixels_digit").set_value(4)
    app.button(key="pixels_previous").click().run()
    first, last = np.flatnonzero(data.train.labels == 4)[[0, -1]]
    selection = app.session_state[state.PIXELS_SELECTION]
    assert selection.digit == 4 and first <= selection.index < last
    assert data.train.labels[selection.index] == 4
    app.button_group(key="pixels_split").set_value("drawing")
    app.button(key="pixels_next").click().run()
    assert not app.exception
    assert app.session_state[state.PIXELS_SELECTION].split == "drawing"


def test_unusual_images_are_far_from_their_mean(app: AppTest, data: Mnist) -> None:
    """The first one is the farthest of all fours, the second one the next."""
    app.selectbox(key="pixels_digit").set_value(4).run()
    app.button(key="pixels_unusual").click().run()
    first = app.session_state[state.PIXELS_SELECTION].index
    fours = np.flatnonzero(data.train.labels == 4)
    mean = compute_class_means(data.train).means[4]
    distances = np.linalg.norm((data.train.images[fours] / 255 - mean).reshape(-1, 784), axis=1)
    assert first == fours[distances.argmax()]
    app.button(key="pixels_unusual").click().run()
    assert app.session_state[state.PIXELS_SELECTION].index == fours[distances.argsort()[-2]]


def test_parameters_of_an_address_choose_the_image(app: AppTest, data: Mnist) -> None:
    """An invalid one causes a warning that quotes it."""
    app.query_params["split"] = "test"
    app.query_params["image"] = "3"
    app.run()
    assert np.array_equal(read_image(app), as_float(data.test.images[3]))
    app.query_params["image"] = "three"
    app.run()
    assert not app.exception
    assert "“three”" in app.warning[0].value
    app.session_state[state.LANGUAGE] = "ja"
    app.run()
    assert "アドレス" in app.warning[0].value


def test_the_prediction_is_for_the_edited_image(app: AppTest, data: Mnist) -> None:
    """A nine with a white bar across it."""
    image = as_float(data.train.images[NINE]).copy()
    image[10:14] = 1
    edit(app, image)
    assert np.array_equal(read_image(app), image)
    assert np.array_equal(read_image(app, "original"), as_float(data.train.images[NINE]))
    expected = Classifier.load().probabilities(image[np.newaxis])[0]
    assert read_editor(app)["probabilities"] == pytest.approx(expected.tolist())


def test_edits_survive_other_pages_and_can_be_undone(app: AppTest, data: Mnist) -> None:
    """One by one, or all at once, which can be undone too; without edits, nothing happens."""
    original = as_float(data.train.images[NINE])
    edit(app, original * np.float32(0.5), original * np.float32(0.25))
    app.switch_page("pages/draw.py").run()
    app.switch_page(PAGE).run()
    assert np.array_equal(read_image(app), original * np.float32(0.25))
    app.button(key="pixels_undo").click().run()
    assert np.array_equal(read_image(app), original * np.float32(0.5))
    app.button(key="pixels_restore").click().run()
    assert np.array_equal(read_image(app), original)
    app.button(key="pixels_restore").click().run()
    app.button(key="pixels_undo").click().run()
    app.button(key="pixels_undo").click().run()
    assert np.array_equal(read_image(app), original)
    app.button(key="pixels_undo").click().run()
    assert not app.exception
    assert np.array_equal(read_image(app), original)


def test_the_label_of_an_uploaded_file_is_shown(app: AppTest, data: Mnist) -> None:
    """One of several images is chosen; its label replaces the original's until it is undone."""
    images, labels = data.test.images[:3], data.test.labels[:3]
    rows = [[label, *image.ravel()] for image, label in zip(images, labels, strict=True)]
    content = "\n".join(",".join(map(str, row)) for row in rows).encode()
    key = f"pixels_upload_{NAME}"
    app.file_uploader(key=key).set_value(("test.csv", content, "text/csv")).run()
    assert read_editor(app)["label"] == labels[0]
    app.number_input(key=f"{key}_row").set_value(2).run()
    assert read_editor(app)["label"] == labels[2]
    assert np.array_equal(read_image(app), as_float(images[2]))
    app.button(key="pixels_undo").click().run()
    assert read_editor(app)["label"] == labels[0]
    app.button(key="pixels_undo").click().run()
    assert read_editor(app)["label"] == 9


@pytest.mark.parametrize("count", [1, 2, 9])
def test_another_file_starts_at_its_first_image(app: AppTest, count: int) -> None:
    """Also if it has the image that was chosen in the file before."""
    key = f"pixels_upload_{NAME}"
    for name, images, first in (("a.csv", 6, 10), ("b.csv", count, 20)):
        lines = [",".join(map(str, [first + row, *[9] * 783])) for row in range(images)]
        content = "\n".join(lines).encode()
        app.file_uploader(key=key).set_value((name, content, "text/csv")).run()
        assert read_image(app)[0, 0] == np.float32(first / 255)
        assert any("replaced by the uploaded file" in caption.value for caption in app.caption)
        if images > 1:
            assert app.number_input(key=f"{key}_row").value == 0
            app.number_input(key=f"{key}_row").set_value(images - 1).run()
            assert read_image(app)[0, 0] == np.float32((first + images - 1) / 255)


def test_another_file_of_0s_and_1s_is_asked_about_again(app: AppTest) -> None:
    """What they were in the file before does not hold for it."""
    key = f"pixels_upload_{NAME}"
    for name in ("a.csv", "b.csv"):
        content = ",".join(["0", "1"] * 392).encode()
        app.file_uploader(key=key).set_value((name, content, "text/csv")).run()
        assert app.segmented_control(key=f"{key}_scaled").value is None
        app.segmented_control(key=f"{key}_scaled").set_value(True).run()
        assert read_image(app).max() == 1


def test_a_file_of_0s_and_1s_is_asked_about(app: AppTest) -> None:
    """The image is replaced once it is known what they are."""
    content = ",".join(["0", "1"] * 392).encode()
    key = f"pixels_upload_{NAME}"
    app.file_uploader(key=key).set_value(("binary.csv", content, "text/csv")).run()
    assert read_editor(app)["label"] == 9
    app.segmented_control(key=f"{key}_scaled").set_value(True).run()
    assert read_image(app).max() == 1
    assert read_editor(app)["label"] is None
    app.segmented_control(key=f"{key}_scaled").set_value(False).run()
    assert read_image(app).max() == np.float32(1 / 255)


def test_an_uploaded_file_replaces_the_image(app: AppTest, data: Mnist) -> None:
    """As one edit, which can be undone."""
    other = as_float(data.test.images[0])
    content = format_csv(other, scaled=True).encode()
    app.file_uploader(key=f"pixels_upload_{NAME}").set_value(
        ("seven.csv", content, "text/csv")
    ).run()
    assert not app.exception and not app.error
    assert np.array_equal(read_image(app), other)
    assert any("replaced by the uploaded file" in caption.value for caption in app.caption)
    app.button(key="pixels_undo").click().run()
    assert np.array_equal(read_image(app), as_float(data.train.images[NINE]))
    assert not any("replaced by the uploaded file" in caption.value for caption in app.caption)


def test_an_invalid_file_changes_nothing(app: AppTest, data: Mnist) -> None:
    """A message describes what is wrong with it."""
    uploader = app.file_uploader(key=f"pixels_upload_{NAME}")
    uploader.set_value(("short.csv", b"1,2,3", "text/csv")).run()
    assert not app.exception
    assert "rows found: 1" in app.error[0].value.replace("\\", "")
    assert np.array_equal(read_image(app), as_float(data.train.images[NINE]))


def test_the_drawing_is_shown_as_the_network_receives_it(app: AppTest) -> None:
    """Without a drawing, the page asks for one."""
    app.button_group(key="pixels_split").set_value("drawing").run()
    assert not app.exception
    assert "not drawn anything" in app.info[0].value
    pixels = np.zeros((336, 336, 4), np.uint8)
    pixels[60:280, 150:180] = pixels[..., 3] = 255
    app.session_state[state.DRAWING_PIXELS] = pixels
    app.run()
    prepared = prepare_drawing(pixels)
    assert prepared is not None
    assert np.array_equal(read_image(app), prepared)
    assert read_editor(app)["label"] is None
    assert app.query_params["split"] == "drawing"
    open_tab(app, "Preparation")
    assert "One-hot" not in read(app)


def test_the_steps_of_the_preparation(app: AppTest) -> None:
    """Each step has its name twice, above its code and in the table, and its shape and range."""
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


def test_mean_and_standard_deviation(app: AppTest, data: Mnist) -> None:
    """Those of the image, and the well-known ones of MNIST."""
    open_tab(app, "Histogram")
    image = data.train.images[NINE]
    text = read(app)
    assert f"{image.mean():.2f} {image.mean() / 255:.4f} {image.std():.2f}" in text
    assert "0.1307" in text and "0.3081" in text
    assert f"{(image == 0).sum()} of the 784 pixels are 0" in text


def test_the_class_means(app: AppTest, data: Mnist) -> None:
    """The distance to the mean of the label, and its rank among the training images."""
    open_tab(app, "Class means")
    image = as_float(data.train.images[NINE])
    nines = data.train.images[data.train.labels == 9] / 255
    mean = nines.mean(axis=0)
    own = np.linalg.norm(image - mean)
    distances = np.linalg.norm((nines - mean).reshape(-1, 784), axis=1)
    text = read(app)
    assert f"Its distance to the mean of 9 is {own:.2f}" in text
    assert f"{100 * (distances < own - 1e-4).mean():.1f} % of them are nearer" in text
    assert "a nearest-mean classifier would" in text


def test_the_balance_of_the_classes(app: AppTest) -> None:
    """The counts are those of the labels."""
    open_tab(app, "Balance")
    assert "1 is the most frequent digit with 6,742 images, and 5 the rarest with 5,421" in read(
        app
    )


def test_the_data_frame(app: AppTest, data: Mnist) -> None:
    """Raw or scaled, as in the table above it."""
    open_tab(app, "DataFrame")
    assert np.array_equal(app.dataframe[0].value, data.train.images[NINE])
    app.button_group(key="pixels_values").set_value(True).run()
    assert read_editor(app)["scaled"]
    assert np.array_equal(app.dataframe[0].value, as_float(data.train.images[NINE]))


def test_shapes_and_types(app: AppTest) -> None:
    """Those of the image, its label and the whole data set."""
    open_tab(app, "Shapes and types")
    text = read(app)
    assert "This image, raw (28, 28) uint8 0 to 255 784" in text
    assert "This image, scaled (28, 28) float32 0 to 1 3,136" in text
    assert "All training images (60000, 28, 28) uint8 0 to 255 47,040,000" in text
    assert "one-hot vector: [0 0 0 0 0 0 0 0 0 1]" in text
