"""Saving files that the engine makes: asks for a folder, has a side job make them, and writes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from explainer.contract import Refused
from explainer.contract.cards import Save
from explainer.export import folder
from explainer.plots.picture import Picture

WORDS = "Save into a folder"


class Saving(QObject):
    """Some files in a folder, all of them or none."""

    said = Signal(str)
    """What became of it."""

    def __init__(self, save: Save, picture: Picture) -> None:
        super().__init__(picture)
        self._save, self._picture = save, picture
        self._folder: Path | None = None
        self.dialog: QFileDialog | None = None

    def ask(self) -> None:
        """Let a folder be chosen."""
        dialog = self.dialog = QFileDialog(self._picture, WORDS)
        dialog.setObjectName("folder-dialog")
        dialog.setAccessibleName(WORDS)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.save_into(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_into(self, place: Path) -> None:
        """Have the files made for this folder."""
        try:
            folder.check_writable(place, list(self._save.files.values()))
        except Refused as refused:
            self.said.emit(str(refused))
            return
        self._folder = place
        self._picture.steering.job(self._save.job)

    def draw_job(self, job: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Write the files that have come, if they were asked for here."""
        if job != self._save.job or not self._save.files.keys() <= arrays.keys():
            return
        place, self._folder = self._folder, None
        if place is None:
            return
        try:
            folder.write_all(place, {name: arrays[key].tobytes() for key, name in self._save.files.items()})
        except Refused as refused:
            self.said.emit(str(refused))
            return
        self.said.emit(f"Saved as {' and '.join(self._save.files.values())} in {place}")
