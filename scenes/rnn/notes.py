"""What recurrent networks say of a run: gradients that reach the first symbol, or do not."""

from collections.abc import Sequence

from explainer.contract.frame import Frame, Note, Notes
from explainer.contract.number_text import number_text
from explainer.scenes.rnn import LANES

FADED = 1e-6
"""A gradient below this part of that at the loss is said to have faded."""


def seen(frame: Frame) -> Sequence[Note]:
    """Return what is worth saying, most important first."""
    cut = frame.params.time_steps - frame.params.window
    if cut > 0:
        return (Note(
            f"The last step’s loss is sent back through {frame.params.window} states: h_1 to h_{cut} get no gradient.",
            "info", name="cut", card="reach", number=float(cut),
        ),)  # fmt: skip
    return faded(frame)


def faded(frame: Frame) -> Sequence[Note]:
    """Say whose gradient at the first state is next to nothing beside that at the loss."""
    norms, last = frame.arrays.get("gradient_norms"), frame.params.asked_at - 1
    if norms is None:
        return ()
    return [
        Note(
            f"{LANES[lane]}: ‖∂L/∂h_t‖ at t = 1 is {number_text(norms[k, 0] / norms[k, last])} of that at the loss.",
            "warning", name="faded", card="reach", number=float(norms[k, 0] / norms[k, last]),
        )
        for k, lane in enumerate(frame.params.lanes)
        if 0 < norms[k, 0] < FADED * norms[k, last]
    ]  # fmt: skip


NOTES = Notes(seen, arrays=("gradient_norms",))
