"""The operation as a matrix times the flattened input, and the matrix' transpose times itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from explainer.contract.cards import Board, Card, Grid, Mark, Seek
from explainer.contract.frame import Frame
from explainer.scenes.convolution.axis import Axis
from explainer.scenes.convolution.cards import looking
from explainer.scenes.convolution.cards.looking import CELL, EMPTY, WEIGHT, of_moment, place_of
from explainer.scenes.convolution.moment import Moment, remembered
from explainer.scenes.convolution.plan import MAX_POOL
from explainer.scenes.convolution.words import number, size


@remembered
def is_identity(gram: np.ndarray) -> bool:
    """Return whether a matrix' transpose times the matrix is the identity, so that the one undoes the other."""
    return bool(np.allclose(gram, np.eye(len(gram)), atol=1e-6))


def matrix_kind(moment: Moment) -> str:
    """Return which constant diagonals the matrix of one channel has; empty where it has none, or several channels."""
    plan = moment.plan
    if plan.operation == MAX_POOL or plan.adaptive or plan.in_channels * plan.out_channels > 1:
        return ""
    kinds = {_kind(axis) for axis in (plan.y, plan.x)}
    flat = moment.params.dimensions == 1
    kind = _kind(plan.x) if flat else kinds.pop() if len(kinds) == 1 else ""
    if not kind or flat:
        return f"it is {kind}" if kind else ""
    return f"it is {'block circulant with circulant blocks' if kind == 'circulant' else 'doubly block Toeplitz'}"


def _kind(axis: Axis) -> str:
    """Return ``Toeplitz``, ``circulant`` or nothing for one direction."""
    if axis.stride > 1 or axis.begins is not None or not axis.counts_padding:
        return ""
    if axis.mode == "circular" and axis.before + axis.after and axis.out == axis.size:
        return "circulant"
    padded = axis.before + axis.after
    return "Toeplitz" if axis.transposed or axis.mode == "zeros" or not padded else ""


# the card

MATRIX, VECTOR, OUT, _GRAM = range(4)


def _fits(frame: Frame, moment: Moment) -> bool:
    return frame.arrays["matrix"].shape == (moment.result.size, moment.input.size)


