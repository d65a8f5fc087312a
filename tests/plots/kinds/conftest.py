"""A card's picture on the gallery's arrays, a hand for it, and what it asks for and lights."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from explainer.contract.cards import Card
from explainer.contract.frame import Frame
from explainer.contract.parameters import Parameters
from explainer.contract.scene import Array, Scene
from explainer.plots.card_picture import picture_of
from explainer.plots.picture import Steering
from explainer.theme.tokens import DARK


class Shown:
    """A drawing in a card, shown; what it asks for."""

    def __init__(
        self,
        qtbot,
        drawing,
        arrays,
        *,
        dimensions=None,
        dims=None,
        size=(480, 360),
        parameters=Parameters,
        title="Card",
        without=(),
    ):
        declared = {name: Array(tuple((dims or {})[name]), str(array.dtype), name) for name, array in arrays.items()}
        self.scene = Scene(
            title="t", room="r", question="?", parameters=parameters, metrics={}, arrays=declared,
            dimensions=dimensions or {},
        )  # fmt: skip
        self.steering = Steering()
        self.set, self.acts, self.seeks, self.lights = [], [], [], {}
        self.steering.set_asked.connect(self.set.append)
        self.steering.act_asked.connect(lambda verb, arguments: self.acts.append((verb, dict(arguments))))
        self.steering.seek_asked.connect(self.seeks.append)
        self.steering.lit.connect(lambda name, value: self.lights.__setitem__(name, value))
        self.picture = picture_of(Card("card", title, drawing, "Card"), self.scene)(self.steering)
        self.picture.apply_theme(DARK)
        qtbot.addWidget(self.picture)
        self.picture.resize(*size)
        self.part = self.picture.parts[0]
        self.draw(**{name: array for name, array in arrays.items() if name not in without})
        self.picture.show()

    def draw(self, **arrays):
        """Draw a frame with these arrays."""
        self.arrays = {**getattr(self, "arrays", {}), **arrays}
        self.picture.draw(Frame(scene="t", step=1, phase="", params=self.scene.parameters(), arrays=self.arrays))

    def lit(self):
        """Return what is lit now, by dimension."""
        return {name: value for name, value in self.lights.items() if value is not None}

    def mouse(self, kind, at, button=Qt.MouseButton.NoButton, held=Qt.MouseButton.NoButton):
        """Send a mouse event to whatever widget of the part is there."""
        at = QPointF(at)
        target = self.part.childAt(at.toPoint()) or self.part
        inside = QPointF(target.mapFrom(self.part, at.toPoint())) if target is not self.part else at
        everywhere = QPointF(self.part.mapToGlobal(at.toPoint()))
        QApplication.sendEvent(
            target, QMouseEvent(kind, inside, everywhere, button, held, Qt.KeyboardModifier.NoModifier)
        )

    def hover(self, at):
        """Move the pointer to a pixel."""
        self.mouse(QEvent.Type.MouseMove, at)

    def press(self, at):
        """Press the left button."""
        self.mouse(QEvent.Type.MouseButtonPress, at, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton)

    def release(self, at):
        """Let the left button go."""
        self.mouse(QEvent.Type.MouseButtonRelease, at, Qt.MouseButton.LeftButton)

    def click(self, at):
        """Click at a pixel."""
        self.press(at)
        self.release(at)

    def drag(self, at, by):
        """Press, move by so many pixels in steps, let go."""
        self.press(at)
        end = QPointF(at) + QPointF(QPoint(*by))
        for share in (0.5, 1.0):
            there = QPointF(at) + share * (end - QPointF(at))
            self.mouse(QEvent.Type.MouseMove, there, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton)
        self.release(end)

    def pixels(self):
        """Return what the part looks like, (height, width, 3)."""
        image = self.part.grab().toImage().convertToFormat(self.part.grab().toImage().Format.Format_RGB888)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


@pytest.fixture
def shown(qtbot):
    """Return what shows a drawing."""
    return lambda drawing, arrays, **more: Shown(qtbot, drawing, arrays, **more)
