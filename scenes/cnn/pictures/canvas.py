"""What the three levels of zoom share: a widget that paints safely, and says what the pointer is on."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explainer.contract.frame import Frame
from explainer.plots.base.colours import pen
from explainer.plots.part import MOVES, PRESSES
from explainer.plots.picture import Picture, Steering
from explainer.scenes.cnn.pictures.tiles import paint_words
from explainer.theme.tokens import DARK, Tokens

MARGIN = 8.0
LINE = 18.0


class Canvas(QWidget):
    """One level of zoom; subclasses paint it and answer the pointer."""

    legend = ""
    """What the colours and numbers mean; said below."""
    hint = ""
    """What a hand can do here; said below too, on the screen only."""

    def __init__(self, name: str, steering: Steering, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name.replace("-", " "))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.steering, self.tokens = steering, DARK
        self.frame: Frame | None = None
        self.pointer: QPointF | None = None
        self.words = ""

    def sizeHint(self) -> QSize:
        """Return Qt's size hint."""
        return QSize(720, 420)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        if self.pointer is not None:
            self.words = self.point(self.pointer)
        self.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.tokens = tokens
        self.update()

    @property
    def line(self) -> float:
        """The height of a line of small print."""
        return self.tokens.size(LINE)

    @property
    def area(self) -> QRectF:
        """Where the picture goes: everything but the line of words below."""
        return QRectF(self.rect()).adjusted(MARGIN, 0, -MARGIN, -self.line - 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: paint; an exception goes to the hook that reports it, for in Qt's hands it ends the process."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self.tokens.card))
        try:
            if self.frame is not None:
                self.paint(painter)
        except Exception:  # noqa: BLE001 - reported by the hook, as every exception is
            sys.excepthook(*sys.exc_info())
        if self.hasFocus():
            painter.setPen(pen(self.tokens.accent, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        below = QRectF(self.rect()).adjusted(MARGIN, self.height() - self.line, -MARGIN, 0)
        token = self.tokens.text if self.words else self.tokens.muted
        paint_words(painter, below, self.words or self.caption(), self.tokens, token=token)

    def caption(self) -> str:
        """Return what is said below while the pointer is on nothing."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, Picture):
            above = above.parentWidget()
        hinted = above is None or above.hints_shown
        return " · ".join(filter(None, (self.legend, self.hint if hinted else "")))

    def paint(self, painter: QPainter) -> None:
        """Paint the frame."""

    def point(self, place: QPointF | None) -> str:
        """Answer to the pointer at a place, None when it has left; return what is said of what is there."""
        return ""

    def summary(self) -> str:
        """Return what is to be seen, for those who cannot see it."""
        return ""

    def go(self, down: int, right: int) -> None:
        """Answer to an arrow key."""

    def press(self) -> None:
        """Answer to Return: choose what the keys are on."""
        if self.pointer is not None:
            self.choose(self.pointer)

    def look_at(self, place: QPointF) -> None:
        """Be with the keys where the pointer might be."""
        self.pointer = place
        self._answer()
        self.setAccessibleDescription(self.words)

    def event(self, event: QEvent) -> bool:
        """Qt: with the focus, arrows and Return are the picture's, not the run's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(event.key() in (*MOVES, *PRESSES, Qt.Key.Key_Backspace))
            return event.isAccepted() or super().event(event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows go from place to place, Return goes in, Backspace comes out again."""
        key = Qt.Key(event.key())
        if key in MOVES:
            self.go(*MOVES[key])
        elif key in PRESSES:
            self.press()
        elif key == Qt.Key.Key_Backspace and self.frame is not None:
            levels = ("network", "map", "cell")
            self.steering.set(zoom=levels[max(0, levels.index(self.frame.params.zoom) - 1)])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: show that it is gone, and say nothing."""
        super().focusOutEvent(event)
        self.pointer = None
        self._answer()

    def choose(self, place: QPointF) -> None:
        """Answer to a click."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: say what the pointer is on."""
        self.pointer = event.position()
        self._answer()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: say nothing."""
        self.pointer = None
        self._answer()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: choose."""
        self.choose(event.position())

    def _answer(self) -> None:
        self.words = self.point(self.pointer) if self.frame is not None else ""
        self.update()
