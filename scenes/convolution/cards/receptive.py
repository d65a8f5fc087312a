"""The receptive field: what one cell on top of a stack of layers can see, by paths that are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explainer.contract.cards import Board, Card, Grid, Mark
from explainer.contract.frame import Frame
from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.cards.looking import EMPTY, cells_of, of_moment
from explainer.scenes.convolution.moment import Moment, remembered
from explainer.scenes.convolution.plan import CONVOLUTION, MAX_POOL, Plan
from explainer.scenes.convolution.words import size


@dataclass(frozen=True)
class Stack:
    """Layers of one kind on top of one another, in both directions; as many as fit."""

    y: tuple[Axis, ...]
    x: tuple[Axis, ...]

    @property
    def depth(self) -> int:
        """How many layers there are."""
        return len(self.y)

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """Rows and columns of the input and of each layer's output."""
        return [(self.y[0].size, self.x[0].size), *((a.out, b.out) for a, b in zip(self.y, self.x, strict=True))]

    def paths(self, cell: tuple[int, int]) -> list[np.ndarray]:
        """Return for the input and each layer how many paths lead from there to a cell of the last (row, column)."""
        rows, columns = _counts(self.y, cell[0]), _counts(self.x, cell[1])
        return [np.outer(a, b) for a, b in zip(rows, columns, strict=True)]

    @property
    def goes_round(self) -> bool:
        """Whether what leaves at one side comes in at the other."""
        return self.x[0].mode == "circular"

    def has_grid(self) -> bool:
        """Return whether dilation leaves gaps in what a cell sees, which layers of dilation 1 would not leave."""
        return any(_gaps(axes) and not _gaps([replace(axis, dilation=1) for axis in axes]) for axes in (self.y, self.x))

    def fields(self, axes: Sequence[Axis]) -> list[int]:
        """Return how many places in one direction a cell sees after each layer, borders aside: 1 + Σ d(k − 1) Π s."""
        found, jump = [1], 1
        for axis in axes:
            found.append(found[-1] + (axis.span - 1) * jump)
            jump *= axis.stride
        return found


def _gaps(axes: Sequence[Axis]) -> bool:
    """Return whether a cell of the last of such layers, borders aside, sees with gaps between."""
    reached = {0}
    for axis in reversed(axes):
        reached = {at * axis.stride + tap * axis.dilation for at in reached for tap in range(axis.kernel)}
    return len(reached) <= max(reached)


def stack_of(plan: Plan, layers: int, most: int = 4_096, widened: int = 1) -> Stack:
    """Return up to ``layers`` layers like the plan's; fewer where the next would have none or too many cells.

    Each has ``widened`` times the dilation of the one before it.
    """
    y, x = [plan.y], [plan.x]
    while len(y) < layers:
        rows, columns = _next(y[-1], widened), _next(x[-1], widened)
        if not (1 <= rows.out <= most and 1 <= columns.out <= most) or not (_pads(rows) and _pads(columns)):
            break
        y.append(rows)
        x.append(columns)
    return Stack(tuple(y), tuple(x))


def _next(axis: Axis, widened: int) -> Axis:
    """Return the same operation on its own output; wider padding goes with a wider dilation that it belongs to."""
    dilation = axis.dilation * widened
    reach, wider = axis.span - 1, dilation * (axis.kernel - 1)
    before, after = axis.before, axis.after
    if widened > 1 and reach and before + after in (reach, 2 * reach):  # same, causal or full
        both = (before + after) // reach * wider
        before = wider // 2 if before == reach // 2 else before * wider // reach
        after = both - before
    begins = None if axis.begins is None else axis.begins - axis.size + axis.out
    return replace(axis, size=axis.out, dilation=dilation, before=before, after=after, begins=begins)


def seen(counts: np.ndarray, round_: bool = False) -> tuple[int, int]:
    """Return how many places of a direction have a path, and how many these span; ``round_`` the end is a beginning."""
    places = np.flatnonzero(counts)
    if not places.size:
        return 0, 0
    if not round_:
        return len(places), int(np.ptp(places)) + 1
    gaps = np.diff([*places, places[0] + len(counts)])
    return len(places), len(counts) - int(gaps.max()) + 1


def _pads(axis: Axis) -> bool:
    """Return whether there is enough input for the way of padding."""
    most = {"reflect": axis.size - 1, "circular": axis.size}.get(axis.mode)
    return most is None or max(axis.before, axis.after) <= most


def _counts(axes: Sequence[Axis], place: int) -> list[np.ndarray]:
    """Return for each level the number of paths to ``place``, the input's first."""
    counts = np.zeros(axes[-1].out)
    counts[place] = 1
    found = [counts]
    for axis in reversed(axes):
        below = np.zeros(axis.size)
        for out in np.flatnonzero(counts).tolist():
            for _, at in axis.taps(out):
                if (source := axis.source(at)) >= 0:
                    below[source] += counts[out]
        counts = below
        found.append(counts)
    return found[::-1]


