"""The chosen result in full: an answer with its links, a term with its formula, what a control is for."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from explainer.stage.translation import tr
from explainer.teach.search import Entry
from explainer.theme.tokens import BODY, Tokens
from explainer.window.inspector.formula import FormulaView
from explainer.window.inspector.rich_text import RichText

__all__ = ["AnswerCard"]

HEAD = 16


class AnswerCard(QScrollArea):
    """One entry; its button does what Return does."""

    link_asked = Signal(str)
    """A link of the answer, as the lesson writes it."""
    open_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ask-card")
        self.setAccessibleName(tr("Answer"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.place = QLabel()
        self.place.setProperty("role", "muted")
        self.place.setWordWrap(True)
        self.title, self.said = RichText("", size=HEAD, bold=True), RichText("", size=BODY)
        self.title.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.said.link_asked.connect(self.link_asked)
        self.formula = FormulaView()
        self.open = QPushButton()
        self.open.setObjectName("ask-open")
        self.open.setProperty("role", "primary")
        self.open.clicked.connect(self.open_asked)
        body = QWidget()
        self.setWidget(body)
        rows = QVBoxLayout(body)
        rows.setContentsMargins(20, 16, 20, 16)
        rows.setSpacing(10)
        for widget in (self.place, self.title, self.said, self.formula):
            rows.addWidget(widget)
        rows.addSpacing(4)
        rows.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)
        rows.addStretch(1)

    def show_entry(self, entry: Entry, place: str, formula: str, does: str) -> None:
        """Show an entry: where it is, its words and formula, and what Return does (empty: nothing)."""
        self.place.setText(place)
        self.title.set_markdown(entry.title)
        self.said.set_markdown(entry.shown)
        self.said.setVisible(bool(entry.shown))
        self.said.setFocusPolicy(Qt.FocusPolicy.StrongFocus if "](" in entry.shown else Qt.FocusPolicy.NoFocus)
        self.formula.set_latex(formula)
        self.formula.setVisible(bool(formula))
        self.open.setText(does)
        self.open.setAccessibleName(does)
        self.open.setToolTip(tr("{does} (Return)").format(does=does))
        self.open.setVisible(bool(does))
        self.verticalScrollBar().setValue(0)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        for part in (self.title, self.said, self.formula):
            part.apply_theme(tokens)
