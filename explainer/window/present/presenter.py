"""Goes into presenting and back: what was there before is there again afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from explainer.contract.lesson_plan import leads
from explainer.theme.tokens import Tokens
from explainer.window.present.legend import Legend
from explainer.window.present.pointer import bright_cursor
from explainer.window.present.strip import Strip

if TYPE_CHECKING:
    from explainer.window.main_window import MainWindow


@dataclass(frozen=True)
class Before:
    """How the window stood."""

    state: Qt.WindowState
    visible: tuple[tuple[QWidget, bool], ...]
    """The parts beside the stage, and whether each was there."""
    sizes: list[int]


class Presenter(QObject):
    """Knows whether one presents; F11 begins and ends it, Esc ends it."""

    def __init__(self, window: MainWindow, picked: Strip) -> None:
        """Take the strip of controls, which is in its place."""
        super().__init__(window)
        self._window, self.strip = window, picked
        self.legend = Legend(window, window.actions_by_key)
        self._before: Before | None = None
        self.strip.hide()
        self.strip.chosen.connect(self._keep_choice)
        window.session.scene_opened.connect(self._offer_controls)
        window.lanes.added.connect(lambda lane: lane.stage.set_bare(self.presents))
        window.installEventFilter(self)

    @property
    def presents(self) -> bool:
        """Whether one presents."""
        return self._before is not None

    def toggle(self) -> None:
        """Begin to present, or end it."""
        self.leave() if self.presents else self.begin()

    def begin(self) -> None:
        """Fill the screen with the pictures that are out; what is beside them goes."""
        window = self._window
        beside = (window.top_bar, window.sidebar, window.inspector)
        visible = tuple((part, not part.isHidden()) for part in beside)
        self._before = Before(window.windowState(), visible, window.splitter.sizes())
        for part in beside:
            part.hide()
        window.runs.set_away(True)
        for lane in window.lanes.all:
            lane.stage.set_bare(True)
        window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)
        window.theme.set_presenting(True)
        self._offer_controls()
        self.strip.show()
        QGuiApplication.setOverrideCursor(bright_cursor(window.theme.tokens, window.devicePixelRatioF()))
        window.actions_by_key["present"].setChecked(True)
        window.stage.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Be a window again, as it was."""
        window, before = self._window, self._before
        if before is None:
            return
        self._before = None
        QGuiApplication.restoreOverrideCursor()
        self.legend.hide()
        self.strip.hide()
        self.strip.clear()
        window.theme.set_presenting(False)
        for lane in window.lanes.all:
            lane.stage.set_bare(False)
        window.runs.set_away(False)
        for part, was_visible in before.visible:
            part.setVisible(was_visible)
        window.setWindowState(before.state)
        window.splitter.setSizes(before.sizes)
        window.actions_by_key["present"].setChecked(False)
        window.stage.setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle_legend(self) -> None:
        """Show the keys at a glance, or put them away."""
        self.legend.toggle()

    def escape(self) -> bool:
        """Put the legend away, or end presenting; return whether either was there."""
        if self.legend.isVisible():
            self.legend.hide()
            return True
        presents = self.presents
        self.leave()
        return presents

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        self.strip.apply_theme(tokens)
        if self.presents:
            QGuiApplication.changeOverrideCursor(bright_cursor(tokens, self._window.devicePixelRatioF()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: a window that the system takes off the full screen, or that closes, presents no longer."""
        if self.presents and watched is self._window:
            left = event.type() == QEvent.Type.WindowStateChange and not self._window.isFullScreen()
            if (left and not self._window.isMinimized()) or event.type() == QEvent.Type.Close:
                self.leave()
        return False

    def _offer_controls(self, *_: object) -> None:
        """Show the controls that were picked in this scene or, before any were, those that come first."""
        session, controls = self._window.session, self._window.inspector.controls
        if not self.presents or session.scene is None or controls is None:
            return
        picked = self._window.build().remembered.presented
        self.strip.offer(controls, leads(session.plan, session.scene) if picked is None else picked)

    def _keep_choice(self, names: list[str]) -> None:
        self._window.build().remembered.presented = list(names)
        self._window.changed.start()
