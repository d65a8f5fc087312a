"""How tiles of one size stand in rows: as large as there is room, with words above, below and at the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

LEAST, LEAST_WORDS = 10.0, 26.0
"""The least width of a tile in pixels, and that from which on there are words at it."""
SHARP = 0.88
"""The share of its width that a tile keeps at least for the sake of whole pixels."""
LEAST_GAP, GAP = 2.0, 8.0


@dataclass(frozen=True)
class Tiling:
    """Where tiles are: ``shown`` of them, ``across`` in a row."""

    area: QRectF
    width: float
    height: float
    head: float
    foot: float
    gap: float
    across: int
    shown: int

    def box(self, number: int) -> QRectF:
        """Return where a tile is."""
        row, column = divmod(number, self.across)
        rows = -(-self.shown // self.across)
        pitch = self.head + self.height + self.foot + self.gap
        left = self.area.left() + max(0.0, (self.area.width() - self.across * (self.width + self.gap) + self.gap) / 2)
        top = self.area.top() + max(0.0, (self.area.height() - rows * pitch + self.gap) / 2)
        return QRectF(
            round(left + column * (self.width + self.gap)),
            round(top + row * pitch + self.head),
            self.width,
            self.height,
        )

    def number_at(self, x: float, y: float) -> int | None:
        """Return the tile at a pixel."""
        first = self.box(0)
        column = (x - first.left()) // (self.width + self.gap)
        row = (y - first.top()) // (self.head + self.height + self.foot + self.gap)
        for each in (row, row + 1):
            number = int(each * self.across + column)
            if 0 <= column < self.across and 0 <= number < self.shown and self.box(number).contains(x, y):
                return number
        return None


def tile(
    count: int, aspect: float, area: QRectF, *, head: float = 0.0, foot: float = 0.0, across: int = 0,
    largest: float = 0.0, cells: int = 1,
) -> Tiling:  # fmt: skip
    """Return how so many tiles, ``aspect`` times as wide as high, fill an area; see :class:`Tiling`.

    Without ``across``, or where so many have no room side by side, they stand in as many rows as leave them largest.
    The least tile cannot be undercut: what has no room then is not shown. Small tiles have no words.
    """
    across = 0 if across * (LEAST + LEAST_GAP) - LEAST_GAP > area.width() else min(across, count)
    choices = [across] if across else list(range(1, count + 1))
    best, width, gap = _fitted(choices, count, aspect, area, head + foot)
    if width < LEAST_WORDS:
        head = foot = 0.0
        best, width, gap = _fitted(choices, count, aspect, area, 0.0)
    if largest:
        width = min(width, largest * min(1.0, aspect))
    if width < LEAST:
        width, gap = LEAST, LEAST_GAP
        best = across or max(1, min(count, int((area.width() + gap) // (width + gap))))
    sharp = cells * int(width / cells)
    width = float(sharp if sharp > SHARP * width else int(width))
    height = max(1.0, width / aspect)
    rows = max(1, int((area.height() + gap + 1) // (head + height + foot + gap)))
    return Tiling(area, width, height, head, foot, gap, best, min(count, rows * best))


def _fitted(choices: Sequence[int], count: int, aspect: float, area: QRectF, words: float) -> tuple[int, float, float]:
    """Return how many stand in a row, how wide they are then, and what is left between them."""
    found = (choices[0], -1.0, LEAST_GAP)
    for across in choices:
        rows = -(-count // across)
        pitch = min(area.width() / across, (area.height() / rows - words) * aspect)
        gap = min(GAP, max(LEAST_GAP, pitch / 9))
        wide = (area.width() - (across - 1) * gap) / across
        width = min(wide, ((area.height() - (rows - 1) * gap) / rows - words) * aspect)
        if width > found[1]:
            found = (across, width, gap)
    return found
