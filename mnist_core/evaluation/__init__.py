"""Evaluation of predictions.

`evaluation` holds a classifier's predictions for a split with accuracy, loss and mistakes;
`metrics`, `calibration`, `comparison` and `label_issues` analyze them; `image_filter` and
`guessing_game` choose images from them. Nothing here looks inside a network.
"""

from mnist_core.evaluation.evaluation import Evaluation, Mistake, evaluate

__all__ = ["Evaluation", "Mistake", "evaluate"]
