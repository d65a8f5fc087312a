"""How it looks: what each is told, how much each knows, and what each has made of the digits."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.cards import (
    Card,
    Cell,
    Column,
    Confusion,
    Images,
    Level,
    Maps,
    Row,
    Scatter,
    Steps,
    Table,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.paradigms import DIGITS, LEARNERS


def names(frame: Frame) -> list[str]:
    """Return what the learners are called (learner,)."""
    return list(LEARNERS.values())


def percent(value: float) -> str:
    """Return a share in percent."""
    return f"{value:.0%}"


@reads("centre_names")
def centre_captions(frame: Frame) -> Sequence[str]:
    """Return what stands below each centre: the name of its nearest example."""
    return [f"“{k}”" for k in frame.arrays["centre_names"]]


@reads("answers", "truth")
def point_words(frame: Frame, k: int) -> str:
    """Say what is said of a test image, and what it is."""
    said, true = int(frame.arrays["answers"][k]), int(frame.arrays["truth"][k])
    return f"a {true}, taken for a {said}" if said != true else f"a {true}, and taken for one"


def plane_title(frame: Frame) -> str:
    """Return the title, with the learner looked at."""
    return f"Test images, named {LEARNERS[frame.params.shown].lower()}"


def confusion_title(frame: Frame) -> str:
    """Return the title, with the learner looked at."""
    return f"Confusions {LEARNERS[frame.params.shown].lower()}"


@reads("answers", "truth")
def wrong(frame: Frame) -> np.ndarray:
    """Return points' sizes, larger where the answer is wrong (test image,)."""
    return np.where(frame.arrays["answers"] == frame.arrays["truth"], 6.0, 10.0)


TOLD = Card(
    "told",
    "One image, three kinds of information",
    Row(
        (
            Images("image", largest=130.0),
            Table(
                (
                    Cell(names, "learner"),
                    Cell("told", "is told"),
                    Cell("asked_so_far", "names", right=True, number=lambda v: str(int(v))),
                    Cell("accuracies", "right", right=True, number=percent),
                ),
                dim="learner",
                chosen=lambda frame: list(LEARNERS).index(frame.params.shown),
                click=lambda frame, k: {"shown": list(LEARNERS)[k]},
            ),
        ),
        weights=(1.0, 5.5),
    ),
    about="The example of this step, and what each learner hears of it; a click looks at a learner",
    at_first=True,
    least=(360, 130),
)
ACCURACY = Card(
    "accuracy",
    "Right on new images",
    Steps(
        {"accuracy/labels": "labels", "accuracy/reward": "reward", "accuracy/clusters": "nothing, named"},
        "test accuracy",
        levels=(Level(0.1, "chance"),),
    ),
    about="The price of information: examples until each knows as much",
    at_first=True,
    weight=1.3,
)
TEMPLATES = Card(
    "templates",
    "Weights by labels, by reward",
    Column(
        (Maps("names_templates", colours="signed", columns=10), Maps("reward_templates", colours="signed", columns=10))
    ),
    about="Weights of both linear learners, labels above, reward below: orange speaks for the digit, blue against it",
    at_first=True,
)
CENTRES = Card(
    "centres",
    "Cluster centres and their names",
    Images("centres", captions=centre_captions, none="No example has been shown yet"),
    about="Means of images that lie together, with the name of the example nearest to each: nothing else is named",
    at_first=True,
)
PLANE = Card(
    "plane",
    plane_title,
    Scatter("places", ("first component", "second component"), classes="answers", class_names=DIGITS, sizes=wrong,
            reading=point_words),
    name="Test images on two components",
    about="Colours are the answers of the learner looked at; large points are wrong",
)  # fmt: skip
CONFUSION = Card(
    "confusion",
    confusion_title,
    Confusion("confusion"),
    name="Which digits are taken for which",
    about="Rows are the true digits, columns the answers",
)
AGREEMENT = Card(
    "agreement",
    "Do clusters and digits agree?",
    Steps({"agreement": "adjusted Rand index"}, "agreement", levels=(Level(0.0, "chance"),)),
    about="Without a single name: 0 is chance, 1 is the same grouping",
)


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    shares = ", ".join(f"{words.lower()} {frame.metric(f'accuracy/{key}'):.0%}" for key, words in LEARNERS.items())
    return f"Step {frame.step}: {shares}."


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return two accuracies."""
    if not frame.step:
        return ()
    return (("labels", percent(frame.metric("accuracy/labels"))), ("reward", percent(frame.metric("accuracy/reward"))))


def reward_numbers(frame: Frame) -> str:
    """Return the reward of this step."""
    return rf"r = {n(frame.metric('reward'))}" if frame.step else ""


VIEW = View(
    cards=(TOLD, ACCURACY, TEMPLATES, CENTRES, PLANE, CONFUSION, AGREEMENT),
    formulas=(
        Formula("With labels", lambda frame: r"W \leftarrow W + \eta\,(y - p)\,x^\top", lambda frame: ""),
        Formula(
            "With a reward",
            lambda frame: r"W \leftarrow W + \eta\,(r - \bar r)\,(e_a - p)\,x^\top, \quad a \sim p",
            reward_numbers,
        ),
        Formula("With nothing", lambda frame: r"c_k \leftarrow \text{mean of the } x \text{ nearest to } c_k",
                lambda frame: ""),
    ),
    summary=summary,
    readings=readings,
)  # fmt: skip
