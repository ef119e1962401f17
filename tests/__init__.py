"""Tests: `core/` mirrors `mnist_core`, `ui/` and `pages/` the app, `browser/` drives it."""

from pathlib import Path

PROJECT = Path(__file__).parents[1]
