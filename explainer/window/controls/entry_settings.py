"""What one entry of a list is told for itself: its settings as small controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from explainer.contract.fields import Parameter
from explainer.stage.translation import tr
from explainer.window.controls.control import Control
from explainer.window.controls.look import set_look


class EntrySettings(QFrame):
    """Controls for one entry's settings. Those that it does not set itself are grey.

    A setting back at its default is the entry's own no longer; one that follows a common parameter
    has that parameter's value as its default.
    """

    changed = Signal(object)
    """All own settings as text, by name in the order of the declarations."""

    def __init__(
        self,
        title: str,
        declarations: Mapping[str, Parameter],
        make: Callable[[Parameter], Control],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "fold")
        self.setObjectName("entry-settings")
        self.setAccessibleName(tr("Settings of {title}").format(title=title))
        self._own: dict[str, str] = {}
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 8, 12, 12)
        rows.setSpacing(8)
        caption = QLabel(tr("{title} · grey: common or default value").format(title=title))
        caption.setProperty("role", "muted")
        rows.addWidget(caption)
        self.controls = {name: make(parameter) for name, parameter in declarations.items()}
        for name, control in self.controls.items():
            control.changed.connect(partial(self._set, name))
            rows.addWidget(control)
            if control.restart_mark is not None:
                control.restart_mark.hide()

    def show_own(self, own: Mapping[str, str]) -> None:
        """Show the settings an entry has of its own, and defaults for the rest."""
        self._own = dict(own)
        for name, control in self.controls.items():
            value = control.parameter.parse(own[name]) if name in own else control.default
            if not control.is_held() and value != control.value():
                control.set_value(value)
            set_look(control, own=name in own)

    def set_surroundings(self, values: Mapping[str, Any]) -> None:
        """Take the common values for the settings that follow them."""
        for control in self.controls.values():
            followed = control.parameter.follows
            if followed in values:
                control.set_default(values[followed])
        self.show_own(self._own)

    def _set(self, name: str, value: Any) -> None:
        control = self.controls[name]
        own = {key: words for key, words in self._own.items() if key != name}
        if value != control.default:
            own[name] = control.parameter.format(value)
        self.changed.emit({key: own[key] for key in self.controls if key in own})
