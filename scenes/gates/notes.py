"""What gated networks say of a run: cells that forget, and gates that are held."""

from collections.abc import Sequence

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text
from explainer.scenes.gates import lane_name

FADED = 1e-4
"""A gradient below this part of that at the end is said to have faded."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    cut = frame.params.time_steps - frame.params.window
    if cut > 0:
        return (Note(
            f"Read in pieces of {frame.params.window} steps: no loss is sent back beyond its piece.",
            "info", name="cut", card="reach", number=float(cut),
        ),)  # fmt: skip
    norms = frame.arrays.get("reach")
    if norms is None or frame.params.task != "recall":
        return ()
    return [
        Note(
            f"{lane_name(lane, frame.params)}: the gradient in the first state is "
            f"{number_text(norms[k, 0] / norms[k, -1])} of that in the last.",
            "warning", name="faded", card="reach", number=float(norms[k, 0] / norms[k, -1]),
        )
        for k, lane in enumerate(frame.params.lanes)
        if 0 < norms[k, 0] < FADED * norms[k, -1]
    ]  # fmt: skip


NOTES = Notes(seen, arrays=("reach",))
