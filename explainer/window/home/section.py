"""One section of the home page: a heading, a quiet word beside it, and cards in rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from explainer.contract.scene_index import Entry
from explainer.stage.translation import counted, tr
from explainer.teach.progress import Done
from explainer.theme.tokens import CAPTION, DARK, Tokens
from explainer.window.home.card import SceneCard

NARROWEST, NARROWEST_STEP = 264, 176
"""A card's least width: of a scene, and of a step of the path."""
GAP = 20
HEADING = 16


class Section:
    """Its widgets lie on the page's ground; :meth:`arrange` says where."""

    def __init__(self, ground: QWidget, room: str, entries: Sequence[Entry], as_path: bool = False) -> None:
        self.room, self.entries, self.as_path = room, list(entries), as_path
        self._tokens = DARK
        self.title = QLabel(room, ground)
        self.aside = QLabel(self._aside(), ground)
        self.cards = [
            SceneCard(entry, ground, number=number if as_path else 0) for number, entry in enumerate(self.entries, 1)
        ]
        for number, card in enumerate(self.cards):
            card.setFocusPolicy(Qt.FocusPolicy.ClickFocus if number else Qt.FocusPolicy.StrongFocus)
        for widget in (self.title, self.aside, *self.cards):
            widget.show()

    def delete(self) -> None:
        """Take everything away."""
        for widget in (self.title, self.aside, *self.cards):
            widget.hide()
            widget.deleteLater()

    def show_done(self, done: Mapping[str, Done]) -> None:
        """Say what was done in each scene."""
        for card in self.cards:
            card.show_done(done[card.entry.name])

    def keep_tab_at(self, card: SceneCard) -> None:
        """Let Tab come back to this card: it reaches one of a section, and the arrows the others."""
        for other in self.cards:
            other.setFocusPolicy(Qt.FocusPolicy.StrongFocus if other is card else Qt.FocusPolicy.ClickFocus)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        self._tokens = tokens
        self.title.setStyleSheet(f"font-size: {tokens.size(HEADING)}px; font-weight: 700; color: {tokens.text};")
        self.aside.setStyleSheet(f"font-size: {tokens.size(CAPTION)}px; color: {tokens.muted};")
        for card in self.cards:
            card.apply_theme(tokens)

    def height_of_cards(self, wide: int) -> int:
        """Return the height that the cards of a width need, the highest of them."""
        return max(card.height_for(wide) for card in self.cards)

    def arrange(self, left: int, y: int, columns: int, wide: int, high: int) -> int:
        """Lay everything out, so many cards of a size beside one another; return where it ends."""
        gap = self._tokens.size(GAP)
        whole = columns * (wide + gap) - gap
        for label in (self.title, self.aside):
            label.adjustSize()
        self.title.move(left, y)
        beside = left + self.title.width() + self._tokens.size(12)
        baseline = y + self.title.fontMetrics().ascent() - self.aside.fontMetrics().ascent()
        self.aside.setGeometry(beside, baseline, max(0, left + whole - beside), self.aside.height())
        y += self.title.height() + self._tokens.size(14)
        for start in range(0, len(self.cards), columns):
            row = self.cards[start : start + columns]
            for place, card in enumerate(row):
                card.setGeometry(left + place * (wide + gap), y, wide, high)
            y += high + gap
        return y - gap

    def columns(self, width: int) -> tuple[int, int]:
        """Return how many cards stand beside one another in a column of a width, and how wide each is."""
        gap = self._tokens.size(GAP)
        least = self._tokens.size(NARROWEST_STEP if self.as_path else NARROWEST)
        count = max(1, (width + gap) // (least + gap))
        if self.as_path:  # six are 6, or 3 and 3, or 2, 2 and 2: never 5 and 1
            rows = -(-len(self.cards) // min(count, len(self.cards)))
            count = -(-len(self.cards) // rows)
        return count, (width - gap * (count - 1)) // count

    def _aside(self) -> str:
        if self.as_path:
            return tr("Scenes in the order in which they build on one another")
        return counted(len(self.entries), tr("{n} scene"), tr("{n} scenes"))
