"""Paradigms: the same digits, told by their names, by a reward, or not at all."""

from explainer.contract import LIVE, STRUCTURAL, VIEW, Array, Parameters, Scene, choice, integer, real, switch
from explainer.contract.cards import Dimension

LEARNERS = {"labels": "With labels", "reward": "With a reward", "clusters": "With nothing"}
DIGITS = tuple(str(k) for k in range(10))


class Params(Parameters):
    """What can be set, in the order of the controls."""

    shown: str = choice("labels", LEARNERS, kind=VIEW, label="Learner looked at", help="Whose answers are drawn.")
    lr: float = real(
        0.05, 0.001, 1.0, log=True, kind=LIVE, label="Learning rate η", help="Of the two that have a gradient."
    )
    baseline: bool = switch(
        True, kind=LIVE, label="Baseline", help="Whether the mean reward so far is taken off before it is used."
    )
    clusters: int = integer(10, 2, 30, kind=STRUCTURAL, label="Clusters k", help="How many groups k-means makes.")
    noise: float = real(
        0.0, 0.0, 0.9, kind=STRUCTURAL, label="Wrong labels", help="The share of training labels that are wrong."
    )


SCENE = Scene(
    title="Paradigms",
    room="Foundations",
    question="Labels, no labels, or only a reward?",
    parameters=Params,
    first=("shown", "baseline"),
    data=("noise",),
    steps=300,
    speed=60.0,
    progress="accuracy/*",
    metrics={
        "accuracy/labels": "Test accuracy of the learner that is told each digit's name.",
        "accuracy/reward": "Test accuracy of the learner that is told only whether its guess was right.",
        "accuracy/clusters": "Test accuracy if one example of each cluster is named: the one nearest to its centre.",
        "agreement": "Adjusted Rand index of clusters and true digits on the test images: 0 by chance, 1 the same.",
        "reward": "1 if the guess of this step was right, else 0.",
    },
    arrays={
        "image": Array(("pixel row", "pixel column"), "float32", "The example of this step, from 0 to 1."),
        "told": Array(("learner",), "<U48", "What each learner was told of it."),
        "asked_so_far": Array(("learner",), "int64", "How many names a person has had to give so far."),
        "accuracies": Array(("learner",), "float64", "Test accuracy now."),
        "names_templates": Array(("digit", "pixel row", "pixel column"), "float32", "Weights of the labelled learner."),
        "reward_templates": Array(("digit", "pixel row", "pixel column"), "float32", "Weights of the rewarded one."),
        "centres": Array(("cluster", "pixel row", "pixel column"), "float32", "The clusters' centres, from 0 to 1."),
        "centre_names": Array(("cluster",), "int64", "The true digit of the example nearest to each centre."),
        "places": Array(("test image", "axis"), "float32", "The test images on the training images' first two "
                        "principal components."),
        "answers": Array(("test image",), "int64", "What the learner looked at says of each."),
        "truth": Array(("test image",), "int64", "The true digits."),
        "confusion": Array(("actual", "predicted"), "int64", "Counts over the test images."),
    },
    dimensions={
        "learner": Dimension("", tuple(LEARNERS.values())),
        "digit": Dimension("digit", DIGITS),
        "actual": Dimension("actual", DIGITS),
        "predicted": Dimension("said", DIGITS),
        "cluster": Dimension("cluster"),
    },
    symbols={"η": "lr", "k": "clusters", r"\bar r": "baseline", "r": "reward"},
    order=70,
)  # fmt: skip
