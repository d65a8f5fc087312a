"""Gradient descent: several optimizers race on a loss surface of two parameters."""

from typing import Any

from explainer.contract import (
    LIVE,
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
    point,
    real,
    switch,
    text,
)
from explainer.contract.cards import Dimension
from explainer.lab.expression import parse
from explainer.lab.optimizer_settings import OPTIMIZERS, Setting, parse_entry, resolve
from explainer.scenes.gradient_descent.formulas import second_title
from explainer.scenes.gradient_descent.landscapes import LANDSCAPES

POINTS = 20
"""How many data points the surface ``regression`` has."""
REACH = 1e3
"""Coordinates of starts and data points lie within ± this."""

_COMMON = {-1.0: "lr", -2.0: "momentum"}
"""Values no setting can have, given to :func:`resolve` to see which settings the common ones reach."""


def own_settings(name: str) -> dict[str, Any]:
    """Return what an optimizer's entry may be told for itself, as declarations."""
    reached = resolve(parse_entry(name), lr=-1.0, momentum=-2.0)
    return {known.name: _declared(known, _COMMON.get(reached[known.name], "")) for known in OPTIMIZERS[name].settings}


def _declared(known: Setting, follows: str) -> Any:
    words = {"name": known.name, "label": known.name, "help": known.help, "follows": follows, "kind": STRUCTURAL}
    if known.flag:
        return switch(bool(known.default), **words)
    return real(known.default, known.low, known.high, log=known.log, **words)


class Params(Parameters):
    """What can be set, in the order of the controls."""

    surface: str = choice(
        "ravine",
        {name: place.title for name, place in LANDSCAPES.items()},
        suggests=lambda name: {"start": LANDSCAPES[name].start, "lr": LANDSCAPES[name].lr},
        kind=STRUCTURAL,
        label="Surface",
        help="The loss as a function of two parameters x and y.",
    )
    optimizers: tuple[str, ...] = choices(
        "sgd,momentum",
        {name: known.label for name, known in OPTIMIZERS.items()},
        entry=lambda words: parse_entry(words).text(),
        settings=own_settings,
        kind=STRUCTURAL,
        label="Optimizers",
        help="Up to 16, raced from the same start; adam:lr=0.1:beta2=0.99 gives one settings of its own.",
    )
    lr: float = real(
        0.038, 1e-5, 10.0, log=True, kind=LIVE, label="Learning rate η", help="How long a step is, per unit of gradient."
    )
    momentum: float = real(
        0.7, 0.0, 0.999, kind=LIVE, label="Momentum β", help="The share of the last step that is kept; reaches momentum and nesterov only."
    )
    noise: float = real(
        0.0, 0.0, 20.0, kind=LIVE, label="Gradient noise σ", help="Standard deviation of Gaussian noise added to each component of each gradient, the same noise for every optimizer."
    )
    start: tuple[float, float] = point(
        (-9.0, 1.5), -REACH, REACH, kind=STRUCTURAL, label="Start (x, y)", help="Where every optimizer begins; drag it in the contours."
    )
    condition: float = real(
        50.0, 1.0, 1e4, log=True, kind=STRUCTURAL, label="Condition number κ", when={"surface": ("ravine",)},
        help="How much steeper the ravine is across than along: the ratio of the Hessian's eigenvalues.",
    )  # fmt: skip
    angle: float = real(
        0.0, -90.0, 90.0, kind=STRUCTURAL, label="Angle", unit="°", when={"surface": ("ravine",)},
        help="Turns the ravine against the axes; methods that scale each axis by itself feel it.",
    )  # fmt: skip
    batch: int = integer(
        POINTS, 1, POINTS, kind=LIVE, label="Batch size", when={"surface": ("regression",)},
        help=f"Data points in each gradient; below {POINTS} they are drawn afresh at every step.",
    )  # fmt: skip
    expression: str = text(
        "x**2 + 3*y**2 + 2*sin(3*x)*cos(3*y)", most=200, reader=parse, kind=STRUCTURAL, label="L(x, y) =", when={"surface": ("custom",)},
        help="Your own loss in x and y: + - * / ** ( ) numbers pi e sin cos tan tanh exp log sqrt abs.",
    )  # fmt: skip
    selected: int = integer(0, 0, 15, kind=VIEW, label="Selected optimizer", help="Whose numbers the slice and the formulas show, counted from 0.")
    log_loss: bool = switch(True, kind=VIEW, label="Logarithmic loss", help="Decades instead of equal distances on the loss axis.")
    arrows: bool = switch(False, kind=VIEW, label="Arrows", help="Every step as an arrow; at each ball the gradient's part of the next one, and what momentum keeps.")
    field: bool = switch(False, kind=VIEW, label="Gradient field", help="The downhill direction on a grid, behind the contours.")
    preview: bool = switch(True, kind=VIEW, label="Preview while dragging", help="A faint line shows the next 150 steps while the start, η, β or the slice's handle is dragged.")
    equal_axes: bool = switch(True, kind=VIEW, label="Equal axes", help="One unit is as long in x as in y: only then is the gradient seen normal to the contours.")


_OPTIMIZER, _XY = "optimizer", "coordinate"

