"""What the scene noticed about the run, each with the number that shows it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from explainer.contract.frame import Note

NUMBER = re.compile(r"[\d.,+−-]+|e(?=[+−-]?\d)")
MOST = 3
"""How many notes are shown at once; the first are the most important."""


class Words(QLabel):
    """A note's words; while only the numbers in them change they never take fewer lines, so that nothing jumps."""

    def __init__(self) -> None:
        super().__init__()
        self._heights: dict[int, int] = {}

    def show_words(self, words: str) -> None:
        """Show a note."""
        if NUMBER.sub("", words) != NUMBER.sub("", self.text()):
            self._heights.clear()
        self.setText(words)

    def heightForWidth(self, width: int) -> int:
        """Qt: as high as it ever was with these words."""
        self._heights[width] = max(self._heights.get(width, 0), super().heightForWidth(width))
        return self._heights[width]


class NotesPanel(QWidget):
    """Up to three notes; what has not changed is left alone, so nothing flickers."""

    link_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notes")
        self.setAccessibleName("What just happened")
        self._notes: tuple[Note, ...] = ()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 8, 16, 16)
        rows.setSpacing(8)
        self._labels = [self._make_label(rows) for _ in range(MOST)]
        self.hide()

    def show_notes(self, notes: Sequence[Note]) -> None:
        """Show the first notes."""
        shown = tuple(notes[:MOST])
        if shown == self._notes:
            return
        self._notes = shown
        for index, (frame, label) in enumerate(self._labels):
            frame.setVisible(index < len(shown))
            if index < len(shown):
                _fill(frame, label, shown[index])
        self.setVisible(bool(shown))
        self.setAccessibleDescription(" ".join(note.text for note in shown))

    def _make_label(self, rows: QVBoxLayout) -> tuple[QFrame, Words]:
        frame, label = QFrame(), Words()
        frame.setProperty("role", "notice")
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        label.linkActivated.connect(self.link_asked)
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(12, 8, 12, 8)
        inner.addWidget(label)
        rows.addWidget(frame)
        return frame, label


def _fill(frame: QFrame, label: Words, note: Note) -> None:
    if frame.property("level") != note.level:
        frame.setProperty("level", note.level)
        frame.style().polish(frame)
        label.style().polish(label)
    link = f' <a href="{note.link}">{escape(note.words)}</a>' if note.link else ""
    label.show_words(escape(note.text, quote=False) + link)
