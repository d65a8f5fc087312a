"""A list of entries as chips in the colours of their series, with a menu to add more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from explainer.contract.fields import Choices, Parameter
from explainer.stage.translation import tr
from explainer.window.controls.chip import Chip
from explainer.window.controls.control import Control
from explainer.window.controls.entry_settings import EntrySettings
from explainer.window.controls.entry_text import join_entry, split_entry
from explainer.window.controls.flow import FlowLayout


class ChoicesControl(Control):
    """Chips to add, remove and fold out; one entry's settings are shown at a time, in controls that ``make`` makes."""

    parameter: Choices

    def __init__(
        self, parameter: Choices, parent: QWidget | None = None, *, make: Callable[[Parameter], Control]
    ) -> None:
        self._make = make
        super().__init__(parameter, parent)

    def build(self) -> None:
        """Make the strip of chips."""
        self.chips: list[Chip] = []
        self.settings: EntrySettings | None = None
        self._open: tuple[int, str] | None = None
        self._surroundings: dict[str, Any] = {}
        self.strip = QWidget()
        self.adopt(self.strip, "chips")
        self.flow = FlowLayout()
        self.strip.setLayout(self.flow)
        self.add = self._make_add_button()
        self.flow.addWidget(self.add)
        self.rows.addWidget(self.strip)
        self.name_label.setBuddy(self.add)
        self.setFocusProxy(self.add)

    def range_words(self) -> str:
        """Return how many entries are allowed."""
        return tr("{least} to {most} entries.").format(least=self.parameter.least, most=self.parameter.most)

    def show_value(self, value: tuple[str, ...]) -> None:
        """Show the entries; chips that stay are kept, so that a setting can be dragged."""
        while len(self.chips) > len(value):
            self._drop_chip()
        while len(self.chips) < len(value):
            self._append_chip()
        removable = len(value) > self.parameter.least
        for chip, words in zip(self.chips, self._words(value), strict=True):
            chip.show_entry(words, self.parameter.settings is not None, removable)
        for action in self.add.menu().actions():
            known = self.parameter.entry is None and action.data() in value
            action.setEnabled(not known and len(value) < self.parameter.most)
        self._show_settings(value)

    def set_surroundings(self, values: dict[str, Any]) -> None:
        """Pass the common values on to the settings that follow them."""
        self._surroundings = values
        if self.settings is not None:
            self.settings.set_surroundings(values)

    def fold_out(self, index: int | None) -> None:
        """Show the settings of an entry, or of none."""
        self._open = None
        if index is not None and self.parameter.settings is not None:
            self._open = (index, split_entry(self.value()[index])[0])
        self._drop_settings()
        self._show_settings(self.value())

    def append(self, name: str) -> None:
        """Add an entry, as if a person had chosen it."""
        self._offer((*self.value(), name))

    def remove(self, index: int) -> None:
        """Take an entry away, as if a person had removed it."""
        value = self.value()
        if self._open is not None and self._open[0] >= index:
            place, name = self._open
            self._open = (place - 1, name) if place > index else None
        self._offer(value[:index] + value[index + 1 :])

    def _offer(self, entries: tuple[str, ...]) -> None:
        self.propose(entries)
        self.show_value(self.value())

    def _set_own(self, own: dict[str, str]) -> None:
        if self._open is None:
            return
        index, name = self._open
        value = self.value()
        self._offer((*value[:index], join_entry(name, own), *value[index + 1 :]))

    def _words(self, value: tuple[str, ...]) -> list[str]:
        seen: Counter[str] = Counter()
        words = []
        for name, own in map(split_entry, value):
            seen[name] += 1
            number = [str(seen[name])] if seen[name] > 1 else []
            title = " ".join([self.parameter.options.get(name, name), *number])
            words.append(" · ".join([title, *(f"{key} {setting}" for key, setting in own.items())]))
        return words

    def _show_settings(self, value: tuple[str, ...]) -> None:
        if self._open is not None and (
            self._open[0] >= len(value) or split_entry(value[self._open[0]])[0] != self._open[1]
        ):
            self._open = None
        for index, chip in enumerate(self.chips):
            chip.set_open(self._open is not None and index == self._open[0])
        if self._open is None:
            self._drop_settings()
            return
        index, name = self._open
        if self.settings is None:
            self.settings = self._make_settings(name)
        self.settings.show_own(split_entry(value[index])[1])

    def _make_settings(self, name: str) -> EntrySettings:
        declarations = self.parameter.settings(name) if self.parameter.settings else {}
        made = EntrySettings(self.parameter.options.get(name, name), declarations, self._make)
        made.set_surroundings(self._surroundings)
        made.changed.connect(self._set_own)
        self.rows.insertWidget(self.rows.indexOf(self.strip) + 1, made)
        self._order_tabs(made)
        return made

    def _order_tabs(self, settings: EntrySettings | None = None) -> None:
        """Bring widgets made late, which Qt puts behind everything in the window, to their places for Tab.

        The list that a choice unfolds is a window of its own and left alone.
        """
        inner = settings.findChildren(QWidget) if settings is not None else []
        stops: list[QWidget] = [*(chip.name for chip in self.chips), self.add]
        stops += [
            widget
            for widget in inner
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.window() is self.window()
        ]
        for before, after in pairwise([self.add, *stops]):
            QWidget.setTabOrder(before, after)

    def _drop_settings(self) -> None:
        if self.settings is not None:
            self.rows.removeWidget(self.settings)
            self.settings.hide()
            self.settings.deleteLater()
            self.settings = None

    def _append_chip(self) -> None:
        index = len(self.chips)
        chip = Chip(index, series=index + self.parameter.first_colour)
        chip.folded_out.connect(lambda is_open: self.fold_out(index if is_open else None))
        chip.remove_asked.connect(partial(self.remove, index))
        self.chips.append(chip)
        self.flow.insert_widget(index, chip)
        self._order_tabs()

    def _drop_chip(self) -> None:
        chip = self.chips.pop()
        self.flow.removeWidget(chip)
        chip.hide()
        chip.deleteLater()

    def _make_add_button(self) -> QToolButton:
        button = QToolButton()
        button.setText("+")
        button.setProperty("role", "chip")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.adopt(button, "add", "add")
        button.setToolTip(tr("Add one"))
        menu = QMenu(button)
        for name, words in self.parameter.options.items():
            menu.addAction(words, partial(self.append, name)).setData(name)
        button.setMenu(menu)
        return button
