"""Where the grids of a board stand whose rows have one set of columns: a product in Falk's scheme, say."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF

from explainer.plots.base.rows import Item

GAP, MOST, LEAST = 24.0, 84.0, 2.0
"""Pixels: between grids, a cell's longer side at most, a cell's side at least."""


def lay_out_aligned(
    rows: Sequence[Sequence[Item]], area: QRectF, head: float, foot: float, scale: float, wide: float
) -> list[QRectF]:
    """Return where the grids are: those of one slot below one another, all cells of one size, in the middle.

    A cell is at most ``wide`` times as wide as high, and never higher than wide.
    """
    rows = [row for row in rows if row]
    slots = sorted({item.slot for row in rows for item in row})
    columns, names, gaps = (dict.fromkeys(slots, 0.0) for _ in range(3))
    for item in (item for row in rows for item in row):
        columns[item.slot] = max(columns[item.slot], item.columns)
        names[item.slot] = max(names[item.slot], item.left)
        gaps[item.slot] = max(gaps[item.slot], item.sign, GAP * scale if item.slot != slots[0] else 0.0)
    beside = sum(names.values()) + sum(gaps.values())
    heads = [head + max(item.above for item in row) for row in rows]
    lines, around = sum(max(item.rows for item in row) for row in rows), sum(heads) + len(rows) * foot
    if around > 0.6 * area.height():
        heads = [each * 0.6 * area.height() / around for each in heads]
        foot, around = foot * 0.6 * area.height() / around, 0.6 * area.height()
    width = max(LEAST, min(MOST * scale, (area.width() - beside) / sum(columns.values())))
    height = max(LEAST, min(MOST * scale, (area.height() - around) / lines, width))
    width = min(width, wide * height)
    left = area.left() + max(0.0, (area.width() - beside - width * sum(columns.values())) / 2)
    top = area.top() + max(0.0, (area.height() - around - height * lines) / 2)
    starts = {}
    for slot in slots:
        left += gaps[slot] + names[slot]
        starts[slot] = left
        left += columns[slot] * width
    boxes = []
    for row, above in zip(rows, heads, strict=True):
        for item in row:
            narrower = (columns[item.slot] - item.columns) * width if item.slot == slots[0] else 0.0
            x = starts[item.slot] + narrower
            boxes.append(QRectF(math.floor(x), math.floor(top + above), item.columns * width, item.rows * height))
        top += above + foot + height * max(item.rows for item in row)
    return boxes
