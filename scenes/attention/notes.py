"""What the scene says of the query token's row and of the whole map: conditions worth a word.

Each says what is seen, with its number. A cause is named only where it follows from the settings (nothing tells
places apart where no positions are added), or from what can be counted in the frame (which keys may be read).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.lesson_links import try_link
from explainer.contract.number_text import number_text
from explainer.scenes.attention.moment import ROW, Moment
from explainer.scenes.attention.names import PHASES

SATURATED = 0.02
"""A row of at least two readable keys is saturated when the norm of ∂w/∂z is below this."""
ALIKE = 1.5, 0.5
"""A map is flat when no weight is more than the one, and none less than the other, of its equal share."""
LAST, LEARNED = 20, 0.3
"""A look-up is learned if the mean of the last losses is below this share of the first one."""
TRAINED_ON = 8
"""Tokens in the sequences on which look-ups are trained."""


def notes(frame: Frame) -> Sequence[Note]:
    """Return what is worth a word about the map and about the query token's row."""
    moment = Moment.of(frame)
    if moment is None:
        return ()
    found = [_unlearned(moment), _empty_rows(moment), _flat(moment), _hard(moment), _saturated(moment)]
    return [note for note in found if note is not None]


def _unlearned(moment: Moment) -> Note | None:
    losses = moment.frame.arrays.get("training_loss", np.zeros(0))
    if len(losses) < LAST or losses[-LAST:].mean() < LEARNED * losses[0]:
        return None
    params, last = moment.params, float(losses[-LAST:].mean())
    said = f"The look-up was not learned in {len(losses)} updates: the loss is {last:.2f}, {losses[0]:.2f} at first."
    link = ""
    if params.lookup == "previous":
        if params.position == "none":
            width = moment["final_q"].shape[0] * moment["final_q"].shape[2]
            # Numbers of variance 1, all but the first, which the words share.
            best = (1 - 1 / (TRAINED_ON - 1)) * (width - 1) / width
            said += f" Nothing tells places apart; the mean of all other tokens would give {best:.2f}."
        other = "rotary" if params.position != "rotary" and params.score == "dot" else "random"
        if other != params.position:
            link = try_link(params, run=len(PHASES), position=other)
    return Note(said, "warning", link, f"With {other} positions" if link else "", "unlearned", "training", last)


def _empty_rows(moment: Moment) -> Note | None:
    nothing = np.isneginf(moment["final_masked"]).all(-1).any(0)
    if not nothing.any():
        return None
    names = ", ".join(f"“{moment['token'][i]}”" for i in np.flatnonzero(nothing)[:3])
    more = f" and {nothing.sum() - 3} more" if nothing.sum() > 3 else ""
    given = {"nan": "NaN", "zero": "zeros", "uniform": "equal weights"}[moment.params.empty_row]
    said = f"{names}{more} may read nothing: every score is −∞, and the row of weights is {given} here."
    return Note(said, "warning", name="empty rows", card="row", number=float(nothing.sum()))


def _flat(moment: Moment) -> Note | None:
    """Say so when every row of every head that may choose reads everything about equally."""
    readable = np.isfinite(moment["final_masked"])
    counts = readable.sum(-1, keepdims=True)
    choosing = readable & (counts > 1)
    if not choosing.any() or moment.params.selection == "hard":
        return None
    shares = (moment["final_weights"] * counts)[choosing]
    if shares.max() > ALIKE[0] or shares.min() < ALIKE[1]:
        return None
    said = (
        f"Everything is read about equally: each weight is {shares.min():.2f} to {shares.max():.2f} of an equal share."
    )
    return Note(said, name="flat", card="heads", number=float(shares.max()))


def _hard(moment: Moment) -> Note | None:
    if moment.params.selection != "hard":
        return None
    said = "A hard choice passes no gradient to W_Q and W_K; values, W_V and W_O would learn."
    return Note(said, "warning", try_link(moment.params, selection="soft"), "Choose softly", "hard", "gradient")


def _saturated(moment: Moment) -> Note | None:
    """Say so when a row that has a choice is so sure that a scaled score hardly moves it."""
    jacobian = moment.frame.arrays.get("jacobian")
    readable = np.isfinite(moment.row_of("final_masked")).sum()
    if jacobian is None or moment.params.selection == "hard" or readable < 2:
        return None
    size, most = float(np.linalg.norm(jacobian[moment.head])), int(moment.weights.argmax())
    if size > SATURATED:
        return None
    said = (
        f"Saturated: “{moment.token}” reads {number_text(100 * float(moment.weights[most]), 4)} % from "
        f"“{moment.keys[most]}”, and ∂w/∂z has norm {number_text(size, 2)}: a scaled score hardly moves the row."
    )
    return Note(said, name="saturated", card="gradient", number=size)


NOTES = Notes(notes, arrays=(*ROW, "jacobian", "training_loss"))
