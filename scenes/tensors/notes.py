"""What tensors says of a run: a loss of every pair, an operation that was refused, cells that serve many elements."""

from collections.abc import Sequence

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text
from explainer.scenes.tensors import POINTS


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    found = (every_pair(frame), refused(frame), shared_cells(frame))
    return [note for note in found if note is not None]


def every_pair(frame: Frame) -> Note | None:
    """Say that the regression's loss compares every prediction with every target."""
    if frame.params.targets != "flat" or not frame.step:
        return None
    return Note(
        f"Predictions ({POINTS}, 1) minus targets ({POINTS},) are ({POINTS}, {POINTS}): every prediction is compared "
        f"with every target. The true mean squared error is {number_text(frame.metric('mse'))}.",
        "warning", name="every-pair", card="regression", number=float(frame.metric("mse")),
    )  # fmt: skip


def refused(frame: Frame) -> Note | None:
    """Say that PyTorch refused the last operation, so that x is as it was."""
    became, done = frame.arrays.get("became"), frame.arrays.get("lines_done")
    if became is None or done is None or "Error: " not in str(became[int(done[0])]):
        return None
    return Note(
        "PyTorch refused the last operation, and x is as it was: its words stand in the table.",
        "warning", name="refused", card="operations", number=float(done[0]),
    )  # fmt: skip


def shared_cells(frame: Frame) -> Note | None:
    """Say that memory cells serve several elements at once."""
    places = frame.arrays.get("places")
    if places is None or len(np.unique(places)) == places.size:
        return None
    return Note(
        f"{places.size} elements lie in {len(np.unique(places))} memory cells: writing into one changes several.",
        "hint", name="shared-cells", card="memory", number=float(places.size),
    )  # fmt: skip


NOTES = Notes(seen, arrays=("became", "lines_done", "places"))
