"""What draws one drawing of a card: it takes frames, lights the places of its dimensions, and says what it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from explainer.contract.cards.bindings import MISSING
from explainer.contract.fields.number import Integer
from explainer.contract.frame import Frame
from explainer.contract.scene import Scene
from explainer.plots.picture import Steering
from explainer.plots.resolved import Places, Resolved, asked, dims_of, places_of, resolver
from explainer.theme.tokens import DARK, Tokens

MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
"""The arrow keys, as rows down and columns right."""
ALONG = 40
"""So many places of a path are named among those that can be found."""
RANGES = ("low", "high")
"""The ends of colours, for which a drawing waits as for its values."""
PRESSES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True)
class Place:
    """Where the pointer has something to find: a pixel of the part's widget, and the places lit there."""

    at: QPoint
    lights: Mapping[str, int]
    value: float | None = None
    """The number that is drawn there: what is read there says it."""


class Part(QWidget):
    """Draws ``told``. A kind fills itself from :attr:`now` in :meth:`fill`, called only when that has changed."""

    def __init__(self, told: Any, scene: Scene, steering: Steering, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.told, self.scene, self.steering = told, scene, steering
        self.tokens = DARK
        self.frame: Frame | None = None
        self.now: Resolved | None = None
        """The drawing at the moment that is shown; None before everything it needs has come."""
        self.dims = dims_of(told, scene)
        self.places: tuple[Places, ...] = ()
        """The places along each of :attr:`dims`."""
        self.lit: dict[str, int] = {}
        """The places that some pointer is on, by dimension."""
        self.follows: Sequence[str] = getattr(told, "follows", ())
        """The dimensions whose lit place changes what is drawn."""
        self.busy = ""
        """What is said while the answer of a side job is awaited."""
        self.rests_at: QPointF | None = None
        """Where the pointer is, with no button held; None while it is elsewhere."""
        self._resolve = resolver(told)
        self._awaited = (*self.needs, *RANGES)
        self.setObjectName(type(told).__name__.lower())
        self.setAccessibleName(type(told).__name__)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)

    # frames

    def draw(self, frame: Frame) -> None:
        """Show a frame. While an array is on its way what was there stays; what is the same is not drawn again."""
        self.frame = frame = replace(frame, lit=dict(self.lit)) if self.follows else frame
        now = self._resolve(frame)
        if any(getattr(now, name, None) is MISSING for name in self._awaited):
            return
        places = tuple(places_of(d, n, frame, self.scene) for d, n in zip(self.dims, self.counts(now), strict=False))
        if self.now is not None and now == self.now and places == self.places:
            if self.lit:
                self.say()
            return
        self.now, self.places = now, places
        self.fill()
        self.lit = {name: at for name, at in self.lit.items() if name in self.follows or at < self.count(name)}
        self.say()
        self.changed()
        self.point_again()

    @cached_property
    def needs(self) -> Sequence[str]:
        """The fields without which there is nothing to draw."""
        fields = self.told.__dataclass_fields__.values()
        return [
            field.name for field in fields if "ndim" in field.metadata and getattr(self.told, field.name) is not None
        ]

    def counts(self, now: Resolved) -> Sequence[int]:
        """Return how many places there are along each of :attr:`dims`: the shape of the first array."""
        first = getattr(now, self.needs[0]) if self.needs else None
        return () if first is None else tuple(first.shape)

    def fill(self) -> None:
        """Take what :attr:`now` holds."""

    def changed(self) -> None:
        """Have everything painted again."""
        self.update()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw: no array, or one without a place."""
        first = getattr(self.now, self.needs[0]) if self.now is not None and self.needs else None
        return first is None or not getattr(first, "size", 1)

    # the pointer

    def point_again(self) -> None:
        """Answer anew to a pointer that rests: something else may be under it now."""
        if self.rests_at is not None:
            self.hover_at(self.rests_at)

    def hover_at(self, place: QPointF) -> None:
        """Answer to the pointer at a pixel of this widget."""

    @property
    def invites(self) -> str:
        """What a hand can do in any drawing of this kind."""
        return ""

    def light(self, name: str, value: object | None) -> None:
        """Light a place of a dimension, wherever its pointer is; None takes the light away."""
        followed = name in self.follows
        if name not in self.dims and not followed:
            return
        before = self.lit.get(name)
        if isinstance(value, int) and value >= 0 and (followed or value < self.count(name)):
            self.lit[name] = value
        else:
            self.lit.pop(name, None)
        if self.lit.get(name) == before:
            return
        if followed and self.frame is not None:
            self.draw(self.frame)
        self.say()
        self.lights_changed()

    def lights_changed(self) -> None:
        """Have what is lit painted again."""
        self.update()

    def count(self, name: str) -> int:
        """Return how many places a dimension has just now."""
        return next((places.count for places in self.places if places.name == name), 0)

    def shine(self, **lights: int | None) -> None:
        """Say which places the pointer is on; the names are dimensions."""
        self.shine_at(lights)

    def shine_at(self, lights: Mapping[str, int | None]) -> None:
        """Say which places the pointer is on, by dimension."""
        for name, value in lights.items():
            if name:
                self.steering.light(name, value)

    def darken(self) -> None:
        """Say that the pointer is on nothing."""
        for name in dict.fromkeys(self.dims):
            self.steering.light(name, None)

    def reading(self) -> str:
        """Return what is said of the places that are lit."""
        return ""

    def said(self, function: Callable[..., str] | None, *places: Any) -> str | None:
        """Return what a function of the frame and places says; None where there is none."""
        if function is None or self.frame is None:
            return None
        found = asked(function, self.frame, *places)
        return "" if found is MISSING else found

    def say(self) -> None:
        """Show the reading, and tell it to those who cannot see it."""
        text = self.reading()
        self.setAccessibleDescription(text)
        self.show_reading(text)

    def show_reading(self, text: str) -> None:
        """Show the reading."""

    def marks(self) -> Sequence[Place]:
        """Return every place that the pointer can find, for whoever wants to try them all."""
        return ()

    def handles(self) -> Sequence[QPoint]:
        """Return every place at which something can be taken and dragged."""
        return ()

    def ask(self, wanted: Any) -> None:
        """Ask for what a click came to."""
        self.steering.ask(wanted)

    def press_on(self, function: Callable[..., Any] | None, *places: Any) -> None:
        """Ask for what a function of the frame and places says."""
        self.ask(self.would_ask(function, *places))

    def would_ask(self, function: Callable[..., Any] | None, *places: Any) -> Any:
        """Return what a function of the frame and places asks for; None for nothing."""
        if function is None or self.frame is None:
            return None
        found = asked(function, self.frame, *places)
        return None if found is MISSING else found

    # the keys

    def go(self, down: int, right: int) -> None:
        """Go from place to place with the arrow keys."""

    def press(self) -> None:
        """Press the place that the keys are on, with Return."""

    def along(self, name: str, by: int) -> None:
        """Light the place ``by`` further along a dimension, the first or last one if none is lit."""
        count = self.count(name)
        if count and by:
            start = -1 if by > 0 else count
            self.steering.light(name, int(np.clip(self.lit.get(name, start) + by, 0, count - 1)))

    def event(self, event: QEvent) -> bool:
        """Qt: with the focus, arrows and Return are the part's, not the run's; know where the pointer is."""
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self.rests_at = None if event.buttons() else event.position()
        elif event.type() == QEvent.Type.Leave:
            self.rests_at = None
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(event.key() in (*MOVES, *PRESSES))
            if event.isAccepted():
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: go from place to place with the arrows, press one with Return or Space."""
        key = Qt.Key(event.key())
        if key in MOVES:
            self.go(*MOVES[key])
        elif key in PRESSES:
            self.press()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: show the focus."""
        super().focusInEvent(event)
        self.lights_changed()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: show that it is gone, and read nothing."""
        super().focusOutEvent(event)
        self.darken()
        self.lights_changed()

    # looks

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours and sizes of a theme."""
        self.tokens = tokens
        self.changed()

    def take_needed_height(self) -> None:
        """Be as high as ``heightForWidth`` says, rather than share what room there is."""
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def draw_job(self, job: str, arguments: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        """Show what a side job found that this part has asked for itself."""

    def set_busy(self, text: str) -> None:
        """Say that what is shown is about to be replaced; an empty text ends it."""
        if text != self.busy:
            self.busy = text
            self.changed()

    def summary(self) -> str:
        """Return what is to be seen, in a sentence."""
        return self.reading()


def spread(count: int) -> list[int]:
    """Return the numbers of places along a path: all, or :data:`ALONG` of very many, both ends among them."""
    if count <= ALONG:
        return list(range(count))
    return sorted({round(index * (count - 1) / (ALONG - 1)) for index in range(ALONG)})


def settable(declared: Any, value: float, digits: int = 3) -> float | int:
    """Return the value of a number parameter nearest to where something was dragged."""
    low, high = getattr(declared, "low", -np.inf), getattr(declared, "high", np.inf)
    number = float(f"{float(np.clip(value, low, high)):.{digits}g}")
    return round(number) if isinstance(declared, Integer) else float(np.clip(number, low, high))
