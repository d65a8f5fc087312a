"""Overfitting: digits of which some have a wrong label, learned, and then learned by heart."""

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
    integer,
    real,
    switch,
)
from explainer.contract.cards import Dimension

MONITORS = {"loss": "Validation loss", "right": "Validation digits right"}
CHOICES = ("lowest validation loss", "most validation digits right", "most test digits right (cheating)")
MEASURES = ("step", "training", "validation", "test", "validation loss")
EVENTS = ("epoch", "checkpoint", "η cut", "stop")
ERRORS = ("at the points", "bias²", "variance", "bias² + variance + σ²")
POINTS, HIGHEST, SIGMA, FITS = 15, 14, 0.2, 50
"""The polynomial: so many points, its highest degree, the noise of the points, and how many samples are fitted."""
MOST = 1000


class Params(Parameters):
    """What can be set, in the order of the controls."""

    noise: float = real(
        0.3, 0.0, 1.0, kind=STRUCTURAL, label="Random labels", help="The share of labels that are drawn at random."
    )
    examples: int = integer(
        200, 20, MOST, log=True, kind=STRUCTURAL, label="Training digits", help="How many digits are learned from."
    )
    width: int = integer(
        128, 1, 1024, log=True, kind=STRUCTURAL, label="Hidden units", help="Of the one hidden layer: 64-units-10, ReLU."
    )
    batch: int = integer(
        32, 1, 256, log=True, kind=STRUCTURAL, label="Batch size", help="Digits in each gradient of an epoch."
    )
    lr: float = real(0.1, 0.001, 2.0, log=True, kind=LIVE, label="Learning rate η", help="Of SGD with momentum 0.9.")
    monitor: str = choice(
        "loss", MONITORS, kind=STRUCTURAL, label="Watched", help="What callbacks look at when an epoch ends."
    )
    patience: int = integer(
        0, 0, 200, kind=STRUCTURAL, label="Patience",
        help="Stop after so many epochs without a new best; 0 never stops.",
    )
    restore: bool = switch(
        True, kind=STRUCTURAL, label="Restore the best", unless={"patience": (0,)},
        help="Put the weights of the best epoch back when it stops.",
    )
    reduce: int = integer(
        0, 0, 200, kind=STRUCTURAL, label="Plateau",
        help="Cut η to a tenth after more than so many epochs without a better value; 0 never does.",
    )
    degree: int = integer(3, 1, HIGHEST, kind=VIEW, label="Degree", help="Of the polynomial through 15 points.")


def _of_each(dtype: str, meaning: str) -> Array:
    return Array(("example",), dtype, meaning)


SCENE = Scene(
    title="Overfitting",
    room="Generalization",
    question="When does a network learn by heart?",
    parameters=Params,
    first=("noise", "examples", "width"),
    data=("noise", "examples", "batch"),
    steps=1500,
    speed=60.0,
    progress="right/*",
    metrics={
        "loss/train": "Mean cross-entropy over all training digits and their given labels in nats, after the update.",
        "loss/validation": "The same over 237 validation digits, whose labels are as noisy.",
        "loss/test": "The same over 360 test digits with their true labels.",
        "right/train": "The share of training digits whose given label is predicted, after the update.",
        "right/validation": "The same of the validation digits.",
        "right/test": "The same of the test digits.",
        "right/clean": "The share of training digits with a right label that are right; 0 if there are none.",
        "right/wrong": "The share of those with a wrong label for which that label is predicted; 0 if there are none.",
        "right/true": "The share of these for which the true class is predicted; 0 if there are none.",
        "waited": "Epochs since what is watched was best.",
        "lr": "The learning rate of the update.",
    },
    arrays={
        "wrong": Array(("wrong",), "int64", "The places of the first 32 training digits whose label is wrong."),
        "wrong_images": Array(("wrong", "row", "column"), "float32", "These digits, from 0 to 1."),
        "given": _of_each("int64", "The labels that are learned from."),
        "truth": _of_each("int64", "The true classes."),
        "answers": _of_each("int64", "The predicted classes."),
        "given_probability": _of_each("float32", "The probability of the given label."),
        "true_probability": _of_each("float32", "The probability of the true class."),
        "choices": Array(
            ("choice", "measure"), "float64",
            "For each way to choose among the ends of epochs: its step, the shares right, the validation loss.",
            nan="No epoch has ended yet.",
        ),
        "event_start": Array(("event",), "float64", "The step at which an epoch begins, or something is done."),
        "event_end": Array(("event",), "float64", "Where it ends."),
        "event_lane": Array(("event",), "int64", "0: an epoch, 1: a checkpoint, 2: η cut, 3: stopped or restored."),
        "points": Array(("spot", "coordinate"), "float64", "The points that the polynomial is fitted to."),
        "line_x": Array(("sample",), "float64", "Where the lines are drawn."),
        "line_truth": Array(("sample",), "float64", "sin(1.5 π x), around which points are drawn."),
        "line_fit": Array(("sample",), "float64", "The least-squares polynomial through the points."),
        "line_mean": Array(("sample",), "float64", "The mean of 50 fits: the same x, fresh noise."),
        "line_spread": Array(("sample",), "float64", "The standard deviation of these fits."),
        "degrees": Array(("degree",), "int64", "The degrees 1 to 14."),
        "poly_errors": Array(
            ("error", "degree"), "float64",
            "Mean squared: from the points, of the mean fit from the truth, of fits from their mean, of new points.",
        ),
    },
    dimensions={
        "choice": Dimension("", CHOICES),
        "measure": Dimension("", MEASURES),
        "event": Dimension("event"),
        "lane": Dimension("", EVENTS),
        "sample": Dimension("x", at="line_x"),
        "degree": Dimension("degree", at="degrees"),
        "error": Dimension("", ERRORS),
        "features": Dimension("random features", at="feature_counts", log=True),
        "size": Dimension("training digits", at="sizes", log=True),
        "units": Dimension("hidden units", at="widths", log=True),
    },
    actions={
        "relabel": Verb(
            "Give a training digit another label.",
            {"index": integer(0, 0, MOST - 1, label="Example"), "label": integer(0, 0, 9, label="Label")},
            replaces=("index",),
        ),
        "restore_best": Verb("Put the weights of the last checkpoint back.", label="Restore the checkpoint"),
        "set_point": Verb(
            "Move a point of the polynomial.",
            {
                "index": integer(0, 0, POINTS - 1, label="Point"),
                "x": real(0.0, -1.0, 1.0, label="x"),
                "y": real(0.0, -3.0, 3.0, label="y"),
            },
            replaces=("index",),
        ),
    },
    jobs={
        "descend": Job("Least squares on 5 to 4,000 random features: errors, and the length of the weights."),
        "by_size": Job("This network trained on 25 to 1,000 digits."),
        "by_width": Job("Networks of 1 to 512 hidden units trained on these digits."),
    },
    symbols={"η": "lr", "L": "loss"},
    order=10,
)  # fmt: skip
