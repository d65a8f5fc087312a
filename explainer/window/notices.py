"""Notices: what has happened, in a line on the lower edge of the stage, with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from explainer.stage.translation import later, tr

REMEDY_TIPS = {
    "Bring back": later("Put them into the row of runs, of this scene and of the others"),
    "Close": later("Put this notice away"),
    "Copy": later("Copy the details to the clipboard"),
    "Reset": later("Begin again from step 0"),
    "Stop here": later("Leave the replay and rest at the step it has reached"),
    "Step back": later("Go to the step before"),
    "Restart the engine": later("Start a new engine and replay the run to where it was"),
}

MOST_LINES = 6
"""Longer details are scrolled."""
Remedy = tuple[str, Callable[[], object]]


class Notice(QFrame):
    """One notice: words, perhaps details to copy, remedies, and a way to put it away."""

    close_asked = Signal()

    def __init__(self, words: str, level: str, remedies: Sequence[Remedy] = (), details: str = "") -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setProperty("role", "notice")
        self.setProperty("level", level)
        self.words = QLabel(words)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setAccessibleName(words)
        rows, line = QVBoxLayout(self), QHBoxLayout()
        rows.setContentsMargins(12, 8, 12, 8)
        line.addWidget(self.words, 1)
        for label, act in remedies:
            line.addWidget(self._make_button(label, act))
        line.addWidget(self._make_button(later("Close"), self.close_asked.emit))
        rows.addLayout(line)
        if details:
            rows.addWidget(_details(details))

    def _make_button(self, label: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(tr(label))
        button.setObjectName(f"notice-{label.lower().replace(' ', '-')}")
        button.setAccessibleName(tr(label))
        button.setToolTip(tr(REMEDY_TIPS.get(label, label)))
        button.clicked.connect(lambda: act())
        return button


class Notices(QWidget):
    """The notices in force, one of each kind at most."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notices")
        self._kinds: dict[str, Notice] = {}
        self._hushed: frozenset[str] = frozenset()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(16, 0, 16, 16)
        self._rows.setSpacing(8)
        self.hide()

    def lie_on(self, ground: QWidget, hushed: Collection[str] = ()) -> None:
        """Lie on the lower edge of a widget, so that nothing moves when a notice comes or goes.

        Notices of the ``hushed`` kinds concern nothing that is seen there: they wait.
        """
        self.setParent(ground)
        ground.installEventFilter(self)
        self._hushed = frozenset(hushed)
        self._show_those_in_force()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: stay on the lower edge."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Qt: what is said has another height."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._place()
        return super().event(event)

    def _place(self) -> None:
        ground = self.parentWidget()
        if ground is not None:
            high = self.heightForWidth(ground.width()) if self.hasHeightForWidth() else self.sizeHint().height()
            self.setGeometry(0, ground.height() - high, ground.width(), high)
            self.raise_()

    def show_notice(
        self, kind: str, words: str, level: str = "warning", remedies: Sequence[Remedy] = (), details: str = ""
    ) -> Notice:
        """Show a notice; it replaces the one of the same kind."""
        self.clear(kind)
        notice = Notice(words, level, remedies, details)
        notice.close_asked.connect(lambda: self.clear(kind))
        self._kinds[kind] = notice
        self._rows.addWidget(notice)
        self._show_those_in_force()
        return notice

    def reword(self, kind: str, words: str) -> bool:
        """Say something else in a notice, so that its buttons stay where they are; return whether it is there."""
        if kind not in self._kinds:
            return False
        self._kinds[kind].words.setText(words)
        self._kinds[kind].setAccessibleName(words)
        return True

    def clear(self, kind: str) -> None:
        """Take a notice away."""
        notice = self._kinds.pop(kind, None)
        if notice is not None:
            notice.hide()
            notice.deleteLater()
        self._show_those_in_force()

    def _show_those_in_force(self) -> None:
        for kind, notice in self._kinds.items():
            notice.setVisible(kind not in self._hushed)
        self.setVisible(not self._hushed.issuperset(self._kinds))
        self._place()

    def words(self, kind: str) -> str:
        """Return what a notice says, empty when there is none of that kind."""
        return self._kinds[kind].words.text() if kind in self._kinds else ""


def _details(text: str) -> QPlainTextEdit:
    box = QPlainTextEdit(text)
    box.setObjectName("notice-details")
    box.setAccessibleName(tr("Details"))
    box.setProperty("role", "code")
    box.setReadOnly(True)
    box.ensurePolished()
    lines = min(text.rstrip().count("\n") + 1, MOST_LINES)
    box.setFixedHeight(box.fontMetrics().lineSpacing() * lines + 12)
    return box
