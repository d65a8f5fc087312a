"""One of several options: a list that opens, searchable when it is long."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QListView

from explainer.contract.fields import Choice
from explainer.window.controls.control import Control

MOST_WITHOUT_SEARCH = 12


class Options(QComboBox):
    """A combo box that leaves the wheel to the page unless it has the focus."""

    given_up = Signal()
    """Escape, with something typed that is not taken."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up a search; otherwise it is left to the window."""
        if event.key() == Qt.Key.Key_Escape and self.currentText() != self.itemText(self.currentIndex()):
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Choose by the wheel only with the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceControl(Control):
    """One of the declared options, shown in their words on the screen."""

    parameter: Choice

    def build(self) -> None:
        """Make the list."""
        self.box = Options()
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMaxVisibleItems(20)
        for name, words in self.parameter.options.items():
            self.box.addItem(words, name)
        self.adopt(self.box, "choice")
        self.rows.addWidget(self.box)
        self.name_label.setBuddy(self.box)
        self.setFocusProxy(self.box)
        self.box.activated.connect(self._choose)
        if self.box.count() > MOST_WITHOUT_SEARCH:
            self._make_searchable()

    def default_text(self) -> str:
        """Return the default's words on the screen."""
        return self.parameter.options[self.default]

    def show_value(self, value: str) -> None:
        """Show an option."""
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.box.findData(value))
            if (line := self.box.lineEdit()) is not None:
                line.setText(self.box.itemText(self.box.currentIndex()))
                line.setCursorPosition(0)

    def set_surroundings(self, values: dict[str, Any]) -> None:
        """Grey the options that do not go together with the other values; their tooltips say why."""
        model = self.box.model()
        assert isinstance(model, QStandardItemModel)
        for index, name in enumerate(self.parameter.options):
            why = self.objection(name) if name != self.value() else ""
            if (item := model.item(index)) is not None and item.isEnabled() == bool(why):
                item.setEnabled(not why)
                item.setToolTip(why)

    def named(self, words: str) -> str:
        """Return the option that typed words mean: its name, its title, or the only one that contains them."""
        options = self.parameter.options
        key = words.strip().lower()
        exact = [name for name, title in options.items() if key in (name.lower(), title.lower())]
        near = [name for name, title in options.items() if key and key in title.lower()]
        return (exact or (near if len(near) == 1 else [words.strip()]))[0]

    def _choose(self, index: int) -> None:
        self.propose(self.box.itemData(index))

    def _make_searchable(self) -> None:
        line = QLineEdit()
        self.box.setLineEdit(line)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = QCompleter(self.box.model(), self.box)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        found = QListView()
        found.setProperty("role", "popup")
        completer.setPopup(found)
        self.box.setCompleter(completer)
        self.adopt(line, "search", "search")
        line.editingFinished.connect(self._search)
        self.box.given_up.connect(lambda: self.set_value(self.value()))

    def _search(self) -> None:
        words = self.box.currentText()
        if self.propose(self.named(words)):
            self.show_value(self.value())
