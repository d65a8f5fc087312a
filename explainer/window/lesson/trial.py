"""Lives the run that a guess is about, and tells when it has come to rest."""

from __future__ import annotations

from collections.abc import Callable, Collection
from fnmatch import fnmatchcase
from functools import partial

from PySide6.QtCore import QObject, Signal

from explainer.contract.frame import Frame
from explainer.contract.lesson import CompareLink, TryLink
from explainer.window.compare.comparison import Comparison
from explainer.window.compare.lane import Lane
from explainer.window.compare.lanes import Lanes
from explainer.window.run.session import Session

__all__ = ["Trial"]


class Trial(QObject):
    """One run, or several side by side, begun by a link; whoever began it hears of the moments where they rest.

    Another link, another scene and leaving the comparison end it without a word to anyone but ``abandoned``.
    """

    arrays_changed = Signal()
    """Other arrays are wanted."""
    passed = Signal(int, int)
    """(steps done, steps to do)."""

    def __init__(self, comparison: Comparison, lanes: Lanes, parent: QObject) -> None:
        super().__init__(parent)
        self._comparison, self._lanes = comparison, lanes
        self._told: Callable[[list[Frame]], None] | None = None
        self._abandoned: Callable[[], None] = lambda: None
        self._steps, self._beginning = 0, False
        self._arrays: frozenset[str] = frozenset()
        self._heard: list[Session] = []
        lanes.main.session.scene_opened.connect(lambda scene: self.abandon())
        lanes.changed.connect(self._listen)

    @property
    def arrays(self) -> frozenset[str]:
        """The arrays that are wanted for what is to be judged."""
        return self._arrays

    @property
    def is_on(self) -> bool:
        """Whether a run is under way."""
        return self._told is not None

    def begin(
        self,
        link: TryLink | CompareLink,
        arrays: Collection[str],
        told: Callable[[list[Frame]], None],
        abandoned: Callable[[], None],
    ) -> None:
        """Do what a link says; ``told`` gets the moment at which each of its runs comes to rest."""
        self.abandon()
        self._arrays = frozenset(arrays)
        self._want()
        self._beginning = True
        if isinstance(link, CompareLink):
            self._steps = link.first.run
            self._comparison.show_link(link)
        else:
            self._steps = link.run
            self._lanes.clear()
            self._comparison.try_link(link)
        self._beginning = False
        self._told, self._abandoned = told, abandoned
        self._listen()
        self._look()

    def abandon(self) -> None:
        """Give up the run that is under way."""
        if self._told is not None and not self._beginning:
            self._told = None
            self._abandoned()

    def _want(self) -> None:
        for lane in self._lanes.all:
            lane.also = self._arrays
        self.arrays_changed.emit()

    def _listen(self) -> None:
        """Hear of the frames of every lane, of each once."""
        for session in self._heard:
            session.frame_changed.disconnect(self._look)
        self._heard = [lane.session for lane in self._lanes.all]
        for session in self._heard:
            session.frame_changed.connect(self._look)
        for lane in self._lanes.others:
            if lane.also != self._arrays:
                lane.also = self._arrays
                lane.want()

    def _look(self, frame: Frame | None = None) -> None:
        """Tell what happened once every run rests at the last step, with all that is read of it."""
        if self._told is None or self._beginning:
            return
        done = min(lane.session.position.step for lane in self._lanes.all)
        self.passed.emit(min(done, self._steps), self._steps)
        if all(self._rests(lane) for lane in self._lanes.all):
            told, self._told = self._told, None
            told([lane.session.frame for lane in self._lanes.all if lane.session.frame is not None])

    def _rests(self, lane: Lane) -> bool:
        session, frame = lane.session, lane.session.frame
        if frame is None or not session.is_answered or session.position.phase:
            return False
        if frame.step < self._steps and not session.has_ended:
            return False
        return all(_is_there(pattern, frame, partial(_is_fresh, session, frame)) for pattern in self._arrays)


def _is_there(pattern: str, frame: Frame, is_fresh: Callable[[str], bool]) -> bool:
    found = [name for name in frame.arrays if fnmatchcase(name, pattern)]
    return bool(found) and all(is_fresh(name) for name in found)


def _is_fresh(session: Session, frame: Frame, name: str) -> bool:
    """Return whether a dear array has been refreshed since the run came to rest."""
    slow = session.scene is not None and session.scene.array(name).slow
    return not slow or frame.ages.get(name, -1) == frame.step
