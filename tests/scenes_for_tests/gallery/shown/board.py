"""Boards: a product whose window follows the pointer, and one in two rows."""

import numpy as np

from explainer.contract.cards import Board, Card, Dimension, Edit, Grid, Mark, reads
from explainer.contract.scene import Array

SIDES = {"usual": 6, "one": 3, "none": 0, "many": 70, "odd": 6}
ARRAYS = {
    "seen": Array(("seen row", "seen column"), "float64", "Padded input.", nan="not known", infinite="too much"),
    "weights": Array(("tap row", "tap column"), "float64", "Kernel."),
    "made": Array(("made row", "made column"), "float64", "Output.", nan="not known", infinite="too much"),
}
DIMENSIONS = {"tap row": Dimension("row", ("top", "middle", "bottom"))}


def arrays(params, step):
    """Return the arrays."""
    side = SIDES[params.amount]
    seen = np.zeros((side + 2, side + 2) if side else (0, 0))
    if side:
        seen[1:-1, 1:-1] = np.add.outer(np.arange(side), np.arange(side)) % 7
    weights = np.resize(np.array((*params.scores, 1.0, 0.25)), (3, 3)) if side else np.zeros((0, 0))
    if params.amount == "odd":
        seen[2, 3], seen[3, 2] = np.nan, np.inf
    with np.errstate(invalid="ignore"):
        made = np.array([[(seen[r : r + 3, c : c + 3] * weights).sum() for c in range(side)] for r in range(side)])
    return {"seen": seen, "weights": weights, "made": made.reshape(side, side)}


def here(frame):
    """Return the output cell that the pointer is on, else the one the parameters say."""
    shape = frame.arrays["made"].shape
    row, column = frame.lit.get("made row", frame.params.row), frame.lit.get("made column", frame.params.column)
    return min(row, shape[0] - 1), min(column, shape[1] - 1)


@reads("seen", "made", dims=("tap row", "tap column"))
def patch(frame):
    """Return what the window is over."""
    row, column = here(frame)
    return frame.arrays["seen"][row : row + 3, column : column + 3] if frame.arrays["made"].size else np.zeros((0, 0))


@reads("seen", "made", "weights", dims=("tap row", "tap column"))
def products(frame):
    """Return patch times kernel."""
    with np.errstate(invalid="ignore"):
        return patch(frame) * frame.arrays["weights"]


@reads("seen", "made", "weights")
def total(frame):
    """Return the sum as a grid of one cell."""
    with np.errstate(invalid="ignore"):
        return products(frame).sum(keepdims=True)


@reads("made")
def windows(frame):
    """Mark the window and the cell that it makes."""
    if not frame.arrays["made"].size:
        return ()
    row, column = here(frame)
    cells = [(row + a - 1, column + b - 1) for a in range(3) for b in range(3)]
    return Mark(0, cells, "accent", 2.5, 0.12), Mark(2, [(row, column)], 1)


@reads("made")
def nearest(frame, row, column):
    """Return the output cell whose window has its middle here."""
    rows, columns = frame.arrays["made"].shape
    return {"made row": min(max(row, 0), rows - 1), "made column": min(max(column, 0), columns - 1)}


@reads("seen", "made", "weights")
def sums(frame):
    """Return the arithmetic in words."""
    if not frame.arrays["made"].size:
        return ()
    return (f"{total(frame)[0, 0]:.3g}", "strong"), ("(patch * kernel).sum()", "code"), ("and more", "")


@reads("seen")
def border(frame):
    """Return one cell of padding."""
    return (1, 1, 1, 1) if frame.arrays["seen"].size else (0, 0, 0, 0)


def typed(frame, place, number):
    """Put a number into the kernel, as far as the parameter reaches."""
    scores = list(frame.params.scores)
    scores[(3 * place[0] + place[1]) % len(scores)] = number
    return {"scores": scores}


def chosen(frame, row, column):
    """Choose an output cell."""
    return {"row": min(max(row, 0), 63), "column": min(max(column, 0), 63)}


KERNEL = Grid("weights", "Kernel", edit=Edit(typed, low=-6, high=6), cell=72, caption="type or drag a number")
CARDS = (
    Card(
        "board",
        "Input ∗ kernel = output",
        Board(
            (
                Grid("seen", "Input", "ink", border=border, lights=nearest),
                lambda frame: "∗" if frame.params.amount != "odd" else "·",
                KERNEL,
                "=",
                Grid("made", "Output", click=chosen, caption=lambda frame: f"step {frame.step}"),
            ),
            marks=windows,
            caption="Hover a cell to move the window",
            none="no numbers",
        ),
        at_first=True,
    ),
    Card(
        "products",
        "Patch × kernel = products, in two rows, with names",
        Board(
            (
                (Grid(patch, "Patch", "ink", names=True), "×", Grid("weights", "Kernel", names=True), "Σ", Grid(total)),
                (
                    Grid(products, "Products", cell=30),
                    "of",
                    Grid("made", "Output", cell=26),
                ),
            ),
            follows=("made row", "made column"),
            lines=sums,
            none="no numbers",
        ),
    ),
)
