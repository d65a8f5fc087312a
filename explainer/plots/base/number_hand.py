"""How a number is given to a cell by hand: dragged upwards, or typed into a field that lies over it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip, QWidget

from explainer.contract.number_words import MINUS, Ambiguous, read_number
from explainer.plots.base.cell_text import needed_decimals

PIXELS_PER_UNIT = 8.0
"""How far a number is dragged upwards for one unit."""
SLACK = 4.0
"""Pixels that a click may move."""
MOST_SAMPLED = 1_000
TYPE_HERE = "Type a number; Return takes it, Escape gives it up"
_TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def unit_of(values: np.ndarray) -> float:
    """Return by how much a number is changed at a time: by 1 among whole numbers, else by a twentieth or so."""
    sample = values.reshape(-1)[:: 1 + values.size // MOST_SAMPLED]
    finite = np.abs(sample[np.isfinite(sample)])
    if not needed_decimals(finite.tolist()):
        return 1.0
    power = math.ceil(math.log10(float(finite.max())))
    return 0.05 * 10.0 ** (min(0, power) if power <= 1 else power - 1)


class NumberHand(QObject):
    """Drags and types numbers on a widget; it changes nothing, it reports what is given."""

    given = Signal(object, float)
    """A cell, and the number that was typed or dragged to."""

    def __init__(self, widget: QWidget, low: float = -1e6, high: float = 1e6) -> None:
        super().__init__(widget)
        self._widget, self.low, self.high = widget, low, high
        self._taken: tuple[Any, QPointF, float, float] | None = None
        self._last = math.nan
        self.dragging = False
        """Whether a number is being dragged."""
        self.entry: QLineEdit | None = None
        """The field in which a number is being typed."""
        self._typed: Any = None
        self._before: QWidget | None = None
        """What had the keyboard before a number was typed: a click leaves it where it is."""

    # dragging

    @property
    def holds(self) -> bool:
        """Whether a cell is held, dragged or not yet."""
        return self._taken is not None

    def take(self, cell: Any, point: QPointF, value: float, unit: float) -> None:
        """Take a cell, which the button was pressed on."""
        self._taken, self._last = (cell, point, value, unit), value

    def move(self, event: QMouseEvent) -> None:
        """Change the number by as much as the pointer has moved upwards, a tenth of that with Shift."""
        assert self._taken is not None
        cell, start, value, unit = self._taken
        up = start.y() - event.position().y()
        if not self.dragging and abs(up) < SLACK:
            return
        self.dragging = True
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            unit /= 10
        start_value = value if math.isfinite(value) else 0.0
        decimals = max(needed_decimals([start_value]), 3, 2 - math.floor(math.log10(unit)))
        number = round(start_value + int(up / PIXELS_PER_UNIT) * unit, decimals)
        number = min(max(number, self.low), self.high)
        if number != self._last:
            self._last = number
            self.given.emit(cell, number)

    def let_go(self) -> bool:
        """Let the cell go; return whether it was dragged."""
        dragged, self._taken, self.dragging = self.dragging, None, False
        return dragged

    # typing

    def type_into(self, cell: Any, box: QRectF, value: float, name: str) -> None:
        """Open a field over a cell; Return takes what is typed, Escape gives it up."""
        self.close_entry()
        self._before = QApplication.focusWidget()
        entry = self.entry = QLineEdit(self._widget)
        entry.setObjectName("cell-entry")
        entry.setAccessibleName(name)
        entry.setToolTip(TYPE_HERE)
        entry.textEdited.connect(lambda: self._refuse(""))
        entry.setText(f"{value:.6g}" if math.isfinite(value) else "")
        entry.setAlignment(Qt.AlignmentFlag.AlignCenter)
        width, height = max(box.width(), 64.0), max(box.height(), float(entry.sizeHint().height()))
        middle = box.center()
        entry.setGeometry(round(middle.x() - width / 2), round(middle.y() - height / 2), round(width), round(height))
        self._typed = cell
        entry.editingFinished.connect(self.close_entry)
        entry.installEventFilter(self)
        entry.show()
        entry.setFocus(Qt.FocusReason.OtherFocusReason)
        entry.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return takes what is typed, Escape gives it up; neither goes on to the widget or the window."""
        if watched is not self.entry or not isinstance(event, QKeyEvent):
            return False
        if event.key() not in (Qt.Key.Key_Escape, *_TAKES):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            self.close_entry() if event.key() == Qt.Key.Key_Escape else self._take_typed()
        return True

    def close_entry(self) -> None:
        """Take the field away."""
        entry, self.entry = self.entry, None
        if entry is not None:
            entry.blockSignals(True)
            entry.hide()
            entry.deleteLater()
            (self._before or self._widget).setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_typed(self) -> None:
        if self.entry is None:
            return
        try:
            number = read_number(self.entry.text())
        except Ambiguous as ambiguous:
            self._refuse(str(ambiguous))
            return
        except ValueError:
            number = math.nan
        if not self.low <= number <= self.high:
            self._refuse(f"Give a number from {self.low:g} to {self.high:g}".replace("-", MINUS))
            return
        self.close_entry()
        self.given.emit(self._typed, number)

    def _refuse(self, why: str) -> None:
        """Mark what is typed as refused and say why; an empty text takes the mark away."""
        entry = self.entry
        if entry is None:
            return
        if bool(entry.property("refused")) != bool(why):
            entry.setProperty("refused", bool(why))
            entry.style().polish(entry)
        entry.setToolTip(why or TYPE_HERE)
        entry.setAccessibleDescription(why)
        if why:
            QToolTip.showText(entry.mapToGlobal(entry.rect().bottomLeft()), why, entry)
        else:
            QToolTip.hideText()
