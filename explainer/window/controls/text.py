"""A line of text, taken on Enter or on leaving, an eager one with every key; a mistake is pointed at."""

from __future__ import annotations

import re
from typing import Any

from explainer.contract.fields import Numbers, Text
from explainer.contract.refused import Refused
from explainer.stage.translation import tr
from explainer.window.controls.control import Control
from explainer.window.controls.entry import Entry

LEAST_WIDTH = 64


class TextControl(Control):
    """A line of text. A refusal that names ``position N`` selects that character."""

    parameter: Text | Numbers

    def build(self) -> None:
        """Make the line."""
        self.entry = Entry()
        self.adopt(self.entry, "entry")
        self.entry.setMinimumWidth(LEAST_WIDTH)
        self.rows.addWidget(self.entry)
        self.name_label.setBuddy(self.entry)
        self.setFocusProxy(self.entry)
        self.entry.offered.connect(self._read)
        self.entry.given_up.connect(self.clear_refusal)
        if getattr(self.parameter, "eager", False):
            self.entry.textEdited.connect(self._typed)

    def range_words(self) -> str:
        """Return the greatest length."""
        return tr("At most {most} characters.").format(most=self.parameter.most)

    def show_value(self, value: Any) -> None:
        """Show the text."""
        self.entry.show_text(self.short(value), self.parameter.format(value))

    def short(self, value: Any) -> str:
        """Return the value as it stands there while nobody edits it."""
        return self.parameter.format(value)

    def _typed(self, words: str) -> None:
        """Take what is there after a key; of what is not allowed nothing is said before Enter."""
        try:
            self.parameter.parse(words)
        except Refused:
            return
        self.propose(words)

    def _read(self, words: str) -> None:
        if self.propose(words):
            self.show_value(self.value())
        else:
            position = re.search(r"position (\d+)", self.refusal.toolTip())
            self.entry.mark_refused(int(position[1]) if position else None)
