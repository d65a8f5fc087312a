"""The sidebar: the rooms as icons, and unfolded the scenes by name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QToolButton, QVBoxLayout, QWidget

from explainer.contract.scene import Scene
from explainer.stage.icons import icon
from explainer.theme.tokens import DARK, Tokens

RAIL, UNFOLDED = 52, 212
"""Widths in pixels."""


class Sidebar(QFrame):
    """Every scene of the catalogue; choosing one asks for it."""

    scene_chosen = Signal(str)
    unfold_asked = Signal()
    """A room's icon was pressed: its scenes should be seen."""

    def __init__(self, scenes: Sequence[Scene], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setProperty("role", "sidebar")
        self.setAccessibleName("Scenes")
        self._rooms = {room: list(group) for room, group in groupby(scenes, key=lambda scene: scene.room)}
        self._current = ""
        self._tokens = DARK
        self._buttons = {room: self._make_button(room) for room in self._rooms}
        self.list = self._make_list()
        self._arrange()
        self.set_unfolded(False)

    def set_unfolded(self, unfolded: bool) -> None:
        """Show the scenes' names, or only the rooms' icons."""
        self._unfolded = unfolded
        self.list.setVisible(unfolded)
        for button in self._buttons.values():
            button.setVisible(not unfolded)
        self._set_width()

    def show_scene(self, scene: Scene) -> None:
        """Mark the scene that is open."""
        self._current = scene.name
        for room, button in self._buttons.items():
            button.setChecked(room == scene.room)
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item.data(Qt.ItemDataRole.UserRole) == scene.name:
                self.list.setCurrentItem(item)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        self._tokens = tokens
        self._set_width()
        for room, button in self._buttons.items():
            button.setIcon(icon(room.lower().replace(" ", "-"), tokens))
            button.setIconSize(QSize(tokens.size(20), tokens.size(20)))

    def _set_width(self) -> None:
        self.setFixedWidth(self._tokens.size(UNFOLDED if self._unfolded else RAIL))

    def _make_button(self, room: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"room-{room.lower().replace(' ', '-')}")
        button.setAccessibleName(room)
        button.setToolTip(f"{room}: {', '.join(scene.title for scene in self._rooms[room])}")
        button.setCheckable(True)
        button.clicked.connect(self.unfold_asked)
        return button

    def _make_list(self) -> QListWidget:
        found = QListWidget()
        found.setObjectName("scenes")
        found.setAccessibleName("Scenes")
        found.setToolTip("The scenes; Return or a click opens one")
        found.setProperty("role", "sidebar")
        for room, scenes in self._rooms.items():
            head = QListWidgetItem(room.upper())
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            found.addItem(head)
            for scene in scenes:
                item = QListWidgetItem(scene.title)
                item.setData(Qt.ItemDataRole.UserRole, scene.name)
                item.setToolTip(scene.question)
                found.addItem(item)
        found.itemActivated.connect(self._choose)
        found.itemClicked.connect(self._choose)
        return found

    def _choose(self, item: QListWidgetItem) -> None:
        name = item.data(Qt.ItemDataRole.UserRole)
        if name and name != self._current:
            self.scene_chosen.emit(name)

    def _arrange(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 16, 8, 16)
        rows.setSpacing(8)
        for button in self._buttons.values():
            rows.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addWidget(self.list, 1)
        rows.addStretch(0)
