"""Tables, with every kind of column."""

import numpy as np

from explainer.contract.cards import Bar, Card, Cell, Dimension, Spark, Table
from explainer.contract.scene import Array

COUNTS = {"usual": 6, "one": 1, "none": 0, "many": 300, "odd": 6}
ARRAYS = {
    "line_name": Array(("line",), "<U32", "Names."),
    "line_score": Array(("line",), "float64", "Scores.", nan="not known", infinite="too much"),
    "line_share": Array(("line",), "float64", "Shares.", nan="not known"),
    "line_history": Array(("line", "time of lines"), "float64", "Histories.", nan="not known"),
}
DIMENSIONS = {"line": Dimension("line", "line_name")}


def arrays(params, step):
    """Return the arrays."""
    count = COUNTS[params.amount]
    score = np.cos(np.arange(count) * 1.7) * 5
    if params.amount == "odd":
        score[1], score[2] = np.nan, -np.inf
    share = np.abs(np.sin(np.arange(count) + 1.0))
    history = np.cumsum(np.sin(np.arange(count)[:, None] + np.arange(20) / 3), 1)
    return {
        "line_name": np.array([f"network {k + 1}" for k in range(count)], dtype="<U32"),
        "line_score": score,
        "line_share": share,
        "line_history": history.reshape(count, 20),
    }


CARDS = (
    Card(
        "table",
        "A table that can be sorted",
        Table(
            (
                Cell("line_name", "name"),
                Cell(
                    "line_score", "score", right=True, width=64, token=lambda frame, place: "good" if place == 0 else ""
                ),
                Spark("line_history", "history"),
                Bar("line_share", "share", span=1.0, number=lambda share: f"{share:.1%}", place=0),
                Bar("line_score", "signed", signed=True, place=1),
            ),
            dim="line",
            sortable=True,
            chosen=lambda frame: frame.params.chosen,
            click=lambda frame, place: {"chosen": place},
            reading=lambda frame, place: f"line {place + 1}",
            none="There is no line.",
        ),
    ),
)