# the card

MOST_LAYERS, MOST_CELLS = 6, 4_096
TOP = ("top y", "top x")


@remembered
def _stack(plan: Plan, layers: int, doubled: bool) -> Stack:
    return stack_of(plan, layers, widened=2 if doubled else 1)


def stack_in(moment: Moment) -> Stack:
    """Return as many layers on top of one another as were asked for and fit."""
    params, plan = moment.params, moment.plan
    widens = params.operation in (CONVOLUTION, MAX_POOL) and not plan.adaptive
    return _stack(plan, params.layers, params.stack_dilation == "doubled" and widens)


@remembered
def _paths(stack: Stack, top: tuple[int, int]) -> list[np.ndarray]:
    return stack.paths(top)


def paths(frame: Frame, moment: Moment) -> list[np.ndarray]:
    """Return the numbers of paths from each level to the cell on top that the pointer is on, else its middle."""
    stack = stack_in(moment)
    if max(rows * columns for rows, columns in stack.sizes) > MOST_CELLS:
        return []
    rows, columns = stack.sizes[-1]
    row, column = frame.lit.get(TOP[0], rows // 2), frame.lit.get(TOP[1], columns // 2)
    return _paths(stack, (min(row, rows - 1), min(column, columns - 1)))


def level(number: int) -> Grid:
    """Return the grid of a level, from the input up."""

    @of_moment(dims=(f"level {number} y", f"level {number} x"))
    def counts(frame: Frame, moment: Moment) -> np.ndarray:
        found = paths(frame, moment)
        return found[number] if number < len(found) else EMPTY

    @of_moment()
    def head(frame: Frame, moment: Moment) -> str:
        found = stack_in(moment).sizes
        if number >= len(found):
            return ""
        return f"Layer {number}: {size(found[number])}" if number else f"Input {size(found[0])}"

    @of_moment()
    def unseen(frame: Frame, moment: Moment) -> np.ndarray | None:
        found = paths(frame, moment)
        return found[number] == 0 if number < len(found) else None

    @of_moment()
    def lights(frame: Frame, moment: Moment, row: int, column: int) -> Mapping[str, int]:
        is_top = number == stack_in(moment).depth
        return dict(zip(TOP, (row, column), strict=True)) if is_top else {}

    return Grid(counts, head, faint=unseen, lights=lights, caption=field if number == 0 else "")


@of_moment()
def field(frame: Frame, moment: Moment) -> str:
    """Return how many rows and columns of the input the cell sees, and how many these span where there are gaps."""
    found, stack = paths(frame, moment), stack_in(moment)
    if not found:
        return ""
    rows, columns = (seen(np.any(found[0], axis=1 - axis), stack.goes_round) for axis in range(2))
    some, whole = size((rows[0], columns[0])), size((rows[1], columns[1]))
    return f"sees {some}" if some == whole else f"sees {some} of the {whole} that it spans"


@of_moment()
def marks(frame: Frame, moment: Moment) -> Sequence[Mark]:
    """Mark what the cell on top can see."""
    return [Mark(number, cells_of(counts > 0)) for number, counts in enumerate(paths(frame, moment))]


@of_moment()
def lines(frame: Frame, moment: Moment) -> Sequence[tuple[str, str]]:
    """Return the size of the field, layer by layer."""
    stack, plan = stack_in(moment), moment.plan
    if plan.x.transposed or plan.adaptive:
        return (("The numbers count the paths to the cell on top.", ""),)
    words = f"spans 1 + Σ d(k − 1)·(strides below): {_chain(stack, moment)}"
    if stack.depth < moment.params.layers:
        fit = f"only {stack.depth} of {moment.params.layers} layers fit: pad, or enlarge the input"
        return ((f"{words} · {fit}", "warning"),)
    return ((f"{words} · gridding: with these dilations some of it is never seen" if stack.has_grid() else words, ""),)


def _chain(stack: Stack, moment: Moment) -> str:
    columns = " → ".join(map(str, stack.fields(stack.x)))
    if moment.params.dimensions == 1 or stack.fields(stack.y) == stack.fields(stack.x):
        return columns
    return f"rows {' → '.join(map(str, stack.fields(stack.y)))}, columns {columns}"


RECEPTIVE = Card(
    "receptive",
    "Receptive field of a stack of such layers",
    Board(
        tuple(part for number in range(MOST_LAYERS + 1) for part in ("→", level(number)))[1:],
        marks=marks,
        follows=TOP,
        lines=lines,
        none=f"Images of more than {MOST_CELLS} cells are not drawn here: choose a smaller one.",
    ),
    about="Up to six such layers: what one cell on top can see, and by how many paths; hover another cell",
    hint="hover the last layer",
    least=(240, 190),
)
