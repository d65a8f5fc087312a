"""What every picture on the stage is: a widget that receives frames, and may ask but never decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from explainer.contract.cards.bindings import Act, Seek
from explainer.contract.frame import Frame
from explainer.theme.tokens import DARK, Tokens


class Steering(QObject):
    """Everything a picture can ask for, and what the pictures tell one another.

    The window answers the requests; a picture that stands alone (in a file, in a test) asks in vain.
    """

    set_asked = Signal(dict)
    """Parameter name → value; live, structural or view, as if the control had been moved."""
    act_asked = Signal(str, dict)
    """A verb of the scene and its arguments."""
    seek_asked = Signal(int)
    job_asked = Signal(str, dict)
    """A side job and its arguments; a newer request for the same job replaces the older one."""
    lit = Signal(str, object)
    """What the pointer is on, so that other pictures light the same thing: (name, value or None)."""

    preview_changed = Signal(bool)
    """Whether pictures may show what would happen has changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.preview_allowed = True
        """False while a lesson asks for a prediction: nothing may give the answer away."""
        self.at_once = False
        """Whether a side job is asked for and done as soon as it is needed: in a file nobody waits for it."""

    def allow_preview(self, allowed: bool) -> None:
        """Say whether a picture may show what would happen."""
        self.preview_allowed = allowed
        self.preview_changed.emit(allowed)

    def set(self, **values: Any) -> None:
        """Ask for parameters to change."""
        self.set_asked.emit(values)

    def act(self, verb: str, **arguments: Any) -> None:
        """Ask for a verb of the scene."""
        self.act_asked.emit(verb, arguments)

    def seek(self, step: int) -> None:
        """Ask to go to a step."""
        self.seek_asked.emit(step)

    def job(self, name: str, **arguments: Any) -> None:
        """Ask for a side job; the answer comes to :meth:`Picture.draw_job` of every picture."""
        self.job_asked.emit(name, arguments)

    def ask(self, wanted: Any) -> None:
        """Ask for what a click comes to: parameters to set, a verb, a step, or several of these."""
        if isinstance(wanted, Act):
            self.act(wanted.verb, **wanted.arguments)
        elif isinstance(wanted, Seek):
            self.seek(wanted.step)
        elif isinstance(wanted, Mapping) and wanted:
            self.set(**wanted)
        elif isinstance(wanted, tuple):
            for each in wanted:
                self.ask(each)

    def light(self, name: str, value: object | None) -> None:
        """Say that the pointer is on ``value`` of ``name`` (``"step"``, ``"learner"``, …), None: on nothing."""
        self.lit.emit(name, value)


class Picture(QWidget):
    """A picture in a card. It builds its items once and afterwards only sets data."""

    key: ClassVar[str] = ""
    """Its name in settings and in ``show:`` links."""
    title: ClassVar[str] = ""
    about: ClassVar[str] = ""
    """One line for the "+ picture" menu and the tooltip."""
    arrays: ClassVar[Sequence[str]] = ()
    """The arrays it draws; the engine computes only those that a visible picture names."""
    at_first: ClassVar[bool] = False
    """Whether it is on the stage when the scene is opened."""
    hint: ClassVar[str] = ""
    """What a hand can do in it, such as "drag the start": said by the "?" beside the title."""
    weight: ClassVar[float] = 1.0
    """Its share of the stage's height when pictures stand above one another."""
    least_height: ClassVar[float] = 0.0
    has_buttons: ClassVar[bool] = False
    """Whether there is a row of words to press above the drawing."""
    """Pixels below which it no longer says what it is for; 0 where the stage's own least will do."""

    title_changed = Signal(str)

    frame: Frame | None = None
    """What it shows."""

    def __init__(self, steering: Steering, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steering = steering
        self.tokens = DARK
        self.hints_shown = True
        """Whether words that invite a hand may stand in it: not in a file."""
        self.setObjectName(self.key)
        self.setAccessibleName(self.title)
        self.build()
        steering.lit.connect(self.light)

    def build(self) -> None:
        """Make the items; no data is known yet."""

    @classmethod
    def wanted(cls, params: Any) -> Sequence[str]:
        """Return which of :attr:`arrays` it draws under these parameters."""
        return cls.arrays

    def draw(self, frame: Frame) -> None:
        """Show a frame: set data on the items. An array may be missing until the next frame."""

    def draw_job(self, job: str, arguments: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        """Show what a side job found, perhaps in parts; called for every job of the scene."""

    def show_hints(self, shown: bool) -> None:
        """Say whether what invites a hand may stand in it."""
        self.hints_shown = shown

    def hints(self) -> Sequence[str]:
        """Return what a hand can do in it, one thing after another."""
        return [self.hint] if self.hint else []

    def switches(self) -> Mapping[str, tuple[str, str, bool]]:
        """Return the switches of how it is drawn: parameter → label, help, and whether it is on."""
        return {}

    def light(self, name: str, value: object | None) -> None:
        """Light what another picture's pointer is on."""

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme; called once before the first frame and at every change."""
        self.tokens = tokens

    def summary(self) -> str:
        """Return what is to be seen, in one sentence, for those who cannot see it."""
        return self.title
