"""Tests of the Train page: each state of a run is shown, and no run breaks the page."""

import json
import math
import shutil
import socket
import time
from dataclasses import asdict, replace
from itertools import product

import numpy as np
import pytest
from filelock import FileLock

from mnist_core.config import OWN, TrainingConfig
from mnist_core.datasets.mnist import load_mnist
from mnist_core.files import MAX_FILE_MEGABYTES
from mnist_core.inference.classifier import DEFAULT_MODEL, PRETRAINED
from mnist_core.jobs.cost_estimate import Measurement, save_measurements
from mnist_core.runs.json_file import write_json
from mnist_core.runs.model_registry import list_loaded, load_file
from mnist_core.runs.run_error import RunError
from mnist_core.runs.store import RunStore
from mnist_core.runs.teaching import Teaching
from mnist_core.training.architectures import NETWORKS, get_network
from mnist_core.training.design_link import to_link
from mnist_core.training.epochs import EpochResult, Progress
from mnist_core.training.fit_diagnosis import Results
from tests import PROJECT
from tests.conftest import load_script
from ui import newest_runs, resources
from ui.learn import back_link
from ui.training import run_table

PAGE = PROJECT / "pages" / "train.py"
COMPACT = PRETRAINED / "compact.onnx"


class IdlePool:
    """An executor that never trains anything."""

    problem: str | None = None


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Return an empty store that the page uses, without workers.

    The page runs without the app, which knows the other pages, and so without links to them.
    """
    monkeypatch.setattr(back_link, "show_learn_link", lambda name: None)
    monkeypatch.setenv("MNIST_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setattr(IdlePool, "problem", None)
    monkeypatch.setattr(resources, "open_executor", lambda store: IdlePool())
    resources.get_store.clear()
    resources.get_pool.clear()
    yield RunStore(tmp_path / "runs")
    resources.get_store.clear()
    resources.get_pool.clear()


def open_page(tab="All runs", **query):
    """Run the page with query parameters, one of its tabs open, and return it."""
    page = load_script(PAGE)
    page.session_state["train_tabs"] = tab
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def find_start(page, name):
    """Return a button that starts a run; its key ends in a number that changes with each start."""
    (button,) = (each for each in page.button if each.key.startswith(name))
    return button


def read(page):
    """Return all text on the page, with plain spaces and without the escapes of Markdown."""
    elements = [*page.markdown, *page.caption, *page.info, *page.error, *page.warning]
    text = "\n".join(str(element.value) for element in elements)
    return text.replace("\\", "").replace("\u00a0", " ")


def progress(epoch=1, step=100):
    """Return a report in the first of three epochs."""
    return Progress(epoch, 3, step, 400, 0.5, 0.8, seconds=step / 50)


def make_result(epoch):
    """Return the result of an epoch."""
    return EpochResult(epoch, 400, 0.3, 0.9, 0.4 / epoch, 0.95, seconds=8.0)


def save_measurement(store):
    """Save how long the steps of one network take."""
    store.folder.mkdir(exist_ok=True)
    changes = dict.fromkeys(["affine", "elastic", "thickness", "style"], 0.00001)
    measured = Measurement(time.time(), 62_346, 2.0, 0.002, 0.0001, changes)
    save_measurements(store.folder, {"compact": measured})


def write_checkpoint(run, epoch):
    """Write a checkpoint without a model after an epoch."""
    run.write_checkpoint(make_result(epoch), lambda path: path.write_bytes(b"network"))


def make_run(store, status="finished", epochs=3, gap=0.002, **config):
    """Create a run with the files that a worker would have written."""
    run = store.create(TrainingConfig(**{"epochs": 3, **config}), status=status)
    for epoch in range(1, epochs + 1):
        run.append_batch(progress(epoch))
        run.append_epoch(make_result(epoch))
        shutil.copyfile(DEFAULT_MODEL, run.epoch_model_path(epoch))
    if status in {"finished", "stopped"}:
        shutil.copyfile(DEFAULT_MODEL, run.model_path)
        run.keras_path.write_bytes(b"network")
        run.write_state(results=Results(0.01, 0.99, 0.02, 0.99 - gap).__dict__)
    return run


def test_without_runs_the_page_invites_to_a_first_training(store):
    """The quick start is the one button in the accent color, and starts a training."""
    page = open_page()
    assert "Train your first network" in read(page)
    quick, train = find_start(page, "train_quick"), find_start(page, "train_start")
    assert (quick.proto.type, train.proto.type) == ("primary", "secondary")
    quick.click().run()
    assert "Train your first network" not in read(page)
    assert [each.config.model for each in store.list()] == ["swift"]
    assert find_start(page, "train_quick").proto.type == "tertiary"


def test_the_drawing_of_a_run_is_classified_in_every_tab(store):
    """Also in a tab without a drawing of its own."""
    run = make_run(store)
    assert "your drawing" not in read(open_page(run=run.id))
    np.save(run.folder / "drawing.npy", load_mnist().test.images[0] / np.float32(255))
    assert "Predictions for the drawing of this run: epoch 1: **7**" in read(open_page(run=run.id))


def test_the_button_queues_a_run_with_the_chosen_settings(store):
    """The page shows the new run."""
    page = open_page()
    page.selectbox(key="train_network").select("tutorial").run()
    page.number_input(key="train_epochs_tutorial").set_value(7)
    page.number_input(key="train_seed_tutorial").set_value(5)
    page.toggle(key="train_augmentation_affine_tutorial").set_value(True)
    find_start(page, "train_start").click().run()
    assert not page.exception
    (run,) = (each.run for each in store.list())
    assert (run.read().status, run.read().config.model, run.read().config.epochs) == (
        "queued",
        "tutorial",
        7,
    )
    assert (run.read().config.seed, run.read().config.batch_size, run.read().config.optimizer) == (
        5,
        32,
        "sgd",
    )
    assert run.read().config.augmentation.affine and not run.read().config.augmentation.elastic
    assert page.query_params["run"] == run.id
    assert "first in the queue" in read(page)


LINK = "1~c8-5-4-valid-relu-0~f"


def test_a_linked_network_is_shown_and_trained(store):
    """The run's settings hold its layers."""
    page = open_page(network=LINK)
    assert page.selectbox(key="train_network").value == "own"
    assert "In all 3,098 parameters" in read(page)
    find_start(page, "train_start").click().run()
    (snapshot,) = store.list()
    assert to_link(snapshot.config.design) == LINK
    assert snapshot.config.model == "own"


