"""Points with class, size, error and text; they can be dragged, added, drawn and taken away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter

from explainer.contract.cards.bindings import MISSING
from explainer.contract.cards.plots import Scatter
from explainer.contract.number_text import pair_text
from explainer.plots.base.colours import colour, pen
from explainer.plots.base.overlays import paint_overlays, paint_points
from explainer.plots.base.painting import paint_name
from explainer.plots.base.point_set import MOVED, ArrowEnds, PointSet
from explainer.plots.part import Place
from explainer.plots.plot_part import PlotPart
from explainer.plots.resolved import Resolved
from explainer.theme.tokens import CAPTION, SMALL

MOST, USUAL = 20_000, 8.0
"""Points painted at most; a point's usual diameter in pixels."""


class ScatterPart(PlotPart):
    """One point for each place of the first dimension."""

    told: Scatter

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        drag, can_move = self.told.drag, None
        if drag is None and self.told.move is not None:
            drag, can_move = MOVED, lambda *point: self.would_ask(self.told.move, *point) is not None
        self.set = PointSet(self.axes, drag, self._ask, self, can_move)
        self.ends = ArrowEnds(self.axes, self.told.over, self._ask, self)
        self.axes.set_equal(self.told.equal)
        self.axes.set_log(x=self.told.log[0], y=self.told.log[1])
        for side in () if self.told.scales else ("bottom", "left"):
            self.axes.plotItem.hideAxis(side)
        if self.told.add is not None or self.told.remove is not None:
            self.axes.fits_on_double_click = False
            self.axes.double_clicked.connect(self.double_click_at)
        if self.told.draw is not None:
            self.axes.view_box.free = (False, False)
            self.axes.dragged.connect(lambda x, y: self.press_on(self.told.draw, x, y))

    def _ask(self, verb: str, arguments: dict[str, Any]) -> None:
        if verb:
            self.steering.act(verb, **arguments)
        else:
            self.press_on(self.told.move, arguments["index"], arguments["x"], arguments["y"])

    def counts(self, now: Resolved) -> Sequence[int]:
        """Return how many points there are."""
        return () if now.points is None else (len(now.points),)

    @property
    def points(self) -> np.ndarray:
        """The points (n, 2)."""
        return self.set.points

    @property
    def empty(self) -> bool:
        """Whether there is neither a point nor anything beside it."""
        if np.isfinite(self.points).all(1).any() or self.told.add is not None or self.told.draw is not None:
            return False
        return self.now is None or not any(map(_is_there, self.now.over))

    def fill(self) -> None:
        """Take the points, and the whole that holds them."""
        now = self.now
        assert now is not None
        self.set.points = np.zeros((0, 2)) if now.points is None else np.asarray(now.points, float).reshape(-1, 2)
        self.ends.take(now.over)
        self.set_labels(*now.label)
        if self.axes.holding:
            return
        if now.span is not None and now.span is not MISSING:
            self.axes.set_whole(*now.span)
            return
        trails = [moment.points for moment in now.over if isinstance(getattr(moment, "points", None), np.ndarray)]
        every = np.concatenate([self.points, *(np.asarray(trail, float).reshape(-1, 2) for trail in trails)])
        seen = every[np.isfinite(every).all(1)]
        if len(seen):
            sides = [_padded(seen[:, axis], self.told.log[axis]) for axis in (0, 1)]
            self.axes.set_whole(*sides[0], *sides[1])

    # the pointer

    def point_at(self, x: float, y: float) -> None:
        """Light the point under the pointer."""
        if self.dims:
            self.steering.light(self.dims[0], self.set.nearest(x, y))

    def click_at(self, x: float, y: float) -> None:
        """Ask for what a click on the point comes to."""
        found = self.set.nearest(x, y)
        if found is not None:
            self.press_on(self.told.click, found)

    def double_click_at(self, x: float, y: float) -> None:
        """Take away the point that was clicked twice, or add one."""
        found = self.set.nearest(x, y)
        if found is not None:
            self.press_on(self.told.remove, found)
        else:
            self.press_on(self.told.add, x, y)

    def go(self, down: int, right: int) -> None:
        """Go to the next point in a direction."""
        places = self.axes.to_pixels(self.points[:, 0], self.points[:, 1])
        here = self.lit.get(self.dims[0]) if self.dims else None
        if not len(places) or not self.dims:
            return
        if here is None or here >= len(places):
            self.steering.light(self.dims[0], 0)
            return
        with np.errstate(invalid="ignore"):
            gone = places - places[here]
            ahead = gone @ np.array([right, down])
            cost = np.where((ahead > 0.5) & np.isfinite(ahead), np.hypot(*gone.T) * 2 - ahead, np.inf)
        if np.isfinite(cost).any():
            self.steering.light(self.dims[0], int(cost.argmin()))

    def press(self) -> None:
        """Ask for what a click on the lit point comes to."""
        if self.dims and self.dims[0] in self.lit:
            self.press_on(self.told.click, self.lit[self.dims[0]])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Delete takes the lit point away; else as every part."""
        lit = self.lit.get(self.dims[0]) if self.dims else None
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and lit is not None:
            self.press_on(self.told.remove, lit)
        else:
            super().keyPressEvent(event)

    def reading(self) -> str:
        """Return what is said of the lit point."""
        at = self.lit.get(self.dims[0]) if self.dims else None
        if at is None or at >= len(self.points) or self.now is None:
            return ""
        said = self.said(self.told.reading, at)
        if said is not None:
            return said
        words = [self.places[0].names[at] if self.places and self.places[0].named else "", pair_text(*self.points[at])]
        if self.now.classes is not None and self.told.class_names:
            words.append(self.told.class_names[int(self.now.classes[at]) % len(self.told.class_names)])
        if self.now.texts is not None:
            words.append(str(self.now.texts[at]))
        return " · ".join(filter(None, words))

    def marks(self) -> Sequence[Place]:
        """Return every point that lies under no other."""
        if self.now is None or not self.dims:
            return ()
        return [Place(self.widget_pixel(*self.points[k].tolist()), {self.dims[0]: k}) for k in self.set.marked()]

    def handles(self) -> Sequence[QPoint]:
        """Return the points and the ends of arrows that can be dragged."""
        points = [mark.at for mark in self.marks() if self.set.is_movable(mark.lights[self.dims[0]])]
        return [*points, *(self.widget_pixel(*place) for place in self.ends.places)]

    # painting

    def colours(self) -> list[str]:
        """Return each point's colour."""
        assert self.now is not None
        classes = self.now.classes
        places = np.zeros(len(self.points), int) if classes is None else np.nan_to_num(classes).astype(int)
        return [self.tokens.series_colour(place) for place in places.tolist()]

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Draw what lies beside the points, error bars, points, texts, and the names of the classes."""
        now = self.now
        assert now is not None
        paint_overlays(painter, self.axes, self.told.over, now.over, self.font_of(CAPTION, True), (width, height))
        stride = -(-len(self.points) // MOST) or 1
        places = self.axes.to_pixels(self.points[:, 0], self.points[:, 1])
        inside = (places > -50).all(1) & (places[:, 0] < width + 50) & (places[:, 1] < height + 50)
        chosen = np.flatnonzero(inside & np.isfinite(places).all(1))[::stride]
        if now.errors is not None:
            self._paint_errors(painter, chosen, np.asarray(now.errors, float))
        sizes = np.full(len(places), USUAL) if now.sizes is None else np.nan_to_num(np.asarray(now.sizes, float))
        fills = self.colours()
        scaled = sizes[chosen] * self.tokens.scale
        paint_points(painter, places[chosen], [fills[k] for k in chosen.tolist()], scaled, self.tokens.card)
        if now.texts is not None:
            self._paint_texts(painter, places, chosen, np.asarray(now.texts).astype(str), sizes)
        self._paint_notes(painter, width, height, stride)

    def _paint_errors(self, painter: QPainter, chosen: np.ndarray, errors: np.ndarray) -> None:
        fills = self.colours()
        for k in chosen.tolist():
            if np.isfinite(errors[k]):
                x, y = self.points[k]
                ends = self.axes.to_pixels(np.array([x, x]), np.array([y - errors[k], y + errors[k]])).clip(-1e5, 1e5)
                painter.setPen(pen(fills[k], 1.4))
                painter.drawLine(QPointF(*ends[0].tolist()), QPointF(*ends[1].tolist()))
                for end in ends.tolist():
                    painter.drawLine(QPointF(end[0] - 3, end[1]), QPointF(end[0] + 3, end[1]))

    def _paint_texts(
        self, painter: QPainter, places: np.ndarray, chosen: np.ndarray, texts: np.ndarray, sizes: np.ndarray
    ) -> None:
        """Write each point's text beside it, unless it would cover another."""
        painter.setFont(self.font_of(SMALL))
        painter.setPen(colour(self.tokens.muted))
        metrics = painter.fontMetrics()
        taken: list[QRectF] = []
        for k in chosen.tolist():
            wide, high = metrics.horizontalAdvance(texts[k]), metrics.height()
            box = QRectF(places[k, 0] + sizes[k] / 2 + 3, places[k, 1] - high / 2, wide + 2, high)
            if not any(box.intersects(other) for other in taken):
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, texts[k])
                taken.append(box)

    def _paint_notes(self, painter: QPainter, width: float, height: float, stride: int) -> None:
        """Name the classes, and say what is not drawn."""
        painter.setFont(self.font_of(CAPTION, bold=True))
        left, top, high = 4.0, 4.0 * self.tokens.scale, float(painter.fontMetrics().height())
        for place, name in enumerate(self.told.class_names):
            if not name:
                continue
            wide = painter.fontMetrics().horizontalAdvance(name) + 8.0
            if left > 4.0 and left + wide > width:
                left, top = 4.0, top + high
            where = QRectF(left, top, wide, high)
            paint_name(painter, where, name, self.tokens.series_colour(place), self.tokens.card)
            left = where.right() + 6
        odd = int((~np.isfinite(self.points).all(1)).sum())
        notes = [f"{odd} not finite" if odd else "", f"every {stride}th point" if stride > 1 else ""]
        painter.setFont(self.font_of(SMALL))
        painter.setPen(colour(self.tokens.muted))
        where = QRectF(0, height - 20, width - 8, 16)
        painter.drawText(where, Qt.AlignmentFlag.AlignRight, " · ".join(filter(None, notes)))

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Ring the lit point."""
        at = self.lit.get(self.dims[0]) if self.dims else None
        if at is not None and at < len(self.points) and np.isfinite(self.points[at]).all():
            place = self.axes.to_pixels(*self.points[at]).tolist()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self.tokens.text, 2.0))
            painter.drawEllipse(QPointF(*place), 9 * self.tokens.scale, 9 * self.tokens.scale)

    def summary(self) -> str:
        """Return how many points there are, and where."""
        seen = self.points[np.isfinite(self.points).all(1)]
        if not len(seen):
            return getattr(self.now, "none", "")
        return f"{len(seen)} points around {pair_text(*seen.mean(0))}"


def _is_there(moment: Any) -> bool:
    """Return whether something over the points can be seen: a line may have no point so far."""
    points = getattr(moment, "points", None)
    return points is None or (isinstance(points, np.ndarray) and bool(np.isfinite(np.asarray(points, float)).any()))


def _padded(values: np.ndarray, log: bool) -> tuple[float, float]:
    """Return the range of values and a little more."""
    if log:
        positive = values[values > 0]
        return (float(positive.min()) / 1.3, float(positive.max()) * 1.3) if len(positive) else (0.1, 1.0)
    low, high = float(values.min()), float(values.max())
    pad = 0.06 * (high - low) or 0.5
    return low - pad, high + pad
