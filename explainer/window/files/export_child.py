"""``explainer run`` as a child of the window: makes what takes long while the window stays live."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from explainer.children import python
from explainer.contract import run_file
from explainer.contract.files import is_ordinary, put, target
from explainer.contract.lesson_plan import LessonPlan
from explainer.contract.recipe import Position, Recipe
from explainer.contract.refused import Refused
from explainer.export.aside import drop, make_aside
from explainer.export.place import refusal
from explainer.stage.translation import tr
from explainer.window.processes import end_process

_COUNT = re.compile(r"^(.*?)([\d,]+) of ([\d,]+)")


class ExportChild(QObject):
    """One file on its way. The child writes aside; only a whole file takes its place."""

    progressed = Signal(str, int, int)
    """(what, done, to do)."""
    finished = Signal()
    """The file is there."""
    failed = Signal(str)
    """Nothing was written; why."""

    def __init__(self, place: Path, parent: QObject | None = None) -> None:
        """``place`` is where the file goes; raise :class:`Refused` if nothing can be written beside it."""
        super().__init__(parent)
        self._target = place
        try:
            self._aside = make_aside(place.parent)
        except OSError as error:
            raise refusal(place, error, str(place)) from None
        self._process = QProcess(self)
        self._process.readyReadStandardError.connect(self._read)
        self._process.finished.connect(self._end)
        self._process.errorOccurred.connect(self._could_not_start)
        self._made = self._aside
        self._tail, self._last = "", ""

    @property
    def process_id(self) -> int:
        """The child's process, 0 when there is none."""
        return int(self._process.processId())

    def start(
        self,
        recipe: Recipe,
        position: Position,
        made: str,
        words: Sequence[str],
        plan: LessonPlan = LessonPlan(),
    ) -> None:
        """Run the recipe to the position; ``made`` is the path of the file among what the child writes aside.

        In ``words``, the further words of its command line, ``{aside}`` is the folder to write in.
        """
        self._made = self._aside / made
        file = self._aside / f"export{run_file.SUFFIX}"
        try:
            file.write_bytes(run_file.encode(recipe, position, lesson=plan))
        except OSError as error:
            self._clear()
            raise refusal(self._target, error, str(self._target)) from None
        rest = [word.replace("{aside}", str(self._aside)) for word in words]
        program, *command = python("explainer.command_line", "run", str(file), "--progress", "lines", *rest)
        self._process.start(program, command)

    def cancel(self) -> None:
        """End the child and leave nothing behind."""
        end_process(self._process, by_force=True)
        self._clear()

    def _read(self) -> None:
        self._tail += bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        *lines, self._tail = self._tail.split("\n")
        for line in lines:
            self._last = line.strip() or self._last
            found = _COUNT.match(line)
            if found:
                done, total = (int(part.replace(",", "")) for part in found.groups()[1:])
                self.progressed.emit(found[1].strip(), done, total)

    def _end(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        if status is QProcess.ExitStatus.CrashExit:
            self._fail(tr("the process that made it was killed"))
            return
        if not is_ordinary(self._made):
            self._fail(self._last.removeprefix("explainer: ") or tr("it ended with status {code}").format(code=code))
            return
        try:
            put(self._made, target(self._target))
        except Refused as refused:
            self._fail(str(refused))
            return
        except OSError as error:
            self._fail(str(refusal(self._target, error, "")))
            return
        self._clear()
        self.finished.emit()

    def _could_not_start(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._fail(self._process.errorString())

    def _fail(self, why: str) -> None:
        self._clear()
        self.failed.emit(why.replace(f"{self._aside}{os.sep}", ""))

    def _clear(self) -> None:
        drop(self._aside)
