"""Matrices and maps, with every option."""

import numpy as np

from explainer.contract.cards import Card, Dimension, Edit, Map, Matrix, Row, reads
from explainer.contract.scene import Array

COUNTS = {"usual": (4, 6), "one": (1, 1), "none": (0, 0), "many": (1050, 1200), "odd": (4, 6)}
NAN = "not known"
ARRAYS = {
    "jacobian": Array(("matrix row", "matrix column"), "float64", "Signed.", nan=NAN, infinite="too much"),
    "swept_loss": Array(("momentum of map", "rate of map"), "float64", "Over decades.", nan=NAN, infinite="too much"),
    "momenta": Array(("momentum of map",), "float64", "Where rows lie."),
    "rates": Array(("rate of map",), "float64", "Where columns lie."),
    "basin_of_map": Array(("start y of map", "start x of map"), "int64", "Which minimum is reached."),
    "basin_places": Array(("start x of map",), "float64", "Where columns lie."),
    "basin_heights": Array(("start y of map", "start x of map"), "float64", "How high the ground is."),
}
DIMENSIONS = {
    "matrix row": Dimension("of", lambda params: ("queen", "king", "a rather long name", "rook")),
    "matrix column": Dimension("by", lambda params: ("one", "two", "three", "four", "five", "six")),
    "momentum of map": Dimension("momentum β", at="momenta"),
    "rate of map": Dimension("learning rate η", at="rates", log=True),
    "start y of map": Dimension("y", at="basin_places"),
    "start x of map": Dimension("x", at="basin_places"),
}


def arrays(params, step):
    """Return the arrays."""
    rows, columns = COUNTS[params.amount]
    down, across = np.indices((rows, columns), float)
    jacobian = np.sin(down + 1 + step / 10) * np.cos(across / 2) * 3
    side = 40 if params.amount in ("usual", "odd") else min(rows, 300)
    momenta, rates = np.linspace(0, 0.99, side), np.logspace(-4, 0, side)
    swept = 10 ** (3 * np.sin(3 * momenta[:, None]) + np.log10(rates)[None] ** 2 / 3) if side else np.zeros((0, 0))
    places = np.linspace(-2, 2, side)
    basins = (places[:, None] ** 2 + places[None] > 2).astype(int) + (places[None] > 1) * (places[:, None] > 0)
    if params.amount == "odd":
        jacobian[0, :3], jacobian[2, 1] = (np.nan, np.inf, -np.inf), 1e6
        swept[30:, 25:], basins[5:9, 5:9] = np.nan, -1
    return {
        "jacobian": jacobian,
        "swept_loss": swept,
        "momenta": momenta,
        "rates": rates,
        "basin_of_map": basins,
        "basin_places": places,
        "basin_heights": np.abs(places[:, None] * places[None]) / 4,
    }


@reads("jacobian", dims=("matrix row", "matrix column"))
def whole(frame):
    """Return whole numbers."""
    return np.nan_to_num(frame.arrays["jacobian"] * 100, posinf=0, neginf=0).astype(int)


def clicked(frame, row, column):
    """Choose a cell."""
    return {"row": min(row, 63), "column": min(column, 63)}


def framed(frame):
    """Return the chosen cell."""
    return frame.params.row, frame.params.column


CARDS = (
    Card(
        "matrix",
        "A signed matrix that is clicked; whole numbers in ink",
        Row(
            (
                Matrix("jacobian", "∂p/∂z", colours="signed", click=clicked, framed=framed, none="no matrix"),
                Matrix(whole, colours="ink", upward=True, caption="Whole numbers, row 0 below", none="no matrix"),
            )
        ),
        hint="click a cell",
        at_first=True,
    ),
    Card(
        "edited",
        "A matrix whose numbers are typed or dragged",
        Matrix(
            "jacobian",
            low=-3,
            high=3,
            square=False,
            edit=Edit(lambda frame, place, number: {"scores": [number, 0.0, 0.0]}, low=-5, high=5),
            none="no matrix",
        ),
    ),
    Card(
        "map",
        "Loss over two scales, with a marker",
        Map(
            "swept_loss",
            "loss",
            log=True,
            bad="diverged",
            caption="The dot is you",
            marker=lambda frame: (0.3, frame.params.temperature / 20),
            crosses=lambda frame: [(0.5, 0.01), (0.9, 0.1)],
            click=clicked,
            none="no map",
        ),
    ),
    Card(
        "classes",
        "Classes over a plane",
        Map(
            "basin_of_map",
            equal=True,
            bad="none",
            pale="basin_heights",
            legend=lambda frame: ((0, "left"), (1, "right"), (2, "corner"), (-1, "and 3 more")),
            marker=lambda frame: (5.0, 0.0),
            none="no map",
        ),
    ),
)