SCENE = Scene(
    title="Gradient descent",
    room="Optimization",
    question="Why does a ball zigzag?",
    symbols={"η": "lr", "β": "momentum", "κ": "condition", "σ": "noise", "θ": "contours", "L": "loss"},
    order=0,
    parameters=Params,
    first=("lr", "momentum"),
    steps=200,
    pictured=14,
    speed=5.0,
    progress="loss/*",
    data=("surface", "batch"),
    metrics={"loss/*": "The loss at the optimizer's position after the update; of a retired one, where it was last finite."},
    arrays={
        "position": Array((_OPTIMIZER, _XY), "float64", "Where each optimizer is."),
        "gradient": Array((_OPTIMIZER, _XY), "float64", "The gradient that the last update used, at the position before it; at step 0 the first one to be used."),
        "next_gradient": Array((_OPTIMIZER, _XY), "float64", "The gradient at the present position, without noise."),
        "update": Array((_OPTIMIZER, _XY), "float64", "The last change of position; zero at step 0."),
        "velocity": Array((_OPTIMIZER, _XY), "float64", "The optimizer's running mean or sum of gradients, zero for those that keep none and for the retired."),
        "loss": Array((_OPTIMIZER,), "float64", "The loss where each optimizer is."),
        "label": Array((_OPTIMIZER,), "<U32", "The name of each optimizer, as in its metric."),
        "retired": Array((_OPTIMIZER,), "int64", "The step at which the optimizer ran away and was retired, −1 while it runs."),
        "why_retired": Array((_OPTIMIZER,), "int64", "Why it was retired: 0 it runs, 1 its loss rose beyond all numbers, 2 its loss fell without end, 3 its step led to where the loss is not defined, 4 the gradient is not defined where it was."),
        "left_at": Array((_OPTIMIZER, _XY), "float64", "Where the step led at which it was retired.", nan="it runs, or the step led nowhere", infinite="the numbers ended"),
        "path": Array((_OPTIMIZER, "step + 1", _XY), "float64", "Every position so far.", traced=True),
        "hessian_eigenvalues": Array((_OPTIMIZER, "eigenvalue"), "float64", "Eigenvalues of the exact Hessian where each optimizer is, ascending.", slow=True),
        "steep_direction": Array((_OPTIMIZER, _XY), "float64", "The unit eigenvector of the Hessian's largest eigenvalue where each optimizer is; zero where no direction is steepest.", slow=True),
        "lr_limit": Array((_OPTIMIZER,), "float64", "The learning rate above which the optimizer, its scaling held as it is now, diverges on the quadratic that touches the surface here.", slow=True, nan="the optimizer keeps no scaling yet or has no such limit (Rprop), or the quadratic has a direction without a bottom, where every learning rate leads away"),
        "scaling": Array((_OPTIMIZER, _XY), "float64", "What the optimizer's mean or gradient is divided by in each coordinate, start-up corrections and ε included.", nan="the optimizer divides by nothing, or has not yet", infinite="the gradients were too large"),
        "gradient_noise": Array((_OPTIMIZER,), "float64", "The root mean square length of what noise or a batch adds to a gradient here; 0 without."),
        "slice_length": Array(("sample",), "float64", "Distances along the selected optimizer's downhill direction."),
        "slice_loss": Array(("sample",), "float64", "The loss at these distances.", nan="the surface is not defined there", infinite="the loss overflows there"),
        "surface_x": Array(("x",), "float64", "The x of the drawn part of the surface."),
        "surface_y": Array(("y",), "float64", "The y of the drawn part of the surface."),
        "surface_loss": Array(("y", "x"), "float64", "The loss there.", nan="the surface is not defined there", infinite="the loss overflows there"),
        "minima": Array(("minimum", _XY), "float64", "The known minima, none where they are not known; of Ackley the deepest one alone."),
        "points": Array(("point", _XY), "float64", "The data points of the surface regression, none on the others."),
    },
    actions={
        "move_point": Verb(
            "Move a data point of the surface regression.",
            {"index": integer(0, 0, POINTS - 1, label="Point"), "to": point((0.0, 0.0), -REACH, REACH, label="To")},
            label="Move point",
        ),
    },
    dimensions={
        "rate of map": Dimension("Learning rate η", at="map_lr", log=True),
        "second of map": Dimension(second_title, at="map_second"),
        "start x of basins": Dimension(lambda frame: "w" if frame.params.surface == "regression" else "x", at="basin_x"),
        "start y of basins": Dimension(lambda frame: "b" if frame.params.surface == "regression" else "y", at="basin_y"),
    },
    jobs={
        "probe": Job("Loss and gradient at a point.", {"at": point((0.0, 0.0), -1e6, 1e6)}),
        "preview": Job("The next steps from another start.", {"start": point((0.0, 0.0), -REACH, REACH), "steps": integer(150, 1, 2_000)}),
        "ahead": Job("The next steps from here, with the present settings.", {"steps": integer(150, 1, 2_000)}),
        "map": Job("The loss after some steps for 64 × 64 learning rates and second settings.", {"learner": integer(0, 0, 15), "steps": integer(150, 1, 2_000)}),
        "basins": Job("Which minimum each start reaches.", {"learner": integer(0, 0, 15), "steps": integer(500, 1, 5_000)}),
    },
)  # fmt: skip
