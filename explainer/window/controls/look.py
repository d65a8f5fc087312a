"""Small helpers of appearance: dynamic properties that the style sheet reads, tabular figures."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget


def set_look(widget: QWidget, **properties: object) -> None:
    """Set dynamic properties and let the style sheet see them."""
    if all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def tabular(font: QFont) -> QFont:
    """Return the font with figures of equal width where it has them."""
    font = QFont(font)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
