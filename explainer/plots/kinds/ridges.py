"""Histograms above one another, one ridge for each layer or step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from explainer.contract.cards.plots import Ridges
from explainer.contract.number_text import number_text
from explainer.plots.base.colours import blend, colour, pen
from explainer.plots.base.painting import draw_outlined
from explainer.plots.part import Place
from explainer.plots.plot_part import PlotPart
from explainer.plots.resolved import Resolved
from explainer.theme.tokens import SMALL

MOST = 24
"""At most so many rows have a ridge; of more, evenly spaced ones."""
OVERLAP = 1.9
"""The highest ridge reaches over so many others."""


class RidgesPart(PlotPart):
    """The first row at the bottom; each ridge is as high as its own fullest bin, by the square root."""

    told: Ridges

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.values, self.edges = np.zeros((0, 1)), np.array([0.0, 1.0])
        self.rows: list[int] = []
        self.axes.axis("left").setStyle(showValues=False)
        self.axes.axis("left").setWidth(26)

    def counts(self, now: Resolved) -> Sequence[int]:
        """Return how many rows and bins there are."""
        return () if now.counts is None else tuple(now.counts.shape)

    @property
    def empty(self) -> bool:
        """Whether nothing was counted."""
        fits = self.values.size and len(self.edges) == self.values.shape[1] + 1
        return not fits or not np.nan_to_num(self.values).any()

    def fill(self) -> None:
        """Take counts (row, bin) and edges (bin + 1,)."""
        now = self.now
        assert now is not None
        self.values = np.zeros((0, 1)) if now.counts is None else np.nan_to_num(np.asarray(now.counts, float))
        self.edges = np.zeros(0) if now.edges is None else np.asarray(now.edges, float)
        count = len(self.values)
        self.rows = np.unique(np.linspace(0, count - 1, min(MOST, count)).astype(int)).tolist()
        self.axes.set_log(x=bool(now.log_x))
        self.set_labels(now.axis, "")
        if not self.empty:
            self.axes.set_whole(*self._span(), -0.3, len(self.rows) - 1 + OVERLAP + 0.2)

    def _span(self) -> tuple[float, float]:
        """Return the edges; on a logarithmic axis those between which anything lies, in whole fives of decades."""
        used = np.flatnonzero(self.values.sum(0) > 0)
        if not self.axes.log[0] or not len(used):
            return float(self.edges[0]), float(self.edges[-1])
        low, high = np.log10(self.edges[used[0]]), np.log10(self.edges[used[-1] + 1])
        return float(10.0 ** (5 * np.floor(low / 5))), float(10.0 ** (5 * np.ceil(high / 5)))

    # the pointer

    def point_at(self, x: float, y: float) -> None:
        """Light the row under the pointer, and the bin."""
        if self.empty:
            return
        self.steering.light(self.dims[0], self.rows[int(np.clip(np.floor(y + 0.2), 0, len(self.rows) - 1))])
        bins = np.searchsorted(self.edges, x, side="right") - 1
        self.steering.light(self.dims[-1], int(np.clip(bins, 0, self.values.shape[1] - 1)))

    def go(self, down: int, right: int) -> None:
        """Go from row to row, and from bin to bin."""
        self.along(self.dims[0], -down)
        self.along(self.dims[-1], right)

    def reading(self) -> str:
        """Return the lit row, and what lies in the lit bin."""
        row, at = (self.lit.get(name) for name in (self.dims[0], self.dims[-1])) if self.dims else (None, None)
        if row is None or self.empty or row >= len(self.values):
            return ""
        if at is not None and at < self.values.shape[1]:
            said = self.said(self.told.reading, row, at)
            if said is not None:
                return said
        head = f"{self.places[0].title} {self.places[0].names[row]}".strip()
        if at is None or at >= self.values.shape[1]:
            return head
        share = number_text(float(self.values[row, at]))
        return f"{head}   {share} between {number_text(self.edges[at])} and {number_text(self.edges[at + 1])}"

    def marks(self) -> Sequence[Place]:
        """Return the fullest bin of each ridge, at its foot."""
        if self.empty:
            return ()
        middles = self._middles()
        return [
            Place(self.widget_pixel(float(middles[int(self.values[row].argmax())]), place + 0.05), {self.dims[0]: row})
            for place, row in enumerate(self.rows)
        ]

    def _middles(self) -> np.ndarray:
        if self.axes.log[0]:
            return self.edges[:-1] * np.sqrt(self.edges[1:] / self.edges[:-1])
        return (self.edges[:-1] + self.edges[1:]) / 2

    # painting

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Draw from the top down, so that each ridge covers what is behind it."""
        across, downs, bases = self._pixels()
        token = self.tokens.series_colour(self.now.place if self.now is not None else 0)
        painter.setFont(self.font_of(SMALL))
        line = QFontMetricsF(painter.font()).height()
        stride = max(1, math.ceil(line / max(1e-9, height / (len(self.rows) + OVERLAP))))
        for place in range(len(self.rows) - 1, -1, -1):
            base = float(bases[place])
            painter.setPen(pen(self.tokens.border, 1.0))
            painter.drawLine(QPointF(0, base), QPointF(width, base))
            self._paint_ridge(painter, across, downs[place], base, self.rows[place], token, 0.28)
            if place % stride == 0:
                painter.setPen(colour(self.tokens.muted))
                name = self.places[0].names[self.rows[place]]
                painter.drawText(QRectF(6, base - line, 90, line), Qt.AlignmentFlag.AlignLeft, name)

    def _pixels(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the bins' middles from the left (bin,), the ridges' heights (place, bin) and grounds (place,)."""
        shares = self.values[self.rows]
        most = shares.max(1, keepdims=True)
        places = np.arange(len(shares), dtype=float)
        rises = 0.85 * OVERLAP * np.sqrt(shares / np.where(most > 0, most, 1.0))
        heights = np.concatenate([rises + places[:, None], places[:, None]], 1)
        downs = self.axes.to_pixels(1.0, heights)[..., 1]
        across = self.axes.to_pixels(self._middles(), 0.0)[:, 0]
        return np.clip(across, -1e4, 1e4), downs[:, :-1], downs[:, -1]

    def _paint_ridge(
        self, painter: QPainter, across: np.ndarray, down: np.ndarray, base: float, row: int, token: str, share: float
    ) -> None:
        used = np.flatnonzero(self.values[row])
        if not len(used):
            return
        part = slice(max(0, used[0] - 1), used[-1] + 2)
        x, y = across[part], down[part]
        line = np.stack([np.concatenate([x[:1], x, x[-1:]]), np.concatenate([[base], y, [base]])], 1)
        draw_outlined(painter, line, pen(token, 1.2), blend(self.tokens.card, token, share))

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the lit ridge once more, in the accent."""
        row = self.lit.get(self.dims[0])
        if row is None:
            return
        place = int(np.abs(np.array(self.rows) - row).argmin())
        across, downs, bases = self._pixels()
        token = self.tokens.accent
        self._paint_ridge(painter, across, downs[place], float(bases[place]), self.rows[place], token, 0.5)

    def summary(self) -> str:
        """Return where the first and the last row have most of their values."""
        if self.empty or self.now is None:
            return getattr(self.now, "none", "")
        at = [number_text(float(self.edges[int(self.values[row].argmax())])) for row in (0, -1)]
        names = self.places[0].names
        title = self.places[0].title
        return f"{self.now.axis}: most at {at[0]} in {title} {names[0]}, at {at[1]} in {title} {names[-1]}"
