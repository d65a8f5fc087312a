"""What can be pressed above a card's drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from explainer.contract.cards import Button, Save
from explainer.contract.cards.bindings import MISSING
from explainer.contract.frame import Frame
from explainer.plots.picture import Picture
from explainer.plots.resolved import asked, words_of
from explainer.plots.saving import Saving


class ButtonRow(QWidget):
    """Words that look like links; a click on one leaves the keys with the stage."""

    def __init__(self, told: Sequence[Button], picture: Picture) -> None:
        super().__init__(picture)
        self.told, self.steering = told, picture.steering
        self._picture = picture
        self.frame: Frame | None = None
        self.saving: dict[str, Saving] = {}
        self.buttons = [self._made(button) for button in told]
        self.said = QLabel()
        self.said.setObjectName("said")
        self.said.setProperty("role", "muted")
        self.said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 2)
        for right in (False, True):
            for button, each in zip(self.buttons, told, strict=True):
                if each.right == right:
                    row.addWidget(button)
            if not right:
                row.addWidget(self.said, 1)

    def _made(self, told: Button) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("card-button")
        button.setProperty("role", "link")
        button.setToolTip(told.about)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(partial(self.press, told))
        return button

    def draw(self, frame: Frame) -> None:
        """Say what can be pressed at a frame."""
        self.frame = frame
        for button, told in zip(self.buttons, self.told, strict=True):
            words = words_of(told.words, frame)
            if words != button.text():
                button.setText(words)
                button.setAccessibleName(told.about or words)
            button.setVisible(bool(words))
            button.setEnabled(self._wanted(told) is not None)

    def _wanted(self, told: Button) -> object:
        found = asked(told.click, self.frame) if self.frame is not None else None
        return None if found is MISSING else found

    def press(self, told: Button, _checked: bool = False) -> None:
        """Ask for what a button comes to."""
        wanted = self._wanted(told)
        if isinstance(wanted, Save):
            self.saving_of(wanted).ask()
        else:
            self.steering.ask(wanted)

    def saving_of(self, wanted: Save) -> Saving:
        """Return what saves these files."""
        if wanted.job not in self.saving:
            self.saving[wanted.job] = Saving(wanted, self._picture)
            self.saving[wanted.job].said.connect(self._say)
        return self.saving[wanted.job]

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.setToolTip(words)

    def draw_job(self, job: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Write what was asked for here."""
        for saving in self.saving.values():
            saving.draw_job(job, arrays)
