"""Saving the network from the window: asks for a folder, has the engine make the files, and writes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from explainer.contract import Refused
from explainer.export import folder
from explainer.plots.picture import Picture

FILES = {"module": "model.py", "weights": "weights.safetensors"}


class ModelSaving(QObject):
    """Two files in a folder, both or none."""

    said = Signal(str)
    """What became of it."""

    def __init__(self, picture: Picture) -> None:
        super().__init__(picture)
        self._picture = picture
        self._folder: Path | None = None
        self.dialog: QFileDialog | None = None

    def ask(self) -> None:
        """Let a folder be chosen."""
        dialog = self.dialog = QFileDialog(self._picture, "Save the network into a folder")
        dialog.setObjectName("model-dialog")
        dialog.setAccessibleName("Save the network into a folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.save_into(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_into(self, place: Path) -> None:
        """Have the files made for this folder."""
        try:
            folder.check_writable(place, list(FILES.values()))
        except Refused as refused:
            self.said.emit(str(refused))
            return
        self._folder = place
        self._picture.steering.job("save_model")

    def write(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Write the files that have come, if they were asked for here."""
        place, self._folder = self._folder, None
        if place is None or not FILES.keys() <= arrays.keys():
            return
        try:
            folder.write_all(place, {name: arrays[key].tobytes() for key, name in FILES.items()})
        except Refused as refused:
            self.said.emit(str(refused))
            return
        self.said.emit(f"Saved as {' and '.join(FILES.values())} in {place}")
