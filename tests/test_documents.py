"""What the documents say of the code."""

import re
from pathlib import Path

import pytest

from tests import PROJECT

DOCUMENTS = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")])


@pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: path.relative_to(PROJECT).as_posix()
)
def test_named_code_exists(document: Path) -> None:
    """Wherever a document says that a name is in a file."""
    text = " ".join(document.read_text().split())
    for name, file in re.findall(r"`(\w+)` in `([\w./-]+\.(?:py|js))`", text):
        assert re.search(rf"\b{name}\b", (PROJECT / file).read_text()), (name, file)


def test_documents_name_code() -> None:
    """So that the test above tests something."""
    assert "`MAX_COMPONENTS` in `mnist_core" in (PROJECT / "SECURITY.md").read_text()


@pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: path.relative_to(PROJECT).as_posix()
)
def test_links_lead_somewhere(document: Path) -> None:
    """To files of the project."""
    for link in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]+)", document.read_text()):
        assert (document.parent / link).exists(), link
