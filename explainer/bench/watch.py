"""Watches when the stage is really painted, and which frame that shows."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from explainer.contract.frame import Frame
from explainer.window.main_window import MainWindow


class Watch(QObject):
    """Follows paint events inside the stage of a window."""

    painted = Signal(bool)
    """The stage was painted; whether a frame of the run was drawn before."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._fresh: Frame | None = None
        self._fresh_answered = 0
        self.frame: Frame | None = None
        """The frame that was painted last."""
        self.answered = 0
        """The last command that this frame takes into account."""
        self.moments: list[float] = []
        """When each frame was first painted."""
        window.session.frame_changed.connect(self._drawn)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: see the paint events of the stage and of everything on it."""
        if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget):
            stage = self._window.stage
            if watched is stage or stage.isAncestorOf(watched):
                self._painted()
        return False

    def _drawn(self, frame: Frame) -> None:
        self._fresh = frame
        self._fresh_answered = self._window.session.course.answered

    def _painted(self) -> None:
        if self._fresh is not None:
            self.frame, self._fresh = self._fresh, None
            self.answered = self._fresh_answered
            self.moments.append(time.perf_counter())
        self.painted.emit(self.frame is not None)
