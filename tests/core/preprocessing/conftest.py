"""Fixtures of the tests of the preparation of images."""

import numpy as np
import pytest

from mnist_core.datasets.mnist import Mnist


@pytest.fixture
def nine(data: Mnist) -> np.ndarray:
    """Return the tutorial's example, (28, 28) uint8."""
    return data.train.images[53238]
