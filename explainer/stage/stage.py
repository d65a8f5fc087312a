"""The stage: the pictures of a scene in cards, few at first, more when asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from explainer.contract.frame import Frame
from explainer.contract.messages import JobPart
from explainer.contract.parameters import Parameters
from explainer.contract.view import View
from explainer.plots.base.throttle import TELLING, Throttle
from explainer.plots.picture import Picture, Steering
from explainer.stage.card import Card
from explainer.stage.one_pass import OnePass
from explainer.stage.phase_marks import PhaseMarks
from explainer.stage.translation import tr
from explainer.theme.tokens import DARK, RADIUS, Tokens

MARGIN = 16
RING = (10, 10, -10, -10)
"""Where the focus ring runs, from the stage's edges inwards."""
BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
KEEP_ALL_KEYS = (QAbstractSlider, QAbstractSpinBox, QAbstractItemView, QComboBox, QLineEdit)
"""What uses arrows, Home and letters itself."""
PRESSES = (Qt.Key.Key_Space, Qt.Key.Key_Select)
"""What a button uses."""
GAP = 12
LEAST_HEIGHT = 128
"""Pixels that a picture of weight 1 keeps, so that axes and curve have room; a weightier one keeps more of them.

Where the window has less, the stage scrolls."""
BUTTONS_HEIGHT = 28
"""Pixels that buttons above a drawing take, which it would lack."""
CROWDED = 0.7
"""How much of a least height is kept where several stages share the window."""
IN_ONE_COLUMN = 2
"""Up to this many pictures stand above one another; more stand two in a row."""
WIDE = 3.0
"""A picture of this weight has a row of its own, however many there are."""


