"""The Errors page, run without a browser."""

import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_core.config import TrainingConfig
from mnist_core.datasets.mnist import Mnist, Split
from mnist_core.evaluation.comparison import compare_mistakes, mcnemar_test
from mnist_core.evaluation.evaluation import Evaluation, evaluate
from mnist_core.evaluation.guessing_game import draw_round
from mnist_core.evaluation.label_issues import DISPUTED
from mnist_core.hands import NewDrawing, open_hands
from mnist_core.inference.classifier import PRETRAINED
from mnist_core.interpretability import backprop as gradients
from mnist_core.interpretability.minimal_occlusion import find_minimal_occlusion
from mnist_core.jobs.cross_validation import CrossValidation, deal_folds
from mnist_core.layer_designs import Conv2D, Flatten, MaxPooling2D
from mnist_core.runs.model_registry import SHIPPED, TrainedModel, list_models, trained_model
from mnist_core.runs.run import Run
from mnist_core.runs.store import RunStore
from tests.forged import send_choice, send_event
from tests.random_network import write_random_network
from ui import neighbor_index, resources, state
from ui.error_analysis.view import PARTS
from ui.formatting import escape_markdown

PAGE = "pages/errors.py"


@pytest.fixture(autouse=True)
def few_neighbors(data: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    """Search for similar digits among few training images."""
    few = Mnist(Split(data.train.images[:300], data.train.labels[:300]), data.test, "few")
    monkeypatch.setattr(neighbor_index, "get_data", lambda: few)


@pytest.fixture
def app(open_app: Callable[..., AppTest], data: Mnist, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """Return the page as a person finds it."""
    monkeypatch.setattr(resources, "load_mnist", lambda: data)
    return open_app(PAGE)


@pytest.fixture(scope="module")
def evaluation(data: Mnist) -> Evaluation:
    """Return the predictions of the model that the page shows first."""
    return shipped("accurate").evaluate(data.test)


def shipped(name: str) -> TrainedModel:
    """Return one of the models that come with the package."""
    return TrainedModel(name, name, PRETRAINED / f"{name}.onnx")


def go_to(app: AppTest, **params: object) -> AppTest:
    """Open an address of the page."""
    app.query_params.clear()
    for name, value in params.items():
        app.query_params[name] = str(value)
    return app.run()


def read_address(app: AppTest) -> dict[str, str]:
    """Return the parameters of the page's address."""
    values = app.query_params.items()
    return {name: value if isinstance(value, str) else value[0] for name, value in values}


def read(app: AppTest) -> str:
    """Return all the page's own HTML, that of its components included, as text without tags."""
    parts = [element.proto.body for element in app.get("html")]
    parts += [html for html, _ in read_choices(app)]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", " ".join(parts)))


def read_choices(app: AppTest) -> list[tuple[str, str]]:
    """Return the HTML and the label of everything on the page that lets choose in HTML."""
    shown = [
        json.loads(element.proto.json)
        for element in app.get("bidi_component")
        if element.proto.json
    ]
    return [(data["html"], data["label"]) for data in shown if "html" in data]


def read_pictures(app: AppTest) -> list[int]:
    """Return the indices of the gallery's pictures."""
    html = next(html for html, label in read_choices(app) if label == "Images")
    return [int(index) for index in re.findall(r'data-choice="(\d+)"', html)]


def wait_for_index(model: TrainedModel, evaluation: Evaluation) -> None:
    """Wait until a model's training images can be searched."""
    neighbor_index.get_index(model, evaluation.digest).ended.wait()


def expect_no_error(app: AppTest) -> None:
    """Check that the page shows no error."""
    assert not app.exception
    assert not app.error, app.error[0].value


def test_the_first_screen_shows_mistakes_and_accuracy(app: AppTest, evaluation: Evaluation) -> None:
    """The accuracy has its interval, and a value without the disputed labels."""
    expect_no_error(app)
    text = read(app)
    wrong = len(evaluation.mistakes)
    assert f"{wrong} of 10,000 test images are misclassified" in text
    assert f"{100 * evaluation.accuracy:.2f} % accuracy;" in text
    correct_disputed = sum(evaluation.predicted[i] == evaluation.labels[i] for i in DISPUTED)
    without = (10_000 - wrong - correct_disputed) / (10_000 - 15)
    assert f"{100 * without:.2f} % accuracy without the 15 disputed labels" in text


def test_the_matrix_shows_the_evaluations_counts(app: AppTest, evaluation: Evaluation) -> None:
    """In every nonempty cell, by its accessible name."""
    html = next(html for html, label in read_choices(app) if label == "Confusion matrix")
    cells = re.findall(r'aria-label="Label (\d), prediction (\d): ([\d,]+)"', html)
    counted = np.zeros((10, 10), int)
    for true, predicted, count in cells:
        counted[int(true), int(predicted)] = int(count.replace(",", ""))
    assert np.array_equal(counted, evaluation.confusion)


def test_the_gallery_shows_the_most_confident_mistakes_first(
    app: AppTest, evaluation: Evaluation
) -> None:
    """Each mistake appears once."""
    pictures = read_pictures(app)
    assert sorted(pictures) == [mistake.index for mistake in evaluation.mistakes]
    confidence = evaluation.probabilities.max(axis=1)[pictures]
    assert (np.diff(confidence) <= 0).all()


def test_the_address_sets_the_filter(app: AppTest, evaluation: Evaluation) -> None:
    """The widgets show its values."""
    off = evaluation.confusion - np.diag(np.diag(evaluation.confusion))
    true, predicted = (int(digit) for digit in np.unravel_index(off.argmax(), off.shape))
    go_to(app, true=true, predicted=predicted, order="index")
    expect_no_error(app)
    wanted = [m.index for m in evaluation.mistakes if (m.true, m.predicted) == (true, predicted)]
    assert read_pictures(app) == wanted
    assert app.selectbox(key="errors_true").value == true
    assert app.selectbox(key="errors_order").value == "index"


def test_a_changed_filter_is_written_into_the_address(app: AppTest) -> None:
    """“Clear” removes it again, but not the model."""
    app.selectbox(key="errors_true").set_value(9).run()
    app.session_state["errors_predictions"] = "all"
    app.selectbox(key="errors_labels").set_value("disputed").run()
    assert read_address(app)["true"] == "9"
    assert read_address(app)["labels"] == "disputed"
    app.button(key="errors_clear").click().run()
    assert set(read_address(app)) == {"model"}


def test_ten_thousand_images_come_in_pages(app: AppTest) -> None:
    """Of sixty; a page beyond the last becomes the last."""
    go_to(app, predictions="all", order="index", page=2)
    assert read_pictures(app) == list(range(60, 120))
    app.button(key="errors_next").click().run()
    assert read_pictures(app) == list(range(120, 180))
    assert read_address(app)["page"] == "3"
    assert not app.warning
    go_to(app, predictions="all", order="index", page=99_999)
    assert read_pictures(app)[-1] == 9999
    assert app.warning[0].value.startswith(
        "Page 99999 does not exist; the last page, 167, is shown."
    )
    assert app.button(key="errors_next").disabled


def test_an_empty_selection_explains_what_to_do(app: AppTest) -> None:
    """No mistake is on the diagonal."""
    go_to(app, true=3, predicted=3, predictions="incorrect")
    expect_no_error(app)
    assert "No image passes this filter" in app.info[0].value


MALFORMED = (
    ({"part": "nonsense", "true": "ten", "page": "-4", "image": "1e9", "low": "nan"}, 5),
    ({"image": 10_000}, 1),
    ({"image": 999_999_999}, 1),
    ({"low": "0.9", "high": "0.1"}, 0),
    ({"part": "compare", "other": "<b>gone</b>", "change": "?"}, 2),
    ({"part": "game", "round": "0", "deck": "cards"}, 2),
)


def test_a_malformed_address_breaks_nothing(app: AppTest) -> None:
    """Invalid parameters are ignored, each with one sentence."""
    for params, problems in MALFORMED:
        expect_no_error(go_to(app, **params))
        assert "<b>gone" not in read(app)
        assert len(app.warning) == problems


def test_a_missing_model_to_compare_with_is_reported(app: AppTest) -> None:
    """With the one used instead; an address that names none gives no warning."""
    go_to(app, part="compare", other="nonsense")
    other = app.selectbox(key="errors_other_accurate")
    assert "The model “nonsense” to compare with does not exist" in app.warning[0].value
    shown = escape_markdown(f"the comparison is with “{other.options[other.index]}”.")
    assert shown in app.warning[0].value
    assert not go_to(app, part="compare").warning


def test_a_missing_model_is_reported(app: AppTest) -> None:
    """Another one is shown."""
    for model_id in ("20200101-000000-tutorial-abcd", "compact@3"):
        go_to(app, model=model_id)
        expect_no_error(app)
        assert "does not exist here" in app.warning[0].value
        assert read_address(app)["model"] == "accurate"


def test_the_model_in_the_address_is_used(app: AppTest) -> None:
    """Whatever model was used before."""
    go_to(app, model="compact")
    expect_no_error(app)
    assert app.selectbox[0].value == "compact"


def test_every_part_can_be_opened(app: AppTest) -> None:
    """By its id."""
    for part in PARTS:
        app.segmented_control(key="errors_part").set_value(part).run()
        expect_no_error(app)
        assert read_address(app).get("part", "gallery") == part


def test_one_image_in_detail(app: AppTest, evaluation: Evaluation, data: Mnist) -> None:
    """Its label and prediction, votes, loss, neighbors and minimal occlusion."""
    go_to(app, image=2597)
    expect_no_error(app)
    wait_for_index(shipped("accurate"), evaluation)
    app.run()
    expect_no_error(app)
    text = read(app)
    predicted = int(evaluation.predicted[2597])
    assert f"Label 5 Prediction {predicted}" in text
    assert "people for 5: 0, for 3: 4, for neither: 1" in text
    assert re.search(rf"The loss is {evaluation.losses[2597]:.3f} = −ln 0\.\d+;", text)
    assert "of 12 are labeled" in text
    occlusion = find_minimal_occlusion(shipped("accurate").load(), data.test.images[2597])
    assert occlusion is not None
    assert f"black changes the prediction from {predicted} to {occlusion.predicted}." in text
    assert (neighbor_index.get_store().folder / ".shipped").is_dir()


def test_neighbors_by_very_many_features_name_their_projection(
    app: AppTest, data: Mnist, runs_folder: Path
) -> None:
    """The index has the features' projection; the text has their true number."""
    folder = runs_folder / ".models" / "file-00000001"
    folder.mkdir(parents=True)
    write_random_network(folder / "model.onnx", Conv2D(8), MaxPooling2D(), Flatten())
    model = TrainedModel(folder.name, "", folder / "model.onnx")
    go_to(app, model=model.id, image=0)
    wait_for_index(model, model.evaluate(data.test))
    app.run()
    expect_no_error(app)
    text = read(app)
    assert "between their 1,352 features in the last hidden layer" in text
    assert "the 1,352 features are reduced to 1,024 by a random projection" in text
    assert "of 12 are labeled" in text


def test_a_method_that_fails_leaves_the_rest_of_the_image(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neighbors and minimal occlusion are still shown below its message."""
    monkeypatch.delitem(gradients.RULES, "Conv2D")
    app.session_state["errors_method"] = "saliency"
    go_to(app, image=2597)
    assert not app.exception
    assert "look at occlusion" in app.error[0].value
    assert "black changes the prediction from" in read(app)


def test_next_and_previous_follow_the_gallery(app: AppTest, evaluation: Evaluation) -> None:
    """In its order; “Back” returns to it."""
    mistakes = [mistake.index for mistake in evaluation.mistakes]
    go_to(app, order="index", image=mistakes[0])
    assert app.button(key="errors_previous_image").disabled
    app.button(key="errors_next_image").click().run()
    assert read_address(app)["image"] == str(mistakes[1])
    app.button(key="errors_back").click().run()
    assert read_pictures(app) == mistakes


def test_two_models_are_compared(app: AppTest, evaluation: Evaluation, data: Mnist) -> None:
    """With the images of each change."""
    go_to(app, part="compare", other="compact", change="fixed")
    expect_no_error(app)
    other = shipped("compact").evaluate(data.test)
    changes = compare_mistakes(other, evaluation)
    assert read_pictures(app) == changes.fixed[:60].tolist()
    assert f"classifies correctly: {len(changes.fixed) + len(changes.regressed)} ." in read(app)


def test_the_game_starts_with_a_random_round(app: AppTest) -> None:
    """It is kept while other parts are open, but not in their address."""
    app.segmented_control(key="errors_part").set_value("game").run()
    drawn = read_address(app)["round"]
    app.segmented_control(key="errors_part").set_value("labels").run()
    assert "round" not in read_address(app)
    app.segmented_control(key="errors_part").set_value("game").run()
    assert read_address(app)["round"] == drawn


def test_a_round_of_the_game(app: AppTest, evaluation: Evaluation) -> None:
    """The labels are hidden until there are five guesses; then both scores are shown."""
    go_to(app, part="game", round=7)
    images = draw_round(evaluation, "mistakes", 7)
    assert app.button(key="errors_reveal").disabled
    (guesses,) = app.session_state[state.ERRORS_GUESSES].values()
    guesses.update({int(index): int(evaluation.labels[index]) for index in images})
    guesses[int(images[0])] = int(evaluation.predicted[images[0]])
    app.run()
    app.button(key="errors_reveal").click().run()
    expect_no_error(app)
    assert "4 of 5 you 0 of 5 the model" in read(app)
    app.button(key="errors_next_round").click().run()
    assert read_address(app)["round"] != "7"


def test_forged_guesses_are_not_scored(app: AppTest, evaluation: Evaluation) -> None:
    """The round goes on, although the browser has stored a score and guesses for other images."""
    go_to(app, part="game", round=7)
    (key,) = app.session_state[state.ERRORS_GUESSES]
    images = draw_round(evaluation, "mistakes", 7)
    others = [index for index in range(20) if index not in images][:5]
    game = {"guesses": {key: dict.fromkeys(others, 1)}, "scores": {key: [5, 0, 5]}}
    send_event(app, "memory_recall", "values", json.dumps({"game": game}))
    expect_no_error(app)
    assert app.button(key="errors_reveal").disabled
    for forged in (None, "x", "1-2-3", f"{others[0]}-1", f"{images[0]}-10", "9" * 5000, [1]):
        send_choice(app, "errors_guess", forged)
        expect_no_error(app)
    assert len(app.session_state[state.ERRORS_GUESSES][key]) == 5
    send_choice(app, "errors_guess", f"{images[0]}-1")
    assert app.session_state[state.ERRORS_GUESSES][key][int(images[0])] == 1


def test_a_damaged_model_is_reported(open_app: Callable[..., AppTest], runs_folder: Path) -> None:
    """The other models can still be chosen."""
    folder = runs_folder / ".models" / "file-00000000"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"no model")
    app = go_to(open_app(PAGE), model="file-00000000")
    assert not app.exception
    assert "damaged" in app.error[0].value
    app.selectbox[0].set_value("accurate").run()
    expect_no_error(app)


@pytest.fixture
def nothing_cached() -> Iterator[None]:
    """Compute all again, and forget it afterwards."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def test_a_model_that_outputs_nan_is_reported(
    open_app: Callable[..., AppTest], nothing_cached: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Training may have diverged."""
    nothing = Evaluation(np.zeros(10_000, np.uint8), np.full((10_000, 10), np.nan, np.float32))
    monkeypatch.setattr("mnist_core.runs.model_registry.TrainedModel.evaluate", lambda *_: nothing)
    app = open_app(PAGE)
    assert not app.exception
    assert "outputs NaN" in app.error[0].value


def test_a_diverged_model_is_not_compared(
    open_app: Callable[..., AppTest],
    runs_folder: Path,
    nothing_cached: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only the chosen model's own figures are shown, and the mistakes of the other epoch."""
    run, evaluate = add_run(runs_folder), TrainedModel.evaluate

    def evaluate_diverged(model: TrainedModel, *arguments: Any) -> Evaluation:
        evaluation = evaluate(model, *arguments)
        if not model.id.endswith("@1"):
            return evaluation
        return replace(evaluation, probabilities=np.full((10_000, 10), np.nan, np.float32))

    monkeypatch.setattr(TrainedModel, "evaluate", evaluate_diverged)
    app = go_to(open_app(PAGE), model=run.id, part="compare", other=f"{run.id}@1")
    assert not app.exception
    assert "The model to compare with outputs NaN" in app.error[0].value


def add_run(runs_folder: Path) -> Run:
    """Add a run whose first epoch is one shipped model and whose last is another."""
    run = RunStore(runs_folder).create(TrainingConfig(epochs=2), "<i>Just trained</i>", "finished")
    for name, path in (("compact", run.epoch_model_path(1)), ("accurate", run.epoch_model_path(2))):
        for suffix in (".onnx", ".npz"):
            shutil.copyfile(PRETRAINED / f"{name}{suffix}", path.with_suffix(suffix))
    for suffix in (".onnx", ".npz"):
        path = run.epoch_model_path(2).with_suffix(suffix)
        shutil.copyfile(path, run.model_path.with_suffix(suffix))
    return run


def test_a_run_shows_its_predictions_by_epoch(
    app: AppTest, evaluation: Evaluation, data: Mnist, runs_folder: Path
) -> None:
    """For one image and for all; the feature index is stored beside the model."""
    before = shipped("compact").evaluate(data.test)
    run = add_run(runs_folder)
    go_to(app, model=f"{run.id}@1", part="compare")
    expect_no_error(app)
    assert app.selectbox[0].value == run.id
    assert f"{len(before.mistakes)} of 10,000" in read(app)
    others = app.selectbox(key=f"errors_other_{run.id}@1")
    assert others.value == run.id, "Its last epoch is the trained network."
    assert others.options == [model.title for model in list_models(RunStore(runs_folder))]
    assert others.options[0] == "<i>Just trained</i>"
    assert not any("<i>Just" in element.proto.body for element in app.get("html"))
    app.toggle(key="errors_epochs").set_value(True).run()
    expect_no_error(app)
    always = len(compare_mistakes(before, evaluation).shared_errors)
    assert f"after every one of these epochs: {always} ." in read(app)
    go_to(app, model=run.id, part="compare")
    assert app.selectbox(key=f"errors_other_{run.id}").value == f"{run.id}@1"
    changes = compare_mistakes(before, evaluation)
    is_better = mcnemar_test(len(changes.fixed), len(changes.regressed)) < 0.05
    conclusion = "&lt;i&gt;Just trained&lt;/i&gt; is better" if is_better else "may well be chance"
    assert conclusion in read(app)
    index = int(compare_mistakes(before, evaluation).fixed[0])
    go_to(app, model=run.id, image=index)
    expect_no_error(app)
    cards = (
        f"{before.predicted[index]} .* incorrect .*Epoch 2 {evaluation.labels[index]} .* correct"
    )
    assert re.search(f"Epoch 1 {cards}", read(app))
    wait_for_index(trained_model(run.read()), evaluation)
    assert run.model_path.with_name("model.features.npz").exists()


def test_only_what_is_shown_is_computed(
    open_app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first screen needs no occlusion, no index and no other model."""
    from ui.error_analysis import image_detail, minimal_occlusion_view, model_comparison

    def refuse(*_: object) -> None:
        raise AssertionError("computed without being shown")

    monkeypatch.setattr(minimal_occlusion_view, "find_minimal_occlusion", refuse)
    monkeypatch.setattr(image_detail, "show_neighbors", refuse)
    monkeypatch.setattr(model_comparison, "compare_mistakes", refuse)
    expect_no_error(open_app(PAGE))


def test_label_issues_are_searched_and_then_shown(
    app: AppTest, data: Mnist, runs_folder: Path
) -> None:
    """Predictions contradict two labels and agree with all others."""
    go_to(app, part="labels")
    app.button(key="errors_find_issues").click().run()
    expect_no_error(app)
    validation = CrossValidation(RunStore(runs_folder), data)
    assert validation.progress == 0
    predicted = data.train.labels.copy()
    predicted[[5, 59_999]] = (predicted[[5, 59_999]] + 1) % 10
    probabilities = np.full((60_000, 10), 0.001, np.float32)
    probabilities[np.arange(60_000), predicted] = 0.991
    for fold, indices in enumerate(deal_folds(60_000)):
        np.save(validation.folder / f"{fold}.npy", probabilities[indices])
    app.run()
    expect_no_error(app)
    html = next(html for html, label in read_choices(app) if label == "Label issues")
    assert re.findall(r'data-choice="(\d+)-suggested"', html) == ["5", "59999"]


def test_a_search_that_cannot_start_is_reported(app: AppTest, runs_folder: Path) -> None:
    """The rest of the page stays."""
    runs_folder.mkdir(exist_ok=True)
    (runs_folder / ".cross-validation").touch()
    go_to(app, part="labels")
    app.button(key="errors_find_issues").click().run()
    assert not app.exception
    assert "cross-validation cannot be recorded" in app.error[0].value.replace("\\", "")


def test_a_sheet_contains_all_images(app: AppTest, data: Mnist) -> None:
    """As PNG, enlarged without smoothing, in the given order."""
    from ui.error_analysis.gallery import make_sheet

    sheet = np.array(Image.open(io.BytesIO(make_sheet(data.test.images[[7, 3]]))))
    scale = (sheet.shape[0]) // 28
    assert np.array_equal(sheet[::scale, ::scale][:28, :28], data.test.images[7])
    assert np.array_equal(sheet[::scale, ::scale][:28, 29:57], data.test.images[3])
    whole = Image.open(io.BytesIO(make_sheet(data.test.images)))
    assert whole.size == (100 * 29 - 1, 100 * 29 - 1)


def test_shipped_models_are_evaluated_once(data: Mnist) -> None:
    """Their stored predictions are those that they compute."""
    for name in SHIPPED:
        model = shipped(name)
        kept = model.evaluate(data.test)
        assert (PRETRAINED / f"{name}.npz").exists()
        fresh = evaluate(model.load(), Split(data.test.images[:50], data.test.labels[:50]))
        assert fresh.probabilities == pytest.approx(kept.probabilities[:50], abs=1e-5)


def test_own_drawings_are_evaluated(open_app: Callable[..., AppTest], data: Mnist) -> None:
    """With the matrix and the gallery; a drawing opens in detail, also from an old link."""
    app = open_app("pages/errors.py")
    app.selectbox("errors_data").select("hand").run()
    assert not app.exception
    assert "not kept any drawings yet" in app.info[0].value
    store = open_hands()
    hand_id = store.list_hands()[0].id
    for image, label in zip(data.test.images[:6], [7, 2, 1, 0, 4, 9], strict=True):
        store.keep(hand_id, NewDrawing(label, image))
    app.run()
    assert not app.exception
    shown = "\n".join(item.proto.body for item in app.get("html"))
    assert "1 of 6" in shown
    assert "of your drawings are misclassified" in shown
    for image in ("5", "600"):
        app.query_params["image"] = image
        app.run()
        assert not app.exception
        assert not app.error


def test_the_sheet_shows_own_drawings(
    open_app: Callable[..., AppTest], data: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is encoded after the click, in a thread that has no session."""
    store = open_hands()
    drawing = 255 - data.test.images[100]
    store.keep(store.list_hands()[0].id, NewDrawing(6, drawing))
    offered: dict[str, Callable[[], bytes]] = {}
    monkeypatch.setattr(
        st, "download_button", lambda label, content, *_, **__: offered.update({label: content})
    )
    app = go_to(open_app(PAGE), data="hand", predictions="all")
    assert not app.exception
    sheet = np.array(Image.open(io.BytesIO(offered["Images as PNG"]())))
    scale = len(sheet) // 28
    assert np.array_equal(sheet[::scale, ::scale][:28, :28], drawing)
