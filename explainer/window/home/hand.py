"""The keys of the home page: arrows go to the nearest card, Home and End to the first and last, Escape leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication

if TYPE_CHECKING:
    from explainer.window.home.page import HomePage

ARROWS = {
    Qt.Key.Key_Left: QPoint(-1, 0),
    Qt.Key.Key_Right: QPoint(1, 0),
    Qt.Key.Key_Up: QPoint(0, -1),
    Qt.Key.Key_Down: QPoint(0, 1),
}
ENDS = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: -1}
MARGIN = 32


class Hand:
    """Moves the focus over the page."""

    def __init__(self, page: HomePage) -> None:
        self._page = page

    def take(self, event: QKeyEvent) -> bool:
        """Do what a key says; return whether it says anything here."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self._page.left.emit()
            return True
        focused = QApplication.focusWidget()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QAbstractButton):
            focused.click()
            return True
        if key in ENDS and self._page.cards:
            self.go_to(self._page.cards[ENDS[key]])
            return True
        if key not in ARROWS:
            return False
        there = self._nearest(focused, ARROWS[key]) if isinstance(focused, QAbstractButton) else None
        if there is not None:
            self.go_to(there)
        return True

    def go_to(self, card: QAbstractButton) -> None:
        """Give a card the focus, and bring it into sight."""
        for section in self._page.sections:
            if card in section.cards:
                section.keep_tab_at(card)
        card.setFocus(Qt.FocusReason.TabFocusReason)
        self._page.ensureWidgetVisible(card, 0, MARGIN)

    def _nearest(self, card: QAbstractButton, way: QPoint) -> QAbstractButton | None:
        """Return the nearest card in a direction, None at the edge; beside it only those of its row."""
        here = card.geometry()
        found: list[tuple[tuple[int, int], QAbstractButton]] = []
        for other in (self._page.ask, self._page.continue_card, *self._page.cards):
            there = other.geometry()
            if other is card or not other.isVisible():
                continue
            if way.y() == 0:
                ahead = (there.left() - here.left()) * way.x()
                if ahead > 0 and there.top() == here.top():
                    found.append(((0, ahead), other))
                continue
            ahead = there.top() - here.bottom() if way.y() > 0 else here.top() - there.bottom()
            if ahead >= 0:
                found.append(((ahead, abs(there.left() - here.left())), other))
        return min(found, key=lambda one: one[0])[1] if found else None
