"""Drives the window through a measurement, as a generator that says what it waits for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QObject, QTimer

from explainer.bench.watch import Watch
from explainer.contract.start import Start
from explainer.window import app
from explainer.window.main_window import MainWindow

Wait = float | Callable[[], bool]
Figures = dict[str, float]
Measure = Callable[[MainWindow, Figures], Iterator[Wait]]


def print_figures(start: Start, measure: Measure, figures: Figures | None = None) -> None:
    """Open the window without the settings of whoever runs it, measure, and print the figures as JSON."""
    found = figures or {}
    with TemporaryDirectory() as folder:
        os.environ["EXPLAINER_SETTINGS"] = str(Path(folder, "settings.json"))
        app.open_window(start, lambda window: Script(_printing(measure(window, found), found), window))
    print(json.dumps(found))  # noqa: T201


def _printing(steps: Iterator[Wait], found: Figures) -> Iterator[Wait]:
    """Print what was found whenever there is more, so that it is known should time run out."""
    known = len(found)
    for wait in steps:
        if len(found) > known:
            known = len(found)
            print(json.dumps(found), flush=True)  # noqa: T201
        yield wait


def has_answered(watch: Watch, request: int) -> bool:
    """Return whether a painted frame takes a command into account."""
    return watch.answered >= request


class Script(QObject):
    """Runs a generator in the event loop; it yields seconds to wait or a condition to wait for."""

    def __init__(self, steps: Iterator[Wait], parent: QObject) -> None:
        super().__init__(parent)
        self._steps = steps
        self._condition: Callable[[], bool] | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        self._timer.start(0)

    def _go_on(self) -> None:
        if self._condition is not None and not self._condition():
            self._timer.start(1)
            return
        wait = next(self._steps, None)
        if wait is None:
            app.quit_soon()
            return
        self._condition = wait if callable(wait) else None
        self._timer.start(0 if callable(wait) else round(1000 * wait))
