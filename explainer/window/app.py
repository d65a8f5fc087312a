"""Starts the window: the engine first, so that torch is imported while the widgets are built."""

from __future__ import annotations

import signal
import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from explainer.contract.start import Start
from explainer.window.engine_link import EngineLink


def open_window(start: Start) -> int:
    """Show the window until it is closed; return the exit status."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("explainer")
    application.setApplicationDisplayName("explainer")
    application.setDesktopFileName("explainer")
    application.setStyle("fusion")
    link = EngineLink()
    link.start()
    from explainer.window.main_window import MainWindow
    from explainer.window.settings import load_settings

    window = MainWindow(link, load_settings())
    window.open(start)
    window.show()
    window.focus_stage()
    alive = _listen_for_interrupts(window)
    status = application.exec()
    alive.stop()
    link.stop()
    return status


def _listen_for_interrupts(window: object) -> QTimer:
    """Let Ctrl+C in the terminal close the window: Python sees signals only while it runs."""
    signal.signal(signal.SIGINT, lambda *_: window.close())  # type: ignore[attr-defined]
    signal.signal(signal.SIGTERM, lambda *_: window.close())  # type: ignore[attr-defined]
    timer = QTimer()
    timer.start(200)
    timer.timeout.connect(lambda: None)
    return timer
