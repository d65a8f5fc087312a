"""Missing data: holes are punched into a table that is known whole, and filled in every usual way, draw after draw."""


from explainer.contract import (
    STRUCTURAL,
    VIEW,
    Array,
    Job,
    Parameters,
    Scene,
    Verb,
    choice,
    choices,
    integer,
    real,
    switch,
    text,
)
from explainer.contract.cards import Dimension

WAYS = {
    "drop": "Dropped rows",
    "mean": "Mean",
    "median": "Median",
    "indicator": "Mean and indicator",
    "knn": "k-NN",
    "line": "Regression",
    "draw": "Regression + noise",
}
COLOURS = {"drop": 6, "mean": 5, "median": 3, "indicator": 4, "knn": 2, "line": 0, "draw": 1}
"""Their places in the palette."""
WHY = {"mcar": "At random (MCAR)", "mar": "By the other column (MAR)", "mnar": "By its own value (MNAR)"}
SIDES = {"y": "y, what is predicted", "x": "x, what one predicts from"}
DATA = {"drawn": "Heights and weights, drawn", "diabetes": "Diabetes, 442 patients, real", "file": "A table of your own"}
MOST = 2000
"""Rows at the most."""
LEAST = 8
"""So many values must stay known."""


def metrics_of(kind: str, ways: tuple[str, ...]) -> list[str]:
    """Return the names of one metric for each way."""
    return [f"{kind}/{way}" for way in ways]


class Params(Parameters):
    """What can be set, in the order of the controls."""

    why: str = choice("mcar", WHY, kind=STRUCTURAL, label="Holes", help="What decides which values are missing.")
    share: float = real(0.4, 0.02, 0.9, kind=STRUCTURAL, label="Share missing q", help="Of the values of one column.")
    side: str = choice("y", SIDES, kind=STRUCTURAL, label="Holes in", help="The other columns stay whole.")
    look: str = choice("mean", WAYS, kind=VIEW, label="Filled by", help="Whose values are drawn into the holes.")
    ways: tuple[str, ...] = choices(
        ("drop", "mean", "knn", "line", "draw"), WAYS, most=len(WAYS), kind=STRUCTURAL, label="Ways",
        help="All of them fill the same holes.",
    )
    strength: float = real(
        1.5, 0.0, 4.0, kind=STRUCTURAL, label="Strength s", when={"why": ("mar", "mnar")},
        help="A hole is exp(s) times as likely to fall on a row that is a standard deviation higher in what decides.",
    )
    k: int = integer(5, 1, 50, log=True, kind=STRUCTURAL, label="Neighbours k", help="The mean of so many fills a hole.")
    m: int = integer(
        1, 1, 20, kind=STRUCTURAL, label="Imputations M", help="So many tables are filled with noise; results are averaged."
    )
    truth: bool = switch(True, kind=VIEW, label="True values", help="A line from each filled value to the true one.")
    data: str = choice("drawn", DATA, kind=STRUCTURAL, label="Data", help="The whole table.")
    rows: int = integer(
        200, 30, MOST, log=True, kind=STRUCTURAL, label="Rows n", when={"data": ("drawn",)}, help="People in the table."
    )
    r: float = real(
        0.5, -0.95, 0.95, kind=STRUCTURAL, label="Correlation r", when={"data": ("drawn",)}, help="Of height and weight."
    )
    curve: float = real(
        0.0, 0.0, 1.0, kind=STRUCTURAL, label="Curvature", when={"data": ("drawn",)}, help="How much the line is bent."
    )
    path: str = text(
        "", names="file", read_when={"data": ("file",)}, kind=STRUCTURAL, label="File", when={"data": ("file",)},
        suggests=lambda path: {"data": "file"} if path.strip() else {},
        help="A CSV with a head line and columns of numbers without holes. Or drop one on the window.",
    )
    columns: str = text(
        "", most=200, kind=STRUCTURAL, label="Columns x, y", when={"data": ("file",)},
        help="Their names with a comma between; empty: the first two. All others help to fill.",
    )


_DROPPED = "The row is dropped."
_NO_DRAW = "Fewer than two draws were made."

SCENE = Scene(
    title="Missing data",
    room="Generalization",
    question="What do holes in a table do to the answer?",
    parameters=Params,
    first=("why", "share", "side", "look"),
    data=("data", "rows", "r", "curve", "path", "columns"),
    steps=300,
    speed=20.0,
    progress="slope/*",
    metrics={
        "mean/*": "The mean of the column after filling, in its unit.",
        "sd/*": "Its standard deviation after filling (divided by n).",
        "slope/*": "The least-squares slope of y on x after filling.",
        "mean_bias/*": "The mean over all draws so far, less the whole table's, in its standard deviations.",
        "slope_bias/*": "The mean slope over all draws so far, less the whole table's, as a share of that.",
    },
    arrays={
        "points": Array(("row", "axis"), "float64", "x and y, filled values in their places.", nan=_DROPPED),
        "missing": Array(("row",), "bool", "Which rows have a hole."),
        "whole": Array(("row", "axis"), "float64", "x and y as they are in truth."),
        "names": Array(("axis",), "<U80", "What x and y are called."),
        "lines": Array(("line", "end", "axis"), "float64", "Least squares on the whole table, and after filling."),
        "found": Array(("way", "measure"), "float64", "Mean, deviation, slope; the root mean squared error of what is filled.",
                       nan="Nothing is filled."),
        "target": Array(("measure",), "float64", "The same of the whole table."),
        "bias": Array(("way", "estimate"), "float64", "Mean and slope: the mean error over all draws, as in the metrics.",
                      nan=_NO_DRAW),
        "spread": Array(("way", "estimate"), "float64", "Their standard deviations over all draws, in the same units.",
                        nan=_NO_DRAW),
        "edges": Array(("edge",), "float64", "Edges of the bins of the column with holes."),
        "counts": Array(("table", "bin"), "int64", "The whole column, and the filled one."),
        "other_edges": Array(("edge",), "float64", "Edges of the bins of the other column."),
        "other_counts": Array(("seen", "bin"), "int64", "The other column of rows without a hole, and of those with one."),
        "apart": Array(("gap",), "float64", "By how many deviations the means of these differ, and Welch's t of it.",
                       infinite="They do not vary."),
    },
    dimensions={
        "way": Dimension("", lambda params: [WAYS[way] for way in params.ways],
                         colours=lambda params: [COLOURS[way] for way in params.ways]),
        "table": Dimension("", ("whole", "filled"), colours=lambda params: (7, COLOURS[params.look])),
        "seen": Dimension("", ("known", "hole"), colours=(7, 5)),
        "row": Dimension("row"),
        "tried": Dimension("share missing q", at="shares"),
    },
    actions={
        "move": Verb(
            "Move a point; of a hole only what is known.",
            {
                "index": integer(0, 0, MOST - 1, label="Row"), "x": real(0.0, -1e12, 1e12, label="x"),
                "y": real(0.0, -1e12, 1e12, label="y"),
            },
            label="Move a point", replaces=("index",),
        ),
        "punch": Verb(
            "Take a value away for good, or give it back for good.",
            {"index": integer(0, 0, MOST - 1, label="Row")}, label="Punch a hole",
        ),
    },
    jobs={"over_shares": Job("What every way finds for shares from 0.1 to 0.8, by 10 draws of holes each.")},
    symbols={"q": "share", "k": "k", "M": "m", "s": "strength", "n": "rows", "r": "r"},
    order=45,
)  # fmt: skip
