"""What the scene says of the query token's row: conditions worth a word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.plots.base.number_text import number_text
from explainer.scenes.attention.moment import ROW, Moment

SATURATED = 0.02
"""A row whose Jacobian is smaller than this hardly learns."""
LAST, LEARNED = 20, 0.3
"""A look-up is learned if the mean of the last losses is below this share of the first one."""


def notes(frame: Frame) -> Sequence[Note]:
    """Return what is worth a word about the query token's row."""
    moment = Moment.of(frame)
    if moment is None:
        return ()
    found = [_unlearned(moment), _empty_rows(moment), _flat(moment), _hard(moment), _saturated(moment)]
    return [note for note in found if note is not None]


def _unlearned(moment: Moment) -> Note | None:
    losses = moment.frame.arrays.get("training_loss", np.zeros(0))
    if len(losses) < LAST or losses[-LAST:].mean() < LEARNED * losses[0]:
        return None
    said = f"The look-up was not learned: the loss stayed at {losses[-LAST:].mean():.2f}."
    if moment.params.lookup != "previous":
        return Note(said, "warning")
    why = "These positions do not say well enough which token stands just before."
    return Note(f"{said} {why}", "warning", "try:position=rotary&run=8&keep=1")


def _empty_rows(moment: Moment) -> Note | None:
    nothing = np.isneginf(moment["final_masked"]).all(-1).any(0)
    if not nothing.any():
        return None
    names = ", ".join(f"“{moment['token'][i]}”" for i in np.flatnonzero(nothing)[:3])
    said = {"nan": "NaN", "zero": "zeros", "uniform": "equal weights"}[moment.params.empty_row]
    return Note(f"{names} may read nothing: every score is −∞, and the row of weights is {said} here.", "warning")


def _flat(moment: Moment) -> Note | None:
    readable = np.isfinite(moment["final_masked"])
    counts = readable.sum(-1)
    if not (counts > 1).any():
        return None
    share = moment["row_entropy"][counts > 1] / np.log(counts[counts > 1])
    if share.mean() < 0.85:
        return None
    return Note(f"The rows have {share.mean():.0%} of the largest possible entropy: everything is read about equally.")


def _hard(moment: Moment) -> Note | None:
    if moment.params.selection != "hard":
        return None
    return Note("A hard choice has no gradient: nothing before it would learn.", "warning", "try:selection=soft&keep=1")


def _saturated(moment: Moment) -> Note | None:
    jacobian = moment.frame.arrays.get("jacobian")
    if jacobian is None or moment.params.selection == "hard" or moment.empty or len(moment.keys) < 2:
        return None
    size = float(np.linalg.norm(jacobian[min(moment.head, len(jacobian) - 1)]))
    if size > SATURATED:
        return None
    return Note(
        f"Saturated: the Jacobian of this row has norm {number_text(size, 2)}: a score hardly moves it any more."
    )


NOTES = Notes(notes, arrays=(*ROW, "jacobian", "training_loss"))
