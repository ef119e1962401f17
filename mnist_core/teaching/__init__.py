"""Teaching a network a person's own handwriting, from a few drawings.

`teach` returns the taught network: its last layer taught at once, without TensorFlow, or the whole
network trained. `report` measures on drawings that were not taught whether it helps, and
`forgetting` how much of MNIST is forgotten without rehearsal. Nothing here stores drawings, models
or runs; see `mnist_core.runs` and `mnist_core.jobs`.
"""

from mnist_core.teaching.drawings import TeachingError
from mnist_core.teaching.forgetting import ForgettingPoint, measure_forgetting
from mnist_core.teaching.report import TeachingReport, measure_teaching
from mnist_core.teaching.teach import Method, teach

__all__ = [
    "ForgettingPoint",
    "Method",
    "TeachingError",
    "TeachingReport",
    "measure_forgetting",
    "measure_teaching",
    "teach",
]
