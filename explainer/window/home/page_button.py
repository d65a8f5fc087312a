"""What can be pressed on the home page: the page has the arrows, and whoever comes by keyboard sees where they are."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from explainer.theme.tokens import DARK, RADIUS, Tokens
from explainer.window.plain_keys import BY_KEYS

OF_THE_PAGE = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Escape,
)
"""The keys that a button of Qt's would use itself, or swallow."""


class PageButton(QAbstractButton):
    """A rounded card that is painted."""

    def __init__(self, name: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._tokens, self._by_keys = DARK, False

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        self._tokens = tokens
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: leave to the page what is the page's."""
        if event.key() in OF_THE_PAGE:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: a ring for whoever came by keyboard."""
        self._by_keys = event.reason() in BY_KEYS
        super().focusInEvent(event)

    def _outline(self) -> QPainterPath:
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        return outline

    def _paint_ground(self, painter: QPainter) -> None:
        """Draw the ground of the card; :meth:`_paint_edge` comes when all else is there."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillPath(self._outline(), QColor(self._tokens.raised if self.isDown() else self._tokens.card))

    def _paint_edge(self, painter: QPainter) -> None:
        tokens = self._tokens
        ring = self.hasFocus() and self._by_keys
        edge = tokens.accent if ring else tokens.muted if self.underMouse() else tokens.border
        painter.setPen(QPen(QColor(edge), 2 if ring else 1))
        painter.drawPath(self._outline())
