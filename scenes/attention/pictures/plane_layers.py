"""What is painted in the two planes: arrows of keys and query, the hull of the values and the output in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from explainer.contract.number_text import pair_text
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.layer import Layer
from explainer.scenes.attention.pictures.plane_coordinates import hull
from explainer.scenes.attention.row import READ

if TYPE_CHECKING:
    from explainer.scenes.attention.pictures.plane import Plane, Side


class PlaneLayer(Layer):
    """What both sides share: dots with names, their size the weight."""

    def __init__(self, picture: Plane, side: Side) -> None:
        super().__init__(side.axes, 10)
        self.picture, self.side = picture, side

    def places(self, points: np.ndarray) -> list[QPointF]:
        """Return pixels of points, the dragged one where the hand is."""
        points = np.array(points, float)
        if self.side.drag is not None and 0 <= self.side.drag[0] < len(points):
            points[self.side.drag[0]] = self.side.drag[1:]
        found = self.axes.to_pixels(*points.T) if len(points) else np.empty((0, 2))
        return [QPointF(*np.clip(place, -1e5, 1e5).tolist()) for place in found]

    def draw_caption(self, painter: QPainter, words: str, width: float, height: float) -> None:
        """Write what the plane shows along its lower edge, if there is room."""
        tokens = self.picture.tokens
        painter.setFont(small_font(tokens, self.axes.font(), 12))
        painter.setPen(colour(tokens.muted))
        place = QRectF(8, height - tokens.size(24), width - 16, tokens.size(20))
        if painter.fontMetrics().horizontalAdvance(words) <= place.width():
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def radius(self, weight: float) -> float:
        """Return the radius of the dot of a key or value in pixels."""
        return self.picture.tokens.size(4) + self.picture.tokens.size(10) * weight**0.5

    def draw_dots(self, painter: QPainter, places: list[QPointF]) -> None:
        """Draw a dot for each key or value, the masked ones hollow."""
        moment, tokens = self.picture.moment, self.picture.tokens
        assert moment is not None
        for j in np.argsort(moment.weights, kind="stable").tolist():
            weight, lit = float(moment.weights[j]), j == self.picture.lit_key
            radius = self.radius(weight)
            painter.setPen(pen(tokens.text if lit else tokens.window, 2.0 if lit else 1.5))
            painter.setBrush(colour(tokens.series_colour(READ), 0.45 + 0.55 * weight**0.5))
            if np.isneginf(moment.row_of("final_masked")[j]):
                painter.setPen(pen(tokens.text if lit else tokens.faint, 1.5, style=Qt.PenStyle.DotLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(places[j], radius, radius)

    def draw_names(self, painter: QPainter, places: list[QPointF], own: QPointF | None, words: str) -> None:
        """Write tokens and weights beside their dots, and ``words`` beside what is blue, where there is room."""
        moment, tokens = self.picture.moment, self.picture.tokens
        assert moment is not None
        radii = [self.radius(weight) for weight in moment.weights.tolist()]
        taken = [_around(at, radius) for at, radius in zip(places, radii, strict=True)]
        if own is not None:
            taken.append(_around(own, tokens.size(9)))
            self._write(painter, words, own, tokens.size(12), tokens.accent, True, taken)
        for j in np.argsort(-moment.weights, kind="stable").tolist():
            weight, lit = float(moment.weights[j]), j == self.picture.lit_key
            number = "masked" if np.isneginf(moment.row_of("final_masked")[j]) else f"{weight:.2f}"
            ink = tokens.text if weight >= 0.1 or lit else tokens.muted
            self._write(
                painter, f"{moment.keys[j]} {number}", places[j], radii[j] + 5, ink, weight >= 0.5 or lit, taken
            )

    def _write(
        self, painter: QPainter, words: str, at: QPointF, off: float, ink: str, bold: bool, taken: list[QRectF]
    ) -> None:
        painter.setFont(small_font(self.picture.tokens, self.axes.font(), 12, bold=bold))
        metrics = painter.fontMetrics()
        box = QRectF(0, 0, metrics.horizontalAdvance(words) + 2, metrics.height())
        place = _free_place(box, at, off, taken, self.boundingRect())
        if place is not None:
            taken.append(place)
            painter.setPen(colour(ink))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)


def _around(at: QPointF, radius: float) -> QRectF:
    return QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)


def _free_place(box: QRectF, at: QPointF, off: float, taken: list[QRectF], pane: QRectF) -> QRectF | None:
    """Return where a name finds room beside its dot, away from the middle first; None where it finds none."""
    w, h = box.width(), box.height()
    right, left = QPointF(at.x() + off, at.y() - h / 2), QPointF(at.x() - off - w, at.y() - h / 2)
    above, below = QPointF(at.x() - w / 2, at.y() - off - h), QPointF(at.x() - w / 2, at.y() + off)
    sides = (left, right) if at.x() < pane.center().x() else (right, left)
    others = (above, below) if at.y() < pane.center().y() else (below, above)
    diagonal = [QPointF(side.x(), other.y()) for other in others for side in sides]
    for corner in (*sides, *others, *diagonal):
        place = QRectF(corner, box.size())
        if pane.contains(place) and not any(place.intersects(other) for other in taken):
            return place
    return None


class KeysLayer(PlaneLayer):
    """The query as an arrow, the keys as dots, and the feet of the keys on the query's line: the dot products."""

    def __init__(self, picture: Plane) -> None:
        super().__init__(picture, picture.left)

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the feet, the keys, the query."""
        moment = self.picture.moment
        if moment is None:
            return
        drag, query = self.side.drag, np.array(self.picture.query, float)
        if drag is not None and drag[0] < 0:
            query = np.array(drag[1:])
        places = self.places(self.picture.keys)
        origin, tip = (QPointF(*self.axes.to_pixels(*point).tolist()) for point in ((0.0, 0.0), query))
        dot = moment.params.score == "dot"
        if dot:
            self._draw_feet(painter, origin, tip, places)
        self._draw_keys(painter, origin, places)
        self._draw_query(painter, origin, tip)
        self.draw_dots(painter, places)
        self._draw_tip(painter, tip)
        self.draw_names(painter, places, tip, f"query of {moment.token}")
        along = "score: how far a key lies along the query, times the query’s length"
        self.draw_caption(painter, along if dot else "score: aᵀ tanh(q + k)", width, height)

    def _draw_feet(self, painter: QPainter, origin: QPointF, tip: QPointF, places: list[QPointF]) -> None:
        """Draw the line through the query and, dotted, how each key falls onto it."""
        tokens, way = self.picture.tokens, tip - origin
        length = float(np.hypot(way.x(), way.y()))
        if length < 1:
            return
        unit = way / length
        painter.setPen(pen(tokens.accent, 1.0, 0.35))
        painter.drawLine(origin - unit * 4000, origin + unit * 4000)
        for j, place in enumerate(places):
            off = place - origin
            foot = origin + unit * (off.x() * unit.x() + off.y() * unit.y())
            lit = j == self.picture.lit_key
            painter.setPen(pen(tokens.text if lit else tokens.faint, 1.2, style=Qt.PenStyle.DotLine))
            painter.drawLine(place, foot)
            painter.setPen(pen(tokens.accent, 1.0))
            painter.setBrush(colour(tokens.card))
            painter.drawEllipse(foot, 2.5, 2.5)

    def _draw_keys(self, painter: QPainter, origin: QPointF, places: list[QPointF]) -> None:
        tokens = self.picture.tokens
        for place in places:
            painter.setPen(pen(tokens.series_colour(READ), 1.2, 0.45))
            painter.drawLine(origin, place)

    def _draw_query(self, painter: QPainter, origin: QPointF, tip: QPointF) -> None:
        painter.setPen(pen(self.picture.tokens.accent, 3.0))
        painter.drawLine(origin, tip)

    def _draw_tip(self, painter: QPainter, tip: QPointF) -> None:
        tokens, moment = self.picture.tokens, self.picture.moment
        assert moment is not None
        painter.setPen(pen(tokens.accent, 2.5))
        painter.setBrush(colour(tokens.text if moment.flat else tokens.accent))
        painter.drawEllipse(tip, tokens.size(8), tokens.size(8))
        if self.picture.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(tokens.text, 1.5, style=Qt.PenStyle.DotLine))
            painter.drawEllipse(tip, tokens.size(13), tokens.size(13))


class ValuesLayer(PlaneLayer):
    """The values, their hull, and the output with a line to each value, as wide as its weight."""

    def __init__(self, picture: Plane) -> None:
        super().__init__(picture, picture.right)

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw hull, lines, values and output."""
        moment, tokens = self.picture.moment, self.picture.tokens
        if moment is None or not len(self.picture.values):
            return
        places = self.places(self.picture.values)
        masked = np.isneginf(moment.row_of("final_masked"))
        readable = [[at.x(), at.y()] for at, hidden in zip(places, masked.tolist(), strict=True) if not hidden]
        corners = [QPointF(*place) for place in hull(np.array(readable).reshape(-1, 2)).tolist()]
        painter.setPen(pen(tokens.series_colour(READ), 1.0, 0.5))
        painter.setBrush(colour(tokens.series_colour(READ), 0.10))
        painter.drawPolygon(QPolygonF(corners))
        known = bool(np.isfinite(self.picture.context).all())
        if known:
            self._draw_lines(painter, places, moment.weights)
        self.draw_dots(painter, places)
        if known:
            self._draw_output(painter)
        self.draw_names(painter, places, self._output() if known else None, self._words())
        said = "output: the values’ weighted mean, inside their hull" if known else "nothing may be read: no output"
        if moment.empty and known:
            said = "nothing may be read: the output is what such a row is given"
        self.draw_caption(painter, said, width, height)

    def _output(self) -> QPointF:
        return QPointF(*np.clip(self.axes.to_pixels(*self.picture.context), -1e5, 1e5).tolist())

    def _draw_lines(self, painter: QPainter, places: list[QPointF], weights: np.ndarray) -> None:
        for place, weight in zip(places, weights.tolist(), strict=True):
            if weight > 0.004:
                painter.setPen(pen(self.picture.tokens.series_colour(READ), 0.6 + 6 * weight, 0.75))
                painter.drawLine(place, self._output())

    def _draw_output(self, painter: QPainter) -> None:
        tokens, at = self.picture.tokens, self._output()
        painter.setPen(pen(tokens.window, 1.5))
        painter.setBrush(colour(tokens.accent))
        painter.drawEllipse(at, tokens.size(8), tokens.size(8))

    def _words(self) -> str:
        x, y = self.picture.context.tolist()
        return f"output {pair_text(x, y, 2)}" if self.picture.moment and self.picture.moment.flat else "output"
