"""The pictures of the home page: kept in the cache folder, drawn by a process of its own where they are missing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from explainer.children import python
from explainer.contract.places import cache_folder
from explainer.contract.version import __version__
from explainer.window.processes import end_process

KINDS = (".py", ".md", ".npz", ".json")
"""What a scene's picture depends on."""


def picture_path(folder: Path, theme: str) -> Path:
    """Return where the picture of a scene is kept, drawn from its files as they are now by this version."""
    stamp = blake2b(digest_size=8)
    for file in sorted(_files(folder)):
        found = file.stat()
        stamp.update(f"{file.relative_to(folder)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return cache_folder("home") / __version__ / theme / f"{folder.name}-{stamp.hexdigest()}.png"


def _files(folder: Path) -> Iterable[Path]:
    for place, inside, names in os.walk(folder):
        inside[:] = [name for name in inside if not name.startswith(("_", "."))]
        yield from (Path(place, name) for name in names if name.endswith(KINDS))


class Shelf(QObject):
    """Knows which pictures are there, and has the others drawn one after another."""

    drawn = Signal(str, object)
    """A scene's name and the file of its picture."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._rest = b""

    @property
    def is_drawing(self) -> bool:
        """Whether pictures are being drawn."""
        return self._process is not None

    def there(self, folders: dict[str, Path], theme: str) -> dict[str, Path]:
        """Return the pictures that are there, by scene."""
        found = {name: picture_path(folder, theme) for name, folder in folders.items()}
        return {name: path for name, path in found.items() if path.is_file()}

    def draw(self, names: Sequence[str], theme: str) -> None:
        """Have the pictures of these scenes drawn, the first one first; a drawing under way is given up."""
        self.stop()
        if not names:
            return
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("QT_QPA_PLATFORM", "offscreen" if os.name == "posix" else "")
        process.setProcessEnvironment(environment)
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._end)
        self._process = process
        program, *words = python("explainer.commands.scene_pictures", theme, *names)
        process.start(program, words)

    def stop(self) -> None:
        """Give up what is being drawn."""
        process, self._process = self._process, None
        self._rest = b""
        if process is not None:
            end_process(process, by_force=True)
            process.deleteLater()

    def _read(self) -> None:
        if self._process is None:
            return
        *lines, self._rest = (self._rest + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            name, _, path = line.decode(errors="replace").partition("\t")
            if path:
                self.drawn.emit(name, Path(path))

    def _end(self) -> None:
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
