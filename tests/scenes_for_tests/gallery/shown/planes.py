"""A plane from above, and the same in relief, with runners."""

import numpy as np

from explainer.contract.cards import Card, Plane, Stroke, Surface
from explainer.contract.scene import Array

COUNTS = {"usual": 30, "one": 1, "none": 1, "many": 4000, "odd": 30}
RUNNERS = {"usual": 2, "one": 1, "none": 0, "many": 8, "odd": 2}
ARRAYS = {
    "ground_x": Array(("ground x",), "float64", "Where columns lie."),
    "ground_y": Array(("ground y",), "float64", "Where rows lie."),
    "ground": Array(("ground y", "ground x"), "float64", "Heights.", nan="not known", infinite="too high"),
    "runs": Array(("runner", "stride", "xy"), "float64", "Paths.", nan="not known", infinite="ran away"),
    "ended": Array(("runner",), "bool", "Who has ended."),
    "lowest": Array(("low place", "xy"), "float64", "Minima."),
}


def arrays(params, step):
    """Return the arrays."""
    x, y = np.linspace(-3, 3, 48), np.linspace(-2, 2, 40)
    ground = x[None] ** 2 + 4 * y[:, None] ** 2 + np.sin(3 * x[None])
    time = np.arange(COUNTS[params.amount]) / 10
    who = np.arange(RUNNERS[params.amount])[:, None]
    runs = np.stack([-2.5 * np.exp(-time / (1 + who)), 1.5 * np.cos(4 * time + who) * np.exp(-time / 2)], -1)
    ended = np.arange(RUNNERS[params.amount]) == 1
    if params.amount == "odd":
        ground[:4, :4], ground[20, 20] = np.nan, np.inf
        runs[0, -1] = np.nan
    return {
        "ground_x": x,
        "ground_y": y,
        "ground": ground,
        "runs": runs,
        "ended": ended,
        "lowest": np.array([[-0.46, 0.0]]),
    }


CARDS = (
    Card(
        "plane",
        "A plane with runners, arrows and a field",
        Plane(
            "ground",
            "ground_x",
            "ground_y",
            "runs",
            retired="ended",
            crosses="lowest",
            label=lambda frame: ("x", "y"),
            strokes=lambda frame: (Stroke((-1.0, 0.5), (0.8, -0.3), 2), Stroke((1.0, 0.5), (-0.5, -0.5), dashed=True)),
            key=lambda frame: (("step", 2, False), ("kept", "text", True)),
            downhill=True,
            names=lambda frame: [f"runner {k}" for k in range(RUNNERS[frame.params.amount])],
        ),
    ),
    Card(
        "relief",
        "The same in relief",
        Surface("ground", "ground_x", "ground_y", "runs", label=lambda frame: ("x", "y", "L")),
    ),
)
