"""What the scene noticed about the run, each with the number that shows it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from explainer.contract.frame import Note
from explainer.stage.translation import tr

MOST = 3
"""How many notes are shown at once; the first are the most important."""


class Words(QLabel):
    """A note in one line, cut where it has no room; a click unfolds it, and folds it again."""

    def __init__(self) -> None:
        super().__init__()
        self._words, self._unfolded = "", False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def words(self) -> str:
        """The whole note."""
        return self._words

    def show_words(self, words: str) -> None:
        """Show a note, folded or not as the one before it was."""
        self._words = words
        self.setToolTip(words)
        self.setAccessibleName(words)
        self._fit()

    def unfold(self, unfolded: bool) -> None:
        """Show all of it, or one line."""
        self._unfolded = unfolded
        self.setWordWrap(unfolded)
        self._fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: unfold, or fold."""
        self.unfold(not self._unfolded)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: as much as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Qt: another font takes another width."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        cut = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width())
        shown = self._words if self._unfolded else cut
        if shown != self.text():
            self.setText(shown)


class Row(QFrame):
    """One note and, beside it, what its link does."""

    link_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        self.words = Words()
        self.link = QPushButton()
        self.link.setObjectName("note-link")
        self.link.setProperty("role", "link")
        self._target = ""
        self.link.clicked.connect(lambda: self.link_asked.emit(self._target))
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 4, 12, 4)
        line.addWidget(self.words, 1)
        line.addWidget(self.link)

    def show_note(self, note: Note) -> None:
        """Show a note."""
        if self.property("level") != note.level:
            self.setProperty("level", note.level)
            for widget in (self, self.words):
                widget.style().polish(widget)
        self._target = note.link
        self.link.setVisible(bool(note.link))
        self.link.setText(note.words)
        self.link.setAccessibleName(note.words)
        self.link.setToolTip(note.words)
        self.words.show_words(note.text)


class NotesPanel(QWidget):
    """Up to three notes, a line each; what has not changed is left alone, so nothing flickers."""

    link_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notes")
        self.setAccessibleName(tr("What just happened"))
        self._notes: tuple[Note, ...] = ()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 8, 16, 12)
        rows.setSpacing(4)
        self._rows = [Row() for _ in range(MOST)]
        for row in self._rows:
            row.link_asked.connect(self.link_asked)
            rows.addWidget(row)
        self.hide()

    @property
    def shown(self) -> list[str]:
        """The notes that can be seen, whole."""
        return [note.text for note in self._notes]

    def show_notes(self, notes: Sequence[Note]) -> None:
        """Show the first notes."""
        shown = tuple(notes[:MOST])
        if shown == self._notes:
            return
        self._notes = shown
        for index, row in enumerate(self._rows):
            row.setVisible(index < len(shown))
            if index < len(shown):
                row.show_note(shown[index])
            else:
                row.words.unfold(False)
        self.setVisible(bool(shown))
        self.setAccessibleDescription(" ".join(note.text for note in shown))
