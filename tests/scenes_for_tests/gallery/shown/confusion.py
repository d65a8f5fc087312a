"""Confusion matrices."""

import numpy as np

from explainer.contract.cards import Card, Confusion, Dimension
from explainer.contract.scene import Array

CLASSES = ("cat", "dog", "bird", "fish", "horse")
COUNTS = {"usual": 5, "one": 1, "none": 0, "many": 120, "odd": 5}
ARRAYS = {"confused": Array(("actual class", "predicted class"), "int64", "How many of each are taken for each.")}
DIMENSIONS = {
    "actual class": Dimension("actual", CLASSES),
    "predicted class": Dimension("predicted", CLASSES),
}


def arrays(params, step):
    """Return the arrays."""
    count = COUNTS[params.amount]
    counts = np.random.default_rng(step).poisson(2, (count, count)) + 40 * np.eye(count, dtype=int)
    if params.amount == "odd":
        counts[1], counts[:, 3] = 0, 0
    return {"confused": counts.astype(np.int64)}


CARDS = (
    Card(
        "confusion",
        "What is taken for what",
        Confusion(
            "confused",
            caption="Click a cell to see its images",
            click=lambda frame, actual, predicted: {"row": min(actual, 63), "column": min(predicted, 63)},
            chosen=lambda frame: (frame.params.row, frame.params.column),
            none="nothing is counted yet",
        ),
        at_first=True,
    ),
)
