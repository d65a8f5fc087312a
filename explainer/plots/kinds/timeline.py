"""Spans of time in lanes: what happens when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.contract.cards.plots import Timeline
from explainer.contract.number_text import number_text
from explainer.plots.base.chips import fitting, ink_on
from explainer.plots.base.colours import blend, colour, pen
from explainer.plots.part import Place
from explainer.plots.plot_part import PlotPart
from explainer.plots.resolved import Resolved, places_of
from explainer.theme.tokens import SMALL

THICK, LEAST_WIDE = 0.8, 1.5
"""A span's share of its lane's height; its least width in pixels."""


class TimelinePart(PlotPart):
    """One box for each span; lane 0 is above. Spans that are not finite are left out."""

    told: Timeline

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.spans = np.zeros((0, 3))
        self.axes.view_box.free = (True, False)
        self.axes.read_out_below = True

    def counts(self, now: Resolved) -> Sequence[int]:
        """Return how many spans there are."""
        return () if now.start is None else (len(now.start),)

    @property
    def empty(self) -> bool:
        """Whether there is no span."""
        return not len(self.spans) or not np.isfinite(self.spans).all(1).any()

    def fill(self) -> None:
        """Take the spans: start, end, lane (n, 3)."""
        now = self.now
        assert now is not None
        assert self.frame is not None
        given = (now.start, now.end, now.lane)
        known = all(each is not None for each in given)
        self.spans = np.stack([np.asarray(each, float) for each in given], 1) if known else np.zeros((0, 3))
        seen = self.spans[np.isfinite(self.spans).all(1)]
        lanes = int(seen[:, 2].max()) + 1 if len(seen) else 1
        self.lanes = places_of(self.told.lanes, lanes, self.frame, self.scene) if self.told.lanes else None
        self.axes.axis("left").set_names(self.lanes.names[::-1] if self.lanes is not None else ())
        self.axes.axis("left").whole_numbers = True
        self.set_labels(now.axis, self.lanes.title if self.lanes is not None else "")
        if len(seen):
            high = float(seen[:, 1].max())
            low = min(0.0, float(seen[:, 0].min()))
            self.axes.set_whole(low, high if high > low else low + 1, -0.6, lanes - 0.4)
        self._lanes = lanes

    def boxes(self) -> np.ndarray:
        """Return the spans' rectangles (n, 4) in the pane's pixels: left, top, width, height; NaN as it is."""
        middle = self._lanes - 1 - self.spans[:, 2:]
        corners = self.axes.to_pixels(self.spans[:, :2], middle + np.array([-THICK / 2, THICK / 2])).clip(-1e5, 1e5)
        low, high = corners.min(1), corners.max(1)
        return np.concatenate([low, np.maximum(high - low, [LEAST_WIDE, 0.0])], 1)

    def box(self, number: int) -> QRectF:
        """Return a span's rectangle in the pane's pixels."""
        return QRectF(*self.boxes()[number].tolist())

    # the pointer

    def span_at(self, x: float, y: float) -> int | None:
        """Return the span at a place, the last of several."""
        across, down = self.axes.to_pixels(x, y).tolist()
        left, top, wide, high = self.boxes().T
        inside = (left - 1 <= across) & (across <= left + wide + 1) & (top <= down) & (down <= top + high)
        found = np.flatnonzero(inside)
        return int(found[-1]) if len(found) else None

    def point_at(self, x: float, y: float) -> None:
        """Light the span under the pointer, and its lane."""
        if self.empty or not self.dims:
            return
        found = self.span_at(x, y)
        self.steering.light(self.dims[0], found)
        if self.told.lanes:
            self.steering.light(self.told.lanes, None if found is None else int(self.spans[found, 2]))

    def click_at(self, x: float, y: float) -> None:
        """Ask for what a click on the span comes to."""
        found = None if self.empty else self.span_at(x, y)
        if found is not None:
            self.press_on(self.told.click, found)

    def go(self, down: int, right: int) -> None:
        """Go from span to span."""
        if self.dims:
            self.along(self.dims[0], right or down)

    def press(self) -> None:
        """Ask for what a click on the lit span comes to."""
        if self.dims and self.dims[0] in self.lit:
            self.press_on(self.told.click, self.lit[self.dims[0]])

    def reading(self) -> str:
        """Return what happens in the lit span, and when."""
        at = self.lit.get(self.dims[0]) if self.dims else None
        if at is None or self.empty or at >= len(self.spans) or self.now is None:
            return ""
        said = self.said(self.told.reading, at)
        if said is not None:
            return said
        start, end, lane = self.spans[at].tolist()
        words = str(self.now.texts[at]) if self.now.texts is not None else self.places[0].names[at]
        where = self.lanes.names[int(lane)] if self.lanes is not None else f"{lane:.0f}"
        return f"{words} · {where} · {number_text(start)} to {number_text(end)} {self.now.axis}"

    def marks(self) -> Sequence[Place]:
        """Return the middle of each span."""
        if self.empty or not self.dims:
            return ()
        found = []
        for number, (start, end, lane) in enumerate(self.spans.tolist()):
            place = (start + end) / 2, self._lanes - 1 - lane
            if np.isfinite(place).all() and self.span_at(*place) == number:
                found.append(Place(self.widget_pixel(*place), {self.dims[0]: number}))
        return found

    # painting

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the spans with their words where these fit, and an upright line at the present."""
        now = self.now
        assert now is not None
        painter.setFont(self.font_of(SMALL))
        edge, boxes = pen(self.tokens.card, 1.0), self.boxes()
        for number in np.flatnonzero(np.isfinite(self.spans).all(1)).tolist():
            token = self.tokens.series_colour(int(now.classes[number]) if now.classes is not None else 0)
            box = QRectF(*boxes[number].tolist())
            painter.setPen(edge)
            painter.setBrush(blend(self.tokens.card, token, 0.9))
            painter.drawRoundedRect(box, 2, 2)
            if now.texts is not None:
                painter.setPen(ink_on(colour(token).rgb()))
                words = fitting(painter, str(now.texts[number]), box.width() - 6)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        if isinstance(now.now, (int, float)):
            across = float(self.axes.to_pixels(float(now.now), 0.0)[0])
            painter.setPen(pen(self.tokens.accent, 1.6))
            painter.drawLine(QPointF(across, 0), QPointF(across, height))

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Frame the lit span."""
        at = self.lit.get(self.dims[0]) if self.dims else None
        if at is not None and at < len(self.spans) and np.isfinite(self.spans[at]).all():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self.tokens.text, 1.8))
            painter.drawRoundedRect(self.box(at).adjusted(-1, -1, 1, 1), 3, 3)

    def summary(self) -> str:
        """Return how many spans there are, and until when."""
        if self.empty or self.now is None:
            return getattr(self.now, "none", "")
        last = number_text(float(np.nanmax(self.spans[:, 1])))
        return f"{len(self.spans)} spans in {self._lanes} lanes, to {last} {self.now.axis}"
