"""What came of a guess."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from explainer.contract.frame import Frame
from explainer.teach.guesses import Guessed
from explainer.theme.tokens import Tokens

__all__ = ["Judgement", "Way"]


class Judgement:
    """Whether a guess was right, what is said of it (Markdown), and what had been guessed, in words.

    ``right`` is None where what happened is none of the answers.
    """

    def __init__(self, right: bool | None, words: str, said: str) -> None:
        self.right, self.words, self.said = right, words, said


class Way(Protocol):
    """A way of guessing: a choice of answers, a sketched curve, a place on a card."""

    guessed: SignalInstance
    """There is a guess, or another one."""

    @property
    def has_guess(self) -> bool:
        """Whether something was guessed."""

    @property
    def widget(self) -> QWidget:
        """What stands in the lesson."""

    def set_locked(self, locked: bool) -> None:
        """Let the guess be changed no more, or again."""

    def judge(self, guessed: Guessed, moments: Sequence[Frame]) -> Judgement:
        """Show what happened beside what was guessed; raise :class:`Refused` where it cannot be told."""

    def clear(self) -> None:
        """Take guess and verdict back."""

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
