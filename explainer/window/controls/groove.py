"""The slider's groove and handle: goes where it is clicked, leaves the wheel to the page."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget

from explainer.window.controls.scale import Scale

ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
PAGES = {Qt.Key.Key_PageDown: -1, Qt.Key.Key_PageUp: 1}
"""Keys and the direction they go in."""


class Groove(QSlider):
    """A horizontal slider over the positions of a scale.

    An arrow key goes 1 % of the range, or one position where there are fewer than 100 or Shift is
    held, and always far enough that the value changes.
    """

    reset_asked = Signal()

    def __init__(self, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.scale = scale
        self._grip = 0.0
        self.setRange(0, scale.last)
        self.setSingleStep(max(1, round(scale.last / 100)))
        self.setPageStep(max(1, round(scale.last / 10)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def go(self, direction: int, size: int) -> None:
        """Go ``size`` positions up (1) or down (−1), further if the value would stay the same."""
        target = min(max(self.value() + direction * size, 0), self.maximum())
        here = self.scale.value(self.value())
        while self.scale.value(target) == here and 0 < target < self.maximum():
            target += direction
        self.setValue(target)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys of a slider."""
        key = Qt.Key(event.key())
        if key in ARROWS:
            fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.go(ARROWS[key], 1 if fine else self.singleStep())
        elif key in PAGES:
            self.go(PAGES[key], self.pageStep())
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move by the wheel only with the focus; otherwise the page scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle, or bring it to the pointer."""
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        handle = self._part(QStyle.SubControl.SC_SliderHandle)
        inside = handle.contains(event.position().toPoint())
        self._grip = event.position().x() - handle.center().x() if inside else 0.0
        self.setSliderDown(True)
        if not inside:
            self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if self.isSliderDown():
            self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the handle."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Return to the default."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.reset_asked.emit()

    def _follow(self, event: QMouseEvent) -> None:
        groove, handle = self._part(QStyle.SubControl.SC_SliderGroove), self._part(QStyle.SubControl.SC_SliderHandle)
        start = groove.x() + handle.width() / 2
        room = max(1, groove.width() - handle.width())
        x = event.position().x() - self._grip - start
        self.setValue(QStyle.sliderValueFromPosition(0, self.maximum(), round(x), room))

    def _part(self, part: QStyle.SubControl) -> QRect:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        return self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)
