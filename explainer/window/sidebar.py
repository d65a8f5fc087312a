"""The sidebar: home and the rooms, each an icon with its name; unfolded, the scenes by name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explainer.contract.scene_index import Entry
from explainer.stage.icons import icon
from explainer.stage.translation import tr
from explainer.theme.tokens import DARK, Tokens

if TYPE_CHECKING:
    from explainer.contract.scene import Scene

NARROWEST, EDGE, UNFOLDED = 76, 6, 220
"""Widths in pixels: of the rail at least, on either side of its longest name, and unfolded."""


class Sidebar(QFrame):
    """Every scene of the catalogue; choosing one asks for it."""

    scene_chosen = Signal(str)
    room_chosen = Signal(str)
    """A room's icon was pressed, or home: the empty word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setProperty("role", "sidebar")
        self.setAccessibleName(tr("Scenes"))
        self._tokens, self._unfolded = DARK, False
        self._current = ""
        self._rooms: dict[str, str] = {}
        """Scene → its room."""
        self._buttons: dict[str, QToolButton] = {}
        self._rail, self._rail_rows = QScrollArea(), QVBoxLayout()
        self.list = self._make_list()
        self._arrange()
        self.set_unfolded(False)

    def show_scenes(self, entries: Sequence[Entry]) -> None:
        """Show other scenes."""
        for button in self._buttons.values():
            button.hide()
            button.deleteLater()
        self.list.clear()
        self._rooms = {entry.name: entry.room for entry in entries}
        self._buttons = {"": self._make_button("", tr("Home"), tr("All scenes, room by room"))}
        for room, inside in groupby((one for one in entries if one.room), key=lambda entry: entry.room):
            scenes = list(inside)
            self._buttons[room] = self._make_button(room, room, f"{room}: {', '.join(one.title for one in scenes)}")
            self._add_to_list(room, scenes)
        if broken := [entry for entry in entries if entry.problem]:
            self._add_to_list(tr("Cannot be read"), broken)
        for place, button in enumerate(self._buttons.values()):
            self._rail_rows.insertWidget(place, button)
        self.apply_theme(self._tokens)
        self._mark(self._current, self._rooms.get(self._current, ""))

    def set_unfolded(self, unfolded: bool) -> None:
        """Show the scenes' names, or only the rooms."""
        self._unfolded = unfolded
        self.list.setVisible(unfolded)
        self._rail.setVisible(not unfolded)
        self._set_width()

    def show_scene(self, scene: Scene) -> None:
        """Mark the scene that is open."""
        self._mark(scene.name, scene.room)

    def show_home(self) -> None:
        """Mark that the home page is shown."""
        self._mark("", "")

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        self._tokens = tokens
        for room, button in self._buttons.items():
            button.setIcon(icon(room.lower().replace(" ", "-") if room else "home", tokens, colour=""))
            button.setIconSize(QSize(tokens.size(20), tokens.size(20)))
            button.ensurePolished()
        self._set_width()

    def _mark(self, name: str, room: str) -> None:
        self._current = name
        for other, button in self._buttons.items():
            button.setChecked(other == room)
        self.list.setCurrentItem(None)  # type: ignore[call-overload]
        for row in range(self.list.count()):
            item = self.list.item(row)
            if name and item.data(Qt.ItemDataRole.UserRole) == name:
                self.list.setCurrentItem(item)

    def _set_width(self) -> None:
        """Be as wide as the longest name of a room needs, so that none is cut or lies over another."""
        words = [line for button in self._buttons.values() for line in button.text().split("\n")]
        widest = max((self._metrics_width(line) for line in words), default=0)
        rail = max(self._tokens.size(NARROWEST), widest + 2 * self._tokens.size(EDGE) + 2)
        self.setFixedWidth(self._tokens.size(UNFOLDED) if self._unfolded else rail)
        for button in self._buttons.values():
            button.setFixedWidth(rail - 6)

    def _metrics_width(self, line: str) -> int:
        return next(iter(self._buttons.values())).fontMetrics().horizontalAdvance(line)

    def _make_button(self, room: str, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"room-{room.lower().replace(' ', '-')}" if room else "room-home")
        button.setProperty("role", "room")
        button.setText(name.replace(" ", "\n"))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setCheckable(True)
        button.clicked.connect(lambda: self._choose_room(room))
        return button

    def _choose_room(self, room: str) -> None:
        self._mark(self._current, self._rooms.get(self._current, ""))  # a press is no choice: what is shown decides
        self.room_chosen.emit(room)

    def _make_list(self) -> QListWidget:
        found = QListWidget()
        found.setObjectName("scenes")
        found.setAccessibleName(tr("Scenes"))
        found.setToolTip(tr("The scenes; Return or a click opens one"))
        found.setProperty("role", "sidebar")
        found.itemActivated.connect(self._choose)
        found.itemClicked.connect(self._choose)
        return found

    def _add_to_list(self, room: str, entries: Sequence[Entry]) -> None:
        head = QListWidgetItem(room.upper())
        head.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(head)
        for entry in entries:
            item = QListWidgetItem(entry.title)
            item.setData(Qt.ItemDataRole.UserRole, entry.name)
            item.setToolTip(entry.obstacle or entry.question)
            self.list.addItem(item)

    def _choose(self, item: QListWidgetItem) -> None:
        name = item.data(Qt.ItemDataRole.UserRole)
        if name and name != self._current:
            self.scene_chosen.emit(name)

    def _arrange(self) -> None:
        inside = QWidget()
        self._rail_rows.setContentsMargins(2, 8, 2, 8)
        self._rail_rows.setSpacing(4)
        self._rail_rows.addStretch(1)
        inside.setLayout(self._rail_rows)
        self._rail.setObjectName("rooms")
        self._rail.setWidget(inside)
        self._rail.setWidgetResizable(True)
        self._rail.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rail.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._rail, 1)
        self.list.setContentsMargins(8, 8, 8, 8)
        rows.addWidget(self.list, 1)