@of_moment("matrix", dims=("output cell", "input cell"))
def matrix(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the matrix, none while it belongs to another moment or would be too large."""
    return frame.arrays["matrix"] if _fits(frame, moment) else EMPTY


@of_moment("matrix", dims=("input cell", "one"))
def vector(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the input as a column."""
    return moment.input.reshape(-1, 1) if _fits(frame, moment) else EMPTY


@remembered
def _product(by: np.ndarray, image: np.ndarray) -> np.ndarray:
    return by @ image.reshape(-1, 1)


@of_moment("matrix", dims=("output cell", "one"))
def product(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the matrix times the column."""
    return _product(frame.arrays["matrix"], moment.input) if _fits(frame, moment) else EMPTY


@of_moment("matrix", "gram", dims=("input cell", "input cell again"))
def gram(frame: Frame, moment: Moment) -> np.ndarray:
    """Return the matrix' transpose times the matrix."""
    found = frame.arrays["gram"]
    return found if _fits(frame, moment) and found.shape == (moment.input.size,) * 2 else EMPTY


@of_moment("matrix")
def head(frame: Frame, moment: Moment) -> str:
    """Return the matrix' size."""
    return f"W: {size(frame.arrays['matrix'].shape)}"


@of_moment()
def cell_lights(frame: Frame, moment: Moment, row: int, column: int) -> Mapping[str, int]:
    """Light the output cell of a row, and the input of a column."""
    return {**_row_lights(moment, row), "input cell": column}


@of_moment()
def row_lights(frame: Frame, moment: Moment, row: int, column: int) -> Mapping[str, int]:
    """Light the output cell of a row."""
    return _row_lights(moment, row)


def _row_lights(moment: Moment, row: int) -> Mapping[str, int]:
    return dict(zip(CELL, moment.plan.place(row), strict=True))


@of_moment()
def seek_row(frame: Frame, moment: Moment, row: int, column: int) -> Seek | None:
    """Go to the step of the row's cell."""
    return looking.seek_to(moment, moment.plan.place(row))


@of_moment("matrix")
def marks(frame: Frame, moment: Moment) -> Sequence[Mark]:
    """Mark the row of the cell that is looked at, and what it multiplies."""
    if not _fits(frame, moment):
        return ()
    weights = frame.arrays["matrix"]
    row, column = moment.number(place_of(frame, moment)), frame.lit.get("input cell")
    found = [
        Mark(MATRIX, [(row, c) for c in range(weights.shape[1])], "accent", 1.0, 0.10),
        Mark(VECTOR, [(c, 0) for c in np.flatnonzero(weights[row]).tolist()], "accent", 1.5),
        Mark(OUT, [(row, 0)], "accent", 2.0),
    ]
    if column is not None:
        found += [Mark(MATRIX, [(row, column)], WEIGHT, 2.0), Mark(VECTOR, [(column, 0)], WEIGHT, 2.0)]
    return found


@of_moment("matrix")
def lines(frame: Frame, moment: Moment) -> Sequence[tuple[str, str]]:
    """Return what the marked row computes, whether the transpose undoes it, and how sparse the matrix is."""
    if not _fits(frame, moment):
        return ()
    return (
        (row_words(frame, moment), "strong"),
        (transpose_words(frame, moment), ""),
        (_sparse(moment, frame.arrays["matrix"]), ""),
    )


def row_words(frame: Frame, moment: Moment) -> str:
    """Return what the marked row computes."""
    place = place_of(frame, moment)
    row = moment.number(place)
    weights = frame.arrays["matrix"][row]
    bias = float(moment.bias[place[0]]) if moment.bias.size else 0.0
    added = f" (+ bias {number(bias)})" if bias else ""
    value = number(float(_product(frame.arrays["matrix"], moment.input)[row, 0]))
    used = int(np.count_nonzero(weights))
    return f"Row {row} = output{list(place)}: {used} of {weights.size} weights are not 0; {value}{added}"


def transpose_words(frame: Frame, moment: Moment) -> str:
    """Return whether the transposed matrix undoes it, nothing where that was not worked out."""
    found = frame.arrays.get("gram", EMPTY)
    if not found.size or found.shape != (moment.input.size,) * 2:
        return ""
    here = " at this image" if moment.plan.operation == MAX_POOL else ""
    if is_identity(found):
        return f"WᵀW is the identity{here}: Wᵀ undoes W"
    return f"WᵀW is not the identity{here}: Wᵀ does not undo W"


@remembered
def _counts(weights: np.ndarray) -> tuple[int, int]:
    filled = weights[weights != 0]
    return filled.size, len(np.unique(filled))


def _sparse(moment: Moment, weights: np.ndarray) -> str:
    """Return how sparse the matrix is, and of which kind."""
    filled, distinct = _counts(weights)
    numbers = f"{distinct} different number{'' if distinct == 1 else 's'}"
    words = f"{filled:,} of {weights.size:,} entries of W are not 0 ({100 * filled / weights.size:.2g} %): {numbers}"
    kind = matrix_kind(moment)
    words = f"{words}; {kind}" if kind else words
    if moment.plan.operation == MAX_POOL:
        return f"{words}; it holds for this input only: the maximum is not linear"
    return words


@of_moment("matrix")
def none(frame: Frame, moment: Moment) -> str:
    """Say why there is none; nothing while it is on its way."""
    return "" if frame.arrays["matrix"].size else "More than a million numbers: choose a smaller image."


MATRIX_CARD = Card(
    "matrix",
    "The same as a matrix times the flattened input",
    Board(
        (
            Grid(matrix, head, lights=cell_lights, click=seek_row),
            "·",
            Grid(vector, "x", looking.shade),
            "=",
            Grid(product, "W x", lights=row_lights, click=seek_row),
            Grid(gram, "WᵀW", lights=looking.nothing_lit),
        ),
        marks=marks,
        follows=CELL,
        lines=lines,
        none=none,
    ),
    about="A sparse matrix: one row per output cell, one column per input cell; hover to link them",
    hint="hover a row",
    least=(240, 190),
)
