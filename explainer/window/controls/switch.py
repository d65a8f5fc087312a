"""On or off: a switch at the right of its name."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox

from explainer.contract.fields import Switch
from explainer.stage.translation import tr
from explainer.window.controls.control import Control


class SwitchControl(Control):
    """On or off; Space turns it over."""

    parameter: Switch

    def build(self) -> None:
        """Make the switch."""
        self.box = QCheckBox()
        self.box.setProperty("role", "switch")
        self.adopt(self.box, "switch")
        self.header.addWidget(self.box)
        self.name_label.setBuddy(self.box)
        self.setFocusProxy(self.box)
        self.box.toggled.connect(self.propose)

    def default_text(self) -> str:
        """Return on or off."""
        return tr("on") if self.default else tr("off")

    def show_value(self, value: bool) -> None:
        """Bring the switch to a value."""
        with QSignalBlocker(self.box):
            self.box.setChecked(value)
