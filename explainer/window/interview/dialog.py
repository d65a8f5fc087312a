"""Interview: a question, time to answer, the answer with its run, a mark of one's own; beside the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from explainer.stage.translation import later, tr
from explainer.teach.interview import Asked, Interview, summary, wait_words
from explainer.teach.progress import Progress
from explainer.theme.tokens import Tokens
from explainer.window.inspector.rich_text import RichText

__all__ = ["InterviewDialog"]

LEVELS = {0: later("All levels"), 1: later("School"), 2: later("Usual"), 3: later("Hard")}
MARKS = {1: later("Not known"), 2: later("Hard"), 3: later("Good"), 4: later("Easy")}
"""What one says of one's own answer, as :data:`explainer.teach.interview.GRADES` has it."""

SIZE = (600, 680)


class InterviewDialog(QDialog):
    """Draws, reveals and takes marks. What is marked goes into the progress, which its owner saves."""

    link_asked = Signal(str, str)
    """A scene, and a link of the answer to follow in it."""
    export_asked = Signal(object)
    """The :class:`Interview` whose questions should be written to a file."""

    def __init__(self, questions: Sequence[Asked], progress: Progress, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("interview")
        self.setWindowTitle(tr("Interview – explainer"))
        self.setModal(False)
        self._questions, self._progress = list(questions), progress
        self.talk = Interview(progress, self._questions)
        self.asked: Asked | None = None
        self._make_parts()
        self._arrange()
        self._connect()
        self.resize(*SIZE)
        self.draw()

    def draw(self) -> None:
        """Ask the next question of the chosen room and level."""
        room, level = self.room.currentData(), self.level.currentData()
        chosen = [one for one in self._questions if room in ("", one.room) and level in (0, one.level)]
        self.talk.questions = chosen
        self.asked = self.talk.next()
        self.written.clear()
        self._show_question()
        self._show_summary()

    def reveal(self) -> None:
        """Show the answer, and take the mark."""
        if self.asked is None or self.answer.isVisible():
            return
        self.answer.set_markdown(self.asked.answer)
        for grade, button in self.grades.items():
            wait = wait_words(self.talk.would_come(self.asked, grade))
            button.setText(f"{grade}  {tr(MARKS[grade])} · {wait}")
            button.setToolTip(tr("Ask it again after {wait} ({key})").format(wait=wait, key=grade))
        self._show_revealed(True)
        self.grades[3].setFocus(Qt.FocusReason.OtherFocusReason)

    def mark(self, grade: int) -> None:
        """Take the mark of the answer that is shown, and go on."""
        if self.asked is not None and self.answer.isVisible():
            self.talk.mark(self.asked, grade)
            self.draw()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        for text in (self.question, self.answer):
            text.apply_theme(tokens)

    def _make_parts(self) -> None:
        self.room, self.level = QComboBox(), QComboBox()
        self.room.setObjectName("interview-room")
        self.room.setAccessibleName(tr("Room"))
        self.room.setToolTip(tr("Ask about this room only"))
        self.room.addItem(tr("All rooms"), "")
        for room in dict.fromkeys(asked.room for asked in self._questions):
            self.room.addItem(room, room)
        self.level.setObjectName("interview-level")
        self.level.setAccessibleName(tr("Level"))
        self.level.setToolTip(tr("Ask questions of this level only"))
        for level, name in LEVELS.items():
            self.level.addItem(tr(name), level)
        self.export = _button(
            "interview-export", tr("Export …"), tr("Write the questions for Anki, or with marks as CSV")
        )
        self.forget = _button("interview-forget", tr("Forget …"), tr("Forget all marks, and when questions come again"))
        self.place = QLabel()
        self.place.setProperty("role", "muted")
        self.question, self.answer = RichText("", size=16, bold=True), RichText("")
        self.written = QPlainTextEdit()
        self.written.setObjectName("interview-written")
        self.written.setAccessibleName(tr("Your answer"))
        self.written.setToolTip(tr("It is for you alone and is not kept"))
        self.written.setPlaceholderText(tr("Answer in your head, aloud, or here"))
        self.written.setProperty("role", "answer")
        self.written.setTabChangesFocus(True)
        self.written.setFixedHeight(96)
        self.show_answer = _button(
            "interview-reveal", tr("Show the answer"), tr("Show the answer (Ctrl+Return)"), "primary"
        )
        self.see = _button(
            "interview-see", tr("See it in a run"), tr("Open the scene and run what shows the answer"), "link"
        )
        self.grades = {grade: _button(f"interview-{grade}", tr(words), tr(words)) for grade, words in MARKS.items()}

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.room)
        head.addWidget(self.level)
        head.addStretch(1)
        head.addWidget(self.export)
        head.addWidget(self.forget)
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(4, 12, 12, 4)
        rows.setSpacing(10)
        rows.addWidget(self.place)
        rows.addWidget(self.question)
        rows.addWidget(self.written)
        rows.addWidget(self.show_answer, 0, Qt.AlignmentFlag.AlignLeft)
        rows.addWidget(self.answer)
        rows.addWidget(self.see, 0, Qt.AlignmentFlag.AlignLeft)
        marks = QHBoxLayout()
        marks.setSpacing(8)
        for button in self.grades.values():
            marks.addWidget(button)
        rows.addLayout(marks)
        rows.addStretch(1)
        area = QScrollArea()
        area.setProperty("role", "page")
        area.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the run
        area.setObjectName("interview-area")
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        self.states = QGridLayout()
        self.states.setHorizontalSpacing(12)
        self.states.setVerticalSpacing(4)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.addLayout(head)
        whole.addWidget(area, 1)
        whole.addLayout(self.states)

    def _connect(self) -> None:
        for combo in (self.room, self.level):
            combo.activated.connect(lambda _: self.draw())
        self.show_answer.clicked.connect(self.reveal)
        self.see.clicked.connect(lambda: self._follow(self.asked.link if self.asked else ""))
        self.answer.link_asked.connect(self._follow)
        self.export.clicked.connect(lambda: self.export_asked.emit(self.talk))
        for keys, does in (("Ctrl+Return", self.reveal), ("Ctrl+Enter", self.reveal)):
            QShortcut(QKeySequence(keys), self).activated.connect(does)
        for grade, button in self.grades.items():
            button.clicked.connect(self._marker(grade))
            QShortcut(QKeySequence(str(grade)), self).activated.connect(self._marker(grade))

    def _follow(self, link: str) -> None:
        if self.asked is not None:
            self.link_asked.emit(self.asked.scene, link)

    def _marker(self, grade: int) -> Callable[[], None]:
        return lambda: self.mark(grade)

    def _show_question(self) -> None:
        asked = self.asked
        self._show_revealed(False)
        for widget in (self.written, self.show_answer):
            widget.setVisible(asked is not None)
        if asked is None:
            due = self.talk.next_due()
            wait = wait_words(due - datetime.now(UTC)) if due else ""
            words = (
                tr("The next question comes in {wait}.").format(wait=wait)
                if due
                else tr("There are no questions here.")
            )
            self.place.setText("")
            self.question.set_markdown(words)
            return
        self.place.setText(" · ".join((asked.room, asked.title, tr(LEVELS[asked.level]))))
        self.question.set_markdown(asked.question)
        self.written.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_revealed(self, revealed: bool) -> None:
        self.show_answer.setVisible(not revealed)
        self.answer.setVisible(revealed)
        self.see.setVisible(revealed and self.asked is not None and bool(self.asked.link))
        for button in self.grades.values():
            button.setVisible(revealed)

    def _show_summary(self) -> None:
        """Show how one stands in each room that was asked about, weakest first."""
        while (item := self.states.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        states = [state for state in summary(self._progress, self._questions) if state.asked]
        for row, state in enumerate(states):
            bar = QProgressBar()
            bar.setRange(0, state.total)
            bar.setValue(state.known)
            bar.setTextVisible(False)
            said = tr("{known} of {total} known").format(known=state.known, total=state.total)
            bar.setAccessibleName(f"{state.room}: {said}")
            name, share = QLabel(state.room), QLabel(said)
            share.setProperty("role", "muted")
            for column, widget in enumerate((name, bar, share)):
                self.states.addWidget(widget, row, column)


def _button(name: str, words: str, tip: str, role: str = "") -> QPushButton:
    button = QPushButton(words)
    button.setObjectName(name)
    button.setAccessibleName(words)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    if role:
        button.setProperty("role", role)
    return button