def test_an_impossible_layer_is_reported_and_mended(store):
    """Train waits meanwhile; Undo brings the earlier layers back."""
    page = open_page(network=LINK)
    (field,) = (each for each in page.number_input if each.label == "Kernel size")
    field.set_value(29).run()
    assert "Layer 0, Conv2D: The kernel size must be a whole number from 1 to 28, not 29." in read(
        page
    )
    assert find_start(page, "train_start").disabled
    page.button(key="design_undo").click().run()
    assert not page.error
    assert not find_start(page, "train_start").disabled
    assert page.query_params["network"] == LINK


def test_layers_are_added_and_a_network_is_started_from_another(store):
    """What cannot follow is reported at its layer; with a named network the address is plain."""
    page = open_page(network=LINK)
    page.selectbox(key="design_add").select("Dense").run()
    assert "Layer 1, Dense: Dense needs a row of numbers, but gets 6 × 6 × 8." in read(page)
    page.button(key="design_later").click().run()
    assert not page.error
    page.selectbox(key="design_start").select("compact").run()
    assert "In all 62,346 parameters" in read(page)
    page.selectbox(key="design_start").select("nothing").run()
    assert "The ten logits need a row of numbers, but get 28 × 28 × 1." in read(page)
    page.selectbox(key="train_network").select("swift").run()
    assert "network" not in page.query_params


def test_a_link_that_was_cut_off_is_reported(store):
    """The page shows the tutorial's network instead."""
    page = open_page(network=LINK[:-8])
    assert "The network in this link cannot be read." in read(page)
    assert "In all 2,561,738 parameters" in read(page)


def test_why_a_file_cannot_be_opened_is_translated(store):
    """It is kept in the session, where the language may change."""
    page = open_page(network=LINK)
    upload = page.file_uploader(key="design_upload")
    upload.set_value(("no network.json", b"{", "application/json")).run()
    assert "no network.json cannot be opened. This file is not JSON" in read(page)
    page.session_state["language"] = "ja"
    page.run()
    assert "no network.jsonを開けません。" in read(page)
    assert "This file" not in read(page)


def test_batches_that_do_not_fit_into_memory_are_reported(store):
    """With the largest size that does."""
    page = open_page(network="1~c128-3-1-same-relu-0~g")
    page.number_input(key="train_batch_size_own").set_value(2048).run()
    assert "Choose a batch size of at most" in read(page)
    assert find_start(page, "train_start").disabled


@pytest.mark.parametrize("network", ["accurate", OWN])
def test_the_limit_of_batches_is_one_of_the_layers(store, network):
    """It is the same for a named network and for one of one's own with its layers."""
    page = open_page(network=to_link(get_network("accurate").design))
    page.selectbox(key="train_network").select(network).run()
    page.number_input(key=f"train_batch_size_{network}").set_value(4096).run()
    assert "the layers output 836,190,208 values at a time" in read(page)
    assert find_start(page, "train_start").disabled


@pytest.mark.parametrize("network", NETWORKS)
def test_usual_batches_of_named_networks_fit_into_memory(store, network):
    """The default, and 256 images."""
    page = open_page()
    page.selectbox(key="train_network").select(network).run()
    assert not find_start(page, "train_start").disabled
    page.number_input(key=f"train_batch_size_{network}").set_value(256).run()
    assert not find_start(page, "train_start").disabled


def test_a_run_is_repeated_with_several_seeds(store):
    """Each has the next seed; a number that is too large is reported."""
    page = open_page()
    page.number_input(key="train_repeats_compact").set_value(11).run()
    assert "The number of seeds must be a whole number from 1 to 10, not 11." in read(page)
    page.number_input(key="train_repeats_compact").set_value(3).run()
    find_start(page, "train_start").click().run()
    assert not page.exception
    assert sorted(each.config.seed for each in store.list()) == [0, 1, 2]
    assert {each.name for each in store.list()} == {f"Compact, seed {n}" for n in range(3)}


