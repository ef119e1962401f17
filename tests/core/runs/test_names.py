"""Tests of mnist_core.runs.names: no name from outside breaks the pages for everybody."""

import json
import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.config import TrainingConfig
from mnist_core.inference.classifier import DEFAULT_MODEL, ModelError
from mnist_core.runs.model_registry import list_models, load_file
from mnist_core.runs.names import clean_text, is_printable, make_id
from mnist_core.runs.run_error import RunError
from mnist_core.runs.store import RunStore

UNPRINTABLE = ["a\ud800b", "a\x00b", "two\nlines", "\x1b[31m", "a\u2028b", "a\x85b", "caf\udce9"]


@pytest.fixture
def store(tmp_path):
    """Return an empty store of runs."""
    return RunStore(tmp_path / "runs")


@pytest.mark.parametrize("name", UNPRINTABLE)
def test_an_unprintable_name_is_rejected(store, name):
    """A run cannot be created with it or renamed to it, and a file with it cannot be loaded."""
    with pytest.raises(RunError, match="control characters"):
        store.create(TrainingConfig(), name=name)
    run = store.create(TrainingConfig(), name="Mine")
    with pytest.raises(RunError, match="control characters"):
        run.rename(name)
    with pytest.raises(ModelError, match="control characters") as caught:
        load_file(store, f"{name}.onnx", DEFAULT_MODEL.read_bytes())
    assert is_printable(str(caught.value))
    assert [each.name for each in store.list()] == ["Mine"]
    assert not (store.folder / ".models").exists()


@pytest.mark.parametrize("name", ["Größe 2 👩‍🏫", "नमस्ते", "می‌خواهم", "<b>**x**</b>"])
def test_names_in_all_languages_are_accepted(store, name):
    """Joiners of emoji and of scripts are parts of names."""
    assert store.create(TrainingConfig(), name=name).read().name == name


@pytest.mark.parametrize("text", UNPRINTABLE)
def test_texts_in_a_record_are_cleaned(store, text):
    """Name, reason and network may have been written by anything."""
    run = store.create(TrainingConfig(), name="Mine", status="failed")
    request = json.loads(run.request_path.read_text())
    run.request_path.write_text(json.dumps({**request, "name": text}))
    run.write_state(reason=text)
    snapshot = run.read()
    assert "\N{REPLACEMENT CHARACTER}" in snapshot.name
    assert is_printable(snapshot.name) and is_printable(snapshot.reason)
    request["config"]["model"] = text
    run.request_path.write_text(json.dumps({**request, "name": None}))
    snapshot = run.read()
    assert (snapshot.status, snapshot.name) == ("damaged", run.id)
    assert is_printable(str(snapshot.config_error))


def test_the_name_of_a_loaded_model_is_cleaned(store):
    """Whatever its name.txt holds; an empty one gives way to the id."""
    model = load_file(store, "A.onnx", DEFAULT_MODEL.read_bytes())
    path = model.path.parent / "name.txt"
    for content in (b"caf\xe9\x00\n.onnx", "\u2028".encode(), b"x" * 10_000):
        path.write_bytes(content)
        title = list_models(store)[0].title
        assert is_printable(title) and 1 <= len(title) <= 1024
    path.write_bytes(b" ")
    assert list_models(store)[0].title == model.id


@pytest.mark.skipif(sys.platform != "linux", reason="folders with any bytes in their names")
def test_a_folder_whose_name_is_not_unicode(store):
    """Its run is listed, found by its id and deleted like any other."""
    run = store.create(TrainingConfig())
    run.folder.rename(store.folder / os.fsdecode(b"caf\xe9\n"))
    (snapshot,) = store.list()
    assert snapshot.id == r"caf\udce9\n"
    assert store.get(snapshot.id).read().status == "queued"
    store.delete(store.get(snapshot.id))
    assert not store.list()


@given(st.text(st.characters()))
def test_cleaned_texts_can_be_sent_to_a_browser(text):
    """Any text becomes valid UTF-8 on one line; what is printable stays."""
    assert is_printable(clean_text(text)) and is_printable(make_id(text))
    clean_text(text).encode()
    if is_printable(text):
        assert clean_text(text) == make_id(text) == text
