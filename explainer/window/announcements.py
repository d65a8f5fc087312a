"""Puts into notices what the session reports: refusals, failures, the end of a run, a lost engine."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from explainer.contract.frame import Frame
from explainer.stage.translation import later, tr
from explainer.window.notices import Notices, Remedy
from explainer.window.run.session import Session

SHORT_MS = 6_000
"""How long the words stay that say that something was done."""
SLOW_MS = 2_000
"""How long the pictures may stay empty before it is said why."""
UNEXPECTED = later("Something went wrong in the window. The run is not affected.")


class Announcements(QObject):
    """Says what happened and what can be done about it; takes back what no longer holds."""

    exception_read = Signal()
    """The notice of an exception in the window was put away."""

    def __init__(self, notices: Notices, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notices, self._session = notices, session
        self._lost = False
        self._done = QTimer(self, singleShot=True, interval=SHORT_MS)
        self._done.timeout.connect(lambda: notices.clear("done"))
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(self._show_preparing)
        self._outlasts: set[str] = set()
        """The kinds of notice about a run that could not be opened: the run that comes in its place leaves them."""
        session.scene_opened.connect(lambda scene: self._slow.start())
        session.run_opened.connect(self._begin)
        session.failed.connect(self._show_failure)
        session.engine_lost.connect(self._show_engine_lost)
        session.replaying.connect(self._show_replay)
        session.engine.link.hung.connect(self._show_hanging)
        session.engine.link.reported.connect(lambda report: notices.clear("hanging"))

    def refuse(self, message: str, *, opening: bool = False) -> None:
        """Say why a request was refused that belongs to no control that can be seen.

        ``opening`` says that another run is opened in place of the refused one: the words outlast that.
        """
        self._outlasts = {"refusal"} if opening else set()
        self._notices.show_notice("refusal", message)

    def offer(self, message: str, remedy: str, act: Callable[[], object]) -> None:
        """Say why a request was refused, and offer what can be had instead."""

        def do() -> None:
            self._notices.clear("refusal")
            act()

        self._notices.show_notice("refusal", message, "warning", [(remedy, do)])

    def say(self, words: str) -> None:
        """Say that something was done; the words go away by themselves."""
        self._notices.clear("refusal")
        self._notices.show_notice("done", words, "good")
        self._done.start()

    def show_end(self, frame: Frame) -> None:
        """Say why the run cannot go on, or that it can again."""
        if frame.stopped is None:
            self._notices.clear("run")
        elif not self._notices.words("run"):
            remedies = [(later("Step back"), self._session.course.step_back), (later("Reset"), self._session.reset)]
            self._notices.show_notice("run", _sentence(str(frame.stopped)), "warning", remedies)

    def show_exception(self, message: str, details: str) -> None:
        """Show an exception of the window's own code."""
        words = f"{tr(UNEXPECTED)} {message}"
        notice = self._notices.show_notice("exception", words, "warning", [_copy(details)], details)
        notice.close_asked.connect(self.exception_read)

    def _begin(self) -> None:
        self._slow.stop()
        for kind in {"preparing", "run", "failure", "refusal"} - self._outlasts:
            self._notices.clear(kind)
        self._outlasts = set()

    def _show_preparing(self) -> None:
        if self._session.is_opening:
            self._notices.show_notice("preparing", tr("PyTorch is being loaded, and the run prepared."))

    def _show_failure(self, message: str, details: str) -> None:
        self._notices.clear("preparing")
        if self._session.is_opening:
            self._outlasts = {"failure"}
        words = tr("The experiment raised an exception: {message}").format(message=message)
        remedies = [_copy(details), (later("Reset"), self._session.reset)]
        self._notices.show_notice("failure", words, "warning", remedies, details)

    def _show_engine_lost(self, why: str, again: bool) -> None:
        for kind in ("hanging", "preparing"):
            self._notices.clear(kind)
        words = tr("The engine is gone ({why}).").format(why=why)
        if again:
            self._lost = True
            words += " " + tr("A new one replays the run to step {step:,}.").format(step=self._session.position.step)
            self._notices.show_notice("engine", words)
        else:
            remedies = [(later("Restart the engine"), self._restart_engine)]
            details = self._session.engine.link.output_tail
            self._notices.show_notice(
                "engine", tr("{words} It keeps ending.").format(words=words), "warning", remedies, details
            )

    def _show_replay(self, done: int, total: int) -> None:
        if done < total:
            words = tr("Replaying: step {done:,} of {total:,}").format(done=done, total=total)
            if not self._notices.reword("replay", words):
                self._notices.show_notice("replay", words, "info", [(later("Stop here"), self._session.course.pause)])
            return
        self._notices.clear("replay")
        if self._lost and self._session.engine.replays:
            step = self._session.position.step
            words = tr("The engine was gone; a new one has replayed the run to step {step:,}.").format(step=step)
            self._notices.show_notice("engine", words, "good")
        elif self._lost:
            self._notices.clear("engine")
        self._lost = False

    def _show_hanging(self) -> None:
        words = tr("The engine has not answered for several seconds: a step may be very long, or it hangs.")
        self._notices.show_notice("hanging", words, "warning", [(later("Restart the engine"), self._restart_engine)])

    def _restart_engine(self) -> None:
        self._notices.clear("engine")
        self._notices.clear("hanging")
        self._session.engine.restart()


def _copy(details: str) -> Remedy:
    return later("Copy"), lambda: QGuiApplication.clipboard().setText(details)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
