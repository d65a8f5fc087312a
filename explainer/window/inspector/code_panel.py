"""The Code tab: the real source of the running experiment, the line at which it rests marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from explainer.stage.translation import tr
from explainer.theme.tokens import Tokens
from explainer.window.inspector.code_view import CodeView

__all__ = ["CodePanel", "experiment_files"]

_LEADING, _LAST = "experiment.py", "__init__.py"
_DRAWS = re.compile(
    r"^\s*(?:from|import) (?:PySide6|pyqtgraph|explainer\.(?:plots|contract\.(?:cards|view|frame)))\b", re.MULTILINE
)
"""What only a module imports that draws a run or tells of it."""


def experiment_files(folder: Path) -> list[Path]:
    """Return a scene's modules that compute: ``experiment.py`` first, the declaration last, none that draw."""
    files = [path for path in folder.glob("*.py") if not _DRAWS.search(path.read_text(encoding="utf-8"))]
    return sorted(files, key=lambda path: (path.name != _LEADING, path.name == _LAST, path.name))


class CodePanel(QWidget):
    """Read-only source of one of several files, with a chooser where there is a choice."""

    script_asked = Signal()
    """The run is wanted as a script of its own."""

    def __init__(self, files: Sequence[Path] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("code")
        self.setAccessibleName(tr("Code"))
        self._files: list[Path] = []
        self._mark: tuple[str, int] | None = None
        self._shown: Path | None = None
        """The file that was read last; a hidden panel reads none, for colouring one takes time at the start."""
        self.view = CodeView()
        self.chooser = QComboBox()
        self.chooser.setObjectName("code-file")
        self.chooser.setAccessibleName(tr("Source file"))
        self.chooser.setToolTip(tr("Which module of the scene is shown"))
        self.chooser.currentIndexChanged.connect(self._show)
        self.wrap = QPushButton(tr("Wrap"))
        self.wrap.setObjectName("code-wrap")
        self.wrap.setCheckable(True)
        self.wrap.setProperty("role", "choice")
        self.wrap.setAccessibleName(tr("Wrap long lines"))
        self.wrap.setToolTip(tr("Break lines that are longer than the panel is wide"))
        self.wrap.toggled.connect(self.view.set_wrapped)
        self.copy = QPushButton(tr("Copy"))
        self.copy.setObjectName("code-copy")
        self.copy.setAccessibleName(tr("Copy the whole file"))
        self.copy.setToolTip(tr("Copy the whole file to the clipboard"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.view.toPlainText()))
        self.script = QPushButton(tr("Copy this run as PyTorch"))
        self.script.setObjectName("code-script")
        self.script.setAccessibleName(tr("Copy this run as PyTorch"))
        self.script.setToolTip(
            tr("A script of its own that gives the same numbers without this program (Ctrl+Shift+P)")
        )
        self.script.clicked.connect(self.script_asked)
        self._arrange()
        self.show_files(files)

    @property
    def file(self) -> Path | None:
        """The file that is shown."""
        index = self.chooser.currentIndex()
        return self._files[index] if 0 <= index < len(self._files) else None

    def show_files(self, files: Sequence[Path]) -> None:
        """Offer these files and show the first."""
        self._files, self._mark = list(files), None
        self.chooser.blockSignals(True)
        self.chooser.clear()
        self.chooser.addItems([path.name for path in self._files])
        self.chooser.blockSignals(False)
        self.chooser.setEnabled(len(self._files) > 1)
        self.copy.setEnabled(self.file is not None)
        self._shown = None
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: read the file that has not been read yet."""
        super().showEvent(event)
        if self._shown != self.file:
            self._show()

    def mark(self, file: str | Path, line: int) -> None:
        """Mark the line, counted from 1, at which the run rests, and bring its file out; other files are ignored."""
        names = [path.name for path in self._files]
        name = Path(file).name
        if name not in names:
            self.clear_mark()
            return
        self._mark = (name, line)
        self.chooser.setCurrentIndex(names.index(name))
        self.view.mark(line)

    def clear_mark(self) -> None:
        """Unmark: the run is not resting within a step."""
        if self._mark is not None or self.view.marked:
            self._mark = None
            self.view.mark(0)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        self.view.apply_theme(tokens)

    def _arrange(self) -> None:
        rows, line = QVBoxLayout(self), QHBoxLayout()
        rows.setContentsMargins(16, 12, 16, 12)
        rows.setSpacing(8)
        line.setSpacing(8)
        line.addWidget(self.chooser, 1)
        line.addWidget(self.wrap)
        line.addWidget(self.copy)
        rows.addLayout(line)
        rows.addWidget(self.view, 1)
        rows.addWidget(self.script)

    def _show(self) -> None:
        if not self.isVisible():
            return
        self._shown = self.file
        self.view.show_source(self.file.read_text(encoding="utf-8") if self.file else "")
        if self._mark and self.file and self.file.name == self._mark[0]:
            self.view.mark(self._mark[1])
