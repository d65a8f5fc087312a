"""The way back to where one was: the run that is open, or the one of the last time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFont, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QWidget

from explainer.theme.tokens import CAPTION, DARK, RADIUS, TITLE, Tokens
from explainer.window.home.card import ASPECT, BY_KEYS, PAD
from explainer.window.home.lines import Lines

HEIGHT = 112


@dataclass(frozen=True)
class Place:
    """Where one was."""

    scene: str
    caption: str
    title: str
    details: str
    picture: Path | None = None


class ContinueCard(QAbstractButton):
    """One press leads back."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("continue")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._tokens, self._by_keys = DARK, False
        self._pixmap = QPixmap()
        self.place: Place | None = None
        self.hide()

    def show_place(self, place: Place | None) -> None:
        """Say where one was; None hides the card."""
        if place is not None and (self.place is None or place.picture != self.place.picture):
            self._pixmap = QPixmap(str(place.picture)) if place.picture else QPixmap()
        self.place = place
        self.setVisible(place is not None)
        if place is not None:
            self.setAccessibleName(f"{place.caption}: {place.title}")
            self.setAccessibleDescription(place.details)
        self.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        self._tokens = tokens
        self.update()

    def height_for(self, width: int) -> int:
        """Return its height."""
        return self._tokens.size(HEIGHT)

    def sizeHint(self) -> QSize:
        """Qt: some size; the page gives it another."""
        return QSize(480, self.height_for(480))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: a ring for whoever came by keyboard."""
        self._by_keys = event.reason() in BY_KEYS
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the card."""
        if self.place is None:
            return
        painter, tokens = QPainter(self), self._tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        whole = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        outline = QPainterPath()
        outline.addRoundedRect(whole, RADIUS, RADIUS)
        painter.fillPath(outline, QColor(tokens.raised if self.isDown() else tokens.card))
        left = float(tokens.size(PAD))
        if not self._pixmap.isNull():
            picture = QRectF(whole.x(), whole.y(), whole.height() / ASPECT, whole.height())
            painter.save()
            painter.setClipPath(outline)
            painter.drawPixmap(picture, self._pixmap, QRectF(self._pixmap.rect()))
            painter.restore()
            left += picture.right()
        self._paint_words(painter, self.place, left)
        ring = self.hasFocus() and self._by_keys
        edge = tokens.accent if ring else tokens.muted if self.underMouse() else tokens.border
        painter.setPen(QPen(QColor(edge), 2 if ring else 1))
        painter.drawPath(outline)

    def _paint_words(self, painter: QPainter, place: Place, left: float) -> None:
        tokens = self._tokens
        width = self.width() - left - tokens.size(PAD)
        rows = [
            (Lines(place.caption, self._font(CAPTION), width, 1), tokens.accent),
            (Lines(place.title, self._font(TITLE - 2, QFont.Weight.DemiBold), width, 1), tokens.text),
            (Lines(place.details, self._font(CAPTION), width, 2), tokens.muted),
        ]
        gap = tokens.size(5)
        y = (self.height() - sum(lines.height for lines, _ in rows) - gap * (len(rows) - 1)) / 2
        for lines, colour in rows:
            painter.setPen(QColor(colour))
            lines.draw(painter, QPointF(left, y))
            y += lines.height + gap

    def _font(self, size: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(self._tokens.size(size))
        font.setWeight(weight)
        return font
