"""Tests of the browser's modules."""

from tests import PROJECT


def test_the_addresses_of_the_runtime_name_its_version() -> None:
    """So that no browser keeps an older one."""
    model = (PROJECT / "static/live/model.js").read_text()
    version = model.split('VERSION = "')[1].split('"')[0]
    runtime = PROJECT / "static/onnxruntime-web/ort.wasm.bundle.min.mjs"
    assert f'"{version}"' in runtime.read_text()
