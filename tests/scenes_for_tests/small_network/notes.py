"""One note: how large the largest weight is, once a step is done."""

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.lesson_links import try_link
from explainer.contract.number_text import number_text


def notes(frame: Frame) -> list[Note]:
    if "weight" not in frame.arrays or not frame.step:
        return []
    largest = float(np.abs(frame.arrays["weight"]).max())
    words = f"The largest weight is {number_text(largest)}."
    return [Note(words, link=try_link(frame.params, lr=0.01), name="largest", card="weights", number=largest)]


NOTES = Notes(notes, arrays=("weight",))
