"""A point: two fields, x and y."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel

from explainer.contract.fields import Point
from explainer.contract.refused import Refused
from explainer.stage.translation import tr
from explainer.window.controls.control import Control
from explainer.window.controls.entry import Entry
from explainer.window.controls.number_text import settled, typed

LEAST_WIDTH = 40


class PointControl(Control):
    """Two coordinates; a refused one is marked and the other stays."""

    parameter: Point

    def build(self) -> None:
        """Make the two fields."""
        row = QHBoxLayout()
        row.setSpacing(8)
        self.entries = {axis: self._make_field(axis, row) for axis in ("x", "y")}
        self.rows.addLayout(row)
        self.name_label.setBuddy(self.entries["x"])
        self.setFocusProxy(self.entries["x"])

    def range_words(self) -> str:
        """Return the range of both coordinates."""
        return tr("Both from {low} to {high}.").format(
            low=settled(self.parameter.low), high=settled(self.parameter.high)
        )

    def default_text(self) -> str:
        """Return the default as a pair."""
        return "({}, {})".format(*map(settled, self.default))

    def show_value(self, value: tuple[float, float]) -> None:
        """Show a point."""
        for entry, number in zip(self.entries.values(), value, strict=True):
            entry.show_text(settled(number), repr(number))

    def _make_field(self, axis: str, row: QHBoxLayout) -> Entry:
        letter, entry = QLabel(axis), Entry()
        letter.setProperty("role", "muted")
        self.adopt(entry, axis, axis)
        entry.setMinimumWidth(LEAST_WIDTH)
        row.addWidget(letter)
        row.addWidget(entry, 1)
        entry.offered.connect(self._read)
        entry.given_up.connect(self._give_up)
        return entry

    def _read(self) -> None:
        words = [typed(entry.text()) for entry in self.entries.values()]
        if self.propose(tuple(words)):
            self.show_value(self.value())
            return
        for entry, word in zip(self.entries.values(), words, strict=True):
            if not self._is_allowed(word):
                entry.mark_refused()

    def _is_allowed(self, word: str) -> bool:
        try:
            self.parameter.check((word, word))
        except Refused:
            return False
        return True

    def _give_up(self) -> None:
        if not any(entry.is_refused() for entry in self.entries.values()):
            self.clear_refusal()
