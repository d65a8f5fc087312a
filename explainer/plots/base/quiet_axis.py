"""The sides of a plot: round ticks with honest labels, and hair lines at the same places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen

from explainer.plots.base.colours import pen
from explainer.plots.base.layer import Layer
from explainer.plots.base.ticks import linear_texts, linear_ticks, log_text, log_ticks

BESIDE, MOST_ASIDE = 8.0, 6.0
"""Pixels that a plot has beside its pane; by how much a label may stand aside of its tick for being seen whole."""
MOST_KEPT = 500
"""The sizes of so many labels are kept."""
ALIGNED = {
    "left": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip,
    "bottom": Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextDontClip,
}


@dataclass(frozen=True)
class Drawn:
    """What an axis draws: a line between two ends, and words in their places."""

    line: QPen
    ends: tuple[QPointF, QPointF]
    ink: QPen
    labels: list[tuple[QRectF, str]]


class QuietAxis(pg.AxisItem):
    """An axis with round ticks, figures of equal width and labels such as 10⁻³."""

    picture: Drawn | None
    """What is drawn; None once range, size or looks are others."""
    whole_numbers = False
    """Whether only whole numbers have ticks: layers and steps are counted."""
    silent = False
    """Whether its labels are left out, and their room is kept: there is nothing to be read off so far."""
    _names: Sequence[str] = ()
    _sizes: tuple[Any, dict[str, QSizeF]] = (None, {})
    """How large labels are in a font."""

    def set_names(self, names: Sequence[str]) -> None:
        """Name the places 0, 1, …: where there is no room for all names, every second, third, … is written."""
        if tuple(names) != tuple(self._names):
            self._names = tuple(names)
            self.picture = None
            self.update()

    @property
    def room(self) -> tuple[float, float]:
        """Width and height in pixels kept for labels; pyqtgraph lets them grow at once and shrink late."""
        return self.textWidth, self.textHeight

    @room.setter
    def room(self, room: tuple[float, float]) -> None:
        self.textWidth, self.textHeight = room
        self._updateWidth() if self.orientation in ("left", "right") else self._updateHeight()
        self.parentLayoutItem().activate()

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        """Return the labelled ticks; as many as the pane has room for, so that the grid has the same."""
        sideways = self.orientation in ("bottom", "top")
        pane = self.linkedView().rect()
        about = max(2, int(pane.width() / 90 if sideways else pane.height() / 40))
        low, high = sorted((minVal, maxVal))
        if self._names:
            return [(1.0, self._named_places(low, high, pane.width() if sideways else pane.height(), sideways))]
        if self.logMode:
            return [(1.0, log_ticks(low, high, about)[0])]
        ticks, spacing = linear_ticks(low, high, about)
        if self.whole_numbers and spacing < 1:
            ticks, spacing = [float(k) for k in range(math.ceil(low), math.floor(high) + 1)], 1.0
        return [(spacing, ticks)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the labels."""
        if self._names:
            return [self._names[round(v)] for v in values]
        return [log_text(v) for v in values] if self.logMode else linear_texts(values, spacing)

    def paint(self, painter: QPainter, option: Any, widget: Any = None) -> None:
        """Draw the line and the labels, laid out when range, size or looks are others than before."""
        if self.picture is None:
            self.picture = self._laid_out(painter)
        drawn = self.picture
        if drawn is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(drawn.line)
        painter.drawLine(*drawn.ends)
        painter.setFont(self.style["tickFont"])
        painter.setPen(drawn.ink)
        for place, text in () if self.silent else drawn.labels:
            painter.drawText(place, ALIGNED[self.orientation], text)

    def _laid_out(self, painter: QPainter) -> Drawn | None:
        """Return where everything is drawn, None where there is no room; labels that would be cut are left out."""
        painter.setFont(self.style["tickFont"])
        bounds, whole, sideways = self.mapRectFromParent(self.geometry()), self.boundingRect(), not self._upright
        length = bounds.width() if sideways else bounds.height()
        low, high = self.range
        if not length or low == high:
            return None
        (spacing, ticks), *_ = self.tickValues(low, high, length) if self.style["showValues"] else [(1.0, [])]
        per_unit, labels, widest = length / (high - low), [], 0.0
        for tick, text in zip(ticks, self.tickStrings(ticks, 1.0, spacing), strict=True):
            along = (tick - low if sideways else high - tick) * per_unit
            if not 0 <= along <= length:
                continue
            size = self._size_of(painter, text)
            widest = max(widest, size.height() if sideways else size.width())
            across = self.style["tickTextOffset"][sideways]
            corner = (
                QPointF(along - size.width() / 2, bounds.top() + across)
                if sideways
                else QPointF(bounds.right() - across - size.width(), along - size.height() / 2)
            )
            place = QRectF(corner, size)
            aside = min(0.0, bounds.right() + BESIDE - place.right()) if sideways else 0.0
            place.translate(aside, 0.0)
            if whole & place == place and aside >= -MOST_ASIDE:
                labels.append((place, text))
        self._updateMaxTextSize(widest)
        ends = (
            (bounds.topLeft() + QPointF(-1, 1), bounds.topRight() + QPointF(1, 1))
            if sideways
            else (bounds.topRight() + QPointF(-1, -1), bounds.bottomRight() + QPointF(-1, 1))
        )
        return Drawn(self.pen(), ends, self.textPen(), labels)

    @property
    def _upright(self) -> bool:
        return bool(self.orientation in ("left", "right"))

    def _size_of(self, painter: QPainter, text: str) -> QSizeF:
        """Return how large a label is; a box is a little higher than its letters."""
        font = self.style["tickFont"]
        if self._sizes[0] is not font:
            self._sizes = (font, {})
        known = self._sizes[1]
        if text not in known:
            box = painter.boundingRect(QRectF(0, 0, 100, 100), Qt.AlignmentFlag.AlignCenter, text)
            if len(known) > MOST_KEPT:
                known.clear()
            known[text] = QSizeF(box.width(), 0.8 * box.height())
        return known[text]

    def _named_places(self, low: float, high: float, room: float, sideways: bool) -> list[float]:
        """Return the places that have a name and room for it."""
        longest = max(map(len, self._names)) * 7 + 14 if sideways else 16
        stride = max(1, math.ceil(longest * (high - low) / max(1.0, room)))
        first, last = max(0, math.ceil(low)), min(len(self._names) - 1, math.floor(high))
        return [float(k) for k in range(first, last + 1) if k % stride == 0]


class GridLayer(Layer):
    """Hair lines at the labelled ticks."""

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw one line for each tick."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen(self.axes.tokens.border, 1.0, 0.7))
        (x0, x1), (y0, y1) = self.axes.view_box.viewRange()
        for _, ticks in self.axes.axis("bottom").tickValues(x0, x1, width):
            for tick in ticks:
                place = (tick - x0) / (x1 - x0) * width
                painter.drawLine(QPointF(place, 0), QPointF(place, height))
        for _, ticks in self.axes.axis("left").tickValues(y0, y1, height):
            for tick in ticks:
                place = height - (tick - y0) / (y1 - y0) * height
                painter.drawLine(QPointF(0, place), QPointF(width, place))
