"""Two planes: where the query points among the keys, and where the output lies among the values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text, pair_text
from explainer.plots.base.axes import Axes
from explainer.plots.base.grip import Grip
from explainer.plots.base.throttle import Throttle
from explainer.plots.part import MOVES
from explainer.plots.picture import Picture
from explainer.scenes.attention.moment import ROW, Moment
from explainer.scenes.attention.names import REACH
from explainer.scenes.attention.pictures.plane_coordinates import in_their_plane, reach, seen_from_query
from explainer.scenes.attention.pictures.plane_layers import KeysLayer, ValuesLayer
from explainer.theme.tokens import Tokens

HINT = (
    "drag the query’s tip (or Tab and the arrow keys) or a key: the score is made of the two; "
    "a value: the output stays inside their hull"
)
COARSE, FINE = 0.1, 0.01
"""How far an arrow key moves the query's tip."""


class Plane(Picture):
    """Left the keys and a query that can be dragged, right the values and what is read from them."""

    key: ClassVar[str] = "plane"
    title: ClassVar[str] = "Query, keys, values"
    about: ClassVar[str] = "The query among the keys, the output among the values; drag them"
    arrays: ClassVar[Sequence[str]] = ROW
    at_first: ClassVar[bool] = True
    weight: ClassVar[float] = 2.2

    def build(self) -> None:
        """Make the two planes."""
        self.frame: Frame | None = None
        self.hovered: int | None = None
        self.lit_key: int | None = None
        self.moment: Moment | None = None
        self.query, self.keys = np.zeros(2), np.zeros((0, 2))
        self.values, self.context = np.zeros((0, 2)), np.full(2, np.nan)
        self.left, self.right = Side(self, "Keys and the query"), Side(self, "Values and the output")
        self.left.layer, self.right.layer = KeysLayer(self), ValuesLayer(self)
        self._send = Throttle(self, self._place)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.left.axes)
        layout.addWidget(self.right.axes)

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        moment = Moment.of(frame, self.hovered)
        if moment is None:
            return
        self.moment = moment
        self.query, self.keys = seen_from_query(moment.q, moment.k)
        self.values, self.context = in_their_plane(moment.v, moment.context)
        self.left.look_at(np.concatenate([self.keys, self.query[None]]), moment.flat)
        self.right.look_at(self.values, moment.flat)
        self.left.axes.set_labels(*(("", "") if moment.flat else ("along the query", "across it")))
        self.right.axes.set_labels(*(("", "") if moment.flat else ("first principal direction", "second")))
        self._say_title(moment)
        for side in (self.left, self.right):
            side.axes.point_again()

    def _say_title(self, moment: Moment) -> None:
        self.hint = HINT if moment.flat else ""  # type: ignore[misc]
        title = f"What “{moment.token}” reads" + ("" if moment.flat else f" · d = {len(moment.q)}, seen from the query")
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.title_changed.emit(title)

    def light(self, name: str, value: object | None) -> None:
        """Show the row of the token, and mark the key, that some picture's pointer is on."""
        if name == "query" and value != self.hovered:
            self.hovered = value if isinstance(value, int) else None
            if self.frame is not None:
                self.draw(self.frame)
        elif name == "key":
            self.lit_key = value if isinstance(value, int) else None
            for side in (self.left, self.right):
                side.layer.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.left.axes.apply_theme(tokens)
        self.right.axes.apply_theme(tokens)

    def summary(self) -> str:
        """Return what the query reads, largest weight first."""
        if self.moment is None:
            return self.title
        order = np.argsort(-self.moment.weights)[:3]
        read = ", ".join(f"{self.moment.keys[j]} {number_text(self.moment.weights[j], 2)}" for j in order)
        return f"{self.moment.token} reads {read}"

    # the keys

    def event(self, event: QEvent) -> bool:
        """Qt: with the focus, the arrows are the query's, not the run's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in MOVES:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: the arrows move the query's tip, with Shift a tenth as far."""
        moment = self.moment
        if event.key() not in MOVES or moment is None or not moment.flat:
            super().keyPressEvent(event)
            return
        down, right = MOVES[Qt.Key(event.key())]
        step = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else COARSE
        self.dragged(self.left, -1, float(self.query[0] + step * right), float(self.query[1] - step * down))
        self.let_go()
        self.setAccessibleDescription(self.summary())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: ring the query's tip."""
        super().focusInEvent(event)
        self.left.layer.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: no ring without the focus."""
        super().focusOutEvent(event)
        self.left.layer.update()

    # the hand

    def dragged(self, side: Side, handle: int, x: float, y: float) -> None:
        """Ask for a handle to be where the hand is: −1 is the query, others are keys or values."""
        if self.moment is not None:
            to = tuple(float(f"{np.clip(part, -REACH, REACH):.3g}") for part in (x, y))
            self._send.ask(side is self.left, handle, to)

    def _place(self, left: bool, handle: int, to: tuple[float, float]) -> None:
        moment = self.moment
        if moment is None:
            return
        if handle < 0 and moment.params.weights == "hand" and self.hovered is None and not moment.head:
            self.steering.set(query=to)
        elif handle < 0:
            self.steering.act("place", table="q", head=moment.head, row=moment.row, to=to)
        else:
            self.steering.act("place", table="k" if left else "v", head=moment.head, row=handle, to=to)

    def let_go(self) -> None:
        """Pass the last place on."""
        self._send.hurry()


class Side:
    """One of the planes, with handles at its points."""

    layer: KeysLayer | ValuesLayer

    def __init__(self, picture: Plane, name: str) -> None:
        self.axes = Axes(name, equal=True, parent=picture)
        self.picture, self._reach, self._handle = picture, 0.0, 0
        self.drag: tuple[int, float, float] | None = None
        self._grip = Grip(self._distance, self._moved, self._released, 16.0)
        self.axes.grips.append(self._grip)
        self.axes.pointer_moved.connect(self._point_at)
        self.axes.pointer_left.connect(self._leave)

    def look_at(self, points: np.ndarray, draggable: bool) -> None:
        """Take all points and the origin into view; while something is dragged the view stays."""
        self._grip.enabled = draggable
        if not self.axes.holding:
            self.drag = None
            self._reach = reach(points, self._reach)
            self.axes.set_whole(-self._reach, self._reach, -self._reach, self._reach)
        self.layer.update()

    def handles(self) -> dict[int, np.ndarray]:
        """Return what can be taken: −1 is the query, others are keys or values."""
        picture = self.picture
        if self is picture.left:
            return {-1: picture.query, **dict(enumerate(picture.keys))}
        return dict(enumerate(picture.values))

    def nearest(self, across: float, down: float) -> tuple[int, float]:
        """Return the handle nearest to a pixel and its distance."""
        found = [(handle, self.axes.to_pixels(*place)) for handle, place in self.handles().items()]
        distances = [(float(np.hypot(at[0] - across, at[1] - down)), handle) for handle, at in found]
        distance, handle = min(distances, default=(1e9, 0))
        return handle, distance

    def _distance(self, across: float, down: float) -> float:
        self._handle, distance = self.nearest(across, down)
        return distance

    def _moved(self, x: float, y: float) -> None:
        self.drag = (self._handle, x, y)
        self.axes.read_out("")
        self.layer.update()
        self.picture.dragged(self, self._handle, x, y)

    def _released(self, x: float, y: float) -> None:
        self._moved(x, y)
        self.picture.let_go()

    def _point_at(self, x: float, y: float) -> None:
        handle, distance = self.nearest(*self.axes.to_pixels(x, y))
        key = handle if distance < 16 and handle >= 0 else None
        self.picture.steering.light("key", key)
        self.axes.read_out(self._reading(handle) if distance < 16 else "")

    def _reading(self, handle: int) -> str:
        moment = self.picture.moment
        if moment is None or handle >= len(moment.keys):
            return ""
        if handle < 0:
            return f"query of {moment.token}  {vector_text(moment.q)}"
        weight = number_text(float(moment.weights[handle]), 2)
        if self is self.picture.left:
            score = number_text(float(moment.row_of("final_scores")[handle]))
            name = "q·k" if moment.params.score == "dot" else "score"
            key = f"key of {moment.keys[handle]}  {vector_text(moment.k[handle])}"
            return f"{key}   {name} = {score}   weight {weight}"
        return f"value of {moment.keys[handle]}  {vector_text(moment.v[handle])}   weight {weight}"

    def _leave(self) -> None:
        self.picture.steering.light("key", None)
        self.axes.read_out("")


def vector_text(vector: np.ndarray) -> str:
    """Return a vector, only its beginning if it is long."""
    if len(vector) == 2:
        return pair_text(*vector)
    shown = ", ".join(number_text(float(part), 2) for part in vector[:4])
    return f"({shown}{', …' if len(vector) > 4 else ''})"
