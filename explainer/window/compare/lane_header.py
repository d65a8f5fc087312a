"""What stands above a run while several are compared: its letter, what sets it apart, what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from explainer.plots.base.lane_look import lane_of, patterned
from explainer.stage.card import Title
from explainer.stage.icons import icon
from explainer.stage.translation import later, tr
from explainer.theme.tokens import DARK, Tokens

HEIGHT = 40
SAME = later("no difference yet")


class LaneLine(QWidget):
    """The pattern in which the curves of a run are drawn."""

    def __init__(self) -> None:
        super().__init__()
        self._lane, self._tokens = 0, DARK
        self.apply_theme(DARK)

    def show_lane(self, lane: int) -> None:
        """Show the pattern of a lane."""
        self._lane = lane
        self.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        self._tokens = tokens
        self.setFixedSize(tokens.size(28), tokens.size(12))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: a line in the pattern."""
        painter, middle = QPainter(self), self.height() / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(patterned(QPen(QColor(self._tokens.text), 2.0), self._lane))
        painter.drawLine(QPointF(0, middle), QPointF(self.width(), middle))


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
        self.look = LaneLine()
        self.result = QLabel()
        self.result.setObjectName("lane-result")
        self.result.setProperty("role", "numbers")
        self.result.setToolTip(tr("What the time line draws of this run, at the step that is shown"))
        self.state = QLabel(tr("steered"))
        self.state.setObjectName("lane-state")
        self.state.setProperty("role", "muted")
        self.state.setToolTip(tr("Controls, lesson and files act on this run; the time line leads all of them"))
        self.steer = QToolButton()
        self.steer.setObjectName("steer-lane")
        self.steer.setProperty("role", "link")
        self.steer.setText(tr("Steer"))
        self.steer.setToolTip(tr("Steer this run with the controls: it changes places with A"))
        self.close_button = QToolButton()
        self.close_button.setObjectName("close-lane")
        self.close_button.setToolTip(tr("End the comparison with this run"))
        self.steer.clicked.connect(self.steer_asked)
        self.close_button.clicked.connect(self.close_asked)
        self._arrange()
        self.apply_theme(DARK)

    def show_run(self, letter: str, shown: Sequence[str], apart: Sequence[str], *, steered: bool) -> None:
        """Show a run's letter and pattern, what sets it apart, in short and in full, and whether it is steered."""
        self.letter.setText(letter)
        self.look.show_lane(lane_of(letter))
        self.words.set_words(" · ".join(shown) or tr(SAME), " · ".join(apart) or tr(SAME))
        self.setAccessibleName(tr("Run {letter}: {words}").format(letter=letter, words=self.words.toolTip()))
        self.steer.setAccessibleName(tr("Steer run {letter}").format(letter=letter))
        self.close_button.setAccessibleName(tr("Close run {letter}").format(letter=letter))
        self.state.setVisible(steered)
        self.steer.setVisible(not steered)
        self.close_button.setVisible(not steered)

    def show_result(self, words: str) -> None:
        """Show what the run has come to."""
        if words != self.result.text():
            self.result.setText(words)

    @property
    def pressable(self) -> tuple[QWidget, ...]:
        """What is of use only to a hand."""
        return self.state, self.steer, self.close_button

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        self.setFixedHeight(tokens.size(HEIGHT))
        self.look.apply_theme(tokens)
        self.close_button.setIcon(icon("close", tokens, tokens.faint))
        self.close_button.setIconSize(QSize(tokens.size(16), tokens.size(16)))

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 12, 0)
        row.setSpacing(10)
        row.addWidget(self.letter)
        row.addWidget(self.look)
        row.addWidget(self.words, 1)
        for part in (self.result, self.state, self.steer, self.close_button):
            row.addWidget(part)
