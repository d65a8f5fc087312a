"""Lesson files from the window: what a class is to find is chosen in a form, and saved with the run."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from explainer.contract.catalogue import CATALOGUE
from explainer.contract.lesson import read_lesson
from explainer.contract.lesson_plan import LessonPlan
from explainer.contract.refused import Refused
from explainer.plots.views import view_of
from explainer.stage.translation import tr
from explainer.window.compare.lane import Lane
from explainer.window.files.lesson_dialog import LessonDialog
from explainer.window.files.run_files import RunFiles


class LessonFiles(QObject):
    """Shows the form and hands the choice to the run files."""

    def __init__(self, lane: Lane, files: RunFiles, window: QWidget, refuse: Callable[[str], None]) -> None:
        super().__init__(window)
        self._lane, self._files, self._window, self._refuse = lane, files, window, refuse
        self.dialog: LessonDialog | None = None

    def ask(self) -> None:
        """Let it be chosen what a class finds of the scene that is open, as it stands."""
        session, scene = self._lane.session, self._lane.session.scene
        if scene is None:
            return
        try:
            steps = [step.title for step in read_lesson(CATALOGUE.lesson(scene)).steps]
        except Refused:
            steps = []
        out = self._lane.stage.out
        cards = [(kind.key, kind.title, kind.key in out) for kind in view_of(scene).cards]
        if self.dialog is not None:
            self.dialog.close()
        dialog = self.dialog = LessonDialog(self._window, session.params, session.plan, steps, cards)
        dialog.save_asked.connect(self._ask_where)
        dialog.destroyed.connect(lambda: self._forget(dialog))
        dialog.show()

    def _ask_where(self, plan: LessonPlan) -> None:
        """Let the place be chosen; the run is saved as far as what is fixed allows."""
        session = self._lane.session
        recipe, _ = session.to_keep
        changed = [name for action in recipe.actions for name in action.arguments if name in plan.fixed]
        if changed:
            self._refuse(
                tr(
                    "{name} is changed during this run, so it cannot be fixed: begin anew (R), then save the lesson"
                ).format(name=changed[0])
            )
            return
        self._files.save_with(plan, f"{recipe.scene}-lesson")
        if self._files.dialog is not None and self.dialog is not None:
            self._files.dialog.fileSelected.connect(lambda _: self._close())

    def _close(self) -> None:
        if self.dialog is not None:
            self.dialog.close()

    def _forget(self, dialog: LessonDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
