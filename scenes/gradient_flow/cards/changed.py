"""The card that shows which weights of the first square layer have changed at all: a map for each network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explainer.contract.cards import Card, Maps, reads
from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.scenes.gradient_flow.cards.words import selected
from explainer.scenes.gradient_flow.explain import accuracy_words, map_layer_words
from explainer.scenes.gradient_flow.lanes import titles


@reads("retired")
def headings(frame: Frame) -> Sequence[str]:
    """Return each network's name, and what it has learned so far."""
    lost = frame.arrays["retired"].tolist()
    return [
        f"{name}\noverflowed at step {step}" if step >= 0 else f"{name}\n{accuracy_words(frame, index)}"
        for index, (name, step) in enumerate(zip(titles(frame.params), lost, strict=False))
    ]


def is_update(frame: Frame) -> bool:
    """Return whether the run rests within a step, right after its update: what this one changed is shown then."""
    return frame.phase == "update"


@reads("each_weights_changed", "each_change", dims=("network", "y", "x"))
def values(frame: Frame) -> np.ndarray:
    """Return how many steps have changed each weight, within a step how far this one's update has moved it."""
    return np.abs(frame.arrays["each_change"]) if is_update(frame) else frame.arrays["each_weights_changed"]


@reads("each_weights_changed", "each_change")
def captions(frame: Frame) -> Sequence[str]:
    """Return how many weights of each network have changed."""
    if is_update(frame):
        changes = frame.arrays["each_change"]
        return [f"{int((change != 0).sum()):,} of {change.size:,} moved" for change in changes]
    return [
        f"{int((counts > 0).sum()):,} of {counts.size:,} changed" for counts in frame.arrays["each_weights_changed"]
    ]


@reads("each_weights_changed", "each_change")
def reading(frame: Frame, network: int, row: int, column: int) -> str:
    """Return how often a weight has changed, or how far this update has moved it."""
    times = int(frame.arrays["each_weights_changed"][network, row, column])
    name = titles(frame.params)[network]
    if is_update(frame):
        moved = number_text(float(frame.arrays["each_change"][network, row, column]))
        return f"{name} · input {column + 1} → unit {row + 1}: moved by {moved}"
    return f"{name} · input {column + 1} → unit {row + 1}: changed in {times:,} of {frame.step:,} steps"


@reads("each_weights_changed", "each_change", "retired")
def summary(frame: Frame) -> str:
    """Return how many weights changed in each network."""
    said = [", ".join([*head.split("\n"), foot]) for head, foot in zip(headings(frame), captions(frame), strict=False)]
    return f"{title(frame)} {'; '.join(said)}."


def title(frame: Frame) -> str:
    """Return the question, with the layer whose weights are shown."""
    if is_update(frame):
        return f"How far this update moved the weights of {map_layer_words(frame.params)}"
    return f"Which weights of {map_layer_words(frame.params)} have changed at all?"


CHANGED = Card(
    "changed",
    title,
    Maps(
        values,
        low=0,
        places=lambda frame: range(len(titles(frame.params))),
        headings=headings,
        captions=captions,
        chosen=lambda frame: selected(frame.params) if len(titles(frame.params)) > 1 else None,
        columns=lambda frame: len(titles(frame.params)),
        reading=reading,
        click=lambda frame, network: {"selected": network},
    ),
    name="Changed weights",
    about="A map of the first square layer's weights for each network: lit where an update changed them",
    hint="hover for a weight · click selects the network",
    at_first=True,
    weight=1.35,
    summary=summary,
)
