"""The store keeps, corrects, imports and deletes drawings, on SQLite and on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import UTC, datetime, timedelta
from threading import Thread

import numpy as np
import pytest
from sqlalchemy import event

from mnist_core.hands import HandError, HandStore, ImportResult, NewDrawing, as_split
from mnist_core.hands import store as store_module
from mnist_core.hands.models import Hand
from mnist_core.hands.records import KeptId

STROKES = [np.array([[10.04, 20.0], [30, 40]], np.float32), np.array([[5, 5]], np.float32)]


def make_drawing(label: int = 7, seed: int = 0) -> NewDrawing:
    """Return a drawing whose image depends on the seed."""
    image = np.random.default_rng(seed).random((28, 28), np.float32)
    return NewDrawing(label, image, STROKES, predicted=1, probability=0.75, model="Accurate")


@pytest.fixture
def hand_id(store: HandStore) -> int:
    """Return the id of the default hand."""
    return store.list_hands()[0].id


def do_before(store: HandStore, statement: str, action: Callable[[], object]) -> Future[object]:
    """Do what another process might, once, before the store executes a statement.

    If a lock makes the action wait, the store goes on after a while.

    Args:
        store: The store.
        statement: How the statement begins.
        action: What is done in another thread.

    Returns:
        Its result, available as soon as the locks allow it.
    """
    result: Future[object] = Future()
    threads: list[Thread] = []

    def act() -> None:
        try:
            result.set_result(action())
        except HandError as error:
            result.set_exception(error)

    def execute(_connection: object, _cursor: object, text: str, *_: object) -> None:
        if text.startswith(statement) and not threads:
            threads.append(Thread(target=act))
            threads[0].start()
            wait([result], 0.5)

    event.listen(store._writing_sessions.kw["bind"], "before_cursor_execute", execute)
    return result


def test_there_is_one_hand_at_first(store: HandStore) -> None:
    """It is created once."""
    assert [hand.name for hand in store.list_hands()] == ["My hand"]
    assert len(store.list_hands()) == 1


def test_two_processes_may_create_the_first_hand(
    store: HandStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slower one returns the hand of the quicker one."""
    make_hand = store_module._make_hand

    def make_second(name: str) -> Hand:
        monkeypatch.setattr(store_module, "_make_hand", make_hand)
        store.add_hand(name)
        return make_hand(name)

    monkeypatch.setattr(store_module, "_make_hand", make_second)
    assert [hand.name for hand in store.list_hands()] == ["My hand"]


def test_a_kept_drawing_is_read_back(store: HandStore, hand_id: int) -> None:
    """Pixels are rounded to 255 steps and strokes to a tenth of a pixel; the time is in UTC."""
    drawing = make_drawing()
    drawing_id = store.keep(hand_id, drawing).id
    (kept,) = store.list_drawings(hand_id, with_strokes=True)
    assert (kept.id, kept.label, kept.predicted, kept.probability, kept.model) == (
        drawing_id, 7, 1, 0.75, "Accurate",
    )  # fmt: skip
    assert np.abs(kept.image / 255 - drawing.image).max() <= 0.5 / 255 + 1e-6
    assert kept.strokes == [[[10.0, 20.0], [30.0, 40.0]], [[5.0, 5.0]]]
    assert kept.created.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - kept.created) < timedelta(days=1)


def test_strokes_are_read_on_request(store: HandStore, hand_id: int) -> None:
    """They may be a hundred times as large as the images."""
    store.keep(hand_id, make_drawing())
    statements: list[str] = []
    engine = store._sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    (kept,) = store.list_drawings(hand_id)
    assert kept.strokes == []
    assert len(statements) == 1 and "strokes" not in statements[0]


def test_the_same_image_is_kept_once(store: HandStore, hand_id: int) -> None:
    """The later label holds, until it is taken back."""
    first = store.keep(hand_id, make_drawing(7))
    second = store.keep(hand_id, make_drawing(1))
    assert second.id == first.id
    assert [each.label for each in store.list_drawings(hand_id)] == [1]
    store.take_back(second)
    assert [each.label for each in store.list_drawings(hand_id)] == [7]
    store.take_back(first)
    assert store.list_drawings(hand_id) == []


