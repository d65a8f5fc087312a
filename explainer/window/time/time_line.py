"""The time line: the run's own curves as a scrubber, with a mark where something was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolButton, QToolTip, QWidget

from explainer.contract.recipe import Action
from explainer.contract.series import Series
from explainer.plots.base.colours import small_font
from explainer.stage.translation import tr
from explainer.theme.tokens import DARK, SMALL, Tokens
from explainer.window.plain_keys import BY_KEYS
from explainer.window.time.calm_repaint import CalmRepaint
from explainer.window.time.span import FIRST_SPAN, Span
from explainer.window.time.time_axis import MARGIN, paint_axis, paint_marks
from explainer.window.time.time_curves import Curve, curves_of, paint_curves, values_at

NEAR = 6
"""Pixels within which a mark is hit."""
MARK_HEIGHT = 10
"""How far above the axis a click on a mark goes to its step; above it is the line that is scrubbed."""
MOST_NAMED = 4
"""Of more changes at one place only so many are named."""
AXIS = 16.0
"""Pixels below the axis, for the steps that are written there."""
STRIDE = 0.998
"""How much the range shrinks for each unit that the wheel turns, and how far it moves across."""


class TimeLine(QWidget):
    """Shows the known steps from 0 on; click, drag or the arrow keys go to a step, the wheel zooms."""

    step_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("time-line")
        self.setAccessibleName(tr("Time line"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._tokens = DARK
        self._step = self._known = 0
        self.span = Span()
        self._repaint = CalmRepaint(self)
        self._curves: Sequence[Curve] = ()
        self._actions: Sequence[Action] = ()
        self._dragging = self._by_keys = False
        self._marks: list[tuple[int, str]] = []
        self._hovered = -1
        """The step of the mark under the pointer, −1: none."""
        self._pointed: float | None = None
        """Where the pointer is, in pixels."""
        self.all_button = self._make_all_button()

    def _make_all_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("all-steps")
        button.setText(tr("all"))
        button.setAccessibleName(tr("Show all steps"))
        button.setToolTip(tr("Show all steps again (0)"))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.clicked.connect(self.show_all)
        button.hide()
        return button

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
        beside: Sequence[Mapping[str, Series]] = (),
    ) -> None:
        """Show where the run is, how far it was ever, its progress and what was done to it.

        ``usual`` is how many steps such runs have: fewer than :data:`FIRST_SPAN` fill the line. ``beside`` is the
        progress of the runs that it is compared with.
        """
        self.span.take(step, known, usual, moved=step != self._step)
        grows = step == known > self._known
        self._step, self._known = step, known
        self._curves = curves_of([series, *beside])
        self._take_actions(actions)
        self.all_button.setVisible(self.span.is_zoomed)
        here = next((f": {words}" for at, words in self._marks if at == step), "")
        self.setAccessibleDescription(tr("Step {step} of {known}{here}").format(step=step, known=known, here=here))
        self._repaint.soon() if grows else self._repaint.now()

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
        low, high = self.span.range
        return MARGIN + (step - low) / (high - low) * (self.width() - 2 * MARGIN)

    def step_at(self, x: float) -> int:
        """Return the known step nearest to a place in pixels."""
        return max(0, min(round(self._place_at(x)), self._known))

    def _place_at(self, x: float) -> float:
        low, high = self.span.range
        return low + (x - MARGIN) / max(1, self.width() - 2 * MARGIN) * (high - low)

    def words_at(self, step: int) -> str:
        """Return a step and what was recorded there, as much as is read at a glance."""
        return values_at(self._curves, step)

    def show_all(self) -> None:
        """Show all known steps again."""
        self.span.show_all()
        self._range_changed()

    def _range_changed(self) -> None:
        self.all_button.setVisible(self.span.is_zoomed)
        self.update()

    @property
    def _base(self) -> float:
        """Where the axis is, in pixels from above."""
        return self.height() - AXIS * self._tokens.scale

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: axis, curves, marks, pointer, cursor."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self._tokens, self.font(), SMALL))
        base, right = self._base, self.width() - MARGIN
        paint_axis(painter, self.span.range, self.x_of, self._known, QSizeF(self.size()), base, self._tokens)
        place = QRectF(MARGIN, 4, right - MARGIN, base - 8)
        paint_curves(painter, self._curves, self.span.range, place, self._tokens)
        shown = [mark for mark in self.marks() if 0 <= mark[0] <= self.width()]
        paint_marks(painter, shown, self._known, self._hovered, base, self._tokens)
        if self._pointed is not None and not self._dragging:
            x = float(self.x_of(self.step_at(self._pointed)))
            painter.setPen(QPen(QColor(self._tokens.faint), 1))
            painter.drawLine(QPointF(x, 3), QPointF(x, base))
        self._paint_cursor(painter, base)
        if self.hasFocus() and self._by_keys:
            painter.setPen(QPen(QColor(self._tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: a frame for whoever came by keyboard."""
        self._by_keys = event.reason() in BY_KEYS
        super().focusInEvent(event)

    def _paint_cursor(self, painter: QPainter, base: float) -> None:
        x = self.x_of(self._step)
        if not 0 <= x <= self.width():
            return
        painter.setPen(QPen(QColor(self._tokens.accent if self.hasFocus() else self._tokens.text), 2))
        painter.drawLine(QPointF(x, 3), QPointF(x, base + 3))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: go to the mark that is hit, or begin to scrub."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._dragging = True
        mark = self._mark_at(event.position()) if event.position().y() > self._base - MARK_HEIGHT else None
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
        self._hover(mark[0] if mark else -1, event.position().x())
        step = self.step_at(event.position().x())
        words = tr("{change} at step {step:,}").format(change=mark[1], step=mark[0]) if mark else self.words_at(step)
        QToolTip.showText(event.globalPosition().toPoint(), words, self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: end scrubbing."""
        self._dragging = False

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: nothing is under the pointer."""
        self._hover(-1, None)
        super().leaveEvent(event)

    def _hover(self, step: int, x: float | None) -> None:
        if (step, x) != (self._hovered, self._pointed):
            self._hovered, self._pointed = step, x
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: zoom about the pointer; move across with a wheel that turns sideways, or with Shift."""
        turned, across = event.angleDelta().y(), event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            turned, across = 0, turned or across
        if turned:
            self.span.zoom(STRIDE**turned, self._place_at(event.position().x()))
        self.span.pan((STRIDE**across) - 1 if across else 0.0)
        self._range_changed()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt: show all steps."""
        self.show_all()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the button that shows all stays in its corner."""
        super().resizeEvent(event)
        self.all_button.adjustSize()
        self.all_button.move(self.width() - self.all_button.width() - 2, 0)

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
        """Qt: arrows, page keys, Home and End scrub while the line has the focus; with Ctrl to the next mark.

        Plus and minus zoom about the present step, 0 shows all.
        """
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in (
            Qt.Key.Key_Left,
            Qt.Key.Key_Right,
        ):
            self.go_to_change(-1 if event.key() == Qt.Key.Key_Left else 1)
            return
        zooms = {Qt.Key.Key_Plus: 1 / 1.5, Qt.Key.Key_Equal: 1 / 1.5, Qt.Key.Key_Minus: 1.5}
        if event.key() in zooms:
            self.span.zoom(zooms[Qt.Key(event.key())], self._step)
            self._range_changed()
            return
        if event.key() == Qt.Key.Key_0:
            self.show_all()
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
    return "; ".join([*changes[:MOST_NAMED], *([tr("and {more} more").format(more=more)] if more > 0 else [])])
