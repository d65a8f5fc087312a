"""Small buttons of the pictures."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget


def link_button(parent: QWidget, name: str, words: str, tip: str) -> QToolButton:
    """Return a button that looks like a link; a click on it leaves the keys with the stage."""
    button = QToolButton(parent)
    button.setObjectName(name)
    button.setText(words)
    button.setAccessibleName(tip)
    button.setToolTip(tip)
    button.setProperty("role", "link")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
