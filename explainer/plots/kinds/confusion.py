"""What each class is taken for, with each class' recall and precision beside the counts, and the accuracy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPoint, QPointF
from PySide6.QtGui import QPainter

from explainer.contract.cards.bindings import Edit
from explainer.contract.cards.cells import Confusion
from explainer.plots.base.axis import Axis
from explainer.plots.base.colours import pen
from explainer.plots.base.shading import Shading
from explainer.plots.base.sheet import Sheet
from explainer.plots.kinds.matrix import Cell, MatrixPart
from explainer.plots.part import Place
from explainer.plots.resolved import alike

GAP = 3.0
"""Pixels between the counts and what is made of them."""


def share_text(share: float, sign: str = "%") -> str:
    """Return a share in per cent, a dash where there is none."""
    return f"{100 * share:.0f}{sign}" if math.isfinite(share) else "–"


class ConfusionPart(MatrixPart):
    """The counts with a further column, recall, and a further row, precision."""

    told: Confusion  # type: ignore[assignment]

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.counts_shown = np.zeros((0, 0))

    def fill(self) -> None:
        """Take the counts."""
        now = self.now
        assert now is not None
        if self.empty:
            self.sheet, self._drawn, self.counts_shown = None, (), np.zeros((0, 0))
            return
        drawn = (now.counts, self.places, self.tokens)
        same = alike(drawn[:2], self._drawn[:2]) and self._drawn[2] is self.tokens
        if not same:
            self._drawn, self._at, self.counts_shown = drawn, None, np.asarray(now.counts)
            self.sheet = self.make_sheet(self.counts_shown)
        self.kept_when_same(same)

    def changed(self) -> None:
        """Have everything painted again; the colours are the theme's."""
        if self.sheet is not None and self._drawn and self._drawn[2] is not self.tokens:
            self.fill()
        super().changed()

    # what is made of the counts

    def recall(self) -> np.ndarray:
        """Return the share of each class that is taken for it, NaN for one that never occurs."""
        return _shares(np.diag(self.counts_shown), self.counts_shown.sum(1))

    def precision(self) -> np.ndarray:
        """Return the share of what is taken for each class that is of it, NaN for one never predicted."""
        return _shares(np.diag(self.counts_shown), self.counts_shown.sum(0))

    def accuracy(self) -> float:
        """Return the share that is right."""
        return float(_shares(np.trace(self.counts_shown)[None], self.counts_shown.sum()[None])[0])

    def names(self) -> tuple[Sequence[str], Sequence[str]]:
        """Return the names of actual and of predicted classes."""
        if len(self.places) == 2:
            return self.places[0].names, self.places[1].names
        rows, columns = self.counts_shown.shape
        return [str(k) for k in range(rows)], [str(k) for k in range(columns)]

    def make_sheet(self, values: np.ndarray) -> Sheet:
        """Return the counts with their margins."""
        rows, columns = values.shape
        titles = [places.title for places in self.places] if len(self.places) == 2 else ["actual", "predicted"]
        down, across = self.names()
        recall, precision = np.resize(self.recall(), rows), np.resize(self.precision(), columns)
        whole = np.full((rows + 1, columns + 1), np.nan)
        whole[:rows, :columns], whole[:rows, columns], whole[rows, :columns] = values, recall, precision
        whole[rows, columns] = self.accuracy()
        high = math.ceil(max(1.0, float(np.nanmax(values, initial=1.0))))
        colours = Shading("ink", 0.0, 1.6).colours(np.nan_to_num(whole), self.tokens)
        colours[:rows, :columns] = Shading("cividis", 0.5, max(high, 2), log=True).colours(values, self.tokens)
        counts = [[f"{count:,g}" for count in line] for line in values.tolist()]
        lines = [[*line, share_text(share, "")] for line, share in zip(counts, recall, strict=True)]
        lines.append([share_text(float(share), "") for share in whole[rows]])
        texts = [text for line in lines for text in line]
        axes = Axis(titles[0], names=(*down, "precision")), Axis(titles[1], names=(*across, "recall"))
        return Sheet(whole, *axes, Shading(), "no number", colours, (), False, True, texts)

    @property
    def aspect(self) -> float | None:
        """The cells' width divided by their height, all together: they are square."""
        return self.sheet.shape[1] / self.sheet.shape[0] if self.sheet is not None else None

    # cells

    def is_count(self, cell: Cell) -> bool:
        """Return whether a cell holds a count, and nothing made of counts."""
        return cell[0] < self.counts_shown.shape[0] and cell[1] < self.counts_shown.shape[1]

    def lights_of(self, cell: Cell) -> Mapping[str, int]:
        """Return the classes of a cell by their dimensions."""
        both = list(zip(self.dims, cell, self.counts_shown.shape, strict=False))
        return {dim: at for dim, at, count in reversed(both) if at < count}

    def edit_of(self, cell: Cell) -> Edit | None:
        """Return nothing: counts are counted."""
        return None

    def can_click(self, cell: Cell) -> bool:
        """Return whether a click comes to something."""
        return self.told.click is not None and self.is_count(cell)

    def choose(self, cell: Cell) -> None:
        """Ask for what a click on a count comes to."""
        if self.is_count(cell):
            self.press_on(self.told.click, *cell)

    def framed(self) -> Cell | None:
        """Return the cell that is chosen."""
        chosen = self.now.chosen if self.now is not None else None
        return chosen if isinstance(chosen, tuple) and self.is_count(chosen) else None

    def marks(self) -> Sequence[Place]:
        """Return the middle of every cell; numbers only where they are counted."""
        found = []
        for place in super().marks():
            cell = self.cell_at(QPointF(place.at))
            counted = cell is not None and self.is_count(cell)
            found.append(Place(place.at, place.lights, place.value if counted else None))
        return found

    def handles(self) -> Sequence[QPoint]:
        """Return nothing: counts are counted."""
        return ()

    # words

    def reading(self) -> str:
        """Return what is said of the lit cell."""
        row, column = self.lit_cell()
        if self.sheet is None or row is None or column is None or not self.has((row, column)):
            return ""
        said = self.said(self.told.reading, row, column) if self.is_count((row, column)) else None
        return self.plain_reading(row, column) if said is None else said

    def plain_reading(self, row: int, column: int) -> str:
        """Return a count in words, or what recall, precision or accuracy is made of."""
        counts, (down, across) = self.counts_shown, self.names()
        rows, columns = counts.shape
        if row < rows and column < columns:
            whole = f"{counts[row].sum():,g} {down[row]}"
            return f"{counts[row, column]:,g} of {whole} are taken for {across[column]}"
        right, total, name = np.trace(counts), counts.sum(), "accuracy"
        if row < rows:
            right, total = np.diag(counts)[row] if row < columns else 0, counts[row].sum()
            name = f"recall of {down[row]}"
        elif column < columns:
            right, total = np.diag(counts)[column] if column < rows else 0, counts[:, column].sum()
            name = f"precision of {across[column]}"
        share = float(self.sheet.values[row, column]) if self.sheet is not None else math.nan
        return f"{name}: {right:,g} of {total:,g}, {share_text(share)}"

    def summary(self) -> str:
        """Return how many are right, and the commonest mistake."""
        if self.sheet is None or self.empty:
            return getattr(self.now, "none", "")
        counts, (down, across) = self.counts_shown, self.names()
        said = f"{np.trace(counts):,g} of {counts.sum():,g} are right"
        wrong = counts * (1 - np.eye(*counts.shape))
        if not np.nan_to_num(wrong).any():
            return said
        row, column = map(int, np.unravel_index(int(np.nanargmax(wrong)), wrong.shape))
        return f"{said}; the commonest mistake: {counts[row, column]:,g} × {down[row]} taken for {across[column]}"

    # painting

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the counts, and set off what is made of them."""
        super().paint_still(painter, width, height)
        box, (rows, columns) = self.at.cells, self.counts_shown.shape
        x, y = box.left() + columns / (columns + 1) * box.width(), box.top() + rows / (rows + 1) * box.height()
        painter.setPen(pen(self.tokens.card, min(GAP, box.width() / (columns + 1) / 2)))
        painter.drawLines(
            [QLineF(x, box.top() - 1, x, box.bottom() + 1), QLineF(box.left() - 1, y, box.right() + 1, y)]
        )


def _shares(right: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part of whole, NaN where that is nothing."""
    count = min(len(right), len(whole))
    found = np.full(len(whole), np.nan)
    np.divide(right[:count], whole[:count], out=found[:count], where=np.asarray(whole[:count]) > 0)
    return found
