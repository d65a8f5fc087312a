"""Dropout: two networks of the same weights on the same batches, one of which drops units out while it learns."""

from explainer.contract import LIVE, STRUCTURAL, VIEW, Array, Parameters, Scene, Verb, choice, integer, real, switch
from explainer.contract.cards import Dimension

SCALINGS = {"inverted": "Inverted: × 1/(1 − p) in training", "original": "Original: × (1 − p) afterwards"}
LANES = ("dropout", "plain")
WAYS = (
    "no masks, scaled (as it should be)",
    "no masks, the factor forgotten",
    "one mask left on (eval() forgotten)",
    "mean of 30 masks",
    "the network without dropout",
)
QUARTERS = ("surest", "second", "third", "least sure")
SUMS = ("while training", "at evaluation", "running variance")
WIDEST, PASSES, FEWER, TESTED = 256, 100, 30, 360
"""Units at the most; masks for one test digit, and for each of all of them; how many these are."""


class Params(Parameters):
    """What can be set, in the order of the controls."""

    p: float = real(
        0.5, 0.0, 0.95, kind=LIVE, label="Dropout p", help="How likely a hidden unit is left out of an example."
    )
    p_input: float = real(
        0.0, 0.0, 0.95, kind=LIVE, label="Of the inputs", help="How likely a pixel is left out of an example."
    )
    scaling: str = choice(
        "inverted", SCALINGS, kind=STRUCTURAL, label="Scaling", help="Where the units that are left are made up for."
    )
    norm: bool = switch(
        False, kind=STRUCTURAL, label="Batch normalization", help="Of the second layer's sums, after the dropout."
    )
    noise: float = real(
        0.3, 0.0, 1.0, kind=STRUCTURAL, label="Random labels", help="The share of labels that are drawn at random."
    )
    examples: int = integer(
        200, 20, 1000, log=True, kind=STRUCTURAL, label="Training digits", help="How many digits are learned from."
    )
    width: int = integer(
        128, 8, WIDEST, log=True, kind=STRUCTURAL, label="Hidden units", help="In each of the two hidden layers."
    )
    batch: int = integer(32, 2, 256, log=True, kind=STRUCTURAL, label="Batch size", help="Digits in each gradient.")
    lr: float = real(0.03, 0.001, 1.0, log=True, kind=LIVE, label="Learning rate η", help="Of SGD with momentum 0.9.")
    probe: int = integer(0, 0, TESTED - 1, kind=VIEW, label="Test digit", help="Which one is asked with 100 masks.")


SCENE = Scene(
    title="Dropout",
    room="Generalization",
    question="Why switch units off?",
    parameters=Params,
    first=("p", "noise"),
    data=("noise", "examples", "batch"),
    steps=600,
    speed=60.0,
    progress="test/*",
    metrics={
        "loss/dropout": "Cross-entropy on the batch with masks in nats, before the update.",
        "loss/plain": "The same of the network without dropout.",
        "train/dropout": "The share of given training labels repeated, without masks, after the update.",
        "train/plain": "The same of the network without dropout.",
        "test/dropout": "The share of 360 test digits right, without masks, after the update.",
        "test/plain": "The same of the network without dropout.",
    },
    arrays={
        "weights": Array(("unit", "row", "column"), "float32", "The weights into each unit of the first layer."),
        "dropped": Array(("unit",), "bool", "The units that the first example of the last batch did without."),
        "removed": Array(("unit",), "bool", "The units that were taken out by hand."),
        "masks": Array(("example", "unit"), "bool", "The units of the first layer that each example kept."),
        "image": Array(("row", "column"), "float32", "The test digit that is asked."),
        "label": Array((), "int64", "Its class."),
        "answers": Array(("pass", "class"), "float64", "Its class probabilities with 100 masks."),
        "single": Array(("class",), "float64", "Its class probabilities without masks."),
        "counts": Array(("bin",), "int64", "In how many of the 100 its true class has such a probability."),
        "edges": Array(("edge",), "float64", "The edges of these bins."),
        "ways": Array(("way", "measure"), "float64", "Share of test digits right and mean loss in nats.", slow=True),
        "quarters": Array(
            ("quarter",), "float64", "The share right of test digits, by the entropy of the mean answer.", slow=True
        ),
        "entropies": Array(("doubted",), "float64", "The entropies of the digits shown, in nats.", slow=True),
        "doubted": Array(("doubted", "row", "column"), "float32", "The test digits it is least sure of.", slow=True),
        "doubted_labels": Array(("doubted",), "int64", "Their classes.", slow=True),
        "shares": Array(("share",), "float64", "The shares of units taken out on trial."),
        "without": Array(
            ("lane", "share"), "float64", "The share of test digits right without so many units, means of 5.", slow=True
        ),
        "variances": Array(
            ("sum",), "float64",
            "Variance of the second layer's sums over the training digits, mean over units: with masks, without, running.",
            nan="There is no batch normalization, so no running variance.",
        ),
    },
    dimensions={
        "lane": Dimension("", LANES),
        "way": Dimension("", WAYS),
        "measure": Dimension("", ("right", "loss")),
        "quarter": Dimension("", QUARTERS),
        "sum": Dimension("", SUMS),
        "share": Dimension("share of units taken out", at="shares"),
        "class": Dimension("class"),
    },
    actions={
        "remove": Verb(
            "Take a unit of the first layer out of both networks' use, or put it back.",
            {"unit": integer(0, 0, WIDEST - 1, label="Unit"), "out": switch(True, label="Out")},
            replaces=("unit",),
        ),
    },
    symbols={"p": "p", "η": "lr", "m": "units"},
    order=40,
)  # fmt: skip
