"""The catalogs of messages: collect the texts of the sources, update, and compile.

`make messages` runs this module. It uses Babel's catalogs, but finds the texts itself: Babel does
not see calls inside f-strings before Python 3.12. Nor are the catalogs checked by Babel, for which
“95 % confidence” has a placeholder; `tests/core/test_catalogs.py` compares the real ones.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from mnist_core.messages import LANGUAGES, LOCALE
from tests import PROJECT

SOURCES = ("streamlit_app.py", "pages", "ui", "mnist_core")
SINGULAR, PLURAL = {"_", "message"}, {"ngettext", "plural_message"}
TEMPLATE = LOCALE / "messages.pot"


def collect() -> Catalog:
    """Return a catalog of all texts in the sources, with the files that each is in."""
    template = Catalog(charset="utf-8", header_comment="# The texts of Draw a digit.")
    for path in _list_sources():
        for texts in find_texts(path.read_text(encoding="utf-8")):
            location = (path.relative_to(PROJECT).as_posix(), 0)
            template.add(texts[0] if len(texts) == 1 else texts, locations=[location])
    return template


def find_texts(source: str) -> Iterator[tuple[str, ...]]:
    """Yield the texts to translate in a module: one, or singular and plural."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            count = 1 if node.func.id in SINGULAR else 2 if node.func.id in PLURAL else 0
            texts = tuple(
                argument.value
                for argument in node.args[:count]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            )
            if count and len(texts) == count:
                yield texts


def get_path(language: str) -> Path:
    """Return the path of a language's catalog; that of the compiled one ends in .mo."""
    return LOCALE / language / "LC_MESSAGES" / "messages.po"


def read_catalog(path: Path) -> Catalog:
    """Read a catalog or the template."""
    with path.open("rb") as file:
        return read_po(file, ignore_obsolete=True)


def list_messages(catalog: Catalog) -> list[Message]:
    """Return the messages of a catalog without its header."""
    return [message for message in catalog if message.id]


def _list_sources() -> Iterator[Path]:
    for name in SOURCES:
        path = PROJECT / name
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def main() -> None:
    """Write the template, and update and compile the catalog of each language but English."""
    template = collect()
    with TEMPLATE.open("wb") as file:
        write_po(file, template, width=100, omit_header=True)
    for language in LANGUAGES:
        path = get_path(language)
        if not path.exists():
            continue
        catalog = read_catalog(path)
        catalog.locale = language
        catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
        with path.open("wb") as file:
            write_po(file, catalog, width=100, ignore_obsolete=True)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
        missing = sum(not message.string for message in list_messages(catalog))
        print(f"{language}: {len(catalog)} messages, {missing} without a translation")


if __name__ == "__main__":
    main()
