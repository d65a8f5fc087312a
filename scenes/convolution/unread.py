"""Which inputs have no part in the output, and why: counted, then said; plain Python."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.moment import Moment


@dataclass(frozen=True)
class Unread:
    """One direction's inputs without a part: how many behind the last window, and how many windows step over."""

    axis: Axis
    last: int
    between: int

    @property
    def count(self) -> int:
        """How many there are in all."""
        return self.last + self.between


def unread_of(axis: Axis) -> Unread:
    """Return what of an axis is without a part, through padding too."""
    used = np.flatnonzero(axis.used)
    beyond = 0 if axis.transposed or axis.parts else axis.room - (axis.out - 1) * axis.stride - axis.after
    last = min(max(0, beyond), axis.size - 1 - int(used[-1])) if used.size else 0
    return Unread(axis, last, axis.size - len(used) - last)


def caption(moment: Moment) -> str:
    """Return what is unread in words for the input's caption; empty for nothing."""
    y, x = (unread_of(axis) for axis in (moment.plan.y, moment.plan.x))
    if moment.plan.operation != "transposed" and not y.between and not x.between:
        ends = [("row", y.last), ("column", x.last)]
        found = [f"last {count} {name}s" if count > 1 else f"last {name}" for name, count in ends if count]
        return f"unread: {' and '.join(found)}" if found else _padding(moment)
    cells = y.axis.size * x.axis.size - int(y.axis.used.sum()) * int(x.axis.used.sum())
    said = "without a part" if moment.plan.operation == "transposed" else "unread"
    return f"{said}: {cells:,} of {y.axis.size * x.axis.size:,} cells" if cells else _padding(moment)


def _padding(moment: Moment) -> str:
    """Return that some padding is read by no window."""
    if moment.plan.operation == "transposed":
        return ""
    found = []
    for name, axis in (("rows", moment.plan.y), ("columns", moment.plan.x)):
        around = np.ones(len(axis.read), bool)
        around[axis.before : axis.before + axis.size] = False
        if not axis.read[around].all():
            found.append(name)
    return f"unread: {' and '.join(found)} of padding only" if found else ""


def sentences(moment: Moment) -> list[str]:
    """Return a sentence for each reason for which inputs have no part, for both directions where they are alike."""
    y, x = moment.plan.y, moment.plan.x
    directions = [(("row", "column"), x)] if y == x else [(("row",), y), (("column",), x)]
    return [words for names, axis in directions for words in _of_axis(names, unread_of(axis))]


def _of_axis(names: tuple[str, ...], found: Unread) -> list[str]:
    axis, said = found.axis, []
    several = f"{' and '.join(f'{name}s' for name in names)}"
    if axis.transposed:
        if found.count:
            each = " each" if len(names) > 1 else ""
            cut = f"all that they write is cut off by the padding, {axis.before} before and {axis.after} after"
            said.append(f"{found.count} of {axis.size} {several}{each} have no part in the output: {cut}.")
        return said
    if found.last:
        last = f"{found.last} {several}" if found.last > 1 else " and ".join(names)
        verb = "are" if found.last > 1 or len(names) > 1 else "is"
        why = f"{axis.room} is no multiple of the stride {axis.stride}"
        why = why if axis.begins is None else "another window would begin behind the image"
        said.append(f"The last {last} {verb} never read: {why}.")
    if found.between:
        if axis.stride > axis.span:
            why = f"the stride {axis.stride} is longer than the window, which covers {axis.span}"
        else:
            why = f"with dilation {axis.dilation} and stride {axis.stride} every window steps over them"
        count = f"{found.between} {several}" if found.between > 1 else f"1 {' and 1 '.join(names)}"
        verb = "is" if found.between == 1 and len(names) == 1 else "are"
        said.append(f"{count} between windows {verb} never read: {why}.")
    return said
