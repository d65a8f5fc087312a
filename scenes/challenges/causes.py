"""Causes: what can be wrong with a training, what cures it, and what it is easily taken for; plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Setting:
    """How one network is trained; the defaults from ``pace`` on are right."""

    activation: str
    width: int
    layers: int
    images: int
    dropout: float
    batch: int
    pace: float = 1.0
    """What the learning rate is multiplied by."""
    bias: float = 0.0
    """The first bias of every hidden unit."""
    gain: float = 1.0
    """What the first hidden weights are multiplied by."""
    zero_grad: bool = True
    evaluates: bool = True
    """Whether dropout is off when the test is made."""
    scaled: bool = True
    """Whether inputs are standardized; else they are grey levels from 0 to 255."""
    wrong: float = 0.0
    """The share of training labels that are wrong."""
    disjoint: bool = True
    """Whether the test images are kept out of the training images."""
    balanced: bool = True
    softmaxes: int = 1
    shuffled: bool = True


@dataclass(frozen=True)
class Cause:
    """One answer to what is wrong."""

    words: str
    cure: str
    sign: str
    """Where it is seen, and what rules the others out."""
    rivals: tuple[str, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    """What differs from a right setting; the cure takes it back."""
    needs: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """What the network must be like to have it; the cure leaves it."""


CAUSES = {
    "healthy": Cause(
        "Nothing is wrong", "nothing is changed",
        "Losses fall, test and later images agree, and no picture shows anything odd.",
        ("leak", "labels", "train-mode", "imbalance"),
    ),
    "dead": Cause(
        "Dead ReLUs", "first biases of 0",
        "The last hidden layer's outputs are 0 for every image from step 0 on: no gradient passes back through it.",
        ("slow", "twice", "labels", "unscaled"), {"bias": -6.0}, {"activation": ("relu",)},
    ),
    "fast": Cause(
        "The learning rate is too large", "a learning rate 30 times smaller",
        "From the first step on updates are a large part of the weights. Inputs are scaled, gradients the batch's own.",
        ("accumulated", "unscaled", "labels", "sorted"), {"pace": 30.0}, {"activation": ("relu",), "layers": (3,)},
    ),
    "slow": Cause(
        "The learning rate is too small", "a learning rate 300 times larger",
        "Gradients arrive in every layer, but an update is less than a thousandth of the weights.",
        ("dead", "twice", "labels", "saturated"), {"pace": 1 / 300},
    ),
    "accumulated": Cause(
        "zero_grad is forgotten", "zero_grad before every backward pass",
        "What the optimizer is given is many times this batch's own gradient: it is the sum of all so far.",
        ("fast", "unscaled", "labels", "sorted"), {"zero_grad": False},
    ),
    "train-mode": Cause(
        "It is tested in training mode", "eval() before the test",
        "Tested twice it gives two answers: dropout is on. Later images, where it is off, do better.",
        ("labels", "imbalance", "leak", "healthy"), {"evaluates": False},
        {"dropout": (0.5,)},
    ),
    "unscaled": Cause(
        "Inputs are not scaled", "inputs of mean 0 and deviation 1",
        "Inputs reach from 0 to 255 where others have a mean of 0: sums and gradients are a hundred times as large.",
        ("fast", "accumulated", "labels", "sorted"), {"scaled": False},
    ),
    "labels": Cause(
        "30 % of its labels are wrong", "labels checked by hand",
        "Those training images that it believes least are named wrongly. It does better on the test than in training.",
        ("train-mode", "imbalance", "slow", "sorted"), {"wrong": 0.3}, {"dropout": (0.2,), "images": (600, 900)},
    ),
    "leak": Cause(
        "Test images are among the training images", "a test on images of its own",
        "Every test image has a training image at distance 0. On later images it does worse than the test says.",
        ("healthy", "imbalance", "labels", "train-mode"), {"disjoint": False},
        {"images": (150,), "dropout": (0.0,)},
    ),
    "imbalance": Cause(
        "One class is most of the training set", "as many images of every class",
        "One class has most of the labels, in every batch alike; the test's mistakes are mostly in its column.",
        ("sorted", "labels", "train-mode", "leak"), {"balanced": False},
    ),
    "twice": Cause(
        "Softmax is applied twice", "scores handed to the loss as they are",
        "What is handed to the loss lies between 0 and 1. The loss applies softmax itself: it cannot fall below 1.46.",
        ("slow", "dead", "labels", "unscaled"), {"softmaxes": 2},
    ),
    "sorted": Cause(
        "The data are sorted by class", "a new order in every epoch",
        "Each batch holds one class or two, in turn, and the loss jumps whenever a new one comes.",
        ("fast", "accumulated", "imbalance", "labels"), {"shuffled": False},
        {"images": (1200,), "activation": ("relu",), "dropout": (0.0,)},
    ),
    "saturated": Cause(
        "Its sigmoids are saturated", "smaller first weights",
        "Hidden outputs lie at 0 and at 1, where the slope is nearly 0: little gradient reaches the first layers.",
        ("slow", "unscaled", "twice", "labels"), {"gain": 30.0},
        {"activation": ("sigmoid",), "layers": (2,), "dropout": (0.0,)},
    ),
}  # fmt: skip
KEYS = tuple(CAUSES)


def fallen_ill(setting: Setting, cause: str) -> Setting:
    """Return the setting with something wrong."""
    return replace(setting, **CAUSES[cause].changes)


def cured(setting: Setting, cause: str) -> Setting:
    """Return the setting after the cure of a cause; a cure of what it does not have can do harm."""
    right = {name: getattr(Setting, name) for name in CAUSES[cause].changes}
    if "pace" in right:
        right["pace"] = setting.pace / CAUSES[cause].changes["pace"]
    return replace(setting, **right)
