"""Teaching drawings to a network."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mnist_core import Classifier, load_mnist, teach
from mnist_core.config import ConfigError
from mnist_core.datasets.mnist import Split
from mnist_core.layer_designs import Conv2D, Flatten
from mnist_core.teaching import (
    TeachingError,
    features,
    measure_forgetting,
    measure_teaching,
)
from mnist_core.teaching.features import FeatureCache
from tests.random_network import write_random_network

Hand = tuple[np.ndarray, np.ndarray]

TEST = load_mnist().test
FEW = Split(TEST.images[:1000], TEST.labels[:1000])


@pytest.fixture(scope="module")
def base() -> Classifier:
    """The smaller network that comes with the app."""
    return Classifier.load(Classifier.load().path.with_name("compact.onnx"))


@pytest.fixture(scope="module")
def hand() -> Hand:
    """A person's digits, whose 3s are mirrored."""
    chosen = np.concatenate([np.flatnonzero(TEST.labels == digit)[:6] for digit in range(10)])
    images, labels = TEST.images[chosen].copy(), TEST.labels[chosen].copy()
    images[labels == 3] = images[labels == 3, :, ::-1]
    return images / np.float32(255), labels


@pytest.fixture(scope="module")
def taught(base: Classifier, hand: Hand) -> Classifier:
    """The network after it was taught the hand."""
    return teach(hand[0], hand[1], base=base)


def test_new_drawings_of_a_taught_habit_are_classified(
    base: Classifier, taught: Classifier
) -> None:
    """Other drawings with the same habit are classified correctly after the teaching."""
    others = TEST.images[np.flatnonzero(TEST.labels == 3)[20:60], :, ::-1]
    before = (base.probabilities(others).argmax(axis=1) == 3).mean()
    assert (taught.probabilities(others).argmax(axis=1) == 3).mean() > before + 0.3


def test_digits_without_drawings_are_not_forgotten(base: Classifier) -> None:
    """Teaching one digit leaves the others as they were."""
    images = FEW.images[FEW.labels == 4][:8] / np.float32(255)
    taught = teach(images, np.full(8, 4), base=base)
    for digit in range(10):
        of_digit = FEW.images[FEW.labels == digit]
        before = (base.probabilities(of_digit).argmax(axis=1) == digit).mean()
        after = (taught.probabilities(of_digit).argmax(axis=1) == digit).mean()
        assert after > before - 0.02


@pytest.mark.parametrize("digit", [0, 9])
def test_one_drawing_is_enough(base: Classifier, digit: int) -> None:
    """A single drawing can be taught, even an absurd one, and MNIST survives it."""
    taught = teach(np.full((1, 28, 28), 0.5, np.float32), np.array([digit]), base=base)
    probabilities = taught.probabilities(FEW.images)
    assert np.isfinite(probabilities).all()
    accuracy = (probabilities.argmax(axis=1) == FEW.labels).mean()
    assert accuracy > 0.98


def test_only_the_last_layer_changes(base: Classifier, taught: Classifier) -> None:
    """The other layers, the temperature and the base stay as they were."""
    changed = {
        name
        for name, before in base.weights.items()
        if not np.array_equal(before, taught.weights[name])
    }
    assert changed == {"compact/logits/kernel", "compact/logits/bias"}
    assert taught.temperature == base.temperature
    assert base.graph != taught.graph


def test_the_taught_network_can_be_written_and_loaded(taught: Classifier, tmp_path: Path) -> None:
    """The graph of a taught network is a model file."""
    path = tmp_path / "taught.onnx"
    path.write_bytes(taught.graph)
    loaded = Classifier.load(path).probabilities(FEW.images[:50])
    np.testing.assert_allclose(loaded, taught.probabilities(FEW.images[:50]), atol=1e-6)


def test_the_same_seed_gives_the_same_network(
    base: Classifier, hand: Hand, taught: Classifier
) -> None:
    """Teaching is reproducible."""
    assert teach(hand[0], hand[1], base=base, seed=0).graph == taught.graph