def test_seeds_beyond_the_highest_one_are_reported(store):
    """With the highest first seed, which can be trained."""
    page = open_page()
    page.number_input(key="train_seed_compact").set_value(2**31 - 1)
    page.number_input(key="train_repeats_compact").set_value(3).run()
    assert not page.exception
    assert "Choose a seed of at most 2147483645, or fewer seeds." in read(page)
    assert find_start(page, "train_start").disabled
    page.number_input(key="train_seed_compact").set_value(2**31 - 3).run()
    find_start(page, "train_start").click().run()
    assert not page.exception
    assert max(each.config.seed for each in store.list()) == 2**31 - 1


def test_the_seeds_that_were_started_are_shown_if_another_cannot_be(store, monkeypatch):
    """With their number and the reason, until another run is chosen."""
    other = make_run(store, epochs=1)
    create = RunStore.create

    def create_two(self, config, *args, **kwargs):
        if config.seed == 2:
            raise RunError("The disk is full.")
        return create(self, config, *args, **kwargs)

    monkeypatch.setattr(RunStore, "create", create_two)
    page = open_page()
    page.number_input(key="train_repeats_compact").set_value(4).run()
    find_start(page, "train_start").click().run()
    first = next(each for each in store.list() if each.name == "Compact, seed 0")
    assert page.query_params["run"] == first.id
    for _ in range(2):
        assert not page.exception
        assert "2 of the 4 runs could be started. The disk is full." in read(page)
        page.run()
    page.query_params["run"] = other.id
    page.run()
    assert not page.error


def test_repeated_runs_are_compared_by_group(store):
    """Before there are any, a hint; then the mean of each and the interval of the difference."""
    assert "start from other random numbers" in read(open_page("Seeds"))
    for seed in range(3):
        make_run(store, seed=seed)
        make_run(store, seed=seed, learning_rate=0.5)
    text = read(open_page("Seeds"))
    assert "Learning rate 0.5" in text
    assert "They differ in one setting. Learning rate: 0.01 and 0.5." in text
    assert "The groups cannot be told apart" in text


def test_one_setting_of_a_run_is_changed_and_both_are_compared(store):
    """The form has the run's settings, and says what was changed."""
    run = make_run(store, model="tutorial", seed=4, batch_size=50, patience=2)
    page = open_page(run=run.id)
    page.button(key="train_change_one").click().run()
    assert page.selectbox(key="train_network").value == "tutorial"
    assert page.number_input(key="train_batch_size_tutorial").value == 50
    assert "Change one thing, then press Train." in read(page)
    page.number_input(key="train_batch_size_tutorial").set_value(60).run()
    assert "Batch size, from 50 to 60." in read(page)
    find_start(page, "train_start").click().run()
    assert not page.exception
    newest = store.list()[0]
    assert newest.config == replace(run.read().config, batch_size=60)
    assert page.session_state["runs_marked"] == [run.id, newest.id]
    assert "These runs differ in one setting. Batch size: 50 and 60." in read(page)


def test_the_estimate_includes_the_runs_that_are_repeated(store):
    """All that start, each with the time of its own settings."""
    save_measurement(store)
    page = open_page(run=make_run(store).id)
    page.button(key="train_change_one").click().run()
    page.number_input(key="train_epochs_compact").set_value(6)
    page.number_input(key="train_repeats_compact").set_value(2).run()
    assert (
        "2 runs of 6 epochs of 429 steps with 128 images each, and 1 run that repeats the run to "
        "compare with: about 1 min 55 s on this machine." in read(page)
    )
    page.number_input(key="train_repeats_compact").set_value(3).run()
    assert (
        "3 runs of 6 epochs of 429 steps with 128 images each, and 2 runs that repeat the run to "
        "compare with: about 3 min 06 s on this machine." in read(page)
    )
    find_start(page, "train_start").click().run()
    assert sorted((each.config.epochs, each.config.seed) for each in store.list()[:-1]) == [
        (3, 1),
        (3, 2),
        (6, 0),
        (6, 1),
        (6, 2),
    ]


def test_a_run_that_the_form_would_refuse_is_not_repeated(store):
    """The command line trains with batches that need more memory than the form allows."""
    page = open_page(run=make_run(store, batch_size=4096).id)
    page.button(key="train_change_one").click().run()
    page.number_input(key="train_batch_size_compact").set_value(128)
    page.number_input(key="train_repeats_compact").set_value(2).run()
    find_start(page, "train_start").click().run()
    assert [each.config.batch_size for each in store.list()] == [128, 128, 4096]


def test_the_estimate_waits_for_the_network_of_the_repeated_runs(store):
    """Without it the time of all runs is unknown."""
    save_measurement(store)
    page = open_page(run=make_run(store, model="swift").id)
    page.button(key="train_change_one").click().run()
    page.selectbox(key="train_network").select("compact").run()
    assert "about 32 s on this machine" in read(page)
    page.number_input(key="train_repeats_compact").set_value(2).run()
    assert "is being measured on this machine" in read(page)


