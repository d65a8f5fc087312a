"""What the scene says about itself: summary, readings and conditions worth a word."""

from __future__ import annotations

import numpy as np

from explainer.contract.frame import Frame
from explainer.scenes.attention_maps.moment import Moment
from explainer.scenes.attention_maps.names import TASKS


def summary(frame: Frame) -> str:
    """Return what the model is, how right it is, and what the large map shows."""
    moment = Moment.of(frame)
    params = frame.params
    if params.model != "trained":
        words = f"{len(moment.words)} word pieces" if moment else "a text"
        return f"A real model reads {words}."
    start = f"Step {frame.step} of the task {TASKS[params.task].lower()}"
    if frame.step == 0 or moment is None:
        return f"{start}: the network is untrained."
    return f"{start}: {frame.metric('accuracy'):.0%} of the tokens are right."


def readings(frame: Frame) -> list[tuple[str, str]]:
    """Return the share of right tokens and sequences."""
    if frame.params.model != "trained" or frame.step == 0:
        return []
    names = {"accuracy": "tokens right", "accuracy/sequence": "sequences right"}
    return [(label, f"{frame.metric(name):.0%}") for name, label in names.items() if name in frame.series]


def effect(frame: Frame | None) -> str:
    """Return what the heads that are off change, with numbers; empty where nothing is known."""
    arrays = frame.arrays if frame else {}
    held_out, cosine = arrays.get("held_out"), arrays.get("cosine")
    if held_out is not None and np.isfinite(held_out).all():
        (loss, right), (loss_now, right_now) = held_out.tolist()
        return f"held out: loss {loss:.3f} → {loss_now:.3f}, tokens right {right:.1%} → {right_now:.1%}"
    if cosine is not None and len(cosine) and np.isfinite(cosine[0]):
        return f"the sentence's embedding now has cosine {float(cosine[0]):.4f} with what it was"
    return ""
