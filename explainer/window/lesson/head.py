"""What stands above the lesson: where one is, its contents, a step on and back, and the stage of this step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from explainer.contract.lesson import Step
from explainer.stage.translation import tr
from explainer.window.lesson.buttons import link_button

__all__ = ["LessonHead"]


class LessonHead(QFrame):
    """Moves through the lesson, and says when a step would change what a person has changed."""

    step_asked = Signal(int)
    stage_asked = Signal()
    """The stage of this step is to be set."""
    stage_left = Signal()
    """What was changed is to stay."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lesson-head")
        self._steps: tuple[Step, ...] = ()
        self._at = 0
        self.marks: Callable[[Step], str] = lambda step: ""
        """What is said behind a step in the contents: how its predictions were guessed."""
        self.back = link_button("lesson-before", tr("‹ back"), tr("The step before this one (Ctrl+PgUp)"))
        self.next = link_button("lesson-after", tr("next ›"), tr("The next step (Ctrl+PgDown)"))
        self.contents = link_button("lesson-contents", tr("Contents"), tr("All steps of this lesson"))
        self.stage = link_button(
            "lesson-stage", tr("set the stage"), tr("Set parameters and pictures as this step has them")
        )
        self.back.clicked.connect(lambda: self.step_asked.emit(self._at - 1))
        self.next.clicked.connect(lambda: self.step_asked.emit(self._at + 1))
        self.contents.clicked.connect(self.open_contents)
        self.stage.clicked.connect(self.stage_asked)
        self._make_question()
        self._arrange()

    def show_place(self, steps: tuple[Step, ...], at: int, whole: bool) -> None:
        """Show that the lesson is at a step, or that all of it is shown."""
        self._steps, self._at = steps, at
        self.setVisible(len(steps) > 1)
        self.contents.setText(
            tr("Contents ▾") if whole else tr("{place} of {count}  ▾").format(place=at + 1, count=len(steps))
        )
        self.contents.setAccessibleName(tr("Contents, step {place} of {count}").format(place=at + 1, count=len(steps)))
        self.back.setEnabled(not whole and at > 0)
        self.next.setEnabled(not whole and at + 1 < len(steps))
        self.stage.setVisible(not whole and bool(steps) and steps[at].stage is not None)

    def ask(self, waits: bool) -> None:
        """Ask whether the step may set what a person has changed; or ask no more."""
        self.question.setVisible(waits)

    def open_contents(self) -> None:
        """Unfold the list of all steps."""
        menu = self.make_menu()
        menu.popup(self.contents.mapToGlobal(QPoint(0, self.contents.height())))

    def make_menu(self) -> QMenu:
        """Return the list of all steps."""
        menu = QMenu(self)
        menu.setObjectName("lesson-contents-menu")
        for index, step in enumerate(self._steps):
            action = QAction(f"{index + 1}  {step.title}".replace("&", "&&") + self.marks(step), menu)
            action.setCheckable(True)
            action.setChecked(index == self._at)
            action.triggered.connect(lambda checked, index=index: self.step_asked.emit(index))
            menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _make_question(self) -> None:
        self.question = QFrame()
        self.question.setObjectName("stage-question")
        self.question.setProperty("role", "fold")
        words = QLabel(tr("You have changed things. Set the stage for this step? Your run stays among the runs."))
        words.setWordWrap(True)
        yes = QPushButton(tr("Set the stage"))
        yes.setObjectName("stage-yes")
        yes.setProperty("role", "primary")
        no = QPushButton(tr("Keep mine"))
        no.setObjectName("stage-no")
        for button, tip in ((yes, tr("Set parameters as this step has them")), (no, tr("Read on with what is there"))):
            button.setAccessibleName(button.text())
            button.setToolTip(tip)
        yes.clicked.connect(self.stage_asked)
        no.clicked.connect(self.stage_left)
        rows, line = QVBoxLayout(self.question), QHBoxLayout()
        rows.setContentsMargins(12, 8, 12, 8)
        line.addWidget(yes)
        line.addWidget(no)
        line.addStretch(1)
        rows.addWidget(words)
        rows.addLayout(line)
        self.question.hide()

    def _arrange(self) -> None:
        rows, line = QVBoxLayout(self), QHBoxLayout()
        rows.setContentsMargins(16, 2, 16, 0)
        rows.setSpacing(4)
        line.setSpacing(16)
        for button in (self.back, self.contents, self.next):
            line.addWidget(button)
        line.addStretch(1)
        line.addWidget(self.stage)
        rows.addLayout(line)
        rows.addWidget(self.question)