@pytest.mark.parametrize("teaches", [True, False])
def test_runs_that_the_form_cannot_train_are_not_changed(store, teaches):
    """Those that teach, and those of a network that the app does not have."""
    run = make_run(store, model="compact" if teaches else "elsewhere")
    if teaches:
        write_json(run.teaching_path, asdict(Teaching("Aki", 1, "compact", "Compact", 3)))
    page = open_page(run=run.id)
    assert "Something went wrong" not in read(page)
    keys = {button.key for button in page.button}
    assert "train_draw" in keys
    assert "train_change_one" not in keys


def test_early_stopping_needs_validation_images(store):
    """Otherwise it has nothing to measure."""
    page = open_page()
    page.number_input(key="train_patience_compact").set_value(2)
    page.number_input(key="train_held_out_compact").set_value(0).run()
    assert "Early stopping needs validation images" in read(page)


def test_each_network_has_its_own_defaults(store):
    """Without any choice, a run has the defaults of its network."""
    find_start(open_page(), "train_start").click().run()
    (snapshot,) = store.list()
    assert snapshot.config == get_network("compact").defaults


@pytest.mark.parametrize("name", ["train_start", "train_quick"])
def test_a_double_click_starts_one_training(store, name):
    """A second click on the same button starts nothing; the button after it starts another run."""
    page = open_page()
    button = find_start(page, name)
    button.click().run()
    (run,) = store.list()
    button.click().run()
    assert [each.id for each in store.list()] == [run.id]
    assert page.query_params["run"] == run.id
    find_start(page, name).click().run()
    assert len(store.list()) == 2


def test_other_settings_start_another_run(store):
    """However soon after the first."""
    page = open_page()
    find_start(page, "train_start").click().run()
    page.number_input(key="train_seed_compact").set_value(5)
    find_start(page, "train_start").click().run()
    assert [run.config.seed for run in store.list()] == [5, 0]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("epochs", 51, "whole number from 1 to 50, not 51"),
        ("epochs", 0, "whole number from 1 to 50, not 0"),
        ("epochs", 1e3, "whole number from 1 to 50, not 1000"),
        ("epochs", 2.5, "whole number from 1 to 50, not 2.5"),
        ("held_out", 0.5, "whole number from 0 to 30,000, not 0.5"),
        ("batch_size", 5000, "whole number from 1 to 4096, not 5000"),
        ("seed", -1, "The seed must be"),
        ("learning_rate", 0.0, "The learning rate must be"),
        ("label_smoothing", 0.6, "number from 0 to 0.5, not 0.6"),
        ("held_out", 40_000, "from 0 to 30,000, not 40,000"),
    ],
)
def test_a_value_out_of_range_disables_the_button(store, field, value, words):
    """A sentence gives the range and the value."""
    page = open_page()
    page.number_input(key=f"train_{field}_compact").set_value(value).run()
    assert not page.exception
    # A browser sends nothing beyond a field's own bounds, so that there must be none.
    proto = page.number_input(key=f"train_{field}_compact").proto
    assert min(value, proto.min) == proto.min and max(value, proto.max) == proto.max
    assert words in read(page)
    assert find_start(page, "train_start").disabled


def test_the_quick_button_ignores_the_settings(store):
    """It queues the smallest network with its defaults."""
    page = open_page()
    page.selectbox(key="train_network").select("tutorial").run()
    page.toggle(key="train_augmentation_style_tutorial").set_value(True)
    find_start(page, "train_quick").click().run()
    assert not page.exception
    (run,) = (each.run for each in store.list())
    assert run.read().config == get_network("swift").defaults
    assert (run.read().config.epochs, bool(run.read().config.augmentation)) == (1, False)
    assert page.query_params["run"] == run.id


def test_the_form_estimates_the_cost(store):
    """Parameters, steps and time; before this machine was measured, a sentence about that."""
    assert "is being measured on this machine" in read(open_page())
    save_measurement(store)
    assert "62,346 parameters, 3 epochs of 429 steps with 128 images each: about 32 s" in read(
        open_page()
    )


def test_the_estimate_is_that_of_the_latest_run_with_the_same_recipe(store):
    """Whatever an idle machine would take; another batch size is another recipe."""
    save_measurement(store)
    defaults = vars(get_network("compact").defaults)
    run = make_run(store, **{**defaults, "epochs": 2, "seed": 7})
    run.write_state(host=socket.gethostname())
    assert "about 28 s on this machine" in read(open_page())
    run.write_state(host="elsewhere")
    assert "about 32 s on this machine" in read(open_page())


def test_a_running_run_shows_its_progress(store):
    """Epoch, batch, speed and remaining time; and the run can be stopped."""
    run = make_run(store, "running", epochs=1)
    run.append_batch(progress(2, 100))
    run.append_batch(progress(2, 200))
    with FileLock(run.folder / "lock"):
        page = open_page()
        text = page.get("progress")[0].proto.text.replace("\u00a0", " ")
        assert "Epoch 2 of 3, batch 200 of 400, 6,400 images per second, 12 s left" in text
        page.button(key="train_stop").click().run()
        assert run.is_stop_requested()
        assert "saving the trained weights" in page.get("progress")[0].proto.text
        assert page.button(key="train_stop").disabled


