"""Opens interview mode, and does what it asks of the window and of files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox

from explainer.contract.files import write_atomically
from explainer.contract.refused import Refused
from explainer.stage.translation import tr
from explainer.teach.interview import Interview, all_questions, written
from explainer.theme.tokens import Tokens
from explainer.window.interview.dialog import InterviewDialog

if TYPE_CHECKING:
    from explainer.window.main_window import MainWindow

__all__ = ["Interviews"]


class Interviews(QObject):
    """The one dialog of a window, made when it is first wanted."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.dialog: InterviewDialog | None = None

    def open(self) -> None:
        """Show the dialog, with what is to be asked now."""
        if self.dialog is None:
            self.dialog = InterviewDialog(all_questions(), self._window.progress, self._window)
            self.dialog.link_asked.connect(self._window.ask.follow)
            self.dialog.export_asked.connect(self._export)
            self.dialog.forget.clicked.connect(self._forget)
            self.dialog.apply_theme(self._window.theme.tokens)
        elif not self.dialog.isVisible():
            self.dialog.draw()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and scale."""
        if self.dialog is not None:
            self.dialog.apply_theme(tokens)

    def write(self, place: str, talk: Interview) -> None:
        """Write the questions into a file, in the format that its ending names."""
        try:
            write_atomically(Path(place), written(place, self._window.progress, talk).encode())
        except Refused as refused:
            self._window.announcements.refuse(str(refused))
        except OSError as error:
            self._window.announcements.refuse(tr("Cannot write {place}: {why}").format(place=place, why=error.strerror))

    def _export(self, talk: Interview) -> None:
        kinds = tr("Text for Anki (*.txt);;Table with your marks (*.csv)")
        place, kind = QFileDialog.getSaveFileName(self.dialog, tr("Export the questions"), "questions.txt", kinds)
        if place:
            self.write(place if Path(place).suffix else place + (".csv" if "csv" in kind else ".txt"), talk)

    def _forget(self) -> None:
        words = tr("Forget all marks, and when questions come again?")
        if QMessageBox.question(self.dialog, tr("Interview"), words) == QMessageBox.StandardButton.Yes:
            self._window.progress.unmark()
            assert self.dialog is not None
            self.dialog.draw()
