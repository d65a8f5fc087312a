"""What stands below a lesson's step: on to the next one, back, all at once, and how far one is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from explainer.contract.lesson import Step
from explainer.stage.translation import tr
from explainer.theme.tokens import Tokens
from explainer.window.inspector.rich_text import RichText
from explainer.window.inspector.step_dots import StepDots

__all__ = ["LessonFooter"]


class LessonFooter(QWidget):
    """The links that move through a lesson."""

    step_asked = Signal(int)
    all_asked = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lesson-footer")
        self._at, self._all = 0, False
        self.next = RichText("")
        self.next.setObjectName("lesson-next")
        self.next.link_asked.connect(lambda _: self.step_asked.emit(self._at + 1))
        self.back = _link("lesson-back", tr("‹ back"), tr("The step before this one"))
        self.back.clicked.connect(lambda: self.step_asked.emit(self._at - 1))
        self.all = _link("lesson-all", tr("all steps"), tr("The whole lesson in one column, or one step at a time"))
        self.all.clicked.connect(lambda: self.all_asked.emit(not self._all))
        self.dots = StepDots()
        self.dots.asked.connect(self.step_asked)
        self._arrange()

    def show_place(self, steps: tuple[Step, ...], at: int, whole: bool) -> None:
        """Show that the lesson is at step ``at``, or that all of it is shown."""
        self._at, self._all = at, whole
        follows = not whole and at + 1 < len(steps)
        self.next.setVisible(follows)
        if follows:
            self.next.set_markdown(tr("[next: {title} ›](scene:next)").format(title=steps[at + 1].title))
        self.back.setVisible(not whole and at > 0)
        self.dots.setVisible(not whole and len(steps) > 1)
        self.dots.set_steps(tuple(step.title for step in steps), at)
        self.all.setVisible(len(steps) > 1)
        self.all.setText(tr("one step at a time") if whole else tr("all steps"))

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self.next.apply_theme(tokens)
        self.dots.apply_theme(tokens)

    def _arrange(self) -> None:
        rows, line = QVBoxLayout(self), QHBoxLayout()
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        line.setSpacing(16)
        line.addWidget(self.back)
        line.addWidget(self.all)
        line.addWidget(self.dots, 1)
        rows.addWidget(self.next)
        rows.addLayout(line)


def _link(name: str, words: str, tip: str) -> QPushButton:
    button = QPushButton(words)
    button.setProperty("role", "link")
    button.setObjectName(name)
    button.setAccessibleName(words.strip("‹ "))
    button.setToolTip(tip)
    return button
