"""The surface from above: where each optimizer has been, and a start that can be dragged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.plots.base.number_text import number_text, pair_text
from explainer.plots.contour import Arrow, ContourPlot
from explainer.plots.picture import Picture
from explainer.scenes.gradient_descent import Params
from explainer.scenes.gradient_descent.explain import names
from explainer.scenes.gradient_descent.formulas import entry, settings, vector
from explainer.scenes.gradient_descent.landscapes import LANDSCAPES
from explainer.theme.tokens import Tokens

PREVIEW_STEPS = 150
REACH = 1e3
"""The declaration allows starts within ± this."""
THROTTLE = 30
"""Milliseconds between two questions of the same kind."""


class Contours(Picture):
    """Contours of the loss with trails, balls, and on request arrows and the gradient field."""

    key: ClassVar[str] = "contours"
    title: ClassVar[str] = "Contours"
    about: ClassVar[str] = "The surface from above with every step taken; drag the start"
    hint: ClassVar[str] = "drag the start · hover for value and gradient"
    arrays: ClassVar[Sequence[str]] = (
        "position", "gradient", "next_gradient", "update", "velocity", "loss", "label", "retired", "path",
        "surface_x", "surface_y", "surface_loss", "minima",
    )  # fmt: skip
    at_first: ClassVar[bool] = True
    weight: ClassVar[float] = 3.0

    @classmethod
    def wanted(cls, params: Params) -> Sequence[str]:
        """Without arrows the velocity is not drawn."""
        return cls.arrays if params.arrows else [name for name in cls.arrays if name != "velocity"]

    def build(self) -> None:
        """Make the plot and the two throttled questions."""
        self.frame: Frame | None = None
        self.plot = ContourPlot("Contours of the loss", parent=self)
        self.plot.setToolTip("Drag the dashed ring, or double-click, to choose the start · wheel zooms, drag moves")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self._probe = _Throttle(self, lambda at: self.steering.job("probe", at=at))
        self._preview = _Throttle(self, self._ask_preview)
        self.plot.pointer_moved.connect(self._hover)
        self.plot.pointer_left.connect(self._leave)
        self.plot.start_moved.connect(self._start_moved)
        self.plot.start_released.connect(self._start_chosen)
        self.plot.ground_chosen.connect(self._start_chosen)

    # drawing

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        arrays, params = frame.arrays, frame.params
        self.plot.set_equal(params.equal_axes)
        self._draw_surface(frame)
        if "path" in arrays:
            colours = [self.tokens.series_colour(index) for index in range(len(arrays["path"]))]
            retired = arrays.get("retired", np.full(len(colours), -1)) >= 0
            self.plot.set_trails(list(arrays["path"]), colours, retired.tolist())
        self.plot.set_start(params.start)
        self.plot.set_field(params.field)
        self.plot.set_arrows(*(self._arrows(frame) if params.arrows else ((), ())))
        self._say_title(frame)

    def _draw_surface(self, frame: Frame) -> None:
        arrays = frame.arrays
        minima = arrays.get("minima", np.empty((0, 2)))
        self.plot.keep_in_view(np.concatenate([[frame.params.start], minima if len(minima) < 5 else minima[:0]]))
        if all(name in arrays for name in ("surface_x", "surface_y", "surface_loss")):
            self.plot.set_surface(arrays["surface_x"], arrays["surface_y"], arrays["surface_loss"], _window(frame))
        self.plot.set_minima(minima)
        letters = ("w", "b") if frame.params.surface == "regression" else ("x", "y")
        self.plot.set_labels(*letters)

    def _say_title(self, frame: Frame) -> None:
        params = frame.params
        words = LANDSCAPES[params.surface].title
        if params.surface == "ravine":
            words += f", condition {params.condition:g}" + (f", turned by {params.angle:g}°" if params.angle else "")
        if words != self.accessibleName():
            self.setAccessibleName(words)
            self.title_changed.emit(words)

    def _arrows(self, frame: Frame) -> tuple[list[Arrow], list[tuple[str, str, bool]]]:
        """Return, at each ball, the last step and what the next one is made of: −η∇L and the kept velocity."""
        arrows, kept = [], False
        retired = frame.arrays.get("retired")
        for index in range(len(frame.params.optimizers)):
            position, update = vector(frame, "position", index), vector(frame, "update", index)
            if position is None or update is None or (retired is not None and retired[index] >= 0):
                continue
            colour = self.tokens.series_colour(index)
            arrows.append(Arrow(tuple(position - update), tuple(update), colour, 3.0))
            told, gradient = settings(frame, index), vector(frame, "next_gradient", index)
            if gradient is not None:
                arrows.append(Arrow(tuple(position), tuple(-told["lr"] * gradient), self.tokens.text, 1.8))
            velocity = vector(frame, "velocity", index)
            if velocity is not None and velocity.any():
                share = told["momentum"] if entry(frame, index).name in ("sgd", "momentum", "nesterov") else 1.0
                arrows.append(
                    Arrow(tuple(position), tuple(-told["lr"] * share * velocity), self.tokens.muted, 1.8, True)
                )
                kept = True
        key = [("last step", self.tokens.series_colour(0), False)] if frame.step else []
        key.append(("gradient −η∇L", self.tokens.text, False))
        return arrows, [*key, *([("momentum kept", self.tokens.muted, True)] if kept else [])]

    def draw_job(self, job: str, arguments: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        """Show the value under the pointer, or where a dragged start would lead."""
        if job == "probe" and "probe_loss" in arrays and self.plot.underMouse():
            loss = float(np.ravel(arrays["probe_loss"])[0])
            gradient = np.ravel(arrays["probe_gradient"])
            place = pair_text(*arguments["at"])
            self.plot.read_out(f"{place}   L = {number_text(loss)}   ∇L = {pair_text(*gradient[:2])}")
        elif job == "preview" and "preview_path" in arrays and self.plot.holding:
            self.plot.set_previews(list(arrays["preview_path"]))

    def light(self, name: str, value: object | None) -> None:
        """Ring the step that some picture's pointer is on."""
        if name == "step":
            self.plot.light(value if isinstance(value, int) else None)

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.plot.apply_theme(tokens)
        if self.frame is not None:
            self.draw(self.frame)

    def summary(self) -> str:
        """Return where each ball is."""
        if self.frame is None or "position" not in self.frame.arrays:
            return self.title
        places = zip(names(self.frame), self.frame.arrays["position"], strict=False)
        return f"{self.accessibleName()}. " + ", ".join(f"{name} at {pair_text(*place)}" for name, place in places)

    # asking

    def _hover(self, x: float, y: float) -> None:
        if self.plot.holding or not (abs(x) <= 1e6 and abs(y) <= 1e6):
            return
        self._probe.ask((x, y))
        near = self.plot.nearest_step(x, y)
        self.steering.light("step", near[1] if near else None)

    def _leave(self) -> None:
        self._probe.forget()
        self.plot.read_out("")
        self.steering.light("step", None)

    def _start_moved(self, x: float, y: float) -> None:
        self.plot.read_out(f"start {pair_text(*_allowed(x, y))}")
        self._preview.ask(_allowed(x, y))

    def _ask_preview(self, start: tuple[float, float]) -> None:
        if self.frame is not None and self.frame.params.preview and self.steering.preview_allowed:
            self.steering.job("preview", start=start, steps=PREVIEW_STEPS)

    def _start_chosen(self, x: float, y: float) -> None:
        self._preview.forget()
        self.plot.set_previews(())
        self.plot.read_out("")
        self.steering.set(start=_allowed(x, y))


