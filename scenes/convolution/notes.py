"""What the scene notices of the operation, each time with the check that shows it; plain Python."""

from __future__ import annotations

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.scenes.convolution.moment import Moment, moment_of
from explainer.scenes.convolution.plan import MAX_POOL
from explainer.scenes.convolution.unread import sentences
from explainer.scenes.convolution.words import kernel_name, window_size


def notes(frame: Frame) -> list[Note]:
    """Return what has no part in the output, looks ahead, sees only padding, or is nothing but zeros."""
    moment = moment_of(frame)
    if moment is None:
        return []
    found = [Note(words, name="unread", card="operation") for words in sentences(moment)]
    warnings = {"not-causal": looking_ahead, "only-padding": only_padding, "no-weights": no_weights}
    for name, check in warnings.items():
        if words := check(moment):
            found.append(Note(words, "warning", name=name, card="operation"))
    return found


def looking_ahead(moment: Moment) -> str:
    """Return which output of a causal operation reads an input after it, through its padding; empty for none."""
    params, axis = moment.params, moment.plan.x
    if not (moment.plan.operation == "convolution" and params.dimensions == 1 and params.causal):
        return ""
    later = np.arange(axis.size) > np.arange(axis.out)[:, None] * axis.stride
    places = np.argwhere(axis.meets & later)
    if not places.size:
        return ""
    out, at = (int(number) for number in places[0])
    return f"Not causal: output {out} reads input {at} through the {params.padding_mode} padding. Pad with zeros."


def only_padding(moment: Moment) -> str:
    """Return that a maximum is one of padding alone."""
    alone = moment.plan.operation == MAX_POOL and not np.isfinite(moment.result).all()
    return "A window sees nothing but padding, and the maximum of that is −∞." if alone else ""


def no_weights(moment: Moment) -> str:
    """Return that a kernel by name has come out as zeros, because it has no room for what it compares."""
    if moment.plan.pools or moment.params.kernel == "custom" or moment.weight.any():
        return ""
    name, size = kernel_name(moment.params), window_size(moment)
    return f"{name} of {size} is nothing but zeros: it compares neighbours, and here there are none."


NOTES = Notes(notes, arrays=("input", "weight", "bias", "result"))
