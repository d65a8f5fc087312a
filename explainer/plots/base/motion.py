"""Short movements between two views, none where the system asks for none, in a file, or out of sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QEasingCurve, QVariantAnimation
from PySide6.QtWidgets import QStyle, QWidget

MILLISECONDS = 200


class Glide(QVariantAnimation):
    """Goes from some numbers to others, calling ``show`` with those between."""

    def __init__(self, widget: QWidget, show: Callable[[Sequence[float]], object]) -> None:
        super().__init__(widget)
        self._widget, self._show = widget, show
        self._from, self._to = np.empty(0), np.empty(0)
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self.valueChanged.connect(self._between)

    @property
    def target(self) -> Sequence[float]:
        """Where it goes, or has gone."""
        return tuple(self._to.tolist())

    def go(self, start: Sequence[float], end: Sequence[float], *, at_once: bool = False) -> None:
        """Go from ``start`` to ``end``, or be there ``at_once``."""
        self.stop()
        self._from, self._to = np.asarray(start, float), np.asarray(end, float)
        if at_once or not self._widget.isVisible() or not moves(self._widget):
            self._show(self.target)
            return
        self.setDuration(MILLISECONDS)
        self.start()

    def _between(self, share: float) -> None:
        self._show(tuple((self._from + (self._to - self._from) * share).tolist()))


def moves(widget: QWidget) -> bool:
    """Return whether the system wants movement: desktops that reduce motion set the duration of animations to 0."""
    return widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget) > 0
