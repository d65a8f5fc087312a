"""Curves, with every option."""

import numpy as np

from explainer.contract.cards import Band, Card, Column, Curves, Dimension, Handle, Level, Line, Steps, reads
from explainer.contract.scene import Array

COUNTS = {"usual": 12, "one": 1, "none": 0, "many": 3000, "odd": 12}
NAN = "not known"
ARRAYS = {
    "curve_x": Array(("curve place",), "float64", "Where.", nan=NAN),
    "curves": Array(("curve", "curve place"), "float64", "Values.", nan=NAN, infinite="too much"),
    "curve_low": Array(("curve place",), "float64", "Least.", nan=NAN),
    "curve_high": Array(("curve place",), "float64", "Most.", nan=NAN),
    "decay": Array(("layer of curves",), "float64", "Over decades."),
}
DIMENSIONS = {
    "curve": Dimension("curve", ("sine", "cosine", "line")),
    "curve place": Dimension("x", at="curve_x"),
    "layer of curves": Dimension("layer", whole=True),
}


def arrays(params, step):
    """Return the arrays."""
    x = np.linspace(0.1, 10, COUNTS[params.amount])
    values = np.stack([np.sin(x + step / 10), np.cos(x), x / 10])
    if params.amount == "odd":
        values[0, 3:5], values[1, 7] = np.nan, np.inf
    decay = 10.0 ** -np.arange(COUNTS[params.amount], dtype=float).clip(0, 40)
    if params.amount == "odd":
        decay[-2:] = 0
    return {"curve_x": x, "curves": values, "curve_low": values[0] - 0.3, "curve_high": values[0] + 0.3, "decay": decay}


@reads("curves", dims=("curve place",))
def mean(frame):
    """Return the mean curve."""
    return frame.arrays["curves"].mean(0)


CARDS = (
    Card(
        "curves",
        "Three curves over x, with a handle and a level",
        Curves("curves", "value", handle=Handle("temperature", "T"), levels=(Level(0.5, "half"),), none="no curve"),
        at_first=True,
    ),
    Card(
        "lines",
        "Lines with a band, above a logarithmic curve",
        Column(
            (
                Curves(
                    (Line("curve_low", "low", 2, dashed=True), Line(mean, "mean", 1)),
                    "value",
                    bands=(Band("curve_low", "curve_high", 0),),
                    span=(-2, 2),
                    none="no line",
                ),
                Curves("decay", "size", log=True, none="nothing", click=lambda frame, place: {"chosen": place % 64}),
            )
        ),
    ),
    Card("steps", "Metrics", Steps({"loss": "loss", "other": "other"}, "value", levels=(Level(0.5, "half"),))),
)
