"""What the playground says of a run. Plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.lesson_links import try_link
from explainer.contract.number_text import number_text
from explainer.scenes.playground.data_names import classes_of, is_number
from explainer.scenes.playground.layers import told
from explainer.scenes.playground.words import TEST, TRAIN, now, percent

LEARNED = 100
"""Updates before which nothing is said of how well it learns."""
OVER = 3.0
"""The test loss over the training loss, and over its own lowest value, from which a network overfits."""
SAME = 1e-7
"""Weights that differ by less than this share of the largest are the same."""


def identical_units(frame: Frame) -> int:
    """Return how many units of the first hidden layer have the weights of another, and the same bias."""
    weight, bias = frame.arrays.get("weight/1"), frame.arrays.get("bias/1")
    if weight is None or bias is None or len(weight) < 2 or not told(frame.params).units:
        return 0
    rows = np.concatenate([weight, bias[:, None]], 1)
    scale = SAME * max(float(np.abs(rows).max()), 1e-30)
    alike = (np.abs(rows[:, None] - rows[None]).max(-1) <= scale).sum(1) > 1
    return int(alike.sum())


def notes(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    if not frame.step or "now" not in frame.arrays:
        return []
    found = [*_finished(frame), *_same_units(frame), *_no_bend(frame), *_rare_class(frame), *_overfitting(frame)]
    return [*found, *_learned(frame)][:3]


def _finished(frame: Frame) -> list[Note]:
    if not frame.finished:
        return []
    epoch = int(frame.arrays.get("epoch", 0))
    words = f"Stopped in epoch {epoch}: the rule that was set has been met. Change any setting and it goes on."
    return [Note(words, "good", name="stopped by a rule", number=float(epoch))]


def _same_units(frame: Frame) -> list[Note]:
    count = identical_units(frame)
    if not count:
        return []
    words = (
        f"{count} units of layer 1 have the same weights: they get the same gradient and stay the same. "
        "Random initial weights would tell them apart."
    )
    link = try_link(frame.params, init="xavier-uniform")
    return [Note(words, "warning", link, name="identical units", card="network", number=float(count))]


def _no_bend(frame: Frame) -> list[Note]:
    spec = told(frame.params)
    straight = all(name == "linear" for name in spec.activations)
    if not spec.units or not straight:
        return []
    words = f"{len(spec.units)} linear layers in a row are one linear layer: the boundary stays straight."
    return [Note(words, "warning", try_link(frame.params, activation="tanh"), name="only linear", card="map")]


def _rare_class(frame: Frame) -> list[Note]:
    """Notice a class that is rare and mostly missed while the accuracy looks good."""
    recall, support = frame.arrays.get("recall"), frame.arrays.get("support")
    if is_number(frame.params) or recall is None or support is None or frame.step < LEARNED:
        return []
    share = support / max(1, support.sum())
    missed = [k for k in range(len(recall)) if share[k] < 0.25 and recall[k] < 0.5]
    accuracy = now(frame, TEST)[1]
    if not missed or accuracy < 0.8:
        return []
    k = missed[0]
    words = (
        f"{percent(accuracy)} of the test points are right, but of {classes_of(frame.params)[k]}, "
        f"{percent(float(share[k]))} of them, only {percent(float(recall[k]))}."
    )
    link = "" if frame.params.balanced else try_link(frame.params, balanced=True)
    return [Note(words, "warning", link, name="rare class", card="errors", number=float(recall[k]))]


def _overfitting(frame: Frame) -> list[Note]:
    (train, _), (test, _) = now(frame, TRAIN), now(frame, TEST)
    series = frame.series.get("loss/test")
    before = series.up_to(frame.step) if series is not None else np.zeros(0)
    lowest = float(np.min(before)) if len(before) else float("nan")
    if frame.step < LEARNED or not (test > OVER * train and test > OVER * lowest / 2 and test > 0.05):
        return []
    words = (
        f"Overfitting: the test loss is {number_text(test)}, the training loss {number_text(train)}; "
        f"the test loss has been as low as {number_text(lowest)}."
    )
    link = try_link(frame.params, l2=0.03) if not frame.params.l2 else ""
    return [Note(words, "warning", link, name="overfitting", card="loss", number=test)]


def _learned(frame: Frame) -> list[Note]:
    accuracy: Any = now(frame, TEST)[1]
    if frame.step < LEARNED or not accuracy >= 0.97:
        return []
    what = (
        "of the variance of the test points is explained" if is_number(frame.params) else "of the test points are right"
    )
    return [Note(f"{percent(accuracy)} {what}.", "good", name="learned", card="map", number=float(accuracy))]


NOTES = Notes(notes, arrays=("now", "epoch", "weight/1", "bias/1", "recall", "support"))