def test_the_order_of_keeping_changes_nothing(
    base: Classifier, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawings give the same network together as one after the other, to the last bit."""
    graphs = []
    for counts in ((60,), (20, 40, 59, 60)):
        monkeypatch.setattr(features, "cached_features", FeatureCache(2**25))
        *_, taught = (teach(hand[0][:count], hand[1][:count], base=base) for count in counts)
        graphs.append(taught.graph)
    assert graphs[0] == graphs[1]


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros((2, 28, 27), np.float32), np.zeros(2, int), "shape"),
        (np.zeros((28, 28), np.float32), np.zeros(1, int), "shape"),
        (np.full((1, 28, 28), "a"), np.zeros(1, int), "type"),
        (np.zeros((0, 28, 28), np.float32), np.zeros(0, int), "0 drawings"),
        (np.zeros((2, 28, 28), np.float32), np.zeros(3, int), "as many labels"),
        (np.zeros((2, 28, 28), np.float32), np.zeros(2), "integer"),
        (np.full((1, 28, 28), np.nan, np.float32), np.zeros(1, int), "nan"),
        (np.full((1, 28, 28), np.inf, np.float32), np.zeros(1, int), "inf"),
        (np.full((1, 28, 28), 255, np.uint8), np.zeros(1, int), "0 to 1"),
        (np.full((1, 28, 28), -1, np.float32), np.zeros(1, int), "0 to 1"),
        (np.zeros((1, 28, 28), np.float32), np.array([10]), "0 to 9"),
        (np.zeros((1, 28, 28), np.float32), np.array([-1]), "0 to 9"),
    ],
)
def test_what_cannot_be_taught_is_named(
    images: np.ndarray, labels: np.ndarray, message: str
) -> None:
    """Bad drawings and labels give a sentence that names what is wrong."""
    with pytest.raises(TeachingError, match=message):
        teach(images, labels)


def test_a_wide_last_layer_is_not_taught_at_once(hand: Hand, tmp_path: Path) -> None:
    """The features of the rehearsed images would take gigabytes."""
    path = tmp_path / "wide.onnx"
    write_random_network(path, Conv2D(filters=12), Flatten())
    with pytest.raises(TeachingError, match="8,112 inputs; only one with at most 6,000"):
        teach(*hand, base=Classifier.load(path))


def test_an_unknown_method_is_named(hand: Hand) -> None:
    """The message quotes the method and names those that there are."""
    with pytest.raises(TeachingError, match="slow"):
        teach(hand[0], hand[1], method="slow")  # type: ignore[arg-type]


def test_a_negative_seed_is_refused(hand: Hand) -> None:
    """As it is in a training."""
    with pytest.raises(ConfigError, match="seed"):
        teach(hand[0], hand[1], seed=-1)


@pytest.mark.slow
def test_the_report_counts_drawings_that_were_not_taught(base: Classifier, hand: Hand) -> None:
    """Before and after agree with the drawings, and the interval holds the result."""
    images, labels = hand
    report = measure_teaching(images, labels, FEW, base)
    assert report.count == 60
    assert report.correct_after > report.correct_before
    assert len(report.fixed) - len(report.regressed) == report.correct_after - report.correct_before
    low, high = report.interval_after
    assert low < report.correct_after / 60 < high
    assert report.mnist_count == len(FEW.labels)
    expected = (base.probabilities(FEW.images).argmax(axis=1) == FEW.labels).mean()
    assert report.mnist_before == pytest.approx(expected, abs=1e-3)


@pytest.mark.slow
def test_a_drawing_with_a_label_of_its_own_is_not_learned_from_itself(base: Classifier) -> None:
    """A drawing's own label has no part in its classification."""
    images = FEW.images[FEW.labels == 1][:10] / np.float32(255)
    labels = np.array([8] + [1] * 9)
    report = measure_teaching(images, labels, FEW, base)
    assert report.after[0] == 1


@pytest.mark.slow
def test_images_that_are_all_read_show_no_help(base: Classifier) -> None:
    """Drawings that are classified correctly anyway leave nothing to teach."""
    probabilities = base.probabilities(FEW.images)
    sure = np.flatnonzero(probabilities.max(axis=1) > 0.99)[:30]
    images, labels = FEW.images[sure] / np.float32(255), probabilities.argmax(axis=1)[sure]
    assert measure_teaching(images, labels, FEW, base).verdict == "no_help"
    assert measure_teaching(images[:5], labels[:5], FEW, base).verdict == "too_few"


@pytest.mark.parametrize("measure", [measure_teaching, measure_forgetting])
def test_a_taught_network_is_not_measured(
    taught: Classifier, hand: Hand, tmp_path: Path, measure: Callable[..., object]
) -> None:
    """It has seen the drawings that would be left out; its file says so, too."""
    path = tmp_path / "taught.onnx"
    path.write_bytes(taught.graph)
    for base in (taught, Classifier.load(path)):
        with pytest.raises(TeachingError, match="Choose a model that was not taught"):
            measure(*hand, FEW, base)


def test_one_drawing_cannot_be_cross_validated(base: Classifier, hand: Hand) -> None:
    """A single drawing is refused with the next step."""
    images, labels = hand
    with pytest.raises(TeachingError, match="Draw one more"):
        measure_teaching(images[:1], labels[:1], FEW, base)


@pytest.mark.slow
def test_without_rehearsal_mnist_is_forgotten(base: Classifier) -> None:
    """MNIST's accuracy collapses without rehearsal and stays with it."""
    images = FEW.images[FEW.labels == 0][:10] / np.float32(255)
    points = measure_forgetting(images, np.arange(10) % 2 + 8, FEW, base)
    assert [point.rehearsal for point in points] == sorted(point.rehearsal for point in points)
    assert points[0].mnist_accuracy < 0.7
    assert points[-1].mnist_accuracy > 0.95
    assert points[0].own_accuracy is not None
