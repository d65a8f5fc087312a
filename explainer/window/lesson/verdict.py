"""Right or wrong, by shape, colour and words."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from explainer.stage.translation import tr
from explainer.theme.tokens import Tokens
from explainer.window.controls.look import set_look
from explainer.window.inspector.rich_text import RichText
from explainer.window.lesson.judgement import Judgement

__all__ = ["Verdict"]

SIGNS = {"right": "✓", "wrong": "✗", "none": "–", "wait": "…"}


class Verdict(QFrame):
    """A line with a sign: what came of a guess, or how far the run is that will tell."""

    link_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("verdict")
        self.setProperty("role", "verdict")
        self.sign, self.words = QLabel(), RichText("", size=14)
        self.sign.setObjectName("verdict-sign")
        self.words.link_asked.connect(self.link_asked)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 8, 12, 8)
        line.setSpacing(10)
        line.addWidget(self.sign)
        line.addWidget(self.words, 1)
        self.hide()

    @property
    def kind(self) -> str:
        """``right``, ``wrong``, ``none`` (of the answers), ``wait``, or empty."""
        return str(self.property("verdict") or "")

    def wait(self, done: int, steps: int) -> None:
        """Say how far the run is."""
        self._show(
            "wait", tr("Running: step {done} of {steps}").format(done=done, steps=steps) if steps else tr("Running")
        )

    def show_judgement(self, judgement: Judgement) -> None:
        """Say what came of the guess."""
        kind = {True: "right", False: "wrong", None: "none"}[judgement.right]
        self._show(kind, judgement.words)

    def show_words(self, kind: str, words: str) -> None:
        """Say something else of that kind."""
        self._show(kind, words)

    def clear(self) -> None:
        """Say nothing."""
        set_look(self, verdict="")
        self.hide()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self.words.apply_theme(tokens)

    def _show(self, kind: str, words: str) -> None:
        if kind != self.kind:
            set_look(self, verdict=kind)
            set_look(self.sign, verdict=kind)
            self.sign.setText(SIGNS[kind])
        if words != self.words.markdown:
            self.words.set_markdown(words)
        self.setAccessibleName(f"{kind}: {self.words.plain_text()}")
        self.show()