def test_the_same_click_may_arrive_twice(store: HandStore, hand_id: int) -> None:
    """The drawing is kept once, and the later label holds."""
    second = do_before(store, "INSERT INTO drawings", lambda: store.keep(hand_id, make_drawing(1)))
    first = store.keep(hand_id, make_drawing(7))
    assert second.result(60) == KeptId(first.id, 7)
    assert [each.label for each in store.list_drawings(hand_id)] == [1]


def test_the_same_file_may_be_imported_twice_at_once(store: HandStore, hand_id: int) -> None:
    """Its drawings are kept once."""
    drawings = [make_drawing(seed=seed) for seed in range(3)]
    second = do_before(
        store, "INSERT INTO drawings", lambda: store.import_drawings(hand_id, drawings)
    )
    assert store.import_drawings(hand_id, drawings) == ImportResult(3, 0)
    assert second.result(60) == ImportResult(0, 3)
    assert store.count(hand_id).sum() == 3


def test_two_imports_at_once_have_one_limit(
    store: HandStore, hand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one finds no room."""
    monkeypatch.setattr(store_module, "MAX_DRAWINGS", 3)
    first, second = ([make_drawing(seed=seed) for seed in seeds] for seeds in ((0, 1), (2, 3)))
    refused = do_before(
        store, "INSERT INTO drawings", lambda: store.import_drawings(hand_id, second)
    )
    store.import_drawings(hand_id, first)
    with pytest.raises(HandError, match="this one has 2, and 2 would be added"):
        refused.result(60)
    assert store.count(hand_id).sum() == 2


def test_nothing_is_kept_in_a_hand_while_it_is_deleted(store: HandStore, hand_id: int) -> None:
    """Its drawing would be deleted with it."""
    refused = do_before(store, "DELETE FROM hands", lambda: store.keep(hand_id, make_drawing()))
    store.delete_hand(hand_id)
    with pytest.raises(HandError, match="has been deleted"):
        refused.result(60)


def test_reading_does_not_wait_for_writing(store: HandStore, hand_id: int) -> None:
    """It finds what was there before."""
    store.keep(hand_id, make_drawing())
    counts = []
    event.listen(
        store._writing_sessions.kw["bind"],
        "after_cursor_execute",
        lambda *_: counts.append(store.count(hand_id).sum()),
    )
    store.keep(hand_id, make_drawing(seed=1))
    assert set(counts) == {1}
    assert store.count(hand_id).sum() == 2


def test_hands_have_their_own_drawings(store: HandStore, hand_id: int) -> None:
    """Both may keep the same image."""
    aki = store.add_hand(" Aki ")
    store.keep(hand_id, make_drawing())
    store.keep(aki.id, make_drawing(3))
    assert [hand.name for hand in store.list_hands()] == ["My hand", "Aki"]
    assert store.count(aki.id).tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    with pytest.raises(HandError, match="This hand has drawings"):
        store.delete_hand(aki.id)
    assert store.count(aki.id).sum() == 1
    store.delete(*(each.id for each in store.list_drawings(aki.id)))
    store.delete_hand(aki.id)
    assert len(store.list_hands()) == 1
    assert store.count(hand_id).sum() == 1


@pytest.mark.parametrize("name", ["", "  ", "a" * 41, "two\nlines"])
def test_a_bad_name_is_refused(store: HandStore, hand_id: int, name: str) -> None:
    """The message states what is expected."""
    with pytest.raises(HandError, match="1 to 40 characters"):
        store.add_hand(name)
    with pytest.raises(HandError, match="1 to 40 characters"):
        store.rename_hand(hand_id, name)


def test_a_name_is_given_once(store: HandStore, hand_id: int) -> None:
    """Neither a new hand nor a renamed one can take it."""
    aki = store.add_hand("Aki")
    with pytest.raises(HandError, match="a hand “Aki” already"):
        store.add_hand("Aki")
    with pytest.raises(HandError, match="a hand “My hand” already"):
        store.rename_hand(aki.id, "My hand")
    store.rename_hand(aki.id, "Akiko")
    assert [hand.name for hand in store.list_hands()] == ["My hand", "Akiko"]


def test_the_number_of_hands_has_a_limit(
    store: HandStore, hand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No hand is added beyond it."""
    monkeypatch.setattr(store_module, "MAX_HANDS", 1)
    with pytest.raises(HandError, match="There are 1 hands already"):
        store.add_hand("Aki")
    assert [hand.id for hand in store.list_hands()] == [hand_id]


def test_a_label_can_be_corrected(store: HandStore, hand_id: int) -> None:
    """Only to a digit."""
    drawing_id = store.keep(hand_id, make_drawing(7)).id
    store.correct(drawing_id, 1)
    assert store.list_drawings(hand_id)[0].label == 1
    with pytest.raises(HandError, match="from 0 to 9, not 10"):
        store.correct(drawing_id, 10)


def test_drawings_can_be_deleted(store: HandStore, hand_id: int) -> None:
    """One, or all of a hand; what is gone already can be deleted again."""
    ids = [store.keep(hand_id, make_drawing(seed=seed)).id for seed in range(3)]
    store.delete(ids[0])
    store.delete(ids[0])
    assert [each.id for each in store.list_drawings(hand_id)] == ids[1:]
    store.delete(*ids)
    assert store.list_drawings(hand_id) == []


def test_ids_are_not_given_again(store: HandStore, hand_id: int) -> None:
    """A page may still have the id of what was deleted meanwhile."""
    deleted = store.keep(hand_id, make_drawing())
    store.delete(deleted.id)
    store.keep(hand_id, make_drawing(3))
    store.take_back(deleted)
    assert store.count(hand_id).sum() == 1
    aki = store.add_hand("Aki")
    store.delete_hand(aki.id)
    assert store.add_hand("Ben").id != aki.id


def test_imported_duplicates_are_recognized(store: HandStore, hand_id: int) -> None:
    """Within the import too; existing labels stay."""
    store.keep(hand_id, make_drawing(7, seed=0))
    drawings = [make_drawing(label, seed) for label, seed in ((1, 0), (2, 1), (2, 1), (3, 2))]
    result = store.import_drawings(hand_id, drawings)
    assert (result.added, result.duplicates) == (2, 2)
    assert [each.label for each in store.list_drawings(hand_id)] == [7, 2, 3]


def test_a_hand_has_a_limit(
    store: HandStore, hand_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import that exceeds it adds nothing, and no further drawing is kept."""
    monkeypatch.setattr(store_module, "MAX_DRAWINGS", 2)
    with pytest.raises(HandError, match="can have 2 drawings; this one has 0, and 3 would"):
        store.import_drawings(hand_id, [make_drawing(seed=seed) for seed in range(3)])
    assert store.count(hand_id).sum() == 0
    for seed in range(2):
        store.keep(hand_id, make_drawing(seed=seed))
    with pytest.raises(HandError, match="can have 2 drawings; this one has 2, and 1 would"):
        store.keep(hand_id, make_drawing(seed=2))
    assert store.count(hand_id).sum() == 2


def test_a_deleted_hand_keeps_nothing(store: HandStore, hand_id: int) -> None:
    """Another visitor may have deleted it."""
    store.delete_hand(hand_id)
    with pytest.raises(HandError, match="has been deleted"):
        store.keep(hand_id, make_drawing())


def test_endless_strokes_are_left_out(store: HandStore, hand_id: int) -> None:
    """The image is kept."""
    drawing = NewDrawing(1, np.ones((28, 28), np.uint8), [np.zeros((30_000, 2))])
    store.keep(hand_id, drawing)
    assert store.list_drawings(hand_id, with_strokes=True)[0].strokes == []


@pytest.mark.parametrize("shape", [(28, 27), (784,), (28, 28, 1)])
def test_only_prepared_images_are_kept(
    store: HandStore, hand_id: int, shape: tuple[int, ...]
) -> None:
    """Others would break every page that shows them."""
    with pytest.raises(HandError, match="28 × 28 pixels"):
        store.keep(hand_id, NewDrawing(1, np.zeros(shape, np.uint8)))


def test_drawings_become_a_split(store: HandStore, hand_id: int) -> None:
    """As MNIST's; without drawings it is empty."""
    assert as_split([]).images.shape == (0, 28, 28)
    store.keep(hand_id, make_drawing(7))
    split = as_split(store.list_drawings(hand_id))
    assert (split.images.shape, split.images.dtype) == ((1, 28, 28), np.uint8)
    assert split.labels.tolist() == [7]
