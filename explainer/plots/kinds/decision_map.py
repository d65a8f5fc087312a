"""Class probabilities or a value over a plane, with boundaries, and points on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter

from explainer.contract.cards.spaces import DecisionMap
from explainer.contract.number_text import number_text, pair_text
from explainer.plots.base.colours import colour, pen
from explainer.plots.base.isolines import isolines
from explainer.plots.base.layer import CachedLayer
from explainer.plots.base.overlays import paint_overlays, paint_points
from explainer.plots.base.painting import draw_segments
from explainer.plots.base.point_set import MOVED, ArrowEnds, PointSet
from explainer.plots.base.reduction import clip_segments
from explainer.plots.base.shading import Shading
from explainer.plots.part import Place
from explainer.plots.plot_part import PlotPart
from explainer.plots.resolved import Resolved
from explainer.theme.tokens import CAPTION

STRENGTH = 0.55
"""How strong the colour of a class is where it is certain: points of the same class stand out from it."""
POINT, LARGE_POINT, FEW, SMALLEST = 7.0, 11.0, 16, 3.5
"""A point's diameter in pixels, and where there are but a few."""


class Ground(CachedLayer):
    """The colours of the plane, as one image."""

    def __init__(self, part: DecisionMapPart) -> None:
        super().__init__(part.axes, -20)
        self.part = part

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the image where its middles lie."""
        image, box = self.part.image, self.part.image_box()
        if image is not None and box is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(box, image)


class DecisionMapPart(PlotPart):
    """Rows count upwards; a single map is shaded by its value, several by the likeliest class and how sure it is."""

    told: DecisionMap
    axes_options = {"grid": False}  # noqa: RUF012 - read once

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.values = np.zeros((0, 0, 0))
        self.xs = self.ys = np.zeros(0)
        self.image: QImage | None = None
        self.axes.set_equal(True)
        self.ground = Ground(self)
        drag, can_move = self.told.drag, None
        if drag is None and self.told.move is not None:
            drag, can_move = MOVED, lambda *point: self.would_ask(self.told.move, *point) is not None
        self.set = PointSet(self.axes, drag, self._ask, self, can_move)
        self.ends = ArrowEnds(self.axes, self.told.over, self._ask, self)
        self.here: tuple[float, float] | None = None
        """Where the pointer is, in data coordinates."""
        if self.told.add is not None or self.told.remove is not None:
            self.axes.fits_on_double_click = False
            self.axes.double_clicked.connect(self.double_click_at)
        if self.told.draw is not None:
            self.axes.view_box.free = (False, False)
            self.axes.dragged.connect(lambda x, y: self.press_on(self.told.draw, x, y))

    @property
    def point_dim(self) -> str:
        """The dimension of the points."""
        if self.told.point_dim or not isinstance(self.told.points, str):
            return self.told.point_dim
        return self.scene.array(self.told.points).dims[0]

    def _ask(self, verb: str, arguments: dict[str, Any]) -> None:
        if verb:
            self.steering.act(verb, **arguments)
        else:
            self.press_on(self.told.move, arguments["index"], arguments["x"], arguments["y"])

    def counts(self, now: Resolved) -> Sequence[int]:
        """Return the shape of the values."""
        return () if now.values is None else tuple(now.values.shape)

    @property
    def empty(self) -> bool:
        """Whether there is neither a map nor a point."""
        return not self.values.size and not len(self.set.points)

    def fill(self) -> None:
        """Take maps (class, y, x), where they lie, and the points."""
        now = self.now
        assert now is not None
        values = np.zeros((0, 0, 0)) if now.values is None else np.asarray(now.values, float)
        self.values = values[None] if values.ndim == 2 else values
        if len(self.places) >= 2:
            self.ys, self.xs = self.places[-2].at, self.places[-1].at
        self.set.points = np.zeros((0, 2)) if now.points is None else np.asarray(now.points, float).reshape(-1, 2)
        self.ends.take(now.over)
        self.set_labels(*now.label)
        if self.values.size and not self.axes.holding:
            self.axes.set_whole(*self._data_box())
        elif len(self.set.points):
            low, high = np.nanmin(self.set.points, 0), np.nanmax(self.set.points, 0)
            self.axes.set_whole(low[0] - 0.1, high[0] + 0.1, low[1] - 0.1, high[1] + 0.1)

    def _data_box(self) -> tuple[float, float, float, float]:
        """Return where the image's edges lie: half a cell beyond the outer middles."""
        half = [
            (side[-1] - side[0]) / (2 * max(1, len(side) - 1)) if len(side) > 1 else 0.5 for side in (self.xs, self.ys)
        ]
        return (
            float(self.xs[0] - half[0]),
            float(self.xs[-1] + half[0]),
            float(self.ys[0] - half[1]),
            float(self.ys[-1] + half[1]),
        )

    def image_box(self) -> QRectF | None:
        """Return where the image lies, in the pane's pixels."""
        if not self.values.size:
            return None
        x0, x1, y0, y1 = self._data_box()
        corners = self.axes.to_pixels(np.array([x0, x1]), np.array([y1, y0])).tolist()
        return QRectF(QPointF(*corners[0]), QPointF(*corners[1]))

    def _make_image(self) -> None:
        self.image = None
        if self.values.size:
            colours = np.ascontiguousarray(self._colours()[::-1])
            rows, columns = colours.shape[:2]
            image = QImage(colours.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
            self.image = image.copy()

    def _colours(self) -> np.ndarray:
        """Return the colours (y, x, 4): of a value, or of the likeliest class, paler where it is less sure."""
        if len(self.values) == 1:
            return Shading(self.told.colours, self.told.low, self.told.high).colours(self.values[0], self.tokens)
        best = np.nan_to_num(self.values, nan=-np.inf).argmax(0)
        sure = np.clip(np.nan_to_num(self.values.max(0)), 0, 1)
        table = np.array([_rgb(self.tokens.series_colour(self._class_colour(k))) for k in range(len(self.values))])
        ground = np.array(_rgb(self.tokens.card))
        lead = (sure - 1 / len(self.values)) / (1 - 1 / len(self.values))
        strength = (0.08 + (STRENGTH - 0.08) * lead)[..., None]
        mixed = ground + (table[best] - ground) * np.clip(strength, 0, 1)
        alpha = np.where(np.isfinite(self.values).all(0), 255, 0)[..., None]
        return np.concatenate([mixed, alpha], -1).astype(np.uint8)

    def changed(self) -> None:
        """Have everything painted again."""
        if self.now is not None:
            self._make_image()
        self.ground.spoil()
        super().changed()

    # the pointer

    def point_at(self, x: float, y: float) -> None:
        """Light the point under the pointer, else read the map there."""
        self.here = (x, y)
        found = self.set.nearest(x, y)
        if self.point_dim:
            self.steering.light(self.point_dim, found)
        if self.values.size and len(self.dims) >= 2:
            row, column = self._cell(x, y)
            self.steering.light(self.dims[-2], row)
            self.steering.light(self.dims[-1], column)
        self.say()

    def darken(self) -> None:
        """Read nothing."""
        self.here = None
        super().darken()
        if self.point_dim:
            self.steering.light(self.point_dim, None)
        self.say()

    def light(self, name: str, value: object | None) -> None:
        """Light a point, or a row and column of the map."""
        if name == self.point_dim and name not in self.dims:
            if isinstance(value, int) and 0 <= value < len(self.set.points):
                self.lit[name] = value
            else:
                self.lit.pop(name, None)
            self.say()
            self.lights_changed()
        else:
            super().light(name, value)

    def _cell(self, x: float, y: float) -> tuple[int, int]:
        return int(np.abs(self.ys - y).argmin()), int(np.abs(self.xs - x).argmin())

    def click_at(self, x: float, y: float) -> None:
        """Ask for what a click on the plane comes to."""
        self.press_on(self.told.click, x, y)

    def double_click_at(self, x: float, y: float) -> None:
        """Take away the point that was clicked twice, or add one."""
        found = self.set.nearest(x, y)
        if found is not None:
            self.press_on(self.told.remove, found)
        else:
            self.press_on(self.told.add, x, y)

    def go(self, down: int, right: int) -> None:
        """Go over the map cell by cell."""
        if not self.values.size or len(self.dims) < 2:
            return
        rows, columns = self.values.shape[1:]
        row = int(np.clip(self.lit.get(self.dims[-2], rows // 2) - down, 0, rows - 1))
        column = int(np.clip(self.lit.get(self.dims[-1], columns // 2) + right, 0, columns - 1))
        self.here = (float(self.xs[column]), float(self.ys[row]))
        self.steering.light(self.dims[-2], row)
        self.steering.light(self.dims[-1], column)
        self.say()

    def press(self) -> None:
        """Ask for what a click where the keys are comes to."""
        if self.here is not None:
            self.click_at(*self.here)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Delete takes the lit point away; else as every part."""
        lit = self.lit.get(self.point_dim)
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and lit is not None:
            self.press_on(self.told.remove, lit)
        else:
            super().keyPressEvent(event)

    def reading(self) -> str:
        """Return the lit point, else the values under the pointer."""
        point = self.lit.get(self.point_dim) if self.point_dim else None
        if point is not None and point < len(self.set.points):
            said = self.said(self.told.point_reading, point)
            return said if said is not None else self._point_words(point)
        if self.here is None or not self.values.size:
            return ""
        said = self.said(self.told.reading, *self.here)
        if said is not None:
            return said
        row, column = self._cell(*self.here)
        values = self.values[:, row, column].tolist()
        names = self.places[0].names if len(self.places) == 3 else [""]
        words = [f"{name} {number_text(value)}".strip() for name, value in zip(names, values, strict=False)]
        return "   ".join([pair_text(*self.here), *words])

    def _point_words(self, point: int) -> str:
        words = [pair_text(*self.set.points[point])]
        if self.now is not None and self.now.classes is not None:
            place = int(self.now.classes[point])
            known = len(self.places) == 3 and place < len(self.places[0].names)
            words.append(self.places[0].names[place] if known else f"class {place}")
        return " · ".join(words)

    def marks(self) -> Sequence[Place]:
        """Return the points that lie under no other, and a few cells of the map."""
        found = []
        for number in self.set.marked() if self.point_dim else ():
            x, y = self.set.points[number].tolist()
            if self._inside(x, y):
                found.append(Place(self.widget_pixel(x, y), {self.point_dim: number}))
        for row in range(0, len(self.ys), max(1, len(self.ys) // 6)) if self.values.size and len(self.dims) > 1 else ():
            column = row * len(self.xs) // max(1, len(self.ys))
            where = float(self.xs[column]), float(self.ys[row])
            if self._inside(*where):
                found.append(Place(self.widget_pixel(*where), {self.dims[-2]: row, self.dims[-1]: column}))
        return found

    def _inside(self, x: float, y: float) -> bool:
        return self.axes.view_box.rect().adjusted(3, 3, -3, -3).contains(QPointF(*self.axes.to_pixels(x, y).tolist()))

    def handles(self) -> Sequence[QPoint]:
        """Return the points and the ends of arrows that can be dragged."""
        points = [
            mark.at
            for mark in self.marks()
            if self.point_dim in mark.lights and self.set.is_movable(mark.lights[self.point_dim])
        ]
        return [*points, *(self.widget_pixel(*place) for place in self.ends.places)]

    # painting

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the lines at the levels, what lies beside the points, and the points."""
        now = self.now
        assert now is not None
        if self.told.levels and len(self.values) == 1:
            self._paint_levels(painter, width, height)
        if self.told.boundary and len(self.values) > 1:
            self._paint_boundaries(painter, width, height)
        paint_overlays(painter, self.axes, self.told.over, now.over, self.font_of(CAPTION, True), (width, height))
        if len(self.set.points):
            places = self.axes.to_pixels(self.set.points[:, 0], self.set.points[:, 1])
            seen = np.flatnonzero(np.isfinite(places).all(1))
            classes = np.zeros(len(places), int) if now.classes is None else np.nan_to_num(now.classes).astype(int)
            palette = {k: self.tokens.series_colour(self._class_colour(k)) for k in np.unique(classes).tolist()}
            fills = [palette[k] for k in classes[seen].tolist()]
            hollow = None if now.hollow is None else np.asarray(now.hollow)[seen]
            room = 0.5 * float(np.sqrt(width * height / max(1, len(seen))))  # of very many, smaller ones
            size = LARGE_POINT if len(seen) <= FEW else max(SMALLEST, min(POINT, room))
            given = np.full(len(places), size) if now.sizes is None else np.nan_to_num(np.asarray(now.sizes, float))
            sizes = given[seen] * self.tokens.scale
            paint_points(painter, places[seen], fills, sizes, self.tokens.card, hollow)

    def _paint_boundaries(self, painter: QPainter, width: float, height: float) -> None:
        """Draw where each class is as likely as the likeliest other, and where it leads by the margin."""
        levels = [0.0, self.told.margin] if self.told.margin else [0.0]
        ordered = np.sort(self.values, 0)
        for own in self.values:
            others = np.where(own >= ordered[-1], ordered[-2], ordered[-1])
            self._paint_lines(painter, own - others, levels, width, height)

    def _paint_levels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the boundary, and thinner the margins."""
        self._paint_lines(painter, self.values[0], self.told.levels, width, height)

    def _paint_lines(
        self, painter: QPainter, values: np.ndarray, levels: Sequence[float], width: float, height: float
    ) -> None:
        """Draw lines at levels, those after the first thin and dashed."""
        starts, ends, numbers = isolines(values, np.array(levels, float))
        starts, ends = self._places(starts), self._places(ends)
        for number in range(len(levels)):
            own = numbers == number
            style = Qt.PenStyle.DashLine if number else Qt.PenStyle.SolidLine
            painter.setPen(pen(self.tokens.text, 1.2 if number else 2.0, 0.7 if number else 1.0, style))
            draw_segments(painter, *clip_segments(starts[own], ends[own], width, height))

    def _places(self, cells: np.ndarray) -> np.ndarray:
        """Return pixels of places (column, row) of the map."""
        x = np.interp(cells[:, 0], np.arange(len(self.xs)), self.xs)
        y = np.interp(cells[:, 1], np.arange(len(self.ys)), self.ys)
        return self.axes.to_pixels(x, y)

    def _class_colour(self, place: int) -> int:
        return self.places[0].colour(place) if len(self.places) == 3 else place

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Ring the lit point, and cross where the map is read."""
        point = self.lit.get(self.point_dim) if self.point_dim else None
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self.tokens.text, 2.0))
        if point is not None and point < len(self.set.points):
            painter.drawEllipse(QPointF(*self.axes.to_pixels(*self.set.points[point]).tolist()), 8, 8)
        elif len(self.dims) > 1 and self.dims[-2] in self.lit and self.dims[-1] in self.lit and self.values.size:
            x, y = self.xs[self.lit[self.dims[-1]]], self.ys[self.lit[self.dims[-2]]]
            across, down = self.axes.to_pixels(x, y).tolist()
            painter.drawLine(QPointF(across - 6, down), QPointF(across + 6, down))
            painter.drawLine(QPointF(across, down - 6), QPointF(across, down + 6))

    def summary(self) -> str:
        """Return how much of the plane belongs to each class, or the range of the value."""
        if self.empty or not self.values.size:
            return getattr(self.now, "none", "")
        if len(self.values) == 1:
            seen = self.values[np.isfinite(self.values)]
            return f"from {number_text(float(seen.min()))} to {number_text(float(seen.max()))}" if len(seen) else ""
        best = np.nan_to_num(self.values, nan=-np.inf).argmax(0)
        names = self.places[0].names if len(self.places) == 3 else [str(k) for k in range(len(self.values))]
        return ", ".join(f"{name} {float((best == k).mean()):.0%} of the plane" for k, name in enumerate(names))


def _rgb(token: str) -> tuple[float, float, float]:
    made = colour(token)
    return float(made.red()), float(made.green()), float(made.blue())