@pytest.mark.parametrize(
    ("seconds", "speed"), [(0.01, "13,000"), (5.0, "26"), (400.0, "0.32"), (1e-4, "1,300,000")]
)
def test_the_speed_has_two_significant_digits(store, seconds, speed):
    """For each gradient step of 128 images; a slow network must not show 0."""
    run = make_run(store, "running", epochs=0)
    for step in (100, 10_100):
        run.append_batch(Progress(1, 3, step, 20_000, 0.5, 0.8, seconds=step * seconds))
    with FileLock(run.folder / "lock"):
        text = open_page().get("progress")[0].proto.text
    assert f"batch 10,100 of 20,000, {speed} images per second" in text


def test_a_queued_run_shows_its_position(store):
    """The third run is number 3; the page opens with the first."""
    runs = [make_run(store, "queued", epochs=0, seed=seed) for seed in range(3)]
    assert "number 3 in the queue" in read(open_page(run=runs[2].id))
    assert "first in the queue" in read(open_page())


def test_a_queued_run_shows_that_the_worker_cannot_start(store, monkeypatch):
    """The message of the executor replaces the position."""
    make_run(store, "queued", epochs=0)
    monkeypatch.setattr(IdlePool, "problem", "The training worker ends as soon as it is started.")
    assert "The training worker ends as soon as it is started." in read(open_page())


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (0.001, "**98.90 %** of the test digits correctly, and 99.00 % of the training digits"),
        (0.001, "The difference is small"),
        (0.008, "The gap of 0.80 points is not overfitting: the validation loss still fell"),
        (0.03, "The gap of 3.00 points is large: the network knows its training images"),
    ],
)
def test_the_diagnosis_depends_on_the_gap(store, gap, words):
    """Accuracies, a sentence about overfitting, then the figures."""
    make_run(store, gap=gap)
    page = open_page()
    assert words in read(page)
    assert [metric.label for metric in page.metric] == [
        "Test accuracy",
        "Test loss",
        "Training accuracy",
        "Training time",
    ]
    assert page.metric[0].value == f"{100 * (0.99 - gap):.2f}\u00a0%"
    assert page.metric[3].value == "24\u00a0s"


def test_a_diverged_training(store):
    """A loss of NaN is shown as a dash."""
    run = make_run(store)
    run.write_state(results=Results(math.nan, 0.098, math.nan, 0.098).__dict__)
    page = open_page()
    assert "The learning rate was too high" in read(page)
    assert page.metric[1].value == "–"


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_both_test_losses_are_named_beside_each_other(store, smoothing):
    """The calibrated one, and the one that can be compared with the curves."""
    run = make_run(store, label_smoothing=smoothing)
    run.write_state(uncalibrated={"loss": 0.1312, "accuracy": 0.99})
    text = read(open_page())
    assert "by that measure the test loss is 0.1312." in text
    assert "with them the test loss is 0.0200." in text
    assert ("Label smoothing keeps" in text) == bool(smoothing)


def test_a_negative_gap_is_not_called_a_gap(store):
    """The network classifies test images slightly better than training images."""
    make_run(store, gap=-0.0003)
    text = read(open_page())
    assert "New digits are no harder for it" in text
    assert "gap" not in text


@pytest.mark.parametrize(
    ("status", "epochs", "results", "words"),
    [
        ("finished", 3, None, "The results of this run cannot be read"),
        ("stopped", 2, {"damaged": 1}, "The results of this run cannot be read"),
        ("stopped", 2, None, "stopped while it was queued"),
        ("stopped", 0, None, "before its first epoch ended"),
    ],
)
def test_missing_results_are_explained_by_status(store, status, epochs, results, words):
    """They are lost or damaged; or the run was stopped too early, or before it went on."""
    make_run(store, status, epochs=epochs).write_state(results=results)
    assert words in read(open_page())


def test_a_run_stopped_within_its_first_epoch(store):
    """The points are where it was stopped; without saved epochs there are no predictions."""
    run = make_run(store, "stopped", epochs=0)
    run.append_batch(progress(1, 64))
    run.append_epoch(EpochResult(1, 64, 0.3, 0.9, 0.4, 0.95, seconds=8.0))
    page = open_page()
    figure = read_figure(page, 0)
    assert [trace["x"] for trace in figure["data"][1:]] == [[0.16], [0.16]]
    assert not any("Hard test digits" in element.proto.body for element in page.get("html"))


def stop_within_an_epoch(store, whole):
    """Create a run of three epochs that was stopped after so many complete ones."""
    run = make_run(store, "stopped", epochs=whole)
    run.append_epoch(EpochResult(whole + 1, 64, 0.3, 0.9, 0.4, 0.95, seconds=8.0))
    if whole:
        write_checkpoint(run, whole)
    return run


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        (0, "No epoch was saved; Resume starts from the beginning."),
        (1, "1 of 3 epochs saved; Resume continues with epoch 2."),
        (2, "2 of 3 epochs saved; Resume continues with epoch 3."),
    ],
)
def test_resume_shows_where_it_continues(store, whole, words):
    """On the page and on the button; an incomplete epoch does not count."""
    stop_within_an_epoch(store, whole)
    page = open_page()
    assert words in read(page)
    assert page.button(key="train_resume").help == words
    assert list(page.dataframe[-1].value["Epochs"]) == [whole]


