"""What the three levels of zoom share: a widget that paints safely, and says what the pointer is on."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explainer.contract.frame import Frame
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
