"""The way back to where one was: the run that is open, or the one of the last time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from explainer.theme.tokens import CAPTION, TITLE
from explainer.window.home.card import ASPECT, PAD
from explainer.window.home.lines import Lines
from explainer.window.home.page_button import PageButton

HEIGHT = 112


@dataclass(frozen=True)
class Place:
    """Where one was."""

    scene: str
    caption: str
    title: str
    details: str
    picture: Path | None = None


class ContinueCard(PageButton):
    """One press leads back."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("continue", parent)
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

    def height_for(self, width: int) -> int:
        """Return its height."""
        return self._tokens.size(HEIGHT)

    def sizeHint(self) -> QSize:
        """Qt: some size; the page gives it another."""
        return QSize(480, self.height_for(480))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the card."""
        if self.place is None:
            return
        painter, tokens = QPainter(self), self._tokens
        self._paint_ground(painter)
        whole = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        left = float(tokens.size(PAD))
        if not self._pixmap.isNull():
            picture = QRectF(whole.x(), whole.y(), whole.height() / ASPECT, whole.height())
            painter.save()
            painter.setClipPath(self._outline())
            inset = tokens.size(8)
            picture.adjust(inset, inset * ASPECT, -inset, -inset * ASPECT)
            painter.drawPixmap(picture, self._pixmap, QRectF(self._pixmap.rect()))
            painter.restore()
            left += picture.right()
        self._paint_words(painter, self.place, left)
        self._paint_edge(painter)

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
