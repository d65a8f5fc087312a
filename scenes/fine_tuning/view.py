"""How it looks: what was written before and is written now, what it costs, and what has changed in the weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from explainer.contract.cards import (
    Act,
    Bars,
    Button,
    Card,
    Cell,
    Column,
    Curves,
    Level,
    Row,
    Scatter,
    Steps,
    Table,
    Trail,
    number_of,
    reads,
)
from explainer.contract.frame import Formula, Frame
from explainer.contract.number_text import number_text as n
from explainer.contract.view import View
from explainer.scenes.fine_tuning import MATRICES, METHODS

MEAN = 5
"""Steps in a mean of reward and KL."""
PAIRS = ("preferences", "choices")

# what is written


def count(value: float) -> str:
    """Return a reward as a whole number."""
    return str(int(value))


def texts_title(frame: Frame) -> str:
    """Return how far it is."""
    if not frame.step:
        return "It has read our lessons, and writes: nothing is taught yet"
    return f"Before, and after {frame.step:,} updates"


TEXTS = Card(
    "texts",
    texts_title,
    Table(
        (
            Cell("prompts", "after"),
            Cell("start_texts", "it wrote"),
            Cell("start_rewards", "R", right=True, number=count),
            Cell("texts", "it writes now"),
            Cell("rewards", "R", right=True, number=count),
        ),
        dim="text",
    ),
    name="Before and now",
    about="Sixteen continuations of the same beginnings by the model as it was and as it is, with their rewards",
    hint="type a rule of your own into its control: a word, or a regular expression",
    at_first=True,
    weight=3.2,
)


def prefer(k: int) -> Callable[[Frame], Any]:
    """Return what a button comes to."""
    return lambda frame: Act("prefer", {"option": k})


@reads("chosen")
def judged(frame: Frame) -> str:
    """Return how many pairs were judged."""
    return f"a beginning, and how it goes on; {int(frame.arrays['chosen'])} judged so far"


CHOOSE = Card(
    "choose",
    "Which is better?",
    Table(
        (Cell(lambda frame: ["A", "B"], ""), Cell("pair", judged)),
        dim="option",
        click=lambda frame, k: Act("prefer", {"option": k}),
    ),
    about="Two continuations of one beginning: what you prefer is what it learns",
    hint="click the better one",
    buttons=(Button("A is better", prefer(0)), Button("B is better", prefer(1))),
    applies=lambda params: "" if params.task == "choices" else "Set “Taught” to your own choices: they are asked here.",
)

# reward and what it costs


def means(frame: Frame, name: str) -> np.ndarray:
    """Return a metric in means of five steps (point,)."""
    values = frame.series[name].up_to(frame.step) if name in frame.series else np.zeros(0)
    whole = values[: len(values) // MEAN * MEAN].reshape(-1, MEAN)
    return np.asarray(whole.mean(1))


def path(frame: Frame) -> np.ndarray:
    """Return KL and reward (point, 2)."""
    return np.stack([means(frame, "nats/kl"), means(frame, "reward")], 1)


@reads("best_of")
def nothing(frame: Frame) -> np.ndarray:
    """Return no points (0, 2)."""
    return np.zeros((0, 2))


@reads("best_of")
def curve_shown(frame: Frame) -> tuple[float, float, float, float]:
    """Return the part of the plane that holds both lines."""
    points = np.concatenate([path(frame), frame.arrays["best_of"]])
    return 0.0, max(4.0, 1.05 * points[:, 0].max()), 0.0, max(1.0, 1.1 * points[:, 1].max())


FRONTIER = Card(
    "frontier",
    "What a reward costs: reward against KL",
    Scatter(
        nothing,
        ("KL, nats a text", "mean reward"),
        dims=("point", "axis"),
        over=(Trail(path, "training", 0), Trail("best_of", "best of n", 1, dashed=True)),
        span=curve_shown,
    ),
    about="Each point is the mean of five steps; dashed, what choosing the best of n texts of the start gives",
    at_first=True,
    weight=2.4,
)


FORGET = Card(
    "forget",
    "What it still knows of both texts",
    Steps(
        {"loss/prose": "prose", "loss/code": "code"},
        "nats",
        levels=(Level(number_of("at_start", 0), "prose before"), Level(number_of("at_start", 1), "code before")),
    ),
    about="Held-out loss of the prose that it learned first, and of Python, which it had never seen",
    at_first=True,
    weight=2.4,
)
REWARD = Card(
    "reward",
    "Reward and entropy",
    Column(
        (
            Steps({"reward": "reward"}, "reward", levels=(Level(number_of("at_start", 2), "start"),)),
            Steps({"entropy": "entropy"}, "nats"),
        )
    ),
    about="Of the sixteen texts of each step",
    weight=1.6,
)
RATIO = Card(
    "ratio",
    "How much likelier than at the start: winners and losers",
    Steps({"nats/winners": "winners", "nats/losers": "losers"}, "log π/π₀", levels=(Level(0.0, "as at the start"),)),
    about="log π/π₀ of the preferred texts and of the others, mean over the pairs of a step",
    applies=lambda params: "" if params.task in PAIRS else "There are pairs in DPO only: set “Taught” to preferences.",
)

# the weights


@reads("singular", "trained", "merge_gap")
def change_title(frame: Frame) -> str:
    """Return the rank of the change, how many weights are trained, and what merging changes."""
    values = frame.arrays["singular"]
    rank = int((values > 1e-4 * max(float(values[0]), 1e-12)).sum())
    own, whole = frame.arrays["trained"]
    lora = frame.params.method == "lora"
    merged = f" · merged, scores move by {n(float(frame.arrays['merge_gap']))}" if lora else ""
    return f"ΔW of {MATRICES[frame.params.matrix]}: rank {rank} · {own:,} of {whole:,} weights trained{merged}"


CHANGE = Card(
    "change",
    change_title,
    Row(
        (
            Curves("singular", "σ of ΔW", dots=True),
            Bars("grown", "‖ΔW‖ / ‖W‖", place=0, number=n, click=lambda frame, k: {"matrix": list(MATRICES)[k]}),
        )
    ),
    name="What has changed in the weights",
    about="The singular values of one matrix' change, and how much each matrix has changed",
    hint="click a bar: that matrix",
    weight=1.4,
)

# words


def summary(frame: Frame) -> str:
    """Say what is to be seen."""
    if not frame.step:
        return "The model has read our lessons. Press play, and it is taught something else."
    found = ", ".join(f"{name} {n(frame.metric(key))}" for name, key in READ.items())
    return f"Step {frame.step:,}, {METHODS[frame.params.method].lower()}: {found}."


READ = {"reward": "reward", "KL": "nats/kl", "prose": "loss/prose", "code": "loss/code"}


def readings(frame: Frame) -> Sequence[tuple[str, str]]:
    """Return reward, KL and losses for the transport."""
    return [(name, n(frame.metric(key))) for name, key in READ.items()] if frame.step else ()


def objective(frame: Frame) -> str:
    """Return what is maximised or minimised."""
    if frame.params.task == "text":
        return r"L = -\frac{1}{n} \sum_t \ln \pi(x_t \mid x_{<t})"
    if frame.params.task == "reward":
        return r"\max_\pi \; \mathbb{E}_{y \sim \pi}\left[R(y) - \beta \ln \frac{\pi(y)}{\pi_0(y)}\right]"
    return r"L = -\ln\sigma\left(\beta \ln\frac{\pi(y_w)}{\pi_0(y_w)} - \beta \ln\frac{\pi(y_l)}{\pi_0(y_l)}\right)"


VIEW = View(
    cards=(TEXTS, FRONTIER, FORGET, REWARD, RATIO, CHANGE, CHOOSE),
    formulas=(
        Formula("What is taught", objective, lambda frame: ""),
        Formula(
            "LoRA", lambda frame: r"W' = W + \Delta W, \quad \Delta W = B A, \quad \mathrm{rank} \le r", lambda f: ""
        ),
    ),
    summary=summary,
    readings=readings,
)
