"""Counts over their edges, as steps; several groups lie over one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QPainter

from explainer.contract.cards.plots import Histogram
from explainer.contract.number_text import number_text
from explainer.plots.base.colours import blend, colour, pen
from explainer.plots.base.painting import draw_outlined, paint_name
from explainer.plots.part import Place
from explainer.plots.plot_part import PlotPart, span_of
from explainer.plots.resolved import Resolved
from explainer.theme.tokens import CAPTION


class HistogramPart(PlotPart):
    """One outline for each group, filled when there is only one."""

    told: Histogram

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.values, self.edges = np.zeros((0, 0)), np.zeros(0)
        self.axes.read_out_at_right = True
        self.add_handle(self.told.handle)

    def counts(self, now: Resolved) -> Sequence[int]:
        """Return how many groups and bins there are."""
        return () if now.counts is None else tuple(now.counts.shape)

    @property
    def empty(self) -> bool:
        """Whether nothing was counted."""
        fits = self.values.size and len(self.edges) == self.values.shape[1] + 1
        return not fits or not np.nansum(self.values)

    def fill(self) -> None:
        """Take counts (group, bin) and edges (bin + 1,)."""
        now = self.now
        assert now is not None
        self.values = np.zeros((0, 0)) if now.counts is None else np.atleast_2d(np.asarray(now.counts, float))
        self.edges = np.zeros(0) if now.edges is None else np.asarray(now.edges, float)
        self.axes.set_log(x=bool(now.log_x), y=bool(now.log))
        self.set_labels(now.axis, now.label)
        if not self.empty and not self.axes.holding:
            low, high = span_of(None, self.values, log=bool(now.log))
            self.axes.set_whole(float(self.edges[0]), float(self.edges[-1]), low, high)

    # the pointer

    def bin_at(self, x: float) -> int:
        """Return the bin that holds a value."""
        return int(np.clip(np.searchsorted(self.edges, x, side="right") - 1, 0, self.values.shape[1] - 1))

    def point_at(self, x: float, y: float) -> None:
        """Light the bin under the pointer."""
        if not self.empty and self.dims:
            self.steering.light(self.dims[-1], self.bin_at(x))

    def go(self, down: int, right: int) -> None:
        """Go from bin to bin."""
        if self.dims:
            self.along(self.dims[-1], right)

    def reading(self) -> str:
        """Return a bin's edges and counts."""
        at = self.lit.get(self.dims[-1]) if self.dims else None
        if at is None or self.empty or at >= self.values.shape[1]:
            return ""
        said = self.said(self.told.reading, at)
        if said is not None:
            return said
        groups = self.places[0].names if len(self.places) > 1 else [""]
        counts = (f"{g} {number_text(float(v))}".strip() for g, v in zip(groups, self.values[:, at], strict=False))
        return f"{number_text(self.edges[at])} to {number_text(self.edges[at + 1])}   " + "   ".join(counts)

    def marks(self) -> Sequence[Place]:
        """Return the middle of each bin."""
        if self.empty:
            return ()
        middles = self._middles()
        return [
            Place(self.widget_pixel(float(x), float(v) / 2 or 1e-9), {self.dims[-1]: k}, float(v))
            for k, (x, v) in enumerate(zip(middles, self.values[0], strict=True))
        ]

    def _middles(self) -> np.ndarray:
        if self.axes.log[0]:
            return np.sqrt(self.edges[:-1] * self.edges[1:])
        return (self.edges[:-1] + self.edges[1:]) / 2

    def handles(self) -> Sequence[QPoint]:
        """Return where the handle can be taken."""
        return self.handle_places()

    # painting

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the outlines, levels and the handle."""
        floor = height if self.axes.log[1] else float(self.axes.to_pixels(0.0, 0.0)[1])
        for group, row in enumerate(self.values):
            token = self.tokens.series_colour(self.places[0].colour(group) if len(self.places) > 1 else 0)
            outline = self._outline(row, floor)
            alone = len(self.values) == 1
            ground = blend(self.tokens.card, token, 0.45) if alone else colour(token, 0.18)
            draw_outlined(painter, outline, pen(token, 1.6 * self.tokens.scale), ground)
        if len(self.values) > 1:
            self._paint_names(painter)
        self.paint_levels(painter, self.now.levels if self.now else (), width, upright=True)
        self.paint_handle(painter, height)

    def _outline(self, row: np.ndarray, floor: float) -> np.ndarray:
        """Return the corners of a histogram in pixels, from its floor back to its floor."""
        x = np.repeat(self.edges, 2)
        y = np.concatenate([[0], np.repeat(np.nan_to_num(row), 2), [0]])
        corners = self.axes.to_pixels(x, y).clip(-1e5, 1e5)
        corners[[0, -1], 1] = floor
        return np.where(np.isfinite(corners), corners, floor)

    def _paint_names(self, painter: QPainter) -> None:
        painter.setFont(self.font_of(CAPTION, bold=True))
        line = 16 * self.tokens.scale
        for group, name in enumerate(self.places[0].names[: len(self.values)]):
            where = QRectF(7, 4 + group * line, painter.fontMetrics().horizontalAdvance(name) + 2, line)
            paint_name(painter, where, name, self.tokens.series_colour(self.places[0].colour(group)), self.tokens.card)

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Tint the lit bin."""
        at = self.lit.get(self.dims[-1]) if self.dims else None
        if at is not None and at < self.values.shape[1]:
            ends = self.axes.to_pixels(self.edges[at : at + 2], np.ones(2))[:, 0].clip(-1e5, 1e5)
            painter.fillRect(QRectF(ends[0], 0, max(2.0, ends[1] - ends[0]), height), colour(self.tokens.text, 0.12))

    def summary(self) -> str:
        """Return where most values lie."""
        if self.empty:
            return getattr(self.now, "none", "")
        most = int(np.nansum(self.values, 0).argmax())
        return f"most between {number_text(self.edges[most])} and {number_text(self.edges[most + 1])}"
