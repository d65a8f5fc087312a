"""What moves over a plane: trails, balls, arrows, previews and marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QPolygonF

from explainer.plots.base.blank import blank_pixmap
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.layer import Layer
from explainer.plots.base.painting import draw_segments, is_vector, pixel_ratio
from explainer.plots.base.reduction import clip_segments, distinct_segments

if TYPE_CHECKING:
    from explainer.plots.kinds.plane import PlanePart

EXACT = 2_000
"""How many of the newest segments of a trail are drawn one by one, whatever their size."""
DOTS = 150
"""Trails of more steps show no dots."""
BALL = 8.5


@dataclass(frozen=True)
class Arrow:
    """An arrow from a point along a vector, both in data coordinates; ``token`` names its colour."""

    at: tuple[float, float]
    vector: tuple[float, float]
    token: str
    width: float = 2.0
    dashed: bool = False


class PlaneLayer(Layer):
    """A layer of a plane, whose runners it shows."""

    def __init__(self, plane: PlanePart, z: float) -> None:
        super().__init__(plane.axes, z)
        self.plane = plane


class TrailLayer(PlaneLayer):
    """All trails, kept as one picture to which new steps are added; zooming or going back paints it anew."""

    def __init__(self, plane: PlanePart, z: float) -> None:
        super().__init__(plane, z)
        self._picture: QPixmap | None = None
        self._drawn: list[tuple[int, bytes]] = []

    def view_changed(self) -> None:
        """Paint anew for the new range."""
        self._picture = None
        super().view_changed()

    def theme_changed(self) -> None:
        """Paint anew in the new colours."""
        self._picture = None
        super().theme_changed()

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Add what is new to the kept picture and show it; where shapes stay shapes, draw all trails."""
        trails, ratio = self.plane.trails, pixel_ratio(painter)
        if is_vector(painter):
            for index, trail in enumerate(trails):
                self._draw(painter, index, trail, width, height)
            return
        if self._picture is None or self._picture.devicePixelRatio() != ratio or not self._continue(trails):
            self._picture = blank_pixmap(width, height, ratio)
            self._drawn = [(0, b"") for _ in trails]
        self._add(self._picture, trails, width, height)
        painter.drawPixmap(QPointF(0, 0), self._picture)

    def _continue(self, trails: list[np.ndarray]) -> bool:
        return len(trails) == len(self._drawn) and all(
            count <= len(trail) and _probe(trail, count) == probe
            for trail, (count, probe) in zip(trails, self._drawn, strict=True)
        )

    def _add(self, picture: QPixmap, trails: list[np.ndarray], width: float, height: float) -> None:
        if all(len(trail) == count for trail, (count, _) in zip(trails, self._drawn, strict=True)):
            return
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, trail in enumerate(trails):
            count = self._drawn[index][0]
            self._draw(painter, index, trail[max(0, count - 1) :], width, height)
            self._drawn[index] = (len(trail), _probe(trail, len(trail)))
        painter.end()

    def _draw(self, painter: QPainter, index: int, trail: np.ndarray, width: float, height: float) -> None:
        """Draw a piece of a trail, the old part of a long one reduced to what can be seen."""
        pixels = self.axes.to_pixels(*trail.T)
        painter.setPen(pen(self.plane.colours[index], 2.0 * self.axes.tokens.scale))
        segments = [(pixels[:-1], pixels[1:])]
        if len(pixels) > EXACT + 1:
            segments = [distinct_segments(pixels[:-EXACT]), (pixels[-EXACT - 1 : -1], pixels[-EXACT:])]
        starts, ends = (np.concatenate(parts) for parts in zip(*segments, strict=True))
        draw_segments(painter, *clip_segments(starts, ends, width, height))


