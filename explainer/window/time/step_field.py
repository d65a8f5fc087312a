"""The readout of the step, which is also the field in which one types a step to go to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from explainer.contract.recipe import MAX_STEP
from explainer.stage.translation import later, tr

HINT = later("Click to type a step to go to (Ctrl+G)")
REFUSED = later("Give a whole number from 0 to {most:,}.")
SEPARATORS = str.maketrans("", "", " ,_'\u202f\u00a0")


class StepField(QLineEdit):
    """Shows words such as ``step 137 of 204``; with the focus it takes a number."""

    step_chosen = Signal(int)
    left = Signal()
    """A step was chosen: the focus may go elsewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("step 0"), parent)
        self.setObjectName("step")
        self.setProperty("role", "place")
        self.setAccessibleName(tr("Step"))
        self.setToolTip(tr(HINT))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._words, self._step = tr("step 0"), 0
        self.returnPressed.connect(self._choose)
        self.textEdited.connect(lambda: self._refuse(""))

    def show_place(self, step: int, words: str) -> None:
        """Show where the run is, unless somebody is typing."""
        self._step, self._words = step, words
        self.setAccessibleDescription(words)
        if not self.hasFocus() and self.text() != words:
            self.setText(words)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: offer the number to be overwritten."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.setText(str(self._step))
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: show the readout again."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._refuse("")
            self.setText(self._words)

    def _choose(self) -> None:
        words = self.text().translate(SEPARATORS)
        if not (words.isascii() and words.isdecimal() and len(words) < 20 and int(words) <= MAX_STEP):
            self._refuse(tr(REFUSED).format(most=MAX_STEP))
            return
        self._refuse("")
        self.step_chosen.emit(int(words))
        self.left.emit()

    def _refuse(self, message: str) -> None:
        if bool(self.property("refused")) != bool(message):
            self.setProperty("refused", bool(message))
            self.style().polish(self)
        self.setToolTip(message or tr(HINT))
        self.setAccessibleDescription(message or self._words)
        if message:
            QToolTip.showText(self.mapToGlobal(self.rect().topLeft()), message, self)
        else:
            QToolTip.hideText()
