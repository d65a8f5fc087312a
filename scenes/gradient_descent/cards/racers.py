"""The table of all racers: where each is, how it moves, and what is said of it, the lowest first."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from explainer.contract.cards import Card, Cell, Table, reads
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.scenes.gradient_descent.formulas import learner, names
from explainer.scenes.gradient_descent.learner import Learner
from explainer.scenes.gradient_descent.notes import NOTES, note_of

STATES = {
    "retired": "ended",
    "level": "on level ground",
    "degenerate": "where gradient and curvature are zero",
    "saddle": "at a saddle",
    "maximum": "at a maximum",
    "local-minimum": "in a local minimum",
    "leaves": "left the picture, falls on",
    "grows": "its loss grows",
    "cloud": "hovers in the noise",
    "wanders": "wanders in the noise",
    "held": "held by weight decay",
    "thrown": "thrown by hardly any curvature",
    "epsilon": "ε rules its steps",
    "kink": "jumps to and fro at a kink",
    "zigzag": "jumps to and fro",
    "swings": "swings",
    "plain": "on a plain",
    "slow": "hardly gets on",
    "small-rate": "η is small",
}
"""What a note's condition is called in the table."""
RECENT = 6
"""Steps over which a loss is seen to fall or rise."""
THERE = 1e-6
"""A share of the way down within which a loss is the lowest known."""


def state(frame: Frame, index: int) -> str:
    """Return what an optimizer is doing: what its note says, else what its last losses did."""
    one = Learner(frame, index)
    note = note_of(one)
    if note is not None:
        words = STATES[note.name]
        return f"{words} at step {note.number:.0f}" if note.name == "retired" and note.number is not None else words
    losses = one.losses[-RECENT:]
    if len(losses) < 2 or not np.isfinite(losses).all():
        return "at the start"
    if losses[-1] - one.lowest <= THERE * max(float(one.losses[0]) - one.lowest, 1e-300):
        return "at the lowest known loss"
    changes = np.diff(losses)
    return "goes down" if (changes < 0).all() else "goes up" if (changes > 0).all() else "up and down"


@reads(*NOTES.arrays, dims=("optimizer",))
def name_words(frame: Frame) -> np.ndarray:
    """Return each optimizer's name."""
    return np.array(names(frame), dtype="<U40")


@reads(*NOTES.arrays, dims=("optimizer",))
def state_words(frame: Frame) -> np.ndarray:
    """Return what each optimizer is doing."""
    return np.array([state(frame, index) for index in range(len(names(frame)))], dtype="<U60")


@reads("next_gradient", dims=("optimizer",))
def slopes(frame: Frame) -> np.ndarray:
    """Return the length of the gradient where each is."""
    return np.hypot(*np.asarray(frame.arrays["next_gradient"], float).T)


@reads("update", dims=("optimizer",))
def steps(frame: Frame) -> np.ndarray:
    """Return the length of each one's last step."""
    return np.hypot(*np.asarray(frame.arrays["update"], float).T)


@reads(*NOTES.arrays, dims=("optimizer",))
def shares(frame: Frame) -> np.ndarray:
    """Return η over its limit where each is, NaN where none is known."""
    limits = np.asarray(frame.arrays["lr_limit"], float)
    rates = np.array([Learner(frame, index).told["lr"] for index in range(len(limits))])
    with np.errstate(all="ignore"):
        return np.where((limits > 0) & np.isfinite(limits), rates / limits, np.nan)


@reads("loss")
def lowest_first(frame: Frame) -> Sequence[int]:
    """Return the optimizers in the order of their loss."""
    losses = np.nan_to_num(np.asarray(frame.arrays["loss"], float), nan=np.inf)
    return np.argsort(losses, kind="stable").tolist()


def share_text(value: float) -> str:
    """Return a share of the limit, a dash where none is known."""
    return "–" if math.isnan(value) else number_text(value, 2)


def summary(frame: Frame) -> str:
    """Return each optimizer with its loss and state."""
    losses = np.asarray(frame.arrays["loss"], float)
    said = [f"{names(frame)[k]}: {number_text(losses[k])}, {state(frame, k)}" for k in lowest_first(frame)]
    return "; ".join(said)


RACERS = Card(
    "racers",
    "Every racer's state, the lowest loss first",
    Table(
        (
            Cell(name_words, "optimizer"),
            Cell("loss", "loss", True, 58, number_text),
            Cell(slopes, "‖∇L‖", True, 58, number_text),
            Cell(steps, "last step", True, 58, number_text),
            Cell(shares, "η ÷ limit", True, 60, share_text),
            Cell(state_words, "state"),
        ),
        "optimizer",
        order=lowest_first,
        chosen=learner,
        click=lambda frame, place: {"selected": place},
    ),
    name="Every racer's state",
    about="One line for each optimizer: loss, gradient, last step, η against its limit, and what it is doing",
    hint="click an optimizer: the slice, the map and the formulas show it",
    weight=1.4,
    summary=reads(*NOTES.arrays)(summary),
)
