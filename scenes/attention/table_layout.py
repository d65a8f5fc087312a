"""Where the tables of an operation stand on the stage; geometry without Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from explainer.scenes.attention.tables import Scheme, Table

GAP, SIGN = 22.0, 40.0
"""Pixels between tables, and where a sign stands between them at least."""
NARROW = 520.0
"""Below this width a sign is an arrow."""
WIDEST, HIGHEST = 92.0, 44.0
"""A cell is not larger than this."""


@dataclass(frozen=True)
class Placed:
    """A table with the upper left corner of its cells and their size, in pixels."""

    table: Table
    x: float
    y: float
    cell_width: float
    cell_height: float

    @property
    def width(self) -> float:
        """The width of all cells."""
        return self.table.values.shape[1] * self.cell_width

    @property
    def height(self) -> float:
        """The height of all cells."""
        return self.table.values.shape[0] * self.cell_height

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return the row and column at a pixel, None outside."""
        if not (0 <= x - self.x < self.width and 0 <= y - self.y < self.height):
            return None
        return int((y - self.y) / self.cell_height), int((x - self.x) / self.cell_width)

    def moved(self, right: float, down: float) -> Placed:
        """Return the table so many pixels further right and further down."""
        return replace(self, x=self.x + right, y=self.y + down)

    def corner(self, row: int, column: int) -> tuple[float, float]:
        """Return the upper left corner of a cell."""
        return self.x + column * self.cell_width, self.y + row * self.cell_height


@dataclass(frozen=True)
class Sign:
    """Words between two tables: their middle."""

    words: str
    x: float
    y: float


def arrange(
    scheme: Scheme, width: float, height: float, labels: float, line: float, scale: float = 1.0
) -> tuple[list[Placed], list[Sign]]:
    """Return all tables in the middle of ``width`` × ``height`` pixels.

    There is room for row labels at the left of them, and for two lines above: a title, and the columns' names.
    """
    if scheme.side_by_side:
        placed, signs = _side_by_side(scheme, width, height, labels, line, scale)
    else:
        placed, signs = _falk(scheme, width, height, labels, line, scale), []
    right = max((width - max(each.x + each.width for each in placed)) / 2, 0.0)
    down = max((height - max(each.y + each.height for each in placed)) / 2, 0.0)
    return [each.moved(right, down) for each in placed], [Sign(s.words, s.x + right, s.y + down) for s in signs]


def _side_by_side(
    scheme: Scheme, width: float, height: float, labels: float, line: float, scale: float
) -> tuple[list[Placed], list[Sign]]:
    tables, narrow = scheme.side_by_side, width < NARROW * scale
    signs = ["→" if narrow and words else words for words in scheme.signs]
    gaps = [max(SIGN * scale, 8.5 * scale * len(words)) if words else GAP * scale for words in signs]
    again = [labels if other.rows != tables[0].rows else 0.0 for other in tables[1:]]
    columns = sum(table.values.shape[1] for table in tables)
    rows = max(table.values.shape[0] for table in tables)
    heads = 2 * line
    across = min(WIDEST * scale, (width - labels - sum(gaps) - sum(again)) / columns)
    down = min(HIGHEST * scale, (height - heads) / rows)
    across, down = max(across, 2.0), max(down, 2.0)
    x, placed, found = labels, [], []
    for index, table in enumerate(tables):
        if index:
            gap = gaps[index - 1]
            found.append(Sign(signs[index - 1], x + gap / 2, heads + table.values.shape[0] * down / 2))
            x += gap + again[index - 1]
        placed.append(Placed(table, x, heads, across, down))
        x += placed[-1].width
    return placed, found


def _falk(scheme: Scheme, width: float, height: float, labels: float, line: float, scale: float) -> list[Placed]:
    gap, heads = GAP * scale, 2 * line
    left_columns = max(table.values.shape[1] for table in scheme.lefts)
    columns = left_columns + sum(table.values.shape[1] for table in scheme.tops)
    top_rows = max(table.values.shape[0] for table in scheme.tops)
    rows = top_rows + sum(table.values.shape[0] for table in scheme.lefts)
    across = min(WIDEST * scale, (width - labels - gap * len(scheme.tops)) / columns)
    down = min(HIGHEST * scale, (height - heads - line * len(scheme.lefts)) / rows)
    across, down = max(across, 2.0), max(down, 2.0)
    starts = _starts(scheme.tops, labels + left_columns * across + gap, gap, across)
    placed = [Placed(table, x, heads, across, down) for table, x in zip(scheme.tops, starts, strict=True)]
    y = heads + top_rows * down + line
    for left, results in zip(scheme.lefts, scheme.results, strict=True):
        placed.append(Placed(left, labels + (left_columns - left.values.shape[1]) * across, y, across, down))
        placed += [Placed(table, x, y, across, down) for table, x in zip(results, starts, strict=True) if table]
        y += left.values.shape[0] * down + line
    return placed


def _starts(tables: Sequence[Table], x: float, gap: float, across: float) -> list[float]:
    found = []
    for table in tables:
        found.append(x)
        x += table.values.shape[1] * across + gap
    return found
