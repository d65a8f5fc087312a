"""Guessing by pointing: the place on a card where it will end."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from explainer.contract.frame import Frame
from explainer.contract.number_text import pair_text
from explainer.stage.translation import tr
from explainer.teach.guesses import Guessed
from explainer.theme.tokens import Tokens
from explainer.window.lesson.aim import Aim
from explainer.window.lesson.judgement import Judgement

__all__ = ["Placing"]

CLOSE = 0.08
"""A place no further off than this share of the picture's diagonal is right."""


class Placing(QWidget):
    """A button that lets one point at a place; the mark itself is drawn over the card."""

    guessed = Signal()
    aim_asked = Signal(object)
    """This: its card is to be made ready to be pointed at."""

    def __init__(self, card: str, plot: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("placing")
        self.card, self.plot = card, plot
        self.aim: Aim | None = None
        self.button = QPushButton(tr("Point at the place"))
        self.button.setObjectName("placing-aim")
        self.button.setAccessibleName(tr("Point at the place"))
        self.button.setToolTip(tr("Then click on the card, or move the mark with the arrow keys"))
        self.button.clicked.connect(lambda: self.aim_asked.emit(self))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.button)

    @property
    def has_guess(self) -> bool:
        """Whether a place was pointed at."""
        return self.aim is not None and self.aim.place is not None

    @property
    def widget(self) -> QWidget:
        """What stands in the lesson."""
        return self

    def use(self, aim: Aim, title: str) -> None:
        """Take what lies over the card, called ``title``; whatever is pointed at there is the guess."""
        self.drop()
        self.aim = aim
        self.button.setText(tr("Click into “{title}”").format(title=title))
        aim.placed.connect(self._take)
        aim.destroyed.connect(lambda: self._lose(aim))

    def drop(self) -> None:
        """Leave the card."""
        if self.aim is not None:
            aim, self.aim = self.aim, None
            aim.hide()
            aim.deleteLater()

    def set_locked(self, locked: bool) -> None:
        """Let the place be changed no more, or again."""
        self.button.setEnabled(not locked)
        if self.aim is not None:
            self.aim.set_locked(locked)

    def judge(self, guessed: Guessed, moments: Sequence[Frame]) -> Judgement:
        """Show where it ended, beside the place that was pointed at."""
        end = guessed.end(moments)
        if self.aim is None or self.aim.place is None:
            return Judgement(None, tr("It ended at {place}.").format(place=pair_text(*end)), "")
        self.aim.show_true(*end)
        place = self.aim.place
        distance = math.hypot(end[0] - place[0], end[1] - place[1])
        close = distance <= CLOSE * self.aim.diagonal
        verdict = tr("**Right.**") if close else tr("**Not there.**")
        words = tr("You pointed at {place}, it ended at {end}, {distance:.3g} apart.")
        said = words.format(place=pair_text(*place), end=pair_text(*end), distance=distance)
        return Judgement(close, f"{verdict} {said}", pair_text(*place))

    def clear(self) -> None:
        """Take the mark away."""
        self.drop()
        self.button.setText(tr("Point at the place"))

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        if self.aim is not None:
            self.aim.apply_theme(tokens)

    def _take(self) -> None:
        assert self.aim is not None
        assert self.aim.place is not None
        self.button.setText(tr("{place}: click again to change it").format(place=pair_text(*self.aim.place)))
        self.guessed.emit()

    def _lose(self, aim: Aim) -> None:
        if self.aim is aim:
            self.aim = None
