"""A part on axes: one layer for what stays while the pointer moves, one for what is lit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explainer.contract.cards.bindings import MISSING
from explainer.contract.scene import Scene
from explainer.plots.base.axes import Axes
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.grip import Grip
from explainer.plots.base.layer import Layer
from explainer.plots.base.painting import level_top, paint_name
from explainer.plots.base.throttle import Throttle
from explainer.plots.part import Part, settable
from explainer.plots.picture import Steering
from explainer.theme.tokens import BODY, CAPTION, SMALL, Tokens


class Painting(Layer):
    """Paints with a function of painter, width and height."""

    def __init__(self, axes: Axes, z: float, paint: Callable[[QPainter, float, float], None]) -> None:
        super().__init__(axes, z)
        self._paint_with = paint

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Paint."""
        self._paint_with(painter, width, height)


class PlotPart(Part):
    """Draws on axes. A kind says in :meth:`fill` what the whole is, and paints in the pane's pixels."""

    axes_options: ClassVar[dict[str, Any]] = {}

    def __init__(self, told: Any, scene: Scene, steering: Steering, parent: QWidget | None = None) -> None:
        super().__init__(told, scene, steering, parent)
        self.axes = Axes(type(told).__name__, x_label=" ", y_label=" ", parent=self, **self.axes_options)
        self._x_title_shown = True
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.axes)
        self._set = Throttle(self, lambda values: self.steering.set(**values))
        self._still = Painting(self.axes, 10, self._paint_still)
        self._over = Painting(self.axes, 30, self._paint_over)
        self.axes.pointer_moved.connect(self.point_at)
        self.axes.pointer_left.connect(self.darken)
        self.axes.clicked.connect(self.click_at)
        self._silence(self.now is None)

    def _silence(self, silent: bool) -> None:
        """Leave the axes without values, before there has been anything to draw, or give them theirs."""
        for side in ("left", "bottom"):
            self.axes.axis(side).silent = silent
            self.axes.axis(side).update()

    def changed(self) -> None:
        """Have everything painted again."""
        if self.now is not None and self.axes.axis("left").silent:
            self._silence(False)
        self._still.update()
        self._over.update()

    def lights_changed(self) -> None:
        """Have what is lit painted again."""
        self._over.update()

    def point_again(self) -> None:
        """Answer anew to a pointer that rests."""
        self.axes.point_again()

    @property
    def invites(self) -> str:
        """What a hand can do in any plot."""
        return self.axes.invites

    def show_reading(self, text: str) -> None:
        """Show the reading in the plot's corner."""
        self.axes.read_out(text)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.axes.apply_theme(tokens)
        super().apply_theme(tokens)

    def set_labels(self, x: str, y: str) -> None:
        """Name the axes."""
        self.axes.set_labels(x if self._x_title_shown else "", y)

    def share_axis(self, below: PlotPart) -> None:
        """Leave the words of the axis to the plot below: its title where the dimension is the same, its names too."""
        same = self.dims[-1:] == below.dims[-1:]
        self._x_title_shown = not same
        self.axes.axis("bottom").setStyle(showValues=not (same and type(self) is type(below)))

    # what a kind adds

    def paint_still(self, painter: QPainter, width: float, height: float) -> None:
        """Paint what stays while the pointer moves."""

    def paint_over(self, painter: QPainter, width: float, height: float) -> None:
        """Paint what is lit."""

    def point_at(self, x: float, y: float) -> None:
        """Light what is nearest to the pointer, in data coordinates."""

    def click_at(self, x: float, y: float) -> None:
        """React to a click, in data coordinates."""

    # a handle: an upright line that can be dragged along the axis

    def add_handle(self, handle: Any) -> None:
        """Let a handle be dragged, where it stands for a parameter."""
        if handle is not None and handle.drags:
            grip = Grip(self._from_handle, self._drag_handle, self._drag_handle, 8.0, Qt.CursorShape.SizeHorCursor)
            self.axes.grips.append(grip)

    @property
    def handle_at(self) -> float | None:
        """Where the handle stands."""
        handle = self.told.handle
        if handle is None or self.frame is None or self.now is None:
            return None
        found = getattr(self.frame.params, handle.at) if isinstance(handle.at, str) else self.now.handle.at
        return None if found is None or found is MISSING else float(found)

    def handle_places(self) -> list[QPoint]:
        """Return where the handle can be taken."""
        at = self.handle_at
        middle = self.axes.from_pixels(0.0, self.axes.view_box.rect().height() / 2)[1]
        width = self.axes.view_box.rect().width()
        seen = at is not None and 0 <= float(self.axes.to_pixels(at, 1.0)[0]) <= width
        return [self.widget_pixel(at, middle)] if at is not None and seen and self.axes.grips else []

    def _from_handle(self, across: float, down: float) -> float:
        at = self.handle_at
        return math.inf if at is None else abs(float(self.axes.to_pixels(at, 1.0)[0]) - across)

    def _drag_handle(self, x: float, y: float) -> None:
        low, high = self.axes.whole[:2]
        handle, value = self.told.handle, min(max(x, low), high)
        if handle.move is not None:
            assert self.frame is not None
            self._set.ask(handle.move(self.frame, value))
            return
        self._set.ask({handle.at: settable(self.scene.parameters.declaration(handle.at), value)})

    def paint_handle(self, painter: QPainter, height: float) -> None:
        """Draw the handle and its words."""
        at, handle, tokens = self.handle_at, getattr(self.now, "handle", None), self.tokens
        if at is None or handle is None:
            return
        across = float(self.axes.to_pixels(at, 1.0)[0])
        dragged = self.told.handle.drags
        painter.setPen(pen(tokens.accent, 1.6) if dragged else pen(tokens.faint, 1.0, 1.0, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(across, 0), QPointF(across, height))
        painter.setFont(self.font_of(SMALL))
        metrics = painter.fontMetrics()
        where = QRectF(
            across + 4, height - metrics.height() - 3, metrics.horizontalAdvance(handle.words) + 3, metrics.height()
        )
        paint_name(painter, where, handle.words, tokens.muted, tokens.card)

    def font_of(self, size: float = CAPTION, bold: bool = False) -> QFont:
        """Return the font of a size in pixels."""
        return small_font(self.tokens, self.font(), size, bold)

    def widget_pixel(self, x: float, y: float) -> QPoint:
        """Return where on this part a point in data coordinates is, within the pane."""
        pane = self.axes.mapFromScene(self.axes.view_box.sceneBoundingRect()).boundingRect().adjusted(2, 2, -3, -3)
        there = self.axes.widget_position(x, y)
        across, down = (min(max(v, low), high) for v, low, high in _within(there, pane))
        return self.axes.mapTo(self, QPoint(across, down))

    # painting

    def _paint_still(self, painter: QPainter, width: float, height: float) -> None:
        if self.now is None or self.empty:
            self.say_nothing(painter, width, height)
        else:
            self.paint_still(painter, width, height)

    def _paint_over(self, painter: QPainter, width: float, height: float) -> None:
        if self.now is not None and not self.empty:
            self.paint_over(painter, width, height)
        if self.hasFocus():
            painter.setPen(pen(self.tokens.accent, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(0.5, 0.5, width - 1, height - 1))

    def say_nothing(self, painter: QPainter, width: float, height: float) -> None:
        """Say in the middle what is awaited, or why there is nothing to see."""
        painter.setFont(self.font_of(BODY))
        painter.setPen(colour(self.tokens.muted))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        said = self.busy or (self.now.none if self.now is not None else "")
        painter.drawText(QRectF(16, 8, max(1.0, width - 32), max(1.0, height - 16)), flags, said)

    def paint_levels(
        self,
        painter: QPainter,
        levels: Any,
        width: float,
        *,
        upright: bool = False,
        lines: Sequence[np.ndarray] = (),
    ) -> list[QRectF]:
        """Draw lines across (or upright ones) at stated values, with their words; return where these stand.

        Words of a line across stand at its left, or at its right where fewer of the ``lines`` (n, 2) pass.
        """
        boxes = []
        painter.setFont(self.font_of(SMALL))
        for level in levels:
            if not isinstance(level.value, (int, float)) or not np.isfinite(level.value):  # or on its way
                continue
            place = self.axes.to_pixels(level.value, level.value)
            painter.setPen(pen(self.tokens.muted, 1.0, 1.0, Qt.PenStyle.DashLine))
            height = self.axes.view_box.rect().height()
            across, down = float(place[0]), float(place[1])
            if upright:
                painter.drawLine(int(across), 0, int(across), int(height))
            else:
                painter.drawLine(0, int(down), int(width), int(down))
            metrics = painter.fontMetrics()
            size = QSizeF(metrics.horizontalAdvance(level.words) + 4, metrics.height())
            left = QRectF(QPointF(across + 2, 3) if upright else QPointF(4, level_top(down, size.height())), size)
            right = left.translated(width - size.width() - 8, 0)
            boxes.append(left if upright else min(left, right, key=lambda box: _passing(box, lines)))
            paint_name(painter, boxes[-1], level.words, self.tokens.muted, self.tokens.card)
        return boxes


def _passing(box: QRectF, lines: Sequence[np.ndarray]) -> int:
    """Return how many points of lines (n, 2) in pixels lie in a box."""
    low, high = (box.left(), box.top()), (box.right(), box.bottom())
    return sum(int(((line >= low) & (line <= high)).all(1).sum()) for line in lines)


def _within(point: QPoint, pane: QRect) -> Iterator[tuple[int, int, int]]:
    """Yield each coordinate of a point with its least and greatest value in a pane."""
    yield point.x(), pane.left(), pane.right()
    yield point.y(), pane.top(), pane.bottom()


def span_of(told: Any, values: np.ndarray, *, log: bool, zero: bool = True) -> tuple[float, float]:
    """Return the range of an axis for a drawing's ``span``: fixed, even about zero, or what the values fill."""
    seen = values[np.isfinite(values)]
    if callable(told):
        low, high = told(values)
        return float(low), float(high)
    if isinstance(told, tuple):
        return told
    most = float(np.abs(seen).max(initial=0.0))
    if told == "even":
        return -(most or 1.0), most or 1.0
    if log:
        positive = seen[seen > 0]
        low, high = (float(positive.min()), float(positive.max())) if len(positive) else (1e-5, 1.0)
        return (low / 2, high * 2) if low < high else (low / 10, high * 10)
    low, high = (float(seen.min()), float(seen.max())) if len(seen) else (0.0, 1.0)
    low, high = (min(0.0, low), max(0.0, high)) if zero else (low, high)
    if low == high:
        return low - 0.5, high + 0.5
    pad = 0.06 * (high - low)
    return low - (pad if low or not zero else 0.0), high + (pad if high or not zero else 0.0)
