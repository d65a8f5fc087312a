"""Guessing by drawing: the curve that one expects, with the mouse or with the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from explainer.contract.frame import Frame
from explainer.contract.lesson import Range
from explainer.contract.number_text import number_text
from explainer.contract.refused import Refused
from explainer.stage.translation import later, tr
from explainer.teach.guesses import Guessed
from explainer.teach.sketches import COLUMNS, Comparison, compare
from explainer.theme.tokens import DARK, RADIUS, SMALL, Tokens
from explainer.window.lesson.judgement import Judgement

__all__ = ["Sketch"]

HEIGHT, LEFT, EDGE, BELOW = 190, 62, 12, 22
"""Pixels before scaling: the whole, room for the values, the other edges, room for the steps."""
NUDGE, REACH = 0.05, COLUMNS // 8
"""How far an arrow key moves the curve, in heights, and how many columns beside the cursor come along."""
ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
INVITATION = later("Draw the curve you expect, from left to right (or with ← → ↑ ↓)")


class Sketch(QWidget):
    """A small plot of one metric over the steps of a run: empty, then one's own curve, then the true one over it."""

    guessed = Signal()

    def __init__(self, metric: str, span: Range | None, steps: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sketch")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._metric, self._span, self._steps = metric, span, max(2, steps)
        self._tokens, self._locked = DARK, False
        self.heights = np.full(COLUMNS, np.nan)
        """One's own curve, 0 to 1, NaN where nothing is drawn yet."""
        self.comparison: Comparison | None = None
        self._last: tuple[int, float] | None = None
        self._cursor = COLUMNS // 2
        self._say()

    @property
    def has_guess(self) -> bool:
        """Whether the curve reaches over most of the steps."""
        return int(np.isfinite(self.heights).sum()) > 0.6 * COLUMNS

    @property
    def widget(self) -> QWidget:
        """What stands in the lesson."""
        return self

    @property
    def whole(self) -> np.ndarray:
        """One's own curve with its gaps filled."""
        known = np.flatnonzero(np.isfinite(self.heights))
        return np.interp(np.arange(COLUMNS), known, self.heights[known])

    def set_locked(self, locked: bool) -> None:
        """Let it be drawn on no more, or again."""
        self._locked = locked
        self.setCursor(Qt.CursorShape.ArrowCursor if locked else Qt.CursorShape.CrossCursor)

    def judge(self, guessed: Guessed, moments: Sequence[Frame]) -> Judgement:
        """Lay the true curve over one's own."""
        moment = moments[0]
        series = moment.series.get(self._metric)
        self.comparison = compare(self.whole, series, self._steps, self._span) if series is not None else None
        if self.comparison is None:
            raise Refused(tr("{metric} was not recorded in this run.").format(metric=self._metric))
        self._say()
        self.update()
        close = self.comparison.close
        verdict = tr("**Close.**") if close else tr("**Not so.** The bold line is what happened.")
        return Judgement(
            close,
            tr("{verdict} On average {words} apart.").format(verdict=verdict, words=self.comparison.words),
            tr("a curve of {metric}").format(metric=self._metric),
        )

    def clear(self) -> None:
        """Take both curves away."""
        self.heights[:] = np.nan
        self.comparison = None
        self._say()
        self.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self._tokens = tokens
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: as wide as the column."""
        return QSize(self._tokens.size(280), self._tokens.size(HEIGHT))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: begin to draw."""
        if event.button() == Qt.MouseButton.LeftButton and not self._locked:
            self._last = None
            self._draw_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: draw on."""
        if event.buttons() & Qt.MouseButton.LeftButton and not self._locked:
            self._draw_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: lift the pen."""
        self._last = None
        if not self._locked:
            self._say()
            self.guessed.emit()

    def event(self, event: QEvent) -> bool:
        """Qt: the arrows are for this, and not for the run, while it has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in ARROWS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: left and right move the cursor, up and down the curve under it."""
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        lifts = {Qt.Key.Key_Up: NUDGE, Qt.Key.Key_Down: -NUDGE}
        if self._locked or event.key() not in (*moves, *lifts):
            super().keyPressEvent(event)
            return
        if event.key() in moves:
            self._cursor = min(COLUMNS - 1, max(0, self._cursor + moves[Qt.Key(event.key())] * (COLUMNS // 12)))
        else:
            self._lift(lifts[Qt.Key(event.key())])
        self._say()
        self.update()

    def _lift(self, by: float) -> None:
        if np.isnan(self.heights).any():
            self.heights[:] = self.whole if np.isfinite(self.heights).any() else 0.5
        far = np.abs(np.arange(COLUMNS) - self._cursor) / REACH
        self.heights[:] = np.clip(self.heights + by * np.maximum(0.0, 1.0 - far), 0.0, 1.0)
        self.guessed.emit()

    def _draw_to(self, place: QPointF) -> None:
        pane = self._pane
        column = round((place.x() - pane.left()) / pane.width() * (COLUMNS - 1))
        column = min(COLUMNS - 1, max(0, column))
        height = min(1.0, max(0.0, (pane.bottom() - place.y()) / pane.height()))
        before, start = self._last or (column, height), min(column, (self._last or (column, 0.0))[0])
        for between in range(start, max(column, before[0]) + 1):
            share = (between - before[0]) / (column - before[0]) if column != before[0] else 1.0
            self.heights[between] = before[1] + share * (height - before[1])
        self._last, self._cursor = (column, height), column
        self.update()

    @property
    def _pane(self) -> QRectF:
        size = self._tokens.size
        return QRectF(self.rect()).adjusted(size(LEFT), size(EDGE), -size(EDGE), -size(BELOW))

    def _say(self) -> None:
        self.setAccessibleName(
            tr("sketch of {metric} over steps 1 to {steps}").format(metric=self._metric, steps=self._steps)
        )
        place = 1 + round(self._cursor / (COLUMNS - 1) * (self._steps - 1))
        height = self.heights[self._cursor]
        there = (
            tr("nothing drawn") if np.isnan(height) else tr("{share:.0f} % of the height").format(share=100 * height)
        )
        self.setAccessibleDescription(
            tr("{invitation}. At step {place}: {there}.").format(invitation=tr(INVITATION), place=place, there=there)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the ground, the values at its edges, both curves."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(self._tokens.size(SMALL))
        painter.setFont(font)
        self._paint_ground(painter)
        own = QPen(QColor(self._tokens.accent), 2.0, Qt.PenStyle.DashLine if self.comparison else Qt.PenStyle.SolidLine)
        self._paint_curve(painter, self.heights, own, tr("you"))
        if self.comparison is not None:
            self._paint_curve(painter, self.comparison.true, QPen(QColor(self._tokens.series[1]), 3.0), tr("the run"))
        elif not np.isfinite(self.heights).any():
            painter.setPen(QColor(self._tokens.muted))
            painter.drawText(self._pane, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, tr(INVITATION))

    def _paint_ground(self, painter: QPainter) -> None:
        tokens, pane = self._tokens, self._pane
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.canvas))
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.border), 1.0))
        for share, _ in self._marks:
            y = pane.bottom() - share * pane.height()
            painter.drawLine(QPointF(pane.left(), y), QPointF(pane.right(), y))
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
            if not self._locked:
                x = pane.left() + self._cursor / (COLUMNS - 1) * pane.width()
                painter.drawLine(QPointF(x, pane.top()), QPointF(x, pane.bottom()))
        painter.setPen(QColor(tokens.muted))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for share, words in self._marks:
            y = pane.bottom() - share * pane.height()
            painter.drawText(QRectF(0, y - 8, pane.left() - 6, 16), right, words)
        foot = QRectF(pane.left(), pane.bottom() + 2, pane.width(), self._tokens.size(BELOW) - 4)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, tr("step 1"))
        painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter, self._metric)
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, str(self._steps))

    @property
    def _marks(self) -> list[tuple[float, str]]:
        """Where lines run across, and what stands at them."""
        span = self._span
        if span is None:
            return [(0.0, tr("lowest")), (0.5, ""), (1.0, tr("highest"))]
        if not span.log:
            return [(share, number_text(span.low + share * (span.high - span.low))) for share in (0.0, 0.5, 1.0)]
        decades = np.log10(span.high / span.low)
        first, last = int(np.ceil(np.log10(span.low) - 1e-9)), int(np.floor(np.log10(span.high) + 1e-9))
        return [
            ((power - np.log10(span.low)) / decades, number_text(10.0**power, 1)) for power in range(first, last + 1)
        ]

    def _paint_curve(self, painter: QPainter, heights: np.ndarray, pen: QPen, words: str) -> None:
        known = np.flatnonzero(np.isfinite(heights))
        if not known.size:
            return
        pane = self._pane
        x = pane.left() + known / (COLUMNS - 1) * pane.width()
        y = pane.bottom() - heights[known] * pane.height()
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF([QPointF(*place) for place in zip(x.tolist(), y.tolist(), strict=True)]))
        if self.comparison is not None:
            left, above = float(x[len(x) // 2]), float(y[len(y) // 2])
            painter.drawText(QPointF(left + 4, max(pane.top() + 12, above - 6)), words)
