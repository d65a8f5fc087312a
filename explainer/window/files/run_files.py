"""Run files in the window: save, open, drag and drop, recent ones, copy as text and paste."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from explainer.contract import run_file
from explainer.contract.catalogue import CATALOGUE
from explainer.contract.files import is_folder, is_there, write_atomically
from explainer.contract.lesson_plan import LessonPlan
from explainer.contract.recipe import Position, Recipe
from explainer.contract.refused import Refused, one_line
from explainer.contract.run_file import RunFile
from explainer.stage.translation import later, tr
from explainer.window.run.session import Session
from explainer.window.settings import Settings

PATTERN = f"*{run_file.SUFFIX} {run_file.SUFFIX[1:]}"
NOTHING = later("The clipboard holds no run: copy one with Ctrl+Shift+C, or a run file in the file manager.")


class RunFiles(QObject):
    """Asks for files and texts, reads and writes them, and hands runs to the session."""

    refused = Signal(str)
    offered = Signal(str, str, object)
    """(why not, what can be had instead, the function that does it)."""
    done = Signal(str)
    """Something was saved or copied."""
    remembered = Signal()
    """The recent files are others than before."""

    def __init__(self, session: Session, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._settings, self._window = session, settings, window
        self._replay = Replay(session, self)
        self._replay.left.connect(self.refused)
        self.dialog: QFileDialog | None = None

    def ask_where_to_save(self) -> None:
        """Let the place be chosen for the run as it is now."""
        recipe, position = self._session.to_keep
        self.save_with(
            self._session.plan,
            f"{recipe.scene}-seed-{recipe.seed}-step-{position.step}",
        )

    def save_with(self, plan: LessonPlan, name: str) -> None:
        """Let the place be chosen for the run as it is now, with what a class finds of it."""
        recipe, position = self._session.to_keep
        dialog = self._make_dialog(tr("Save the run"), QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(run_file.SUFFIX[1:])
        dialog.selectFile(f"{name}{run_file.SUFFIX}")
        dialog.fileSelected.connect(lambda name: self.save(Path(name), recipe, position, plan))
        dialog.open()

    def ask_what_to_open(self) -> None:
        """Let a run file be chosen and open it."""
        dialog = self._make_dialog(tr("Open a run"), QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open_file(Path(name)))
        dialog.open()

    def save(self, path: Path, recipe: Recipe, position: Position, plan: LessonPlan = LessonPlan()) -> None:
        """Write a run file, or a lesson file, under a name by which it is known as one."""
        try:
            place = named_as_run_file(path)
            if place != path and is_there(place):
                raise Refused(
                    tr("{place} is there already: choose a name that ends with {suffix}").format(
                        place=place, suffix=run_file.SUFFIX
                    )
                )
            write_atomically(place, run_file.encode(recipe, position, place.absolute(), plan))
        except Refused as refused:
            self.refused.emit(str(refused))
            return
        self._settings.remember_file(place)
        self.remembered.emit()
        self.done.emit(tr("Saved as {place}").format(place=place))

    def open_file(self, path: Path) -> None:
        """Open a run file; one that is no longer there leaves the recent ones."""
        try:
            found = run_file.load(path, CATALOGUE)
        except Refused as refused:
            words = str(refused)
            if str(path.absolute()) in self._settings.recent and not is_there(path):
                self._settings.forget_file(path)
                self.remembered.emit()
                words = tr("{path} is no longer there: it is off the list of recent runs now").format(path=path)
            self.refused.emit(words)
            return
        self._settings.remember_file(path)
        self.remembered.emit()
        self._open(found, path.name)

    def copy(self) -> None:
        """Put the run into the clipboard as one line of text."""
        recipe, position = self._session.to_keep
        try:
            text = run_file.line(recipe, position, self._session.plan)
        except Refused as refused:
            self.refused.emit(str(refused))
            return
        QGuiApplication.clipboard().setText(text)
        self.done.emit(
            tr("Copied as text: {scene}, seed {seed}, step {step:,}").format(
                scene=recipe.scene, seed=recipe.seed, step=position.step
            )
        )

    def paste(self) -> None:
        """Open the run that the clipboard holds, as a file or as text."""
        held = QGuiApplication.clipboard().mimeData()
        if held is not None and held.hasUrls():
            self.take_dropped(held)
            return
        text = held.text() if held is not None and held.hasText() else ""
        if not text.lstrip().startswith("{"):
            self.refused.emit(tr(NOTHING))
            return
        try:
            found = run_file.decode(text.encode("utf-8", "surrogatepass"), CATALOGUE, tr("the text of the clipboard"))
        except Refused as refused:
            self.refused.emit(str(refused))
            return
        self._open(found, tr("the clipboard"))

    def take_dropped(self, held: QMimeData) -> None:
        """Open the one file that was dropped."""
        urls = held.urls()
        if len(urls) != 1:
            self.refused.emit(tr("{count} files were given: give one run file").format(count=len(urls)))
        elif not urls[0].isLocalFile():
            self.refused.emit(
                tr("{address} is no file of this machine: save it here first").format(
                    address=one_line(urls[0].toString())
                )
            )
        else:
            self.open_file(Path(urls[0].toLocalFile()))

    def fill(self, menu: QMenu) -> None:
        """Put the recent files into a menu, the newest first."""
        menu.clear()
        for name in self._settings.recent:
            path = Path(name)
            action = menu.addAction(f"{_no_keys(path.name)}    {_no_keys(_short(path.parent))}")
            action.setToolTip(name)
            action.triggered.connect(lambda _=False, chosen=path: self.open_file(chosen))
        if not self._settings.recent:
            menu.addAction(tr("None yet")).setEnabled(False)
            return
        menu.addSeparator()
        menu.addAction(tr("Forget these")).triggered.connect(lambda: setattr(self._settings, "recent", []))

    def _open(self, found: RunFile, name: str) -> None:
        """Open a checked run; for one that was made on a device that is not here another is offered."""
        device = found.recipe.device
        if device in (*self._session.engine.devices, "auto"):
            self._replay.begin(found, name)
            return
        on_cpu = RunFile(found.version, found.recipe.on("cpu"), found.position, lesson=found.lesson)
        words = tr("{name} was made on {device}, which this machine lacks; on cpu its numbers differ a little.").format(
            name=name, device=device
        )
        self.offered.emit(words, later("Open on cpu"), lambda: self._open(on_cpu, name))

    def _make_dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        if self.dialog is not None:
            self.dialog.close()
        kinds = f"{tr('Run files')} ({PATTERN});;{tr('All files')} (*)"
        dialog = self.dialog = QFileDialog(self._window, title, self._folder(), kinds)
        dialog.setObjectName("run-file-dialog")
        dialog.setAccessibleName(title)
        dialog.setAcceptMode(mode)
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._forget_dialog)
        return dialog

    def _forget_dialog(self) -> None:
        if self.sender() is self.dialog:
            self.dialog = None

    def _folder(self) -> str:
        """Return the folder of the newest recent file that is still there, else that of documents."""
        folders = [Path(name).parent for name in self._settings.recent]
        usual = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        return next((str(folder) for folder in folders if is_folder(folder)), usual)


class Replay(QObject):
    """A run from a file on its way; when its replay is refused, the run that was there comes back."""

    left = Signal(str)
    """The run could not be replayed; why, once the run before it is back."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._name = self._words = ""
        self._back: Callable[[], None] | None = None
        """What brings the run before back, while the one from the file is on its way."""
        self._is_there = False
        session.run_opened.connect(self._note_run)
        session.frame_changed.connect(self._note_arrival)
        session.refused.connect(lambda about, message: self._leave(message))
        session.failed.connect(lambda message, details: self._leave(message))

    def begin(self, found: RunFile, name: str) -> None:
        """Open a run and remember the present one until it has arrived."""
        session = self._session
        self._name, self._is_there, self._words = name, False, ""
        if session.scene is not None:
            before, plan = session.to_keep, session.plan
            self._back = lambda: session.open_run(CATALOGUE.scene(before[0].scene), *before, plan)
        session.open_run(CATALOGUE.scene(found.recipe.scene), found.recipe, found.position, found.lesson)

    def _note_run(self) -> None:
        if self._is_there:
            self._back = None
        self._is_there = self._back is not None

    def _note_arrival(self) -> None:
        if self._is_there and self._session.course.answered >= self._session.last_request:
            self._back, self._is_there = None, False
        if self._words and not self._session.is_opening:
            words, self._words = self._words, ""
            self.left.emit(words)

    def _leave(self, message: str) -> None:
        back, self._back = self._back, None
        if back is not None and self._is_there:
            self._is_there = False
            self._words = tr("{name}: {message}; the run that was there is back").format(
                name=self._name, message=message
            )
            back()


def named_as_run_file(path: Path) -> Path:
    """Return ``path`` with an ending by which it is known as a run file."""
    if run_file.is_named_so(path):
        return path
    stem = path.name.removesuffix(".json").removesuffix(".run").rstrip(".")
    return path.with_name(f"{stem or 'run'}{run_file.SUFFIX}")


def _short(folder: Path) -> str:
    try:
        return str(Path("~") / folder.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(folder)


def _no_keys(words: str) -> str:
    """Return words for a menu in which no character becomes a key."""
    return words.replace("&", "&&")
