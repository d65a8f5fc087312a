"""Bars from zero with names, numbers and targets, side by side or stacked; their ends can be dragged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from explainer.contract.cards.plots import Bars
from explainer.contract.number_text import number_text
from explainer.plots.base.colours import blend, colour, pen, small_font
from explainer.plots.base.grip import Grip
from explainer.plots.base.throttle import Throttle
from explainer.plots.part import Place
from explainer.plots.plot_part import PlotPart, span_of
from explainer.theme.tokens import CAPTION, SMALL

HALF, ROOM, KNOB = 0.36, 20, 7
"""Half of a bar's width, of the room it has; pixels kept beyond the longest bar for its number, and for a knob."""


class BarsPart(PlotPart):
    """One bar for each place, or one for each group and place."""

    told: Bars

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.values = np.zeros((0, 0))
        self.targets: np.ndarray | None = None
        self._grabbed: int | None = None
        self.axes.view_box.free = (False, False)
        self.axes.read_out_at_right = True
        self._act = Throttle(self, lambda verb, arguments: self.steering.act(verb, **arguments))
        if self.told.drag is not None:
            grip = Grip(self._from_end, self._drag, self._drop, 14.0, Qt.CursorShape.SizeVerCursor)
            self.axes.grips.append(grip)

    @property
    def empty(self) -> bool:
        """Whether there is no bar."""
        return not self.values.size or not np.isfinite(self.values).any()

    @property
    def names(self) -> Sequence[str]:
        """What the places are called."""
        return self.places[-1].names if self.places else ()

    def fill(self) -> None:
        """Take the bars (group, place)."""
        now = self.now
        assert now is not None
        self.values = np.atleast_2d(np.asarray(now.y, float)) if now.y is not None else np.zeros((0, 0))
        self.targets = None if now.target is None else np.asarray(now.target, float)
        self.axes.set_log(y=bool(now.log))
        self.set_labels(self.places[-1].title if self.places else "", now.label)
        self.axes.axis("bottom").set_names(self.names)
        if self.values.size and not self.axes.holding:
            self.axes.set_whole(-0.6, self.values.shape[1] - 0.4, *self._span())

    def _span(self) -> tuple[float, float]:
        assert self.now is not None
        tops = self.ends()[1] if self.told.stacked else self.values
        low, high = span_of(self.told.span, tops, log=bool(self.now.log))
        if self.now.log:
            return low, high
        room = (ROOM + (KNOB if self.told.drag is not None else 0)) * self.tokens.scale
        sides = 2 if low < 0 else 1
        pad = (high - low) * min(2.0, room / max(14.0, self.axes.view_box.rect().height() - sides * room))
        return low - (pad if low < 0 else 0.0), high + pad

    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Return where each bar (group, place) begins and ends."""
        if not self.told.stacked:
            first = 10.0**-300 if self.now is not None and self.now.log else 0.0
            return np.full_like(self.values, first), self.values
        known = np.nan_to_num(self.values)
        up, down = np.cumsum(np.where(known > 0, known, 0), 0), np.cumsum(np.where(known < 0, known, 0), 0)
        ends = np.where(known >= 0, up, down)
        return ends - known, ends

    def _sides(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the left and right side of each bar, in data coordinates."""
        groups, count = self.values.shape
        middles = np.broadcast_to(np.arange(count, dtype=float), (groups, count))
        if self.told.stacked or groups == 1:
            return middles - HALF, middles + HALF
        wide = 2 * HALF / groups
        lefts = middles - HALF + wide * np.arange(groups)[:, None]
        return lefts, lefts + wide

    # the pointer

    def point_at(self, x: float, y: float) -> None:
        """Light the bar under the pointer."""
        if self.empty:
            return
        place = int(np.clip(round(x), 0, self.values.shape[1] - 1))
        self.steering.light(self.dims[-1], place)
        if len(self.dims) > 1:
            lefts, rights = self._sides()
            inside = (lefts[:, place] <= x) & (x < rights[:, place])
            if self.told.stacked:
                starts, ends = self.ends()
                inside &= (np.minimum(starts, ends)[:, place] <= y) & (y <= np.maximum(starts, ends)[:, place])
            self.steering.light(self.dims[0], int(np.argmax(inside)) if inside.any() else None)

    def click_at(self, x: float, y: float) -> None:
        """Ask for what a click on the bar comes to."""
        if not self.empty:
            self.press_on(self.told.click, int(np.clip(round(x), 0, self.values.shape[1] - 1)))

    def go(self, down: int, right: int) -> None:
        """Go from bar to bar; a bar that can be dragged moves up and down."""
        if right:
            self.along(self.dims[-1], right)
        elif self.told.drag is not None and down and self.lit.get(self.dims[-1]) is not None and not self.empty:
            place = self.lit[self.dims[-1]]
            low, high = self.axes.whole[2:]
            self._move(place, float(self.values[0, place]) - down * (high - low) / 40)

    def press(self) -> None:
        """Ask for what a click on the lit bar comes to."""
        if self.dims and self.dims[-1] in self.lit:
            self.press_on(self.told.click, self.lit[self.dims[-1]])

    def reading(self) -> str:
        """Return what is said of the lit bar."""
        at = self.lit.get(self.dims[-1]) if self.dims else None
        if at is None or self.empty or at >= self.values.shape[1]:
            return ""
        said = self.said(self.told.reading, at)
        if said is not None:
            return said
        number = self.told.number or number_text
        groups = self.places[0].names if len(self.places) > 1 else [""]
        values = (f"{group} {number(float(v))}".strip() for group, v in zip(groups, self.values[:, at], strict=False))
        return "   ".join([self.names[at], *values])

    def marks(self) -> Sequence[Place]:
        """Return the middle of each bar."""
        if self.empty:
            return ()
        (lefts, rights), (starts, ends) = self._sides(), self.ends()
        found = []
        for group, place in np.ndindex(*self.values.shape):
            x, y = (lefts[group, place] + rights[group, place]) / 2, (starts[group, place] + ends[group, place]) / 2
            if np.isfinite(y):
                lights = {self.dims[-1]: place} if len(self.dims) < 2 else {self.dims[0]: group, self.dims[-1]: place}
                value = float(self.values[group, place])
                found.append(Place(self.widget_pixel(float(x), float(y)), lights, value))
        return found

    def handles(self) -> Sequence[QPoint]:
        """Return the ends that can be dragged."""
        if self.told.drag is None or self.empty:
            return ()
        return [self.widget_pixel(float(k), float(v)) for k, v in enumerate(self.values[0]) if np.isfinite(v)]

    def _away(self, across: float, down: float) -> np.ndarray:
        ends = self.axes.to_pixels(np.arange(self.values.shape[1]), self.values[0])
        return np.hypot(*(ends - np.array([across, down])).T)

    def _from_end(self, across: float, down: float) -> float:
        away = np.inf if self.empty else np.nanmin(self._away(across, down))
        return float(away)

    def _drag(self, x: float, y: float) -> None:
        if self._grabbed is None:
            self._grabbed = int(np.nanargmin(self._away(*self.axes.to_pixels(x, y))))
        self._move(self._grabbed, y)

    def _drop(self, x: float, y: float) -> None:
        self._drag(x, y)
        self._grabbed = None

    def _move(self, place: int, value: float) -> None:
        told = self.told.drag
        assert told is not None
        value = float(f"{min(max(value, told.low), told.high):.3g}")
        if told.parameter:
            values = [float(v) for v in self.values[0]]
            self._set.ask({told.parameter: [value if k == place else v for k, v in enumerate(values)]})
        else:
            self._act.ask(told.verb, {told.place: place, told.value: value})

    # painting

    def colour_of(self, group: int, place: int) -> str:
        """Return a bar's colour: of its group, where there are several, else of its place."""
        if self.told.place is not None:
            return self.tokens.series_colour(self.told.place)
        if len(self.values) > 1:
            return self.tokens.series_colour(self.places[0].colour(group))
        return self.tokens.series_colour(self.places[-1].colour(place))

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Draw the line at zero, bars, targets, knobs and numbers."""
        base = self.axes.to_pixels(0.0, 1e-300 if self.axes.log[1] else 0.0)[1]
        zero = float(np.clip(base, -1e5, height))
        boxes, targets = self._boxes(height), self._target_heights()
        painter.setPen(Qt.PenStyle.NoPen)
        for (group, place), value in np.ndenumerate(self.values):
            if np.isfinite(value):
                painter.setBrush(blend(self.tokens.card, self.colour_of(group, place), 0.92))
                painter.drawRoundedRect(boxes[group][place], 2, 2)
        if not self.told.stacked:
            alone = len(self.values) == 1
            painter.setFont(small_font(self.tokens, self.font(), CAPTION if alone else SMALL, bold=alone))
            painter.setPen(colour(self.tokens.text))
            for (group, place), value in np.ndenumerate(self.values):
                self._paint_number(painter, float(value), boxes[group][place], zero, targets[place])
        painter.setPen(pen(self.tokens.muted))
        painter.drawLine(QPointF(0, zero), QPointF(width, zero))
        self._paint_targets(painter)
        self.paint_levels(painter, self.now.levels if self.now else (), width)
        if self.told.drag is not None and width / self.values.shape[1] > 12 * self.tokens.scale:
            painter.setPen(pen(self.tokens.card, 1.5))
            painter.setBrush(colour(self.tokens.text))
            for k, value in enumerate(self.values[0]):
                if np.isfinite(value):
                    at = self.axes.to_pixels(float(k), float(value))
                    painter.drawEllipse(QPointF(*at.tolist()), 5 * self.tokens.scale, 5 * self.tokens.scale)

    def _boxes(self, height: float) -> list[list[QRectF]]:
        """Return the bars' rectangles in pixels, by group and place."""
        corners = self.axes.to_pixels(np.stack(self._sides()), np.stack(self.ends())).clip(-1e5, 1e5)
        corners = np.where(np.isnan(corners), height, corners)
        (lefts, tops), (wide, high) = (np.moveaxis(part, -1, 0) for part in (corners.min(0), np.ptp(corners, 0)))
        gap = 1.0 if len(self.values) > 1 and not self.told.stacked else 0.0
        rows = np.stack([lefts + gap, tops, wide - 2 * gap, high], -1).tolist()
        return [[QRectF(*box) for box in row] for row in rows]

    def _target_heights(self) -> list[float]:
        """Return where the places' targets lie, in pixels from the top; NaN where there is none."""
        found = np.full(self.values.shape[1], np.nan)
        if self.targets is not None:
            known = np.asarray(self.targets, float)[: len(found)]
            found[: len(known)] = self.axes.to_pixels(0.0, known)[:, 1]
        return [float(height) for height in found]

    def _paint_number(self, painter: QPainter, value: float, box: QRectF, zero: float, target: float) -> None:
        """Write the number beyond the bar's end and clear of its target; the word for one that is not finite."""
        said = (self.told.number or number_text)(value)
        room = box.width() / (2 * HALF if len(self.values) == 1 else 1.0)
        if painter.fontMetrics().horizontalAdvance(said) > room:
            return
        knob, line = KNOB if self.told.drag is not None else 2, 16 * self.tokens.scale
        top = zero - line if not np.isfinite(value) else box.bottom() + knob if value < 0 else box.top() - line - knob
        if top - 1 < target < top + line + 1:
            top = target - line - 2 if value >= 0 else target + 2
        where = QRectF(box.center().x() - room / 2, top, room, line)
        painter.drawText(where, Qt.AlignmentFlag.AlignCenter, said)

    def _paint_targets(self, painter: QPainter) -> None:
        for k, target in enumerate(self.targets if self.targets is not None else ()):
            if np.isfinite(target):
                ends = self.axes.to_pixels(np.array([k - HALF, k + HALF]), np.array([target, target]))
                painter.setPen(pen(self.tokens.text, 2.0))
                painter.drawLine(QPointF(*ends[0].tolist()) - QPointF(5, 0), QPointF(*ends[1].tolist()) + QPointF(5, 0))

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Frame the lit place."""
        at = self.lit.get(self.dims[-1]) if self.dims else None
        group = self.lit.get(self.dims[0]) if len(self.dims) > 1 else None
        if at is None and group is None:
            return
        boxes = self._boxes(height)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(self.tokens.text, 1.6))
        for (g, k), value in np.ndenumerate(self.values):
            if (at is None or at == k) and (group is None or group == g) and np.isfinite(value):
                painter.drawRoundedRect(boxes[g][k].adjusted(-1.5, -1.5, 1.5, 1.5), 3, 3)

    def summary(self) -> str:
        """Return each place's value."""
        number = self.told.number or number_text
        if self.empty:
            return getattr(self.now, "none", "")
        return ", ".join(f"{n} {number(float(v))}" for n, v in zip(self.names, self.values[0], strict=False))
