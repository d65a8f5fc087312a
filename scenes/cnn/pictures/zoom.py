"""The way from one level of zoom to another: the old picture grows out of what was clicked, and the new one comes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QCursor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from explainer.plots.base.motion import Glide

LARGER = 3.0
"""How much larger the nearer level is than the farther one."""


class Zoom(QWidget):
    """Lies over the levels, beside which it stands, while they change, and is gone afterwards; no pointer finds it."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over.parentWidget())
        self.setObjectName("zoom")
        self._over = over
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._far, self._near = QPixmap(), QPixmap()
        self._about, self._share = QPointF(), 1.0
        self._glide = Glide(over, self._at)
        self._glide.finished.connect(self.hide)
        self.hide()

    def begin(self, before: QWidget | None, after: QWidget, *, inwards: bool) -> None:
        """Go from one level to another, about the pointer where it is over them; at once where nothing is to move."""
        over = self._over
        if before is None or not over.isVisible() or before.size().isEmpty():
            return
        after.resize(over.size())
        old, new = before.grab(), after.grab()
        self._far, self._near = (old, new) if inwards else (new, old)
        place = over.mapFromGlobal(QCursor.pos())
        self._about = QPointF(place) if over.rect().contains(place) else QRectF(over.rect()).center()
        self.setGeometry(over.geometry())
        self.show()
        self.raise_()
        start, end = (0.0, 1.0) if inwards else (1.0, 0.0)
        self._glide.go([start], [end])
        if self._glide.state() is not Glide.State.Running:
            self.hide()

    def _at(self, numbers: Sequence[float]) -> None:
        self._share = float(numbers[0])
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the farther level, growing, and over it the nearer one as far as it has come."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for picture, scale, opacity in (
            (self._far, LARGER**self._share, 1.0),
            (self._near, LARGER ** (self._share - 1), self._share),
        ):
            painter.save()
            painter.setOpacity(opacity)
            painter.translate(self._about)
            painter.scale(scale, scale)
            painter.translate(-self._about)
            painter.drawPixmap(0, 0, picture)
            painter.restore()
