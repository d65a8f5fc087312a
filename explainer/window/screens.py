"""Where a window may be: wholly on a screen that is there."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

FRAME = QSize(8, 40)
"""Pixels that the frame and the title bar of the system take at most; before a window is shown nobody knows them."""


def fit_on_screen(window: QWidget) -> None:
    """Make a window as large as the screen has room for, and move it where all of it can be seen."""
    if window.isMaximized() or window.isFullScreen():
        return
    screen = QGuiApplication.screenAt(window.geometry().center()) or QGuiApplication.primaryScreen()
    place = fitted(window.geometry(), screen.availableGeometry(), window.minimumSize())
    if place != window.geometry():
        window.setGeometry(place)


def fitted(wanted: QRect, room: QRect, smallest: QSize) -> QRect:
    """Return the place nearest to the wanted one that lies in the room, a frame around it included."""
    most = (room.size() - FRAME).expandedTo(smallest)
    size = wanted.size().boundedTo(most)
    x = max(room.left(), min(wanted.x(), room.left() + room.width() - size.width() - FRAME.width()))
    top = room.top() + FRAME.height() * (room.height() > smallest.height())
    y = max(top, min(wanted.y(), room.top() + room.height() - size.height()))
    return QRect(QPoint(x, y), size)
