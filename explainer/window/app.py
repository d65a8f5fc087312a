"""Starts the window: the engine first, so that torch is imported while the widgets are built."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from explainer.assets import asset
from explainer.contract.start import Start
from explainer.window.exceptions import ExceptionHook

if TYPE_CHECKING:
    from explainer.window.main_window import MainWindow
    from explainer.window.run.engine_link import EngineLink


def open_window(start: Start, prepare: Callable[[MainWindow], object] = lambda window: None) -> int:
    """Show the window until it is closed; return the exit status.

    ``prepare`` is given the window before it is shown; what it returns is kept until the end.
    """
    gc.disable()  # until the window is there: what is made on the way stays
    application = QApplication(sys.argv[:1])
    application.setApplicationName("explainer")
    application.setApplicationDisplayName("explainer")
    application.setDesktopFileName("explainer")
    application.setStyle("fusion")
    application.setWindowIcon(QIcon(str(asset("icon.svg"))))
    hook = ExceptionHook(application)
    hook.install()
    link = _start_engine() if start != Start() else None
    from explainer.window.main_window import MainWindow
    from explainer.window.settings import load_settings

    window = MainWindow(link, load_settings())
    hook.happened.connect(lambda message, details: _tell(window, hook, message, details))
    if link is not None:
        window.build()
    kept = prepare(window)
    window.open(start)
    window.show()
    if not window.is_at_home:
        window.focus_stage()
    alive = _listen_for_interrupts(window)
    gc.enable()
    gc.freeze()  # what the imports made stays; collecting it again and again costs pictures
    status = application.exec()
    alive.stop()
    if window.link is not None:
        window.link.stop()
    hook.remove()
    del kept
    return status


def _start_engine() -> EngineLink:
    """Start an engine, so that torch is imported while the widgets are built; the home page waits for no run."""
    from explainer.window.run.engine_link import EngineLink

    link = EngineLink()
    link.start()
    return link


def _tell(window: MainWindow, hook: ExceptionHook, message: str, details: str) -> None:
    """Show an exception in the window."""
    window.build()
    window.announcements.exception_read.connect(hook.forget)
    window.announcements.show_exception(message, details)


def quit_soon() -> None:
    """Close the window once the event loop is back in control."""
    QTimer.singleShot(0, QApplication.closeAllWindows)


def _listen_for_interrupts(window: object) -> QTimer:
    """Let Ctrl+C, the end of the terminal and of the session close the window: Python sees signals only as it runs."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows knows no SIGHUP
        if number is not None:
            signal.signal(number, lambda *_: window.close())  # type: ignore[attr-defined]
    timer = QTimer()
    timer.start(200)
    timer.timeout.connect(lambda: None)
    return timer
