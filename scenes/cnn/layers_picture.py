"""The layers as a table: what each gives, how many numbers it learns, and buttons that freeze or forget it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from explainer.contract.frame import Frame
from explainer.plots.picture import Picture
from explainer.scenes.cnn.buttons import link_button
from explainer.scenes.cnn.model_saving import ModelSaving
from explainer.scenes.cnn.words import layer_title, shape_text

ROW = 24
"""The least height of a row in pixels."""
HEADINGS = ("Layer", "Output", "Parameters", "")


class LayersPicture(Picture):
    """One row for each layer, and the total."""

    key: ClassVar[str] = "layers"
    title: ClassVar[str] = "Layers · shapes and parameters"
    about: ClassVar[str] = "What each layer gives and how many numbers it learns; freeze or re-initialise one"
    arrays: ClassVar[Sequence[str]] = ("layers", "shapes", "parameters", "frozen")
    weight: ClassVar[float] = 1.6

    def build(self) -> None:
        """Make the table, which is filled when the layers are known."""
        self.frame: Frame | None = None
        self.freezers: dict[str, QToolButton] = {}
        self._shown: tuple[object, ...] = ()
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName("layers-scroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self.saving = ModelSaving(self)
        self.saving.said.connect(self._say)
        self.save = link_button(
            self,
            "save-model",
            "Save the network …",
            "As a PyTorch module and its weights as safetensors, into a folder",
        )
        self.save.clicked.connect(self.saving.ask)
        self._said = _label("", quiet=True)
        self._said.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self.save)
        row.addWidget(self._said, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(row)

    def draw(self, frame: Frame) -> None:
        """Fill the table for another network; say what is frozen."""
        self.frame = frame
        if not set(self.arrays) <= frame.arrays.keys():
            return
        names = [str(name) for name in frame.arrays["layers"]]
        shown = (tuple(names), frame.arrays["shapes"].tobytes(), frame.params.blocks)
        if shown != self._shown:
            self._shown = shown
            self._scroll.setWidget(self._table(frame, names))
        for name, frozen in zip(names, frame.arrays["frozen"].tolist(), strict=True):
            if name in self.freezers:
                words = "let it learn" if frozen else "freeze"
                if self.freezers[name].text() != words:
                    self.freezers[name].setText(words)

    def draw_job(self, job: str, arguments: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        """Write the network when its files have come."""
        if job == "save_model" and arrays:
            self.saving.write(arrays)

    def _say(self, words: str) -> None:
        self._said.setText(words)

    def _table(self, frame: Frame, names: Sequence[str]) -> QWidget:
        arrays, inside = frame.arrays, QWidget()
        inside.setObjectName("layers-table")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(5)
        grid.setVerticalSpacing(0)
        self.freezers = {}
        for column, words in enumerate(HEADINGS):
            grid.addWidget(_label(words, quiet=True, right=column == 2), 0, column)
        for row, name in enumerate(names, 1):
            count = int(arrays["parameters"][row - 1])
            grid.addWidget(_label(layer_title(name, frame.params.blocks), quiet=not count), row, 0)
            grid.addWidget(_label(shape_text(arrays["shapes"][row - 1].tolist()), quiet=not count), row, 1)
            grid.addWidget(_label(f"{count:,}" if count else "–", quiet=not count, right=True), row, 2)
            grid.setRowMinimumHeight(row, ROW)
            if count:
                self._add_buttons(grid, row, name)
        total = int(np.sum(arrays["parameters"]))
        grid.addWidget(_label("Together"), len(names) + 1, 0)
        grid.addWidget(_label(f"{total:,}", right=True), len(names) + 1, 2)
        grid.setColumnStretch(5, 1)
        grid.setRowStretch(len(names) + 2, 1)
        return inside

    def _add_buttons(self, grid: QGridLayout, row: int, name: str) -> None:
        freeze = link_button(
            self,
            f"freeze-{name}",
            "freeze",
            "Keep this layer as it is, running means and variances too, or let it learn again",
        )
        freeze.clicked.connect(lambda: self._freeze(name))
        anew = link_button(
            self, f"reinitialise-{name}", "re-initialise", "Draw this layer's parameters afresh, while it trains"
        )
        anew.clicked.connect(lambda: self.steering.act("reinitialise", layer=name))
        self.freezers[name] = freeze
        grid.addWidget(freeze, row, 3)
        grid.addWidget(anew, row, 4)

    def _freeze(self, name: str) -> None:
        if self.frame is not None:
            place = [str(each) for each in self.frame.arrays["layers"]].index(name)
            self.steering.act("freeze", layer=name, on=not bool(self.frame.arrays["frozen"][place]))

    def summary(self) -> str:
        """Return the total, and what is frozen."""
        if self.frame is None or not set(self.arrays) <= self.frame.arrays.keys():
            return self.title
        arrays = self.frame.arrays
        frozen = [str(name) for name, on in zip(arrays["layers"], arrays["frozen"], strict=True) if on]
        said = f"; frozen: {', '.join(frozen)}" if frozen else ""
        return f"{len(arrays['layers'])} layers with {int(arrays['parameters'].sum()):,} parameters{said}"


def _label(words: str, *, quiet: bool = False, right: bool = False) -> QLabel:
    made = QLabel(words)
    made.setProperty("role", "muted" if quiet else "")
    if right:
        made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return made
