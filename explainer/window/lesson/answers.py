"""Guessing by choosing one of several answers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from explainer.contract.frame import Frame
from explainer.contract.lesson import Answer
from explainer.stage.translation import tr
from explainer.teach.guesses import Guessed
from explainer.theme.tokens import Tokens
from explainer.window.lesson.judgement import Judgement
from explainer.window.lesson.option import Option

__all__ = ["Answers"]


class Answers(QWidget):
    """Answers under one another; at most one is chosen."""

    guessed = Signal()

    def __init__(self, answers: Sequence[Answer], right: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("answers")
        self._answers, self._right = answers, right
        self._group = QButtonGroup(self)
        self.options = [self._make_option(index, answer.words) for index, answer in enumerate(answers)]
        self._group.idClicked.connect(lambda index: self.guessed.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for option in self.options:
            column.addWidget(option)

    @property
    def has_guess(self) -> bool:
        """Whether an answer is chosen."""
        return self.chosen >= 0

    @property
    def chosen(self) -> int:
        """The index of the chosen answer, −1 for none."""
        return self._group.checkedId()

    @property
    def widget(self) -> QWidget:
        """What stands in the lesson."""
        return self

    def set_locked(self, locked: bool) -> None:
        """Let the choice be changed no more, or again."""
        for option in self.options:
            option.set_locked(locked)

    def judge(self, guessed: Guessed, moments: Sequence[Frame]) -> Judgement:
        """Mark what happened, and what was chosen though it did not."""
        true = guessed.true_answers(moments) if any(guessed.conditions) else (self._right,)
        for place, option in enumerate(self.options):
            option.show_verdict("right" if place in true else "wrong" if place == self.chosen else "")
        said = self._words(self.chosen)
        if not true:
            return Judgement(None, tr("**None of these happened.** The run is not the one that was set up here."), said)
        if self.chosen in true:
            return Judgement(True, tr("**Right.**"), said)
        return Judgement(False, tr("**Not so.** What happened: {words}.").format(words=self._words(true[0])), said)

    def clear(self) -> None:
        """Choose nothing."""
        self._group.setExclusive(False)
        for option in self.options:
            option.setChecked(False)
            option.show_verdict("")
        self._group.setExclusive(True)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        for option in self.options:
            option.apply_theme(tokens)

    def _words(self, index: int) -> str:
        return self._answers[index].words.rstrip(".")

    def _make_option(self, index: int, words: str) -> Option:
        option = Option(words)
        option.setObjectName(f"option-{index}")
        option.setToolTip(tr("Choose this answer"))
        self._group.addButton(option, index)
        return option
