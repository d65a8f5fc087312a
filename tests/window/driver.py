"""Drives a real window with a real engine as a person would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.frame import Frame
from explainer.contract.start import Start
from explainer.window.main_window import MainWindow
from explainer.window.run.engine_link import EngineLink
from explainer.window.settings import Settings

PATIENCE = 60_000
"""Milliseconds after which a test gives up waiting; nothing sleeps that long."""


class Driver:
    """A window under test: what a person does, and waiting for what comes of it."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.session, self.qtbot = window, window.session, qtbot

    @property
    def frame(self) -> Frame:
        assert self.session.frame is not None
        return self.session.frame

    @property
    def step(self) -> int:
        return self.session.position.step

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE)

    def activate(self) -> None:
        """Make the window the one that has the keyboard."""
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)

    def settled(self) -> bool:
        """Whether a run is there, rests, and has answered everything."""
        session = self.session
        return session.frame is not None and not session.is_opening and not session.playing

    def open(self, scene: str) -> None:
        """Open a scene at its defaults and the first step of its lesson, and wait for its first frame."""
        self.window.settings.of_scene(scene).lesson_step = 0
        self.window.notices.clear("refusal")
        self.session.open_scene(CATALOGUE.scene(scene))
        self.session.branches.forget()
        self.until(lambda: self.settled() and self.frame.scene == scene and self.step == 0)
        self.window.stage.setFocus()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key wherever the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def type(self, words: str) -> None:
        """Type where the focus is, and press Return."""
        QTest.keyClicks(QApplication.focusWidget(), words)
        self.key(Qt.Key.Key_Return)

    def go_to(self, step: int) -> None:
        """Seek and wait."""
        self.session.course.seek(step)
        self.until(lambda: self.step == step and self.settled() and self.frame.step == step)

    def set(self, **values: Any) -> None:
        """Set parameters as a picture would and wait until a frame has them."""
        self.session.set(values)
        self.until(lambda: self.settled() and all(getattr(self.frame.params, n) == v for n, v in values.items()))

    def part(self, name: str) -> Any:
        """Return a widget of the window by its object name once it can be seen."""

        def visible() -> list[QWidget]:
            return [widget for widget in self.window.findChildren(QWidget, name) if widget.isVisible()]

        self.until(visible)
        return visible()[0]

    def numbers(self) -> dict[str, np.ndarray]:
        """Return a copy of everything the present frame is drawn from."""
        arrays = {name: array.copy() for name, array in self.frame.arrays.items()}
        return arrays | {f"series {name}": series.values.copy() for name, series in self.frame.series.items()}


def make_window(settings: Settings | None = None, scene: str = "gradient-descent") -> MainWindow:
    """Return a shown window with an engine on its way."""
    link = EngineLink()
    link.start()
    window = MainWindow(link, settings or Settings())
    link.setParent(window)
    window.open(Start(scene))
    window.resize(1280, 720)
    window.show()
    return window


def end(window: MainWindow) -> None:
    """Close a window and let go of it now: those that wait to be deleted make every style sheet slower.

    What comes after the last one is drawn as if there had been none.
    """
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    if not any(isinstance(widget, MainWindow) for widget in application.topLevelWidgets()):
        application.setStyleSheet("")
        application.setPalette(application.style().standardPalette())


def children(widget: QWidget, kind: type[QObject] = QWidget) -> list[Any]:
    """Return the visible descendants of a kind."""
    return [child for child in widget.findChildren(kind) if child.isVisible()]
