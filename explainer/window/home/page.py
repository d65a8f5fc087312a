"""The home page: a column of sections, each a heading and cards beside one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from explainer.contract.scene_index import Entry
from explainer.stage.translation import tr
from explainer.teach.first_path import first_path
from explainer.teach.progress import Progress
from explainer.theme.tokens import BODY, DARK, Tokens
from explainer.window.ask_field import AskField
from explainer.window.home.card import SceneCard
from explainer.window.home.continue_card import ContinueCard, Place
from explainer.window.home.hand import Hand
from explainer.window.home.section import GAP, Section
from explainer.window.home.words import whole_words

WIDEST, NARROWEST_EDGE = 1640, 24
"""The column is so wide at most; so much is left free beside it."""
TOP, BETWEEN = 40, 40
HEADLINE, LEAD = 28, 600
"""The size of the first words, and how wide the field and the way back are."""


class HomePage(QScrollArea):
    """Shows every scene; choosing one asks for it."""

    scene_chosen = Signal(str)
    continued = Signal()
    painted = Signal()
    """The page is on the screen for the first time."""
    left = Signal()
    """Escape: back to the run that is open, if one is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("home")
        self.setAccessibleName(tr("Home"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._tokens = DARK
        self._entries: list[Entry] = []
        self._was_painted = False
        self.ground = QWidget()
        self.ground.setObjectName("home-ground")
        self.setWidget(self.ground)
        self.headline = _label(self.ground, tr("See and steer what happens inside neural networks"), "headline")
        self.about = _label(self.ground, "", "about")
        self.ask = AskField(tr("Ask: why does a large learning rate diverge?"), 44, LEAD, self.ground)
        self.continue_card = ContinueCard(self.ground)
        self.continue_card.clicked.connect(self.continued)
        self.sections: list[Section] = []
        self._hand = Hand(self)

    @property
    def cards(self) -> list[SceneCard]:
        """Every card, the path's first."""
        return [card for section in self.sections for card in section.cards]

    def show_scenes(self, entries: Sequence[Entry]) -> None:
        """Make a card for every scene, room by room, and the path before them."""
        self._entries = list(entries)
        for section in self.sections:
            section.delete()
        by_name = {entry.name: entry for entry in entries if not entry.obstacle}
        path = [by_name[name] for name in first_path(by_name)]
        self.sections = [Section(self.ground, tr("Start here"), path, as_path=True)] if len(path) > 1 else []
        for room, inside in groupby(entries, key=lambda entry: entry.room):
            self.sections.append(Section(self.ground, room or tr("Not readable"), list(inside)))
        for section in self.sections:
            section.apply_theme(self._tokens)
            for card in section.cards:
                card.chosen.connect(self.scene_chosen)
        self._arrange()

    def show_progress(self, progress: Progress) -> None:
        """Say what was done, scene by scene and altogether."""
        for section in self.sections:
            section.show_done({entry.name: progress.of(entry.name) for entry in section.entries})
        done = whole_words((progress.of(entry.name) for entry in self._entries), len(self._entries))
        about = tr("Every picture is computed, step by step, by a live PyTorch run on this machine.")
        self.about.setText(f"{about}\n{done}" if done else f"{about}\n" + _how())
        self._arrange()

    def show_pictures(self, files: Mapping[str, Path]) -> None:
        """Show the pictures that there are."""
        for card in self.cards:
            card.show_picture(files.get(card.entry.name))
        self._arrange()

    def show_picture(self, name: str, file: Path) -> None:
        """Show the picture of one scene, which is there now."""
        for card in self.cards:
            if card.entry.name == name:
                card.show_picture(file)
        self._arrange()

    def show_place(self, place: Place | None) -> None:
        """Offer the way back."""
        self.continue_card.show_place(place)
        self._arrange()

    def take_focus(self, room: str = "") -> None:
        """Give the keys to the page: to a room, to the way back, or to the first card."""
        section = next((one for one in self.sections if one.room == room), None) if room else None
        if section is not None and section.cards:
            self.verticalScrollBar().setValue(section.title.y() - self._tokens.size(16))
            section.cards[0].setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.continue_card.place is not None:
            self.continue_card.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.cards:
            self.cards[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        self._tokens = tokens
        for label, size, weight in ((self.headline, HEADLINE, QFont.Weight.Bold), (self.about, BODY + 1, None)):
            style = f"font-size: {tokens.size(size)}px; color: {tokens.text if weight else tokens.muted};"
            label.setStyleSheet(style + (" font-weight: 700;" if weight else ""))
        self.ask.apply_theme(tokens)
        self.continue_card.apply_theme(tokens)
        for section in self.sections:
            section.apply_theme(tokens)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: as many cards beside one another as there is room for."""
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: say once that the page is there."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)  # the cards come after this

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows go from card to card, Escape leaves."""
        if not self._hand.take(event):
            super().keyPressEvent(event)

    def _arrange(self) -> None:
        """Put everything in its place."""
        tokens, whole = self._tokens, self.viewport().width()
        edge = tokens.size(NARROWEST_EDGE)
        width = min(tokens.size(WIDEST), whole - 2 * edge)
        if width <= 0:
            return
        left, y = (whole - width) // 2, tokens.size(TOP)
        for label, gap in ((self.headline, 8), (self.about, 20)):
            high = label.heightForWidth(width)
            label.setGeometry(left, y, width, high)
            y += high + tokens.size(gap)
        self.ask.setGeometry(left, y, min(width, self.ask.sizeHint().width()), self.ask.sizeHint().height())
        y += self.ask.height() + tokens.size(BETWEEN - 8)
        if self.continue_card.place is not None:
            high = self.continue_card.height_for(width)
            self.continue_card.setGeometry(left, y, min(width, tokens.size(LEAD)), high)
            y += high + tokens.size(BETWEEN)
        y = self._arrange_sections(left, y, width)
        self.ground.resize(whole, max(y, self.viewport().height()))

    def _arrange_sections(self, left: int, y: int, width: int) -> int:
        """Put the sections below one another, small rooms beside one another; return where they end."""
        below, gap = self._tokens.size(BETWEEN), self._tokens.size(GAP)
        for row in self._rows(width):
            columns, wide = row[0].columns(width)
            high = max(section.height_of_cards(wide) for section in row)
            used, bottom = 0, y
            for section in row:
                beside = min(len(section.cards), columns)
                bottom = max(bottom, section.arrange(left + used * (wide + gap), y, beside, wide, high))
                used += beside
            y = bottom + below
        return y

    def _rows(self, width: int) -> list[list[Section]]:
        """Return the sections row by row: rooms of a few scenes stand beside one another where they fit."""
        rows: list[list[Section]] = []
        free = 0
        for section in self.sections:
            columns, _ = section.columns(width)
            if not rows or section.as_path or len(section.cards) > free:
                rows.append([])
                free = columns
            rows[-1].append(section)
            free = 0 if section.as_path else max(0, free - len(section.cards))
        return rows


def _how() -> str:
    return tr("Move a slider while a network trains, step back and forth in time, and see what changes.")


def _label(parent: QWidget, words: str, name: str) -> QLabel:
    label = QLabel(words, parent)
    label.setObjectName(f"home-{name}")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