def test_a_resumed_run_has_no_results_until_it_ends(store):
    """The previous results are hidden while the run is active, and shown again after a stop."""
    stop_within_an_epoch(store, 0)
    page = open_page()

    def read_table():
        return [page.dataframe[-1].value[name].item() for name in ("Status", "Test accuracy")]

    assert read_table() == ["Stopped", "98.80\u00a0%"]
    page.button(key="train_resume").click().run()
    assert read_table() == ["Queued", "–"]
    page.button(key="train_stop").click().run()
    assert read_table() == ["Stopped", "98.80\u00a0%"]


def test_table_and_badge_use_the_same_words(store):
    """There is one word for each status."""
    run = make_run(store, "running", epochs=1)
    with FileLock(run.folder / "lock"):
        page = open_page()
        assert "badge[:material/model_training: In training]" in read(page)
        assert list(page.dataframe[-1].value["Status"]) == ["In training"]


def test_curves_explain_themselves(store):
    """Why validation may be better than training, once, and only beside curves."""
    make_run(store)
    explanation = "validation result can be better than the training result."
    assert read(open_page()).count(explanation) == 1
    store.delete(store.list()[0].run)
    make_run(store, "queued", epochs=0)
    assert explanation not in read(open_page())


def test_stopping_a_run_whose_folder_is_gone(store):
    """A message appears instead of a traceback."""
    run = make_run(store, "running", epochs=1)
    with FileLock(run.folder / "lock"):
        page = open_page()
        stop = page.button(key="train_stop").click()
        shutil.rmtree(run.folder)
        stop.run()
    assert not page.exception
    assert "cannot be stopped" in page.toast[0].value


@pytest.mark.parametrize("status", ["failed", "interrupted"])
def test_an_interrupted_run_shows_the_reason_and_resumes(store, status):
    """The saved epochs are shown too; Resume queues the run."""
    run = make_run(store, "failed" if status == "failed" else "running", epochs=2)
    write_checkpoint(run, 2)
    if status == "failed":
        run.write_state(
            reason="The training process was killed, possibly because it ran out of memory."
        )
    page = open_page()
    assert "2 of 3 epochs saved" in read(page)
    assert ("was killed" in read(page)) == (status == "failed")
    page.button(key="train_resume").click().run()
    assert run.read().status == "queued"


def test_every_tab_shows_the_active_run(store):
    """Without a run in the URL, a run in training comes before newer finished ones."""
    active = make_run(store, "running", epochs=1, seed=1)
    newer = make_run(store)
    with FileLock(active.folder / "lock"):
        assert open_page().session_state["run_id"] == active.id
        assert open_page(run=newer.id).session_state["run_id"] == newer.id


def test_a_tab_returns_to_the_run_that_it_showed(store):
    """If two are in training, it is not simply the first one."""
    runs = [make_run(store, "running", epochs=1, seed=seed) for seed in (1, 2)]
    with FileLock(runs[0].folder / "lock"), FileLock(runs[1].folder / "lock"):
        page = open_page(run=runs[1].id)
        page.query_params.clear()
        assert page.run().session_state["run_id"] == runs[1].id
    runs[1].write_state(status="finished")
    with FileLock(runs[0].folder / "lock"):
        assert page.run().session_state["run_id"] == runs[0].id


def test_the_url_of_a_deleted_run(store):
    """A message says that it no longer exists, and which run is shown instead."""
    run = make_run(store)
    run.rename("Another")
    page = open_page(run="gone")
    assert "no longer exists; the page shows “Another” instead." in read(page)
    assert page.session_state["run_id"] == run.id
    store.delete(run)
    assert "no longer exists." in read(open_page(run="gone"))


def test_a_run_that_is_deleted_in_another_tab(store):
    """A click shows the same message as an old URL."""
    make_run(store, seed=1).rename("Another")
    run = make_run(store)
    page = open_page()
    assert page.session_state["run_id"] == run.id
    draw = page.button(key="train_draw").click()
    store.delete(run)
    draw.run()
    assert not page.exception
    assert "no longer exists; the page shows “Another” instead." in read(page)


def test_comparing_marks_the_differences(store):
    """Only settings that differ between two runs are marked; the newer run comes first."""
    runs = [make_run(store, batch_size=64), make_run(store, batch_size=128, gap=0.01)]
    page = open_page()
    mark(page, store, runs)
    assert not page.exception
    table = page.dataframe[-1].value
    assert table.loc["Batch size", "Differs"] == table.loc["Gap", "Differs"] == "≠"
    assert table.loc["Network", "Differs"] == table.loc["Epochs", "Differs"] == ""
    assert list(table.loc["Batch size"])[1:] == ["128", "64"]
    assert table.loc["Optimizer"].iloc[1] == "Adam"
    assert table.loc["Augmentation"].iloc[1] == "None"


def test_losses_close_to_each_other_have_ticks(store):
    """Ticks at 1, 2 and 5 would leave none between 0.022 and 0.045."""
    runs = [make_run(store, seed=seed) for seed in (1, 2)]
    page = open_page()
    mark(page, store, runs)

    def ticks():
        figure = read_figure(page, 2)
        return figure["layout"]["yaxis"].get("dtick")

    assert ticks() is None
    runs[0].append_epoch(EpochResult(3, 400, 0.3, 0.9, 0.01, 0.95, seconds=8.0))
    page.run()
    assert ticks() == "D2"


