"""The controls that a class sees while one presents: a few side by side, chosen by whoever presents."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from explainer.stage.translation import tr
from explainer.theme.tokens import DARK, Tokens
from explainer.window.controls.control_set import ControlSet

WIDTH = 260
"""Pixels of a control before scaling: what a slider and its value need."""


class Strip(QFrame):
    """Shows controls of the same set as the inspector's; which ones, a menu at its end decides."""

    chosen = Signal(list)
    """The parameters whose controls are to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("present-controls")
        self.setProperty("role", "bar")
        self.setProperty("edge", "top")
        self.setAccessibleName(tr("Controls while presenting"))
        self._tokens = DARK
        self._controls: ControlSet | None = None
        self.names: list[str] = []
        self._shown: list[QWidget] = []
        self.choice = QToolButton()
        self.choice.setObjectName("choose-present-controls")
        self.choice.setProperty("role", "link")
        self.choice.setText(tr("Controls ▾"))
        self.choice.setAccessibleName(tr("Which controls are shown"))
        self.choice.setToolTip(tr("Choose which controls are shown while you present"))
        self.choice.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.choice.setMenu(QMenu(self.choice))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(24, 10, 16, 10)
        self._row.setSpacing(32)
        self._row.addStretch(1)
        self._row.addWidget(self.choice)

    def offer(self, controls: ControlSet, names: Sequence[str]) -> None:
        """Show the controls of these parameters, and offer all that have one."""
        self._controls = controls
        menu = self.choice.menu()
        menu.clear()
        for name, declared in controls.declarations.items():
            if controls.can_apply(name):
                action = menu.addAction(declared.label or name)
                action.setObjectName(f"present-{name}")
                action.setCheckable(True)
                action.setChecked(name in names)
                action.toggled.connect(lambda shown, name=name: self._choose(name, shown))
        self._show([name for name in names if controls.can_apply(name)])

    def clear(self) -> None:
        """Hold no control: their scene is left, or nothing is presented."""
        for widget in self._shown:
            self._row.removeWidget(widget)
            widget.deleteLater()
        self._shown, self._controls, self.names = [], None, []

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the sizes of a theme."""
        self._tokens = tokens
        for widget in self._shown:
            widget.setFixedWidth(tokens.size(WIDTH))

    def _choose(self, name: str, shown: bool) -> None:
        others = [other for other in self.names if other != name]
        self._show([*others, name] if shown else others)
        self.chosen.emit(self.names)

    def _show(self, names: Sequence[str]) -> None:
        controls = self._controls
        self.clear()
        self._controls, self.names = controls, list(names)
        if controls is None:
            return
        for place, name in enumerate(names):
            widget = controls.control(name)
            widget.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
            self._row.insertWidget(place, widget)
            self._shown.append(widget)
        self.apply_theme(self._tokens)
