"""Tests of mnist_core.training.config_json: plain values, or one sentence."""

import pytest

from benchmarks.keras_files import write_archive
from mnist_core.training.config_json import MAX_JSON_DEPTH, read_config
from mnist_core.training.keras_archive import CONFIG, KerasFileError


def test_a_configuration_is_read(tmp_path):
    """It comes as plain values."""
    assert read_config(write_archive(tmp_path / "model.keras"))["class_name"] == "Sequential"


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (b"[" * 200_000, "nested more than"),
        (b'{"a":' * (MAX_JSON_DEPTH + 1) + b"1" + b"}" * (MAX_JSON_DEPTH + 1), "nested more than"),
        (b"[]", "does not describe a network"),
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
    ],
)
def test_a_configuration_that_is_not_one_is_refused(tmp_path, config, reason):
    """The depth is measured before the JSON is parsed."""
    file = write_archive(tmp_path / "model.keras", {CONFIG: config})
    with pytest.raises(KerasFileError, match=reason):
        read_config(file)


def test_brackets_inside_strings_do_not_count(tmp_path):
    """A name may hold any of them, and an escaped quotation mark too."""
    config = b'{"name": "' + b'[{\\"' * 100 + b'"}'
    file = write_archive(tmp_path / "model.keras", {CONFIG: config})
    assert read_config(file)["name"].startswith('[{"')