def select(page, rows=(), cells=()):
    """Select rows and cells in the table of runs, as its component reports it."""
    (key,) = (each.key for each in page.dataframe if (each.key or "").startswith("train_runs"))
    page.session_state[key] = {
        "selection": {"rows": list(rows), "columns": [], "cells": list(cells)}
    }
    page.run()
    assert not page.exception


def mark(page, store, runs):
    """Mark runs for a comparison in the table."""
    ids = [each.id for each in store.list()]
    select(page, rows=sorted(ids.index(run.id) for run in runs))


def read_table(page):
    """Return the table of the runs."""
    return next(each.value for each in page.dataframe if (each.key or "").startswith("train_runs"))


def test_a_click_on_a_row_shows_its_run(store):
    """In any of its cells; the run is written into the URL."""
    make_run(store, seed=1)
    make_run(store)
    page = open_page()
    ids = [each.id for each in store.list()]
    other = 1 - ids.index(page.session_state["run_id"])
    select(page, cells=[(other, "Status")])
    assert page.query_params["run"] == page.session_state["run_id"] == ids[other]
    select(page, cells=[])
    assert page.session_state["run_id"] == ids[other]


def test_marks_stay_with_their_runs(store):
    """Also when there is another run and so another row, or another name."""
    runs = [make_run(store, seed=seed) for seed in (1, 2)]
    for run, name in zip(runs, ("A", "B"), strict=True):
        run.rename(name)
    page = open_page(run=runs[0].id)
    mark(page, store, runs)
    make_run(store, seed=3).rename("A")
    runs[1].rename("D")
    page.run()
    assert set(page.session_state["runs_marked"]) == {run.id for run in runs}
    assert sorted(read_table(page)["Name"]) == ["A", "A (2)", "D"]
    columns = list(page.dataframe[-1].value.columns)
    assert columns[0] == "Differs" and {name[3:] for name in columns[1:]} == {"A", "D"}


def test_of_many_runs_the_newest_are_listed(store, monkeypatch):
    """With the shown and the marked ones; a switch lists all."""
    for module in (newest_runs, run_table):
        monkeypatch.setattr(module, "MOST_RUNS", 2)
    runs = [make_run(store, seed=seed) for seed in range(6)]
    for name, run in zip("ABCDEF", runs, strict=True):
        run.rename(name)
    page = open_page(run=runs[0].id)
    assert list(read_table(page)["Name"]) == ["F", "E", "A"]
    select(page, rows=[1, 2])
    page.query_params["run"] = runs[5].id
    page.run()
    assert list(read_table(page)["Name"]) == ["F", "E", "A"]
    page.toggle(key="train_all_runs").set_value(True).run()
    assert list(read_table(page)["Name"]) == list("FEDCBA")
    assert set(page.session_state["runs_marked"]) == {runs[0].id, runs[4].id}


def test_runs_of_one_epoch_are_compared_by_batch(store):
    """One point per run would show nothing."""
    runs = [make_run(store, epochs=1, seed=seed) for seed in (1, 2)]
    for run in runs:
        run.append_batch(progress(1, 400))
    page = open_page()
    mark(page, store, runs)
    figure = read_figure(page, 2)
    assert figure["layout"]["title"]["text"] == "Training loss by batch (log scale)"
    assert [len(trace["x"]) for trace in figure["data"]] == [2, 2]


def read_figure(page, index=0):
    """Return a chart of a run as plotly receives it; the one of the learning rate is left out."""
    charts = [each for each in page.get("plotly_chart") if "train_schedule" not in each.proto.id]
    return json.loads(charts[index].proto.spec)


def test_curves_begin_before_the_training(store):
    """At the loss of an untrained network, with visible lines that name their values."""
    run = make_run(store, epochs=1)
    run.write_state(untrained={"loss": 2.31, "accuracy": 0.1})
    page = open_page()
    by_batch, _, validation = read_figure(page)["data"]
    assert (by_batch["x"][0], by_batch["y"][0]) == (validation["x"][0], validation["y"][0])
    assert (by_batch["x"][0], by_batch["y"][0]) == (0, 2.31)
    assert by_batch["text"][0] == "Before training"
    assert by_batch["line"]["width"] >= 2 and "hovertemplate" in by_batch
    assert "before its training" in read(page)


def test_charts_begin_with_the_untrained_network(store):
    """Until that has been measured there are none, and then each has a point."""
    run = make_run(store, "running", epochs=0)
    with FileLock(run.folder / "lock"):
        page = open_page()
        before = len(page.get("plotly_chart"))
        run.write_state(untrained={"loss": 2.31, "accuracy": 0.1})
        page.run()
        assert len(page.get("plotly_chart")) == before + 2
        for index, value in ((0, 2.31), (1, 10)):
            validation = read_figure(page, index)["data"][2]
            assert (validation["x"], validation["y"]) == ([0.0], [pytest.approx(value)])


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (EpochResult(1, 400, 2.3, 0.11, 2.303, 0.11, seconds=8.0), "has learned nothing"),
        (EpochResult(1, 400, 0.9, 0.7, 2.303, 0.11, seconds=8.0), "has collapsed"),
    ],
)
def test_a_training_without_success_is_told_while_it_runs(store, result, words):
    """With what to do; an epoch before the last one shows that the network had learned."""
    run = make_run(store, "running", epochs=0)
    run.append_batch(progress(1))
    run.append_epoch(result)
    with FileLock(run.folder / "lock"):
        assert words in read(open_page())
        run.append_batch(Progress(2, 3, 100, 400, math.nan, 0.1, seconds=2.0))
        assert "has diverged" in read(open_page())


