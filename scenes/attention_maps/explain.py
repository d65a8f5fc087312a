"""What the scene says about itself: summary, readings and conditions worth a word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note
from explainer.scenes.attention_maps.moment import Moment
from explainer.scenes.attention_maps.names import TASKS

CHANCE = 0.4
"""An accuracy below this after :data:`PATIENT` steps is not learning."""
PATIENT = 400


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


def notes(frame: Frame) -> Sequence[Note]:
    """Return what is worth a word."""
    moment = Moment.of(frame)
    if moment is None:
        return ()
    found = [_heads_off(moment), _no_positions(moment), _learned(moment), _special(moment)]
    return [note for note in found if note is not None]


def _heads_off(moment: Moment) -> Note | None:
    off = np.argwhere(moment["head_on"] == 0)
    if not len(off):
        return None
    names = ", ".join(f"{layer + 1}.{head + 1}" for layer, head in off[:6])
    more = f" and {len(off) - 6} more" if len(off) > 6 else ""
    said = effect(moment.frame)
    if not said:
        return None
    return Note(f"Off: {names}{more}. Against all heads on: {said}.", "warning")


def _no_positions(moment: Moment) -> Note | None:
    params, frame = moment.params, moment.frame
    asks_for_places = params.task in ("reverse", "copy", "sort") and params.direction != "causal"
    if params.model != "trained" or params.position != "none" or not asks_for_places or params.task == "copy":
        return None
    if frame.step < 100 or "accuracy/sequence" not in frame.series:
        return None
    share = frame.metric("accuracy/sequence")
    return Note(
        f"Without positions a token cannot tell where it stands: {share:.0%} of the sequences are right.",
        "warning",
        "try:position=learned&run=200",
    )


def _learned(moment: Moment) -> Note | None:
    series = moment.frame.series.get("accuracy")
    if not moment.trained or series is None:
        return None
    values = series.up_to(moment.frame.step)
    reached = np.flatnonzero(values >= 0.99)
    if not len(reached) or len(values) < 10 or values[-10:].mean() < 0.99:
        return None
    return Note(
        f"Learned: 99 % of a batch's tokens were right at step {int(reached[0]) + 1} for the first time.", "good"
    )


def _special(moment: Moment) -> Note | None:
    if moment.trained or not moment["special"].any() or moment.measure != "weights" or moment.params.shows == "rollout":
        return None
    share = moment.special_share
    if share < 0.5:
        return None
    return Note(
        f"{share:.0%} of this map's weight goes to special tokens. Ask for ‖α·v·W_O‖: how much do they move?",
        "info",
        "try:measure=contribution&keep=1",
    )


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
