"""The present run as a PyTorch script on the clipboard."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from explainer.contract.refused import Refused
from explainer.stage.translation import counted, later, tr
from explainer.window.run.session import Session

NOT_YET = later("there is no run yet to be told as a script: wait for its first picture")


class Scripts(QObject):
    """Tells the run as ``explainer script FILE.run.json`` does; no torch is needed for that."""

    refused = Signal(str)
    done = Signal(str)
    """A script was copied."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session

    def copy(self) -> None:
        """Copy the script of the run up to its present step, from step 0 of as many steps as are usual."""
        try:
            text, steps = self._write()
        except Refused as refused:
            self.refused.emit(str(refused))
            return
        QGuiApplication.clipboard().setText(text)
        self.done.emit(
            tr("Copied as PyTorch: a script of {steps}, paste it into a .py file").format(
                steps=counted(steps, tr("{n} step"), tr("{n} steps"))
            )
        )

    def _write(self) -> tuple[str, int]:
        from explainer.script import script_of  # half a frame to import: not before it is wanted

        session, scene = self._session, self._session.scene
        if scene is None or session.frame is None or session.is_opening:
            raise Refused(tr(NOT_YET))
        recipe, position = session.to_keep
        steps = position.step or scene.steps
        return script_of(recipe, steps), steps