def test_a_run_that_learned_nothing_is_not_green(store):
    """Neither above nor in the table is it called finished."""
    run = make_run(store)
    run.write_state(results=Results(2.302, 0.112, 2.302, 0.1135).__dict__)
    page = open_page()
    assert ":orange-badge[:material/warning: Learned nothing]" in read(page)
    assert list(read_table(page)["Status"]) == ["Learned nothing"]
    assert "the network had learned to tell digits apart, and then lost it" in read(page)


def test_the_own_drawing_is_labeled_before_the_first_epoch(store):
    """Between digits that have labels it would be taken for one of them."""
    run = make_run(store, "running", epochs=0)
    run.write_state(untrained={"loss": 2.31, "accuracy": 0.1})
    np.save(run.folder / "drawing.npy", load_mnist().test.images[0] / np.float32(255))
    with FileLock(run.folder / "lock"):
        page = open_page()
    (table,) = (each.proto.body for each in page.get("html") if "Hard test" in each.proto.body)
    assert table.count("<img") == 11
    assert table.count(">This run’s drawing</th>") == 1


def test_renaming_and_deleting(store):
    """The menu renames a run; deleting needs a confirmation."""
    run = make_run(store)
    page = open_page()
    page.text_input(key=f"train_name_{run.id}").set_value("Mine")
    rename = next(button for button in page.button if button.label == "Rename")
    rename.click().run()
    assert run.read().name == "Mine"
    page.button(key="train_delete").click().run()
    assert "“Mine” is deleted with its curves" in read(page)
    assert [kept.id for kept in store.list()] == [run.id]


def test_loading_a_model_file_or_another_file(store):
    """Messages are about the chosen file; a loaded file is removed from the field."""
    page = open_page("Models from files")
    assert page.file_uploader[0].label.endswith(f"of at most {MAX_FILE_MEGABYTES} MB")
    assert page.file_uploader[0].proto.max_upload_size_mb == MAX_FILE_MEGABYTES
    assert "Load model" not in [button.label for button in page.button]
    page.file_uploader[0].set_value(("notes.txt", b"hello", "text/plain")).run()
    page.button(key="train_load").click().run()
    assert "notes.txt is not a model file; expected one that ends in .keras, .h5 or .onnx." in read(
        page
    )
    content = COMPACT.read_bytes()
    page.file_uploader[0].set_value(("mine.onnx", content, "application/onnx")).run()
    assert "notes.txt" not in read(page)
    page.button(key="train_load").click().run()
    assert page.success[0].value.replace("\\", "") == "“mine.onnx” is ready to draw with."
    assert "Load model" not in [button.label for button in page.button]
    assert [text.value for text in page.text] == ["mine.onnx"]
    page.file_uploader[0].set_value(("more.onnx", content, "application/onnx")).run()
    assert not page.success
    page.button(key="train_load").click().run()
    assert page.success[0].value.replace("\\", "") == (
        "This file is already loaded, as “mine.onnx”."
    )
    assert [text.value for text in page.text] == ["mine.onnx"]


def test_deleting_a_loaded_model_asks_first(store):
    """As deleting a run does."""
    model = load_file(store, "mine.onnx", COMPACT.read_bytes())
    page = open_page("Models from files")
    page.button(key=f"train_drop_{model.id}").click().run()
    assert "The file that it came from is not" in read(page)
    assert [kept.id for kept in list_loaded(store)] == [model.id]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *product(
            ["run.json", "state.json", "epochs.jsonl", "batches.jsonl"],
            [None, b"", b'{"status": "finis', b"\xff\xfe\x00garbage"],
        ),
        *product(["model.onnx", "epochs/003.onnx", "model.keras"], [None, b"garbage"]),
    ],
)
def test_a_damaged_run_never_breaks_the_page(store, name, content):
    """Whatever happened to a file, there is a message instead of a traceback."""
    run = make_run(store)
    if content is None:
        (run.folder / name).unlink()
    else:
        (run.folder / name).write_bytes(content)
    page = open_page(run=run.id)
    assert "Something went wrong" not in read(page)
    if name in {"run.json", "state.json"}:
        assert "cannot be read. Delete the run" in read(page)
        page.button(key="train_delete")


def test_reports_of_another_run_do_not_break_the_page(store):
    """Valid lines with later epochs than this run has are drawn at its end."""
    run = make_run(store)
    run.append_batch(Progress(40, 50, 1, 400, 0.5, 0.8, seconds=1.0))
    assert "Something went wrong" not in read(open_page(run=run.id))


def test_a_folder_that_cannot_be_written(store):
    """The message says what to do."""
    store.folder.write_text("no folder")
    page = open_page()
    find_start(page, "train_start").click().run()
    assert "set MNIST_RUNS_DIR" in read(page)
