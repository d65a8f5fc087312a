"""What the scene says of the network's maps: conditions worth a word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.scenes.attention_maps.explain import effect
from explainer.scenes.attention_maps.moment import NEEDED, Moment

CHANCE = 0.4
"""An accuracy below this after :data:`PATIENT` steps is not learning."""
PATIENT = 400


def notes(frame: Frame) -> Sequence[Note]:
    """Return what is worth a word."""
    moment = Moment.of(frame)
    if moment is None:
        return ()
    found = [_cut(moment), _heads_off(moment), _no_positions(moment), _learned(moment), _special(moment)]
    return [note for note in found if note is not None]


def _cut(moment: Moment) -> Note | None:
    pieces = moment.frame.arrays.get("pieces")
    if pieces is None or pieces[0] == pieces[1]:
        return None
    read, there = pieces.tolist()
    return Note(
        f"The text has {there:,} word pieces, and this model reads the first {read}: the rest is left out.",
        "warning",
        name="cut",
        number=there - read,
    )


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


NOTES = Notes(notes, arrays=(*NEEDED, "pieces", "held_out", "cosine"))
