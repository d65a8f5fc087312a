"""Writes down what a person does with the runs: which scenes they open, how many steps they live."""

from __future__ import annotations

from PySide6.QtCore import QObject

from explainer.contract.frame import Frame
from explainer.contract.scene import Scene
from explainer.teach.progress import Progress
from explainer.window.run.session import Session


class Diary(QObject):
    """Follows a session and tells the progress; a step that was known already is not lived again."""

    def __init__(self, session: Session, progress: Progress, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._progress = session, progress
        self._counted = 0
        """The step of the present run up to which steps are counted."""
        session.scene_opened.connect(self._open)
        session.run_opened.connect(self._begin)
        session.frame_changed.connect(self._count)

    def _open(self, scene: Scene) -> None:
        self._progress.visited(scene.name)

    def _begin(self) -> None:
        self._counted = self._session.known

    def _count(self, frame: Frame) -> None:
        known = self._session.known
        self._progress.lived(frame.scene, known - self._counted)
        self._counted = known