def _probe(trail: np.ndarray, count: int) -> bytes:
    """Return a few numbers by which another past is recognised."""
    return trail[[0, count // 3, count // 2, count - 1]].tobytes() if count else b""


class BallLayer(PlaneLayer):
    """Dots at each step while they are few, the balls, retired marks, the lit step, the start and minima."""

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw everything small."""
        self._draw_minima(painter, width, height)
        self._draw_dots(painter, width, height)
        self._draw_start(painter, width, height)
        self._draw_lit(painter, width, height)
        self._draw_balls(painter, width, height)

    def _draw_minima(self, painter: QPainter, width: float, height: float) -> None:
        painter.setPen(pen(self.axes.tokens.text, 2.0))
        places = _within(self.axes.to_pixels(*self.plane.minima.T), width, height)
        arm = 7.0 if len(places) < 12 else 4.0
        for across, down in places.tolist():
            painter.drawLine(QPointF(across - arm, down), QPointF(across + arm, down))
            painter.drawLine(QPointF(across, down - arm), QPointF(across, down + arm))

    def _draw_dots(self, painter: QPainter, width: float, height: float) -> None:
        for index, trail in enumerate(self.plane.trails):
            alpha = float(np.clip((DOTS - len(trail)) / 50, 0, 1))
            if alpha > 0:
                made = pen(self.plane.colours[index], 6.0 * self.axes.tokens.scale, alpha)
                made.setCapStyle(Qt.PenCapStyle.RoundCap)
                painter.setPen(made)
                places = _within(self.axes.to_pixels(*trail.T), width, height)
                painter.drawPoints(QPolygonF([QPointF(*place) for place in places.tolist()]))

    def _draw_start(self, painter: QPainter, width: float, height: float) -> None:
        if self.plane.start is None:
            return
        place = self.axes.to_pixels(*self.plane.start)
        if len(_within(place[None], width, height)):
            made = pen(self.axes.tokens.text, 1.4, 0.85)
            made.setDashPattern([2.0, 2.4])
            painter.setPen(made)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(*place.tolist()), 14, 14)

    def _draw_lit(self, painter: QPainter, width: float, height: float) -> None:
        step = self.plane.lit_step
        if step is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self.axes.tokens.text, 2.0))
        for trail in self.plane.trails:
            if step < len(trail):
                for place in _within(self.axes.to_pixels(*trail[step])[None], width, height).tolist():
                    painter.drawEllipse(QPointF(*place), 7, 7)

    def _draw_balls(self, painter: QPainter, width: float, height: float) -> None:
        radius = BALL * self.axes.tokens.scale
        groups: list[tuple[np.ndarray, list[int]]] = []
        for index, place in enumerate(self.axes.to_pixels(*self.plane.balls.T)):
            if index < len(self.plane.retired) and self.plane.retired[index]:
                self._draw_retired(painter, index, place, width, height)
            elif len(_within(place[None], width, height)):
                near = [group for group in groups if np.hypot(*(group[0] - place)) < 4.0]
                near[0][1].append(index) if near else groups.append((place, [index]))
            elif np.isfinite(place).all():
                self._draw_absent(painter, index, place, width, height)
        for place, members in groups:
            self._draw_ball(painter, QPointF(*place.tolist()), members, radius)
        self._draw_names(painter, groups, width, height)

    def _draw_names(
        self, painter: QPainter, groups: list[tuple[np.ndarray, list[int]]], width: float, height: float
    ) -> None:
        """Write each ball's name beside it, moved down where names would cover one another."""
        names, tokens = self.plane.ball_names, self.axes.tokens
        if not names:
            return
        painter.setFont(small_font(tokens, self.axes.font(), 12, bold=True))
        metrics = painter.fontMetrics()
        line = metrics.height()
        taken: list[QRectF] = []
        wanted = [(place, index, number) for place, members in groups for number, index in enumerate(members)]
        for place, index, number in sorted(wanted, key=lambda each: float(each[0][1])):
            wide = metrics.horizontalAdvance(names[index]) + 4
            top = min(max(0.0, place[1] - line / 2 + number * line), height - line)
            sides = [QRectF(left, top, wide, line) for left in (place[0] + 16, place[0] - 16 - wide)]
            box = next((side for side in sides if self._is_free(side, place, groups, width)), sides[0])
            if box.right() > width:
                box = sides[1]
            box.moveLeft(min(max(0.0, box.left()), max(0.0, width - wide)))
            for other in taken:
                if box.intersects(other):
                    box.moveTop(other.bottom())
            taken.append(box)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(tokens.canvas, 0.7))
            painter.drawRoundedRect(box, 3, 3)
            painter.setPen(colour(self.plane.colours[index]))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, names[index])

    def _is_free(self, box: QRectF, own: np.ndarray, groups: list[tuple[np.ndarray, list[int]]], width: float) -> bool:
        """Return whether a name in a box is seen whole and covers no ball but its own."""
        reach = BALL * self.axes.tokens.scale + 3
        around = box.adjusted(-reach, -reach, reach, reach)
        balls = (QPointF(*place.tolist()) for place, _ in groups if place is not own)
        return box.left() >= 0 and box.right() <= width and not any(around.contains(ball) for ball in balls)

    def _draw_ball(self, painter: QPainter, place: QPointF, members: list[int], radius: float) -> None:
        """Draw one ball, with a sector for each of those that are in the same place."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.axes.tokens.window if self.axes.tokens.dark else "#ffffff"))
        painter.drawEllipse(place, radius + 3, radius + 3)
        box = QRectF(place.x() - radius, place.y() - radius, 2 * radius, 2 * radius)
        share = 360 * 16 / len(members)
        for number, index in enumerate(members):
            painter.setBrush(colour(self.plane.colours[index]))
            if len(members) == 1:
                painter.drawEllipse(box)
            else:
                painter.drawPie(box, round(90 * 16 + number * share), round(share))

    def _draw_absent(self, painter: QPainter, index: int, place: np.ndarray, width: float, height: float) -> None:
        """Draw a wedge at the edge that points to where the ball is."""
        edge = np.clip(place, 14, (width - 14, height - 14))
        outward = np.clip(place - edge, -1e6, 1e6)
        outward = outward / max(1e-9, float(np.hypot(*outward)))
        normal = np.array([-outward[1], outward[0]])
        corners = (edge + 10 * outward, edge - 6 * outward + 8 * normal, edge - 6 * outward - 8 * normal)
        painter.setPen(pen(self.axes.tokens.canvas, 2.0))
        painter.setBrush(colour(self.plane.colours[index]))
        painter.drawPolygon(QPolygonF([QPointF(*corner.tolist()) for corner in corners]))

    def _draw_retired(self, painter: QPainter, index: int, place: np.ndarray, width: float, height: float) -> None:
        """Draw a cross where it was last, moved to the nearest edge when that is out of sight."""
        if not np.isfinite(place).all():
            return
        across, down = np.clip(place, 12, (width - 12, height - 12)).tolist()
        for token, wide in ((self.axes.tokens.canvas, 6.0), (self.plane.colours[index], 3.0)):
            painter.setPen(pen(token, wide))
            painter.drawLine(QPointF(across - 6, down - 6), QPointF(across + 6, down + 6))
            painter.drawLine(QPointF(across - 6, down + 6), QPointF(across + 6, down - 6))


class PreviewLayer(PlaneLayer):
    """Where the next steps would lead from the start that is being dragged, faintly."""

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw one thin line for each trail."""
        for index, path in enumerate(self.plane.previews):
            pixels = self.axes.to_pixels(*path.T)
            painter.setPen(pen(self.plane.colours[index], 1.4, 0.55))
            draw_segments(painter, *clip_segments(pixels[:-1], pixels[1:], width, height))