def _window(frame: Frame) -> tuple[float, float, float, float]:
    """Return the part that is shown at first: the recommended window and the start."""
    x0, x1, y0, y1 = LANDSCAPES[frame.params.surface].window
    x, y = frame.params.start
    return min(x0, x), max(x1, x), min(y0, y), max(y1, y)


class _Throttle:
    """Passes on the latest question, at most one every :data:`THROTTLE` milliseconds."""

    def __init__(self, parent: Picture, ask: Any) -> None:
        self._ask = ask
        self._waiting: tuple[float, float] | None = None
        self._timer = QTimer(parent)
        self._timer.setInterval(THROTTLE)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._due)

    def ask(self, at: tuple[float, float]) -> None:
        """Ask now, or when the pause is over."""
        if self._timer.isActive():
            self._waiting = at
            return
        self._timer.start()
        self._ask(at)

    def forget(self) -> None:
        """Drop the question that waits."""
        self._waiting = None

    def _due(self) -> None:
        if self._waiting is not None:
            at, self._waiting = self._waiting, None
            self.ask(at)


def _allowed(x: float, y: float) -> tuple[float, float]:
    """Return a start within reach, rounded to what a hand can mean."""
    return tuple(float(f"{np.clip(part, -REACH, REACH):.4g}") for part in (x, y))  # type: ignore[return-value]
