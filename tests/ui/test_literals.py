"""Every text of the pages goes through the catalogs: none is written where it is shown."""

import ast
import re
from collections.abc import Iterator

from tests import PROJECT

TRANSLATING = {"_", "message", "ngettext", "plural_message"}
NOT_SHOWN = {"component", "info", "exception", "getLogger", "compile", "sub", "match", "find_code"}
"""Functions whose texts are scripts, logs, patterns or names of steps of the program."""
NOT_TEXT = {"css", "js", "html"}
CODE = re.compile(r"(JS|CSS|STYLE|SCRIPT|LINES|OVERFLOW|CODE|HTML)$")
"""Constants with code for the browser, or lines of a program."""
EXCEPTIONS = {
    "font-weight: bold",
    'class="map chosen"',
    "0  Northcutt et al., 2021",
    # What a program prints, in the language in which it is written.
    "Test accuracy 0, test loss 0",
    "0 of 0 test images are classified incorrectly.",
    "Image 0: 0, classified as 0 (0)",
}
LABELS = {"label", "help", "placeholder", "text", "title", "name"}

TAG = re.compile(r"<[^<>]*>|<[^<>]*$|^[^<>]*>|:material/\w+:")
WORDS = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z]{2,}")
WORD = re.compile(r"^[A-Z][a-z]{2,}$")


def find_literals(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each literal that reads like a sentence or a label."""
    tree = ast.parse(source)
    yield from _walk(tree, is_label=False)


def _walk(node: ast.AST, is_label: bool) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Call) and _get_name(node.func) in TRANSLATING | NOT_SHOWN:
        return
    if isinstance(node, ast.Assign) and CODE.search(ast.unparse(node.targets[0])):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Compare):
        return  # with an id
    if isinstance(node, ast.Constant | ast.JoinedStr):
        text = TAG.sub(" ", _read(node)).strip()
        is_text = WORDS.search(text) or (is_label and WORD.match(text))
        if is_text and text not in EXCEPTIONS:
            yield node.lineno, text
        values = node.values if isinstance(node, ast.JoinedStr) else []
        for value in values:
            if isinstance(value, ast.FormattedValue):
                yield from _walk(value.value, is_label=False)
        return
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from _walk(value, is_label=False)
        return
    if isinstance(node, ast.Subscript):
        yield from _walk(node.value, is_label=False)
        return
    if isinstance(node, ast.Call) and _is_streamlit(node.func):
        for argument in node.args[:1]:
            yield from _walk(argument, is_label=True)
        rest = [*node.args[1:], *node.keywords]
    else:
        rest = list(ast.iter_child_nodes(node))
    for child in rest:
        if isinstance(child, ast.keyword) and child.arg in NOT_TEXT:
            continue
        if isinstance(child, ast.keyword):
            yield from _walk(child.value, child.arg in LABELS)
        else:
            yield from _walk(child, is_label=False)


def _read(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "0" for part in node.values
    )


def _get_name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)


def _is_streamlit(function: ast.expr) -> bool:
    return ast.unparse(function).startswith("st.")


def test_no_text_is_outside_the_catalogs() -> None:
    """Neither sentences nor labels of widgets."""
    paths = [*(PROJECT / "pages").glob("*.py"), *(PROJECT / "ui").rglob("*.py")]
    found = [
        f"{path.relative_to(PROJECT)}:{line}: {text}"
        for path in [PROJECT / "streamlit_app.py", *paths]
        if path.name != "js_module.py"  # a script
        for line, text in find_literals(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_literals_are_found_where_they_are_shown() -> None:
    """In HTML too, but not in tags, keys and docstrings."""
    source = '''
def show():
    """Show two words."""
    st.button("Undo", key="page_undo")
    st.html(f'<p class="one two">This is {x} text</p>')
    st.html(f'<p class="one two">{_("This is text")}</p>')
'''
    assert list(find_literals(source)) == [(4, "Undo"), (5, "This is 0 text")]
