"""The top bar: name, place in the map, and the few actions that belong to the whole window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from explainer.stage.translation import tr
from explainer.theme.tokens import Tokens
from explainer.window.actions import fill_menu
from explainer.window.ask_field import AskField

if TYPE_CHECKING:
    from explainer.contract.scene import Scene


WIDEST_FIELD = 480


class TopBar(QFrame):
    """Breadcrumb at the left; pictures to add, theme and menu at the right."""

    home_asked = Signal()
    """The program's name was pressed."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("top-bar")
        self.setProperty("role", "bar")
        self.setProperty("edge", "bottom")
        self.setAccessibleName(tr("Top bar"))
        self.place = QLabel()
        self.place.setObjectName("breadcrumb")
        self.place.setProperty("role", "muted")
        self.name = QToolButton()
        self.name.setObjectName("name")
        self.name.setProperty("role", "name")
        self.name.setText("◈ explainer")
        self.name.setAccessibleName(tr("Home"))
        self.name.setToolTip(tr("All scenes; and back to the run (Alt+Home)"))
        self.name.clicked.connect(self.home_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self._make_button(actions["sidebar"], "sidebar"))
        row.addWidget(self.name)
        row.addSpacing(8)
        row.addWidget(self.place)
        row.addStretch(1)
        self.ask = AskField(tr("Ask anything"), 30, 360)
        row.addWidget(self.ask, 2)
        row.addStretch(1)
        self.pictures = self._make_word_button(
            "pictures", tr("+ picture"), tr("Bring out another picture of this scene")
        )
        row.addWidget(self.pictures)
        actions["compare"].setIconText(tr("Compare"))
        self.compare = self._make_button(actions["compare"], "compare")
        row.addWidget(self.compare)
        row.addWidget(self._make_button(actions["theme"], "theme"))
        self.menu = self._make_menu_button("menu", tr("Menu"), tr("Everything that can be done, with its keys"))
        fill_menu(self.menu.menu(), actions)
        self.recent = QMenu(self)
        self.recent.setObjectName("recent-runs-menu")
        self.recent.setToolTipsVisible(True)
        actions["recent-runs"].setMenu(self.recent)
        row.addWidget(self.menu)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the sizes of a theme."""
        for button in self.findChildren(QToolButton):
            button.setIconSize(QSize(tokens.size(16), tokens.size(16)))
        self.ask.apply_theme(tokens)
        self.ask.setMaximumWidth(tokens.size(WIDEST_FIELD))

    def show_home(self) -> None:
        """Show that the window is at home, where no pictures can be added and nothing compared."""
        self.place.setText("")
        self.place.setToolTip("")
        self._show_buttons(False)

    def show_scene(self, scene: Scene) -> None:
        """Show where in the map the window is."""
        self._show_buttons(True)
        self.place.setText(f"{scene.room} › {scene.title}")
        self.place.setToolTip(scene.question)

    def _show_buttons(self, shown: bool) -> None:
        for button in (self.pictures, self.compare, self.ask):
            button.setVisible(shown)

    def _make_button(self, action: QAction, name: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setObjectName(f"{name}-button")
        button.setAccessibleName(action.text())
        return button

    def _make_word_button(self, name: str, words: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"{name}-button")
        button.setText(words)
        button.setAccessibleName(words)
        button.setToolTip(tip)
        return button

    def _make_menu_button(self, name: str, words: str, tip: str) -> QToolButton:
        button = self._make_word_button(name, words, tip)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(QMenu(button))
        return button
