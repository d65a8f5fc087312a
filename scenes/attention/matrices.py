"""Every matrix of the operation that was done last, as a card: a chip for each operation, and a board."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from explainer.contract.cards import Act, Board, Card, Column, Mark, Seek, Tokens, reads
from explainer.contract.cards.bindings import Asked
from explainer.contract.frame import Frame
from explainer.scenes.attention.arithmetic import sources
from explainer.scenes.attention.names import PHASES
from explainer.scenes.attention.shown import GRIDS, MOST, NAMES, ROWS, Shown, operation
from explainer.scenes.attention.tables import BY_KEY, BY_QUERY, SCORES, TABLES, Reader, reader_of

SHORT = ("embed", "Q K V", "scores", "scale", "mask", "softmax", "Σ w·v", "output")
"""The operations' names where room is scarce."""


@reads(*TABLES)
def marks(frame: Frame) -> Sequence[Mark]:
    """Return frames around what was put in by hand, and what made the cell that the pointer is on.

    Without one, around the rows and columns of the tokens that another card's pointer is on.
    """
    reader, place = reader_of(frame), frame.lit.get("cell")
    found = [_mark(k, cells, "warning") for k, shown in _seen(frame) if (cells := _edits(reader, shown))]
    if place is None:
        return [*found, *_of_tokens(frame)]
    table, row, column = place // MOST // MOST, place // MOST % MOST, place % MOST
    for name, rows, columns in sources(reader, NAMES[table], row, column):
        for k, shown in _seen(frame):
            if shown.name == name:
                found.append(_mark(k, _band(shown, frame, rows, columns)))
    return found


def _seen(frame: Frame) -> Iterator[tuple[int, Shown]]:
    """Yield the grids on the board with their numbers."""
    return ((k, shown) for k, shown in enumerate(GRIDS) if shown.seen(frame))


def _mark(grid: int, cells: Sequence[tuple[int, int]], token: str = "accent") -> Mark:
    return Mark(grid, cells, token)


def _band(shown: Shown, frame: Frame, row: int | None, column: int | None) -> list[tuple[int, int]]:
    """Return the cells on the board of a row and a column of the array; None means all of them."""
    rows, columns = reader_of(frame).array(shown.name).shape
    return [
        shown.at(r, c)
        for r in (range(rows) if row is None else (row,))
        for c in (range(columns) if column is None else (column,))
    ]


def _edits(reader: Reader, shown: Shown) -> list[tuple[int, int]]:
    return [shown.at(*cell) for cell in reader.edited(shown.name)]


def _of_tokens(frame: Frame) -> Iterator[Mark]:
    query, key = frame.lit.get("query"), frame.lit.get("key")
    for k, shown in _seen(frame):
        if query is not None and shown.name in BY_QUERY:
            yield _mark(k, _band(shown, frame, query, None))
        if key is not None and shown.name in SCORES:
            yield _mark(k, _band(shown, frame, None, key))
        if key is not None and shown.name in BY_KEY:
            yield _mark(k, _band(shown, frame, key, None))


# the chips, and the card


@reads("edited_table")
def chips(frame: Frame) -> np.ndarray:
    """Return the operations, and the way back from numbers put in by hand."""
    edits = len(frame.arrays["edited_table"])
    undo = [f"undo {edits} edit{'s' if edits > 1 else ''}"] if edits else []
    return np.array([f"{number} {words}" for number, words in enumerate(SHORT, 1)] + undo)


def go_to(frame: Frame, chip: int) -> Asked:
    """Go to an operation, or forget the edits."""
    return Seek(chip + 1) if chip < len(SHORT) else Act("undo_edits")


def chip_colour(frame: Frame, chip: int) -> str:
    """Return a quiet colour for operations that have not been done."""
    return "accent" if chip >= len(SHORT) else "" if chip < frame.step else "muted"


@reads("q")
def title(frame: Frame) -> str:
    """Return the operation, and the head."""
    heads = len(frame.arrays["q"])
    head = f" · head {min(frame.params.head, heads - 1)} of {heads}" if heads > 1 else ""
    return f"{operation(frame) + 1}. {PHASES[operation(frame)]}{head}"


CARD = Card(
    "matrices",
    title,
    Column(
        (
            Tokens(
                chips,
                ("operation",),
                token=chip_colour,
                chosen=operation,
                click=go_to,
                reading=lambda frame, chip: PHASES[chip] if chip < len(PHASES) else "undo",
            ),
            Board(
                tuple(tuple(part.grid() if isinstance(part, Shown) else part for part in row) for row in ROWS),
                marks,
                ("cell",),
                caption=lambda frame: (
                    "" if frame.step else "Not done yet: → does the next operation, play all of them."
                ),
                aligned=True,
                wide=2.0,
            ),
        ),
        (0, 1),
    ),
    name="All matrices",
    about="Every number of the operation done last; hover for the arithmetic, click or drag a number to change it",
    hint="hover a cell, click a number",
    weight=2.0,
    least=(240, 170),
)
