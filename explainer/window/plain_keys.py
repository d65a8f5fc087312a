"""Who gets the keys without Ctrl: the run, unless something uses them that was gone to by keyboard or is typed into."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
"""Why something has the focus that was come to by keyboard: it shows where one is."""
PRESSES = (Qt.Key.Key_Space, Qt.Key.Key_Select, Qt.Key.Key_Return, Qt.Key.Key_Enter)
TYPED_INTO = (QLineEdit, QAbstractSpinBox, QComboBox, QAbstractItemView)
TEXTS = (QTextEdit, QPlainTextEdit)
STAGE = "Stage"
"""The class of the stage, by name: its module takes long to import, and the home page has keys too."""
LEAVES = Qt.Key.Key_Escape
"""The way back to the stage from everywhere."""
COMBINED = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class PlainKeys(QObject):
    """Knows how the focus came to where it is."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._clicked: QWidget | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._note)

    def are_kept(self, event: QEvent) -> bool:
        """Whether what has the focus uses the key of a ``ShortcutOverride`` itself."""
        focused = QApplication.focusWidget()
        if focused is None or not isinstance(event, QKeyEvent) or event.modifiers() & COMBINED:
            return False
        if event.key() == LEAVES or _is_on_stage(focused):
            return False
        if isinstance(focused, TYPED_INTO) or (isinstance(focused, TEXTS) and not focused.isReadOnly()):
            return True
        if focused is self._clicked:
            return isinstance(focused, QAbstractSlider) and event.key() not in PRESSES
        return isinstance(focused, QAbstractButton) or event.key() not in PRESSES

    def _note(self, old: QWidget | None, now: QWidget | None) -> None:
        """Take note of whether the focus came with a click."""
        self._clicked = now if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton else None


def _is_on_stage(widget: QWidget) -> bool:
    """Whether a widget is the stage or on it, which knows itself what its pictures use."""
    place: QWidget | None = widget
    while place is not None and not place.inherits(STAGE):
        place = place.parentWidget()
    return place is not None
