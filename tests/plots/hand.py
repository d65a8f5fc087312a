"""A hand for tests: presses, moves and releases the mouse over a plot, in data coordinates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from explainer.plots.base.axes import Axes

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def mouse(plot: Axes, kind: QEvent.Type, place: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
    """Send one mouse event at a place on the plot."""
    target = plot.viewport()
    everywhere = QPointF(target.mapToGlobal(place.toPoint()))
    event = QMouseEvent(kind, place, everywhere, button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(target, event)


def on_pane(plot: Axes, across: float, down: float) -> QPointF:
    """Return the place on the widget of a pixel in the pane."""
    return QPointF(plot.mapFromScene(plot.view_box.mapToScene(QPointF(across, down))))


def drag(plot: Axes, places: Sequence[QPointF]) -> None:
    """Press at the first place, move over the others and let go at the last."""
    mouse(plot, QEvent.Type.MouseButtonPress, places[0], LEFT, LEFT)
    for place in places[1:]:
        mouse(plot, QEvent.Type.MouseMove, place, NONE, LEFT)
    mouse(plot, QEvent.Type.MouseButtonRelease, places[-1], LEFT, NONE)


def pixels(widget: QWidget) -> np.ndarray:
    """Return what the widget looks like, (height, width, 3) uint8."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def shows(widget: QWidget, token: str, tolerance: int = 12, least: int = 5) -> bool:
    """Return whether some pixels have nearly the colour of a token such as ``#56b4e9``."""
    wanted = np.array([int(token[i : i + 2], 16) for i in (1, 3, 5)])
    return bool((np.abs(pixels(widget).astype(int) - wanted).max(-1) <= tolerance).sum() >= least)
