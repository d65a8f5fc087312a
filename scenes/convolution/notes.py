"""What the scene says of the operation: what is never read, and which windows see nothing."""

from __future__ import annotations

import numpy as np

from explainer.contract.frame import Frame, Note, Notes
from explainer.scenes.convolution.moment import moment_of


def notes(frame: Frame) -> list[Note]:
    """Say what the floor drops, and which windows see nothing but padding."""
    moment = moment_of(frame)
    if moment is None:
        return []
    found = []
    y, x = moment.plan.y, moment.plan.x
    directions = [("row and column", x)] if y == x else [("row", y), ("column", x)]
    for name, axis in directions:
        real = max(0, axis.dropped - axis.after)
        if real:
            rest = axis.size + axis.before + axis.after - axis.span
            many = f"{real} {name}s".replace(" and", "s and") if real > 1 else name
            verb = "are" if real > 1 or y == x else "is"
            found.append(Note(f"The last {many} {verb} never read: {rest} is no multiple of the stride {axis.stride}."))
    if not np.isfinite(moment.result).all():
        found.append(Note("A window sees nothing but padding, and the maximum of that is −∞.", "warning"))
    return found


NOTES = Notes(notes, arrays=("input", "weight", "bias", "result"))
