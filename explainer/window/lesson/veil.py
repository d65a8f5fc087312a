"""What stands behind a guess in a lesson: hidden until it is made, for it may speak of the answer."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from explainer.stage.translation import tr
from explainer.window.lesson.buttons import link_button

__all__ = ["Veil"]


class Veil(QWidget):
    """A column that is unfolded by :meth:`lift`, or by whoever reads on without guessing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lesson-veil")
        self.button = link_button(
            "lesson-read-on", tr("Read on without guessing"), tr("What follows may speak of the answer")
        )
        self.button.clicked.connect(self.lift)
        self.rest = QWidget()
        self.rows = QVBoxLayout(self.rest)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(0)
        self.rest.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.button)
        column.addWidget(self.rest)

    def lift(self) -> None:
        """Show what stands behind it; it is not hidden again."""
        self.button.hide()
        self.rest.show()
