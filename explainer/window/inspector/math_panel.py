"""The Math tab: each formula of the scene and, below it, the same formula with this step's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from explainer.contract.frame import Formula, Frame
from explainer.stage.translation import tr
from explainer.theme.tokens import DARK, Tokens
from explainer.window.inspector.formula import FormulaView

__all__ = ["FormulaCard", "MathPanel"]

_PAUSE_MS = 100
"""The least time between two readings of the numbers: more than ten a second nobody reads."""
_LONGEST_PAUSE_MS = 500
"""The most, however long the first typesetting took: numbers at rest must not wait for it."""
_SHARE = 0.1
"""The share of the window's time that typesetting may take."""


class FormulaCard(QFrame):
    """One formula: title, symbols, numbers."""

    def __init__(self, formula: Formula, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("formula-card")
        self.setAccessibleName(formula.title)
        self.formula = formula
        title = QLabel(formula.title)
        title.setProperty("role", "card-title")
        title.setWordWrap(True)
        self.symbols, self.numbers = FormulaView(), FormulaView(size=14, quiet=True, steady=True)
        canvas = QFrame()
        canvas.setProperty("role", "canvas")
        inner, rows = QVBoxLayout(canvas), QVBoxLayout(self)
        inner.setContentsMargins(14, 12, 14, 12)
        inner.setSpacing(10)
        inner.addWidget(self.symbols)
        inner.addWidget(self.numbers)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(title)
        rows.addWidget(canvas)

    def draw(self, frame: Frame) -> None:
        """Typeset the formula and this moment's numbers, where either has changed."""
        symbols = self.formula.latex(frame)
        if symbols != self.symbols.latex:
            self.symbols.set_latex(symbols)
            self.numbers.forget_height()
        numbers = self.formula.numbers(frame)
        self.numbers.set_latex(numbers)
        self.numbers.setVisible(bool(numbers))
        self.setVisible(bool(symbols))

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self.symbols.apply_theme(tokens)
        self.numbers.apply_theme(tokens)


class MathPanel(QWidget):
    """The scene's formulas. Typesets one a turn of the event loop, at most ten rounds a second, only while visible."""

    def __init__(self, formulas: Sequence[Formula] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("math")
        self.setAccessibleName(tr("Math"))
        self._tokens = DARK
        self._latest: Frame | None = None
        self._drawn: Frame | None = None
        self._spent, self._pause = 0.0, _PAUSE_MS
        self._waiting: list[FormulaCard] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._turn)
        self.cards: list[FormulaCard] = []
        self._make_column()
        self.set_formulas(formulas)

    def set_formulas(self, formulas: Sequence[Formula]) -> None:
        """Show the formulas of another scene."""
        for card in self.cards:
            card.deleteLater()
        self.cards = [FormulaCard(formula) for formula in formulas]
        self._waiting, self._latest, self._drawn = [], None, None
        for index, card in enumerate(self.cards):
            card.apply_theme(self._tokens)
            self._rows.insertWidget(index, card)
        self._empty.setVisible(not formulas)

    def draw(self, frame: Frame) -> None:
        """Take the newest frame; it is typeset when its turn comes."""
        self._latest = frame
        if self.isVisible() and not self._timer.isActive():
            self._timer.start(0)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self._tokens = tokens
        for card in self.cards:
            card.apply_theme(tokens)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: catch up with the run."""
        super().showEvent(event)
        if self._latest is not None and not self._timer.isActive():
            self._timer.start(0)

    def _make_column(self) -> None:
        area, body = QScrollArea(), QWidget()
        area.setObjectName("math-area")
        area.setProperty("role", "page")
        area.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the run
        area.setAccessibleName(tr("Formulas"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rows = QVBoxLayout(body)
        self._rows.setContentsMargins(16, 16, 16, 16)
        self._rows.setSpacing(16)
        self._empty = QLabel(tr("This scene has no formulas."))
        self._empty.setProperty("role", "muted")
        self._rows.addWidget(self._empty)
        self._rows.addStretch(1)
        area.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _turn(self) -> None:
        """Draw one card; all cards of a round show the same frame."""
        if not self.isVisible():
            self._waiting = []
            return
        if not self._waiting:
            if self._drawn is self._latest:
                return
            self._drawn, self._waiting, self._spent = self._latest, list(self.cards), 0.0
        started = perf_counter()
        if self._drawn is not None and self._waiting:
            self._waiting.pop(0).draw(self._drawn)
        self._spent += perf_counter() - started
        pause = min(_LONGEST_PAUSE_MS, max(_PAUSE_MS, round(1000 * self._spent / _SHARE)))
        self._timer.start(0 if self._waiting else pause)
