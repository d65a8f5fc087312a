"""The time line: the run's own curves as a scrubber, with a mark where something was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explainer.contract.recipe import Action
from explainer.contract.series import Series
from explainer.plots.base.painting import draw_segments
from explainer.plots.base.reduction import Blocks, columns
from explainer.theme.tokens import DARK, Tokens

MARGIN = 10
"""Pixels left and right of the line, so that the cursor is whole at both ends."""
FIRST_SPAN = 60
"""How many steps the line shows at first, at the most; it grows by half when the run comes to its end."""
GROWTH = 1.5
NEAR = 6
"""Pixels within which a mark is hit."""
MARK_HEIGHT = 14
"""How far from the lower edge a click on a mark goes to its step; above it is the line that is scrubbed."""
MOST_NAMED = 4
"""Of more changes at one place only so many are named."""
DECADES = 1.5
"""A curve that spans more decades than this is drawn logarithmically."""


class TimeLine(QWidget):
    """Shows the known steps from 0 on; click, drag or the arrow keys go to a step."""

    step_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("time-line")
        self.setAccessibleName("Time line")
        self.setToolTip("Drag to go to a step; the marks are changes, and name themselves")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._tokens = DARK
        self._step = self._known = 0
        self._first = self._span = float(FIRST_SPAN)
        self._series: Sequence[Series] = ()
        self._names: Sequence[str] = ()
        self._blocks: dict[str, Blocks] = {}
        self._actions: Sequence[Action] = ()
        self._dragging = False
        self._marks: list[tuple[int, str]] = []
        self._hovered = -1
        """The step of the mark under the pointer, −1: none."""

    def sizeHint(self) -> QSize:
        """Qt: as high as the transport's buttons."""
        return QSize(400, 48)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        self.setFixedHeight(tokens.size(48))
        self.update()

    def show_run(
        self,
        step: int,
        known: int,
        series: Mapping[str, Series],
        actions: Sequence[Action],
        usual: int = FIRST_SPAN,
    ) -> None:
        """Show where the run is, how far it was ever, its progress and what was done to it.

        ``usual`` is how many steps such runs have: fewer than :data:`FIRST_SPAN` fill the line.
        """
        first = float(min(usual, FIRST_SPAN))
        if known < self._known or first != self._first:
            self._first = self._span = first
        self._step, self._known = step, known
        while known > self._span:
            self._span *= GROWTH
        self._series, self._names = list(series.values()), list(series)
        self._blocks = {name: self._blocks.get(name) or Blocks() for name in series}
        self._take_actions(actions)
        here = next((f": {words}" for at, words in self._marks if at == step), "")
        self.setAccessibleDescription(f"Step {step} of {known}{here}")
        self.update()

    def go_to_change(self, direction: int) -> None:
        """Choose the nearest marked step before (−1) or after (1) the present one, if there is one."""
        steps = [step for step, _ in self._marks if (step - self._step) * direction > 0]
        if steps:
            self.step_chosen.emit(max(steps) if direction < 0 else min(steps))

    def marks(self) -> list[tuple[float, int, str]]:
        """Return the marks as (x in pixels, step, words), in the order of their steps."""
        return [(self.x_of(step), step, words) for step, words in self._marks]

    def x_of(self, step: Any) -> Any:
        """Return where a step, or each of many, is in pixels."""
        return MARGIN + step / self._span * (self.width() - 2 * MARGIN)

    def step_at(self, x: float) -> int:
        """Return the known step nearest to a place in pixels."""
        step = round((x - MARGIN) / max(1, self.width() - 2 * MARGIN) * self._span)
        return max(0, min(step, self._known))

    def words_at(self, step: int) -> str:
        """Return a step and what was recorded there, as much as is read at a glance."""
        values = ((name, series.at(step)) for name, series in zip(self._names, self._series, strict=True))
        told = [f"{name} {value:.4g}" for name, value in values if not np.isnan(value)]
        more = [f"{len(told) - MOST_NAMED} more"] if len(told) > MOST_NAMED else []
        return " · ".join([f"step {step:,}", *told[:MOST_NAMED], *more])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: base line, curves, marks, cursor."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        base = self.height() - 7.0
        painter.setPen(QPen(QColor(self._tokens.border), 1))
        painter.drawLine(QPointF(MARGIN, base), QPointF(self.width() - MARGIN, base))
        painter.setPen(QPen(QColor(self._tokens.muted), 2))
        painter.drawLine(QPointF(MARGIN, base), QPointF(self.x_of(self._known), base))
        for index, curve in enumerate(self._curves(QRectF(MARGIN, 5, self.width() - 2 * MARGIN, base - 10))):
            colour = QColor(self._tokens.series_colour(index))
            painter.setPen(QPen(colour, 1.6))
            draw_segments(painter, curve[:-1], curve[1:])
        self._paint_marks(painter, base)
        self._paint_cursor(painter, base)

    def _paint_marks(self, painter: QPainter, base: float) -> None:
        """Draw a mark at each place, hollow beyond the known steps, larger under the pointer."""
        colour, columns_drawn = QColor(self._tokens.warning), set()
        painter.setPen(QPen(colour, 1))
        for x, step, _ in self.marks():
            if round(x) in columns_drawn or x > self.width():
                continue
            columns_drawn.add(round(x))
            painter.setBrush(colour if step <= self._known else QColor(self._tokens.bar))
            half, height = (7, 9) if step == self._hovered else (5, 6)
            corners = (QPointF(x - half, base - height), QPointF(x + half, base - height), QPointF(x, base + 1))
            painter.drawPolygon(QPolygonF(corners))

    def _paint_cursor(self, painter: QPainter, base: float) -> None:
        x = self.x_of(self._step)
        painter.setPen(QPen(QColor(self._tokens.accent if self.hasFocus() else self._tokens.text), 2))
        painter.drawLine(QPointF(x, 3), QPointF(x, base + 3))

    def _curves(self, place: QRectF) -> list[np.ndarray]:
        """Return the finite points of the progress series in pixels, each (n, 2), all on one scale."""
        known = zip(self._series, self._blocks.values(), strict=True)
        pieces = [self._reduced(series, blocks, int(place.width())) for series, blocks in known if len(series) > 1]
        finite = np.concatenate([y[np.isfinite(y)] for _, y in pieces]) if pieces else np.empty(0)
        if not len(finite):
            return []
        low, high = float(finite.min()), float(finite.max())
        positive = finite[finite > 0]
        if low >= 0 and len(positive) and high > positive.min() * 10**DECADES:
            floor = max(float(positive.min()), high * 1e-12)
            pieces = [(x, np.log10(np.maximum(y, floor))) for x, y in pieces]
            low, high = float(np.log10(floor)), float(np.log10(high))
        scale = place.height() / (high - low) if high > low else 0.0
        curves = [np.stack([self.x_of(x), place.bottom() - (y - low) * scale], 1) for x, y in pieces]
        return [curve[np.isfinite(curve[:, 1])] for curve in curves]

    def _reduced(self, series: Series, blocks: Blocks, width: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the points to draw: a column for every two pixels, which looks the same and takes half the time."""
        blocks.follow(series.steps, series.values)
        (x, y), _ = columns(series.steps, series.values, 0.0, self._span, max(2, width // 2), blocks)
        return x, y

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: go to the mark that is hit, or begin to scrub."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._dragging = True
        mark = self._mark_at(event.position()) if event.position().y() > self.height() - MARK_HEIGHT else None
        if mark is None:
            self._choose(event.position().x())
        elif mark[0] != self._step:
            self.step_chosen.emit(mark[0])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: scrub, or name the mark under the pointer."""
        if self._dragging:
            self._choose(event.position().x())
            return
        mark = self._mark_at(event.position())
        self._hover(mark[0] if mark else -1)
        step = self.step_at(event.position().x())
        words = f"{mark[1]} at step {mark[0]:,}" if mark else self.words_at(step)
        QToolTip.showText(event.globalPosition().toPoint(), words, self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: end scrubbing."""
        self._dragging = False

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: no mark is under the pointer."""
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, step: int) -> None:
        if step != self._hovered:
            self._hovered = step
            self.update()

    def _mark_at(self, place: QPointF) -> tuple[int, str] | None:
        """Return step and words of the mark nearest to a place, if one is near."""
        near = [(abs(x - place.x()), step, words) for x, step, words in self.marks() if abs(x - place.x()) <= NEAR]
        return min(near)[1:] if near else None

    def _take_actions(self, actions: Sequence[Action]) -> None:
        """Name the actions of each step, when they are others than before."""
        if actions is self._actions:
            return
        self._actions = actions
        by_step = groupby((one for one in actions if one.step > 0), key=lambda action: action.step)
        self._marks = [(step, _named([one.describe() for one in group])) for step, group in by_step]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows, page keys, Home and End scrub while the line has the focus; with Ctrl to the next mark."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in (
            Qt.Key.Key_Left,
            Qt.Key.Key_Right,
        ):
            self.go_to_change(-1 if event.key() == Qt.Key.Key_Left else 1)
            return
        page = max(1, self._known // 10)
        moves = {
            Qt.Key.Key_Left: self._step - 1,
            Qt.Key.Key_Right: self._step + 1,
            Qt.Key.Key_PageUp: self._step - page,
            Qt.Key.Key_PageDown: self._step + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._known,
        }
        if event.key() in moves:
            self.step_chosen.emit(max(0, moves[Qt.Key(event.key())]))
        else:
            super().keyPressEvent(event)

    def _choose(self, x: float) -> None:
        step = self.step_at(x)
        if step != self._step:
            self.step_chosen.emit(step)


def _named(changes: Sequence[str]) -> str:
    more = len(changes) - MOST_NAMED
    return "; ".join([*changes[:MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])