class ArrowLayer(PlaneLayer):
    """Arrows whose direction on the screen is that of the vector in the data."""

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the arrows and, once there are some, what their colours mean."""
        for arrow in self.plane.arrows:
            tail = self.axes.to_pixels(*arrow.at)
            tip = self.axes.to_pixels(*np.add(arrow.at, arrow.vector))
            starts, ends = clip_segments(tail[None], tip[None], width, height)
            if len(starts) and np.hypot(*(ends - starts)[0]) > 3:
                self._draw_arrow(painter, arrow, starts[0], ends[0])
        if self.plane.arrows and self.plane.arrow_key:
            self._draw_key(painter, width, height)

    def _draw_arrow(self, painter: QPainter, arrow: Arrow, tail: np.ndarray, tip: np.ndarray) -> None:
        along = (tip - tail) / np.hypot(*(tip - tail))
        head = min(10.0, 0.5 * float(np.hypot(*(tip - tail))))
        neck, normal = tip - head * along, np.array([-along[1], along[0]])
        for token, extra in ((self.axes.tokens.canvas, 2.5), (arrow.token, 0.0)):
            made = pen(token, arrow.width + extra)
            if arrow.dashed and not extra:
                made.setDashPattern([2.0, 2.5])
            painter.setPen(made)
            painter.drawLine(QPointF(*tail.tolist()), QPointF(*neck.tolist()))
            painter.setPen(pen(token, max(1.0, extra)))
            painter.setBrush(colour(token))
            corners = (tip, neck + 0.45 * head * normal, neck - 0.45 * head * normal)
            painter.drawPolygon(QPolygonF([QPointF(*corner.tolist()) for corner in corners]))

    def _draw_key(self, painter: QPainter, width: float, height: float) -> None:
        painter.setFont(small_font(self.axes.tokens, self.axes.font()))
        metrics = painter.fontMetrics()
        across = width - 10.0
        for words, token, dashed in reversed(self.plane.arrow_key):
            across -= metrics.horizontalAdvance(words)
            painter.setPen(colour(self.axes.tokens.text))
            painter.drawText(QPointF(across, height - 10), words)
            made = pen(token, 2.0)
            if dashed:
                made.setDashPattern([2.0, 2.5])
            painter.setPen(made)
            middle = height - 10 - metrics.ascent() * 0.35
            painter.drawLine(QPointF(across - 26, middle), QPointF(across - 7, middle))
            across -= 42


def _within(places: np.ndarray, width: float, height: float) -> np.ndarray:
    """Return the places (n, 2) that are on the pane or near its edge."""
    with np.errstate(invalid="ignore"):
        good = (places > -20).all(-1) & (places[..., 0] < width + 20) & (places[..., 1] < height + 20)
    return places[good]
