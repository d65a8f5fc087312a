"""What the searches of a run come to: a beam that missed the likeliest answer, an answer of nothing."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    chance, answer = frame.arrays.get("answer_chance"), frame.arrays.get("answer")
    if not frame.step or chance is None or answer is None:
        return ()
    found = []
    if answer[1] == "(nothing)":
        found.append(Note("The beam’s answer is empty: no other that it kept has a larger ln P ÷ lengthᵅ.", "info",
                          name="silent", card="beam", number=float(chance[1])))  # fmt: skip
    if np.isfinite(chance[2]) and chance[2] > chance[1] and answer[2] != answer[1]:
        times = float(chance[2] / chance[1])
        said = f"“{answer[2]}” is {number_text(times)} times as likely as the beam’s “{answer[1]}”."
        found.append(Note(said, "info", name="missed", card="beam", number=times))
    return found


NOTES = Notes(seen)
