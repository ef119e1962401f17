"""Every page in a language of brackets: what is shown without them cannot be translated."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.protobuf.message import Message as Proto
from streamlit.testing.v1 import AppTest

from mnist_core.messages import LANGUAGES, PSEUDO_LANGUAGE
from ui import state

pytestmark = pytest.mark.slow

PAGES = ("draw", "hand", "train", "pixels", "errors", "inside", "learn")
FIELDS = {"body", "label", "help", "text", "placeholder", "options", "title", "html"}
"""The fields of elements with texts that people read."""
JSON_FIELDS = {"json", "json_args", "spec"}
"""The fields with the data of a script or a chart, in which values with spaces are texts."""

BRACKETS = re.compile(r"⟦[^⟦⟧]*⟧")
# A note is named by words that it shows as well, maybe by a part of a sentence.
ATTRIBUTES = re.compile(r"(?:alt|title|(?<!role=\"note\" )aria-label)=[\"']([^\"']*)[\"']")
TAG = re.compile(r"<style>.*?</style>|<(?:code|pre)[^>]*>.*?</(?:code|pre)>|<[^<>]*>", re.DOTALL)
WORD = re.compile(r"[A-Za-z]{3,}(?: [a-z]+)*")
NAMES = re.compile(
    r":material/\w+:|https?://\S+|MNIST|Grad-CAM|DataFrame|F1|ReLU|GELU|SGD|AdamW?|English|日本語|"
    r"(?:train|t10k)-(?:images|labels)|Small|For tests|"
    r"Compact|Swift|Accurate|Tutorial|Northcutt[^<]*|uint8|float32|max\(|"
    r"(?:conv|norm|relu|pool|dense|dropout|flatten|logits|probabilities)\d*|[a-z]+(?:-[a-z\d]+){2,}"
)
"""Names that are the same in all languages, among them those of the network in `tests.small`."""


def list_texts(proto: Proto) -> Iterator[str]:
    """Yield the texts of an element."""
    for field, value in proto.ListFields():
        values = value if isinstance(value, str) or not hasattr(value, "__iter__") else list(value)
        for each in values if isinstance(values, list) else [values]:
            if isinstance(each, str) and field.name in FIELDS:
                yield each
            elif isinstance(each, str) and field.name in JSON_FIELDS:
                yield from (text for text in list_strings(json.loads(each)) if " " in text)
            elif isinstance(each, Proto):
                yield from list_texts(each)


def list_strings(value: Any) -> Iterator[str]:
    """Yield the strings in a JSON value, except the names in its objects."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from list_strings(each)


def find_untranslated(text: str) -> list[str]:
    """Return the words of a text outside of brackets."""
    text = f"{text} {' '.join(ATTRIBUTES.findall(text))}"
    text = TAG.sub(" ", text)
    while BRACKETS.search(text):
        text = BRACKETS.sub(" ", text)
    return WORD.findall(NAMES.sub(" ", text))


def test_words_outside_of_brackets_are_found() -> None:
    """In HTML, its attributes and nested brackets."""
    assert find_untranslated('<p title="⟦One⟧">⟦Two ⟦three⟧ four⟧: 5</p>') == []
    assert find_untranslated('<p title="one two">⟦Three⟧ four</p>') == ["four", "one two"]


@pytest.mark.parametrize("name", PAGES)
def test_every_text_can_be_translated(
    name: str, open_app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the page shows at first has no word outside of brackets."""
    monkeypatch.setitem(LANGUAGES, PSEUDO_LANGUAGE, "Pseudo")
    app: Any = open_app(f"pages/{name}.py")
    app.session_state[state.LANGUAGE] = PSEUDO_LANGUAGE
    app.run()
    assert not app.exception
    protos = [element.proto for element in app.main if element.proto is not None]
    shown = [text for proto in protos for text in list_texts(proto)]
    assert any("⟦" in text for text in shown)
    assert [words for text in shown for words in find_untranslated(text)] == []
