"""A ring around what a step of the lesson speaks of, until one does something."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from explainer.theme.tokens import Tokens
from explainer.window.tour import EDGE, Ring

__all__ = ["Pointer"]

LASTS = 5000
"""Milliseconds that the ring stays when nothing is done."""
ENDS = (QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.Wheel)


class Pointer(QObject):
    """Shows a ring around one widget of the window at a time."""

    def __init__(self, window: QWidget, lasts: int | None = LASTS) -> None:
        super().__init__(window)
        self._window, self._lasts = window, lasts
        self.ring = Ring(window)
        self.ring.setObjectName("lesson-ring")
        self._timer = QTimer(self, singleShot=True, interval=lasts or 0)
        self._timer.timeout.connect(self._hide)

    def show_at(self, target: QWidget | None) -> None:
        """Point at a widget, None: at nothing."""
        if target is None or not target.isVisible():
            self._hide()
            return
        place = QRect(target.mapTo(self._window, QPoint()), target.size()).adjusted(-EDGE, -EDGE, EDGE, EDGE)
        self.ring.setGeometry(place & self._window.rect())
        self.ring.show()
        self.ring.raise_()
        if self._lasts is not None:
            self._timer.start()
            _application().installEventFilter(self)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.ring.colour = tokens.warning
        self.ring.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: whoever does something has seen it."""
        if event.type() in ENDS:
            self._hide()
        return super().eventFilter(watched, event)

    def _hide(self) -> None:
        self.ring.hide()
        _application().removeEventFilter(self)


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application
