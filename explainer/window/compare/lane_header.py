"""What stands above a run while several are compared: its letter, what sets it apart, what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from explainer.stage.card import Title
from explainer.stage.icons import icon
from explainer.theme.tokens import DARK, Tokens

HEIGHT = 40
SAME = "no difference yet"


class LaneHeader(QFrame):
    """One line above the pictures of a run; it decides nothing."""

    steer_asked = Signal()
    """The controls are to steer this run."""
    close_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lane-header")
        self.setProperty("role", "bar")
        self.setProperty("edge", "bottom")
        self.letter = QLabel()
        self.letter.setObjectName("lane-letter")
        self.letter.setProperty("role", "value")
        self.words = Title("")
        self.words.setObjectName("lane-words")
        self.state = QLabel("steered by the controls")
        self.state.setObjectName("lane-state")
        self.state.setProperty("role", "muted")
        self.state.setToolTip("Controls, lesson and files act on this run; the time line leads all of them")
        self.steer = QToolButton()
        self.steer.setObjectName("steer-lane")
        self.steer.setProperty("role", "link")
        self.steer.setText("Steer")
        self.steer.setToolTip("Steer this run with the controls: it changes places with A")
        self.close_button = QToolButton()
        self.close_button.setObjectName("close-lane")
        self.close_button.setToolTip("End the comparison with this run")
        self.steer.clicked.connect(self.steer_asked)
        self.close_button.clicked.connect(self.close_asked)
        self._arrange()
        self.apply_theme(DARK)

    def show_run(self, letter: str, apart: Sequence[str], *, steered: bool) -> None:
        """Show a run's letter, what sets it apart, and whether the controls steer it."""
        self.letter.setText(letter)
        self.words.set_words(" · ".join(apart) if apart else SAME)
        self.setAccessibleName(f"Run {letter}: {self.words.toolTip()}")
        self.steer.setAccessibleName(f"Steer run {letter}")
        self.close_button.setAccessibleName(f"Close run {letter}")
        self.state.setVisible(steered)
        self.steer.setVisible(not steered)
        self.close_button.setVisible(not steered)

    @property
    def pressable(self) -> tuple[QWidget, ...]:
        """What is of use only to a hand."""
        return self.state, self.steer, self.close_button

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        self.setFixedHeight(tokens.size(HEIGHT))
        self.close_button.setIcon(icon("close", tokens, tokens.faint))
        self.close_button.setIconSize(QSize(tokens.size(16), tokens.size(16)))

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 12, 0)
        row.setSpacing(10)
        row.addWidget(self.letter)
        row.addWidget(self.words, 1)
        for part in (self.state, self.steer, self.close_button):
            row.addWidget(part)