class Stage(QWidget):
    """Holds the pictures that are out; a picture is built when it first comes out, and then kept."""

    pictures_changed = Signal()
    """Other pictures are out: other arrays are wanted."""
    save_asked = Signal(str)
    """The picture of this key is wanted as a file."""
    copy_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stage")
        self.setAccessibleName(tr("Stage"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.steering = Steering(self)
        self._view = View(cards=())
        self._cards: dict[str, Card] = {}
        self._out: list[str] = []
        self._enlarged = ""
        self._crowded = False
        self._phases = PhaseMarks()
        self._tokens = DARK
        self._frame: Frame | None = None
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._splitter: QSplitter | None = None
        self._ringed = self._bare = False
        self._pass = OnePass(self)
        self._telling = Throttle(self, self._tell, TELLING)

    def show_view(self, view: View, keys: Sequence[str] = ()) -> None:
        """Set the stage for a scene, with the pictures of these keys, or those meant for the beginning."""
        for card in self._cards.values():
            card.deleteLater()
        self._cards, self._enlarged, self._frame = {}, "", None
        self._telling.forget()
        self.steering.deleteLater()
        self.steering = Steering(self)
        self._view = view
        known = [kind.key for kind in view.cards]
        self._out = [key for key in dict.fromkeys(keys) if key in known] or [
            kind.key for kind in view.cards if kind.at_first
        ]
        self._arrange()

    @property
    def out(self) -> list[str]:
        """The keys of the pictures on the stage, in order."""
        return list(self._out)

    @property
    def away(self) -> list[type[Picture]]:
        """The pictures that are not on the stage."""
        return [kind for kind in self._view.cards if kind.key not in self._out]

    @property
    def pictures(self) -> list[Picture]:
        """The pictures that can be seen."""
        return [self._cards[key].picture for key in self._visible()]

    @property
    def cards(self) -> list[Card]:
        """The cards that can be seen, in order."""
        return [self._cards[key] for key in self._visible()]

    def wanted_arrays(self, params: Parameters) -> set[str]:
        """Return the arrays that the visible pictures draw under these parameters."""
        return {name for picture in self.pictures for name in picture.wanted(params)}

    def bring_out(self, key: str) -> None:
        """Put a picture on the stage; one that is out already is left as it is."""
        if key in (kind.key for kind in self.away):
            self._out.append(key)
            self._enlarged = ""
            self._arrange()

    def put_out(self, keys: Sequence[str]) -> None:
        """Show these pictures and no others."""
        known = [kind.key for kind in self._view.cards]
        wanted = [key for key in dict.fromkeys(keys) if key in known]
        if wanted and (wanted != self._out or self._enlarged):
            self._out, self._enlarged = wanted, ""
            self._arrange()

    def put_away(self, key: str) -> None:
        """Take a picture off the stage; the last one stays."""
        if key in self._out and len(self._out) > 1:
            self._out.remove(key)
            self._enlarged = ""
            self._arrange()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def enlarge(self, key: str) -> None:
        """Show one picture alone, or all again; a card of a scene that was just left asks in vain."""
        self._enlarged = key if key in self._out and key != self._enlarged else ""
        self._arrange()

    def enlarge_only(self, key: str) -> None:
        """Show one picture alone."""
        if self._enlarged != key:
            self.enlarge(key)

    def show_like(self, other: Stage) -> None:
        """Show the pictures that another stage of the scene shows."""
        if (self._out, self._enlarged) != (other._out, other._enlarged):
            self._out, self._enlarged = list(other._out), other._enlarged
            self._arrange()

    def set_crowded(self, crowded: bool) -> None:
        """Be content with less room: several stages share the window."""
        if crowded != self._crowded:
            self._crowded = crowded
            side = MARGIN // 2 if crowded else MARGIN
            self._rows.setContentsMargins(side, side, side, side)
            self._set_least_heights()

    def set_bare(self, bare: bool) -> None:
        """Show the pictures without what can be pressed beside their titles: nothing takes the eye of a class."""
        self._bare = bare
        for card in self._cards.values():
            card.set_bare(bare)
        self._set_least_heights()

    def draw(self, frame: Frame) -> None:
        """Give a frame to the pictures that can be seen."""
        self._frame = frame
        self._telling.ask(frame)
        for picture in self.pictures:
            picture.draw(frame)
        self._phases.draw(frame, self.cards)
        self._pass.settle()

    def _tell(self, frame: Frame) -> None:
        """Say in words what is to be seen, for those who cannot see it."""
        self.setAccessibleDescription(self._view.summary(frame))

    def draw_job(self, part: JobPart) -> None:
        """Give a side job's findings to the pictures that can be seen."""
        for picture in self.pictures:
            picture.draw_job(part.name, part.arguments, part.arrays)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self._tokens = tokens
        for card in self._cards.values():
            card.apply_theme(tokens)
        self._set_least_heights()

    def event(self, event: QEvent) -> bool:
        """Qt: a button, list or field on a picture keeps the keys it uses itself."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            focused = QApplication.focusWidget()
            if isinstance(focused, KEEP_ALL_KEYS) or (isinstance(focused, QAbstractButton) and event.key() in PRESSES):
                event.accept()
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: whoever comes with the keyboard sees where the focus is."""
        super().focusInEvent(event)
        self._ringed = event.reason() in BY_KEYBOARD
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: no ring without the focus."""
        super().focusOutEvent(event)
        self._ringed = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the ring around the pictures while the stage has the focus."""
        if self._ringed:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._tokens.accent), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(*RING), RADIUS + 4, RADIUS + 4)

    def _visible(self) -> list[str]:
        return [self._enlarged] if self._enlarged else self._out

    def _arrange(self) -> None:
        """Lay the visible cards out anew."""
        old, cards = self._splitter, [self._card(key) for key in self._visible()]
        rows = _in_rows(cards)
        self._splitter = _splitter(Qt.Orientation.Vertical)
        for row in rows:
            self._splitter.addWidget(_row(row))
        self._set_least_heights()
        for key, card in self._cards.items():
            card.setVisible(key in self._visible())
            card.set_closable(len(self._out) > 1)
            card.show_enlarged(key == self._enlarged)
            if key not in self._visible():
                card.setParent(self)
        self._rows.addWidget(self._splitter)
        self._share_out(rows)
        self.fold()
        if old is not None:
            self._rows.removeWidget(old)
            old.deleteLater()
        self.pictures_changed.emit()

    def _share_out(self, rows: Sequence[Sequence[Card]]) -> None:
        """Give every row its share of the height, and all cards of a row the same width; they must be visible."""
        assert self._splitter is not None
        weights = [max(card.picture.weight for card in row) for row in rows]
        self._splitter.setSizes([round(1000 * weight) for weight in weights])
        for index, weight in enumerate(weights):
            self._splitter.setStretchFactor(index, round(10 * weight))
            row = self._splitter.widget(index)
            if isinstance(row, QSplitter):
                row.setSizes([1000] * row.count())

    def fold(self) -> None:
        """Let the pictures of a row stand above one another where they have no room side by side."""
        around = self.parentWidget()
        if self._splitter is None or around is None:
            return
        room = around.width() - 2 * self._rows.contentsMargins().left()
        for row in (self._splitter.widget(index) for index in range(self._splitter.count())):
            if isinstance(row, QSplitter):
                cards = [card for card in (row.widget(index) for index in range(row.count())) if card is not None]
                widths = [card.minimumSizeHint().width() for card in cards]
                fits = sum(widths) + GAP * (len(widths) - 1) <= room
                row.setOrientation(Qt.Orientation.Horizontal if fits else Qt.Orientation.Vertical)

    def _set_least_heights(self) -> None:
        for card in self._cards.values():
            picture = card.picture
            least = max(LEAST_HEIGHT * max(1.0, math.sqrt(picture.weight)), picture.least_height)
            least += BUTTONS_HEIGHT if picture.has_buttons else 0
            picture.setMinimumHeight(self._tokens.size(least * (CROWDED if self._crowded or self._bare else 1.0)))

    def _card(self, key: str) -> Card:
        if key not in self._cards:
            kind = next(kind for kind in self._view.cards if kind.key == key)
            card = Card(kind(self.steering))
            card.close_asked.connect(self.put_away)
            card.enlarge_asked.connect(self.enlarge)
            card.save_asked.connect(self.save_asked)
            card.copy_asked.connect(self.copy_asked)
            card.apply_theme(self._tokens)
            card.set_bare(self._bare)
            self._cards[key] = card
            if self._frame is not None:
                card.picture.draw(self._frame)
        return self._cards[key]


def _splitter(orientation: Qt.Orientation) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setHandleWidth(GAP)
    splitter.setChildrenCollapsible(False)
    return splitter


def _in_rows(cards: Sequence[Card]) -> list[list[Card]]:
    rows: list[list[Card]] = []
    for card in cards:
        alone = (
            len(cards) <= IN_ONE_COLUMN or max(card.picture.weight, rows[-1][0].picture.weight if rows else 0) >= WIDE
        )
        if alone or not rows or len(rows[-1]) == 2:
            rows.append([card])
        else:
            rows[-1].append(card)
    return rows


def _row(cards: Sequence[Card]) -> QWidget:
    if len(cards) == 1:
        return cards[0]
    row = _splitter(Qt.Orientation.Horizontal)
    for card in cards:
        row.addWidget(card)
        row.setStretchFactor(row.count() - 1, 1)
    return row
