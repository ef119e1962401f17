"""Tests of mnist_core.training.notebook: a notebook that runs."""

import base64
from dataclasses import replace

import cv2
import numpy as np
import pytest

from mnist_core.training.architectures import NETWORKS
from mnist_core.training.notebook import make_notebook
from mnist_core.training.script_cells import list_cells
from tests.small import load_few

PATCH = """\
import keras
with __import__("numpy").load({path!r}) as data:
    digits = dict(data)
keras.datasets.mnist.load_data = lambda: ((digits["a"], digits["b"]), (digits["c"], digits["d"]))
"""


def read(text):
    """Return the cells of a notebook, checked."""
    import nbformat

    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    return notebook


def test_words_and_code_alternate_and_a_picture_shows_the_digits():
    """The steps are those of the program; the picture holds the first forty images."""
    config, data = NETWORKS["compact"].defaults, load_few(64)
    cells = read(make_notebook(config, data.train)).cells
    steps = list_cells(config)
    assert [cell.cell_type for cell in cells] == ["markdown", "code"] * len(steps)
    assert [cell.source for cell in cells[1::2]] == [step.code.rstrip() for step in steps]
    (look,) = [cell for cell in cells if cell.get("attachments")]
    assert "(attachment:digits.png)" in look.source
    content = base64.b64decode(look.attachments["digits.png"]["image/png"])
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture.shape == (4 * 56, 10 * 56)
    np.testing.assert_array_equal(picture[::2, ::2][28:56, 28:56], data.train.images[11])


def test_the_same_settings_give_the_same_notebook():
    """A second download is the same file."""
    config, data = NETWORKS["swift"].defaults, load_few(64)
    assert make_notebook(config, data.train) == make_notebook(config, data.train)


@pytest.mark.slow
def test_the_notebook_runs(tmp_path):
    """Every cell runs without an error; the last ones print accuracy and mistakes."""
    import nbformat
    from nbclient import NotebookClient

    data = load_few(96, 32)
    path = tmp_path / "few.npz"
    np.savez(path, a=data.train.images, b=data.train.labels, c=data.test.images, d=data.test.labels)
    config = replace(NETWORKS["compact"].defaults, epochs=1, batch_size=32)
    notebook = read(make_notebook(config, data.train))
    notebook.cells.insert(0, nbformat.v4.new_code_cell(PATCH.format(path=str(path))))
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=600, resources=resources).execute()
    outputs = "".join(
        output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", ())
    )
    assert "Test accuracy" in outputs
    assert "test images are classified incorrectly" in outputs
    assert (tmp_path / "compact.keras").exists()
