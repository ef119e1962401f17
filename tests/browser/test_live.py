"""Tests of the modules in the browser: they prepare and classify drawings as the server does."""

import base64
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, Request, expect

from mnist_core.inference.classifier import Classifier
from mnist_core.preprocessing.drawing import prepare_drawing
from tests import PROJECT
from tests.browser.conftest import App
from tests.browser.person import find_canvas, wait_until_idle
from ui.components.js_module import VERSION_KEY

COUNT = 300
CLASSIFY_ALL = """
async ({ pictures, model }) => {
  const { prepareDrawing } = await import("/app/static/live/prepare.js");
  const network = await import("/app/static/live/model.js");
  network.show(null, Uint8Array.from(atob(model), (c) => c.charCodeAt(0)));
  const results = [];
  for (const picture of pictures) {
    const bitmap = await createImageBitmap(await (await fetch(picture)).blob());
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const image = prepareDrawing(context.getImageData(0, 0, width, height));
    results.push(image && { image: [...image], probabilities: await network.classify(image, 1) });
  }
  return results;
}
"""


@pytest.fixture(scope="module")
def drawings() -> list[np.ndarray]:
    """Hundreds of drawings: random strokes, specks, and two blank canvases."""
    rng = np.random.default_rng(0)
    drawings = [_scribble(rng) for _ in range(COUNT - 2)]
    blank = np.zeros((336, 336, 4), np.uint8)
    opaque = blank.copy()
    opaque[..., 3] = 255
    return [*drawings, blank, opaque]


def test_browser_and_server_agree(page: Page, app: App, drawings: list[np.ndarray]) -> None:
    """Hundreds of drawings give the same images and probabilities in both."""
    classifier = Classifier.load()
    page.goto(app.url)
    model = base64.b64encode(classifier.path.read_bytes()).decode()
    pictures = [_as_data_uri(drawing) for drawing in drawings]
    results = page.evaluate(CLASSIFY_ALL, {"pictures": pictures, "model": model})
    prepared = [prepare_drawing(drawing) for drawing in drawings]
    assert [result is None for result in results] == [image is None for image in prepared]
    pairs = [(r, p) for r, p in zip(results, prepared, strict=True) if p is not None]
    assert len(pairs) == COUNT - 2
    theirs = np.array([result["image"] for result, _ in pairs]).reshape(-1, 28, 28)
    ours = np.array([image for _, image in pairs])
    assert np.abs(theirs - ours).max() < 1e-3
    logits = classifier.logits(ours)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    expected = powers / powers.sum(axis=1, keepdims=True)
    assert np.abs([r["probabilities"] for r, _ in pairs] - expected).max() < 5e-3


def test_modules_that_the_browser_has_kept_are_replaced_once(page: Page, app: App) -> None:
    """After a change, the first page fetches all of them; the next pages use what is kept."""
    fetched = []
    page.on("request", lambda request: fetched.append(request) if is_update(request) else None)
    stored = f"localStorage.getItem('{VERSION_KEY}')"
    page.goto(app.url)
    page.wait_for_function(stored)
    version = page.evaluate(stored)
    page.evaluate(f"localStorage.setItem('{VERSION_KEY}', 'another version')")
    fetched.clear()
    page.reload()
    page.wait_for_function(f"{stored} === '{version}'")
    names = {urlsplit(request.url).path.rsplit("/", 1)[1] for request in fetched}
    assert names == {file.name for file in (PROJECT / "static" / "live").iterdir()}
    fetched.clear()
    page.reload()
    expect(find_canvas(page)).to_be_visible()
    wait_until_idle(page)
    assert not fetched


def is_update(request: Request) -> bool:
    """Tell whether a script, instead of an import, asks for a module."""
    return "/static/live/" in request.url and request.resource_type == "fetch"


def _scribble(rng: np.random.Generator) -> np.ndarray:
    """Draw white strokes on black, (336, 336, 4) uint8."""
    picture = np.zeros((336, 336, 4), np.uint8)
    picture[..., 3] = 255
    size = rng.integers(40, 300)
    corner = rng.integers(0, 336 - size, 2)
    for _ in range(rng.integers(1, 4)):
        points = (corner + rng.uniform(0, size, (rng.integers(2, 6), 2))).astype(np.int32)
        width = int(rng.integers(4, 40))
        cv2.polylines(picture, [points], False, (255, 255, 255, 255), width, cv2.LINE_AA)
    if rng.random() < 0.3:
        cv2.circle(picture, rng.integers(0, 336, 2).tolist(), 2, (255, 255, 255, 255), -1)
    return picture


def _as_data_uri(picture: np.ndarray) -> str:
    content = cv2.imencode(".png", picture)[1].tobytes()
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"
