"""The keys at a glance: what one presents with, over the window, until any of them is pressed again."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from explainer.stage.translation import tr

KEYS = (
    "play", "backwards", "step", "step-back", "phase", "start", "end", "reset", "seed", "faster", "slower",
    "lesson-next", "lesson-back", "lesson-stage", "hide-lesson", "compare", "theme", "present", "legend",
)  # fmt: skip
"""The actions that are named, in their order."""
COLUMNS = 2


class Legend(QFrame):
    """A table of keys and what they do; a click puts it away."""

    def __init__(self, window: QWidget, actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("legend")
        self.setProperty("role", "popup")
        self.setAccessibleName(tr("Keys at a glance"))
        grid = QGridLayout(self)
        grid.setContentsMargins(24, 20, 24, 20)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        rows = -(-len(KEYS) // COLUMNS)
        for place, key in enumerate(KEYS):
            row, column = place % rows, 2 * (place // rows)
            cap = QLabel(actions[key].shortcut().toString(QKeySequence.SequenceFormat.NativeText))
            cap.setProperty("role", "value")
            cap.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(cap, row, column)
            grid.addWidget(QLabel(actions[key].text()), row, column + 1)
        self.hide()

    def toggle(self) -> None:
        """Show it in the middle of the window, or put it away."""
        if self.isVisible():
            self.hide()
            return
        self.ensurePolished()
        self.resize(self.sizeHint().boundedTo(self._window.size()))
        room = self._window.rect()
        self.move(room.center() - self.rect().center())
        self.show()
        self.raise_()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: put it away."""
        self.hide()
