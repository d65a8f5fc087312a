"""The loss after some steps for 64 × 64 learning rates and second settings, with a dot where you are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.lab.optimizer_settings import Entry
from explainer.plots.base.axis import Axis
from explainer.plots.base.shading import Shading
from explainer.plots.heat_map import HeatMap
from explainer.plots.picture import Picture
from explainer.plots.question import Question
from explainer.scenes.gradient_descent.formulas import entry, learner, settings
from explainer.scenes.gradient_descent.question import place_key
from explainer.theme.tokens import Tokens

STEPS = 150
FLOOR = 1e-12
"""Losses below this are as good as none and share the lowest colour."""
_FOLLOW_CONTROL = ("momentum", "nesterov")
"""The optimizers that the control "Momentum" reaches."""


class LearningRateMap(Picture):
    """Which learning rates work together with which momentum (or the optimizer's own second setting)."""

    key: ClassVar[str] = "map"
    title: ClassVar[str] = "Learning rate × momentum · 4,096 runs at once"
    about: ClassVar[str] = "The loss after 150 steps for 64 × 64 pairs of settings; click to go there"
    hint: ClassVar[str] = "click to go there"
    arrays: ClassVar[Sequence[str]] = ("points", "label")
    weight: ClassVar[float] = 2.0

    def build(self) -> None:
        """Make the map and its question."""
        self.frame: Frame | None = None
        self._loss = np.empty((0, 0))
        self._first = np.inf
        self._rows = self._columns = Axis()
        self._shown: Entry | None = None
        self.map = HeatMap(self, upward=True)
        self.map.setAccessibleName("Loss for learning rates and second settings")
        self.map.setToolTip("Hover for the loss · click to take these settings · arrow keys and Return do the same")
        self.map.set_message("The map is computed once the run is there.")
        self.map.set_caption(f"Loss after {STEPS} steps · the dot is you")
        self.map.set_reading(self._reading)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.map)
        self._question = Question(self, "map", "map_loss")
        self._question.asked.connect(lambda: self.map.set_busy("computing 4,096 runs…"))
        self._question.given_up.connect(self._say_none)
        self.map.cell_clicked.connect(self._go_to)

    def draw(self, frame: Frame) -> None:
        """Move the dot, and ask anew when anything but learning rate and momentum has changed."""
        self.frame = frame
        chosen = learner(frame)
        told = entry(frame, chosen)
        if self.steering.preview_allowed or frame.step > 0 or self.map.values is not None:
            key = (chosen, told.text(), frame.params.start, *place_key(frame))
            self._question.need(key, frame.step, learner=chosen, steps=STEPS)
            self._place_dot()
        else:
            self.map.set_message("Make your prediction, or press play: before that the map would give the answer away.")
        title = f"Learning rate × {_short(told)} · 4,096 runs of {told.optimizer.label}"
        if title != self.map.accessibleName():
            self.map.setAccessibleName(title)
            self.title_changed.emit(title)

    def draw_job(self, job: str, arguments: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        """Show the losses when they are there."""
        found = self._question.take(job, arguments, arrays)
        if found is None or self.frame is None or not {"map_lr", "map_second"} <= found.keys():
            return
        self._shown = entry(self.frame, learner(self.frame))
        self._loss = np.asarray(found["map_loss"], float)
        self._first = float(np.ravel(found.get("map_first_loss", np.inf))[0])
        self._rows = Axis.spaced(_long(self._shown), found["map_second"])
        self._columns = Axis.spaced("Learning rate η", found["map_lr"])
        self.map.set_values(*self._coloured(), bad="above the start")
        self.map.set_busy("")
        self._place_dot()

    def _coloured(self) -> tuple[np.ndarray, Axis, Axis, Shading]:
        """Return losses as they are coloured: above the best one where some are negative, and none that rose."""
        loss = np.where(self._loss <= self._first, self._loss, np.nan)
        finite = loss[np.isfinite(loss)]
        best = float(finite.min()) if finite.size else 0.0
        shown, title = (loss - best, "L − best") if best < 0 else (loss, "loss")
        slow = shown[:, 0][np.isfinite(shown[:, 0])]
        high = float(slow.max()) if slow.size and slow.max() > FLOOR else 1.0
        positive = shown[np.isfinite(shown) & (shown > 0)]
        low = max(FLOOR, float(positive.min())) if positive.size else FLOOR
        most = float(positive.max()) if positive.size else 1.0
        shading = Shading(log=True, low=low, high=max(min(high, most), 10.0 * low), title=title)
        return shown, self._rows, self._columns, shading

    def _place_dot(self) -> None:
        if self.frame is None or self._shown is None:
            return
        now = settings(self.frame, learner(self.frame))
        second = now.get(self._shown.optimizer.second)
        if second is not None:
            self.map.set_marker(self._rows.cell(second), self._columns.cell(now["lr"]))

    def _reading(self, row: int, column: int) -> str:
        loss = self._loss[row, column]
        said = f"loss {number_text(loss)} after {STEPS} steps"
        if not loss <= self._first:
            said = f"{said}, above the start" if np.isfinite(loss) else f"diverged within {STEPS} steps"
        second = _short(self._shown) if self._shown else "second"
        return f"η {self._columns.text(column)} · {second} {self._rows.text(row)} · {said}{self._own_words()}"

    def _own_words(self) -> str:
        own = dict(self._shown.settings) if self._shown else {}
        return " · this optimizer brings its own learning rate" if "lr" in own else ""

    def _go_to(self, row: int, column: int) -> None:
        """Ask for the settings of a cell, as far as the controls reach this optimizer."""
        if self._shown is None or self.frame is None:
            return
        own, asked = dict(self._shown.settings), {}
        if "lr" not in own:
            asked["lr"] = self._allowed("lr", self._columns.coordinate(column))
        if self._shown.name in _FOLLOW_CONTROL and "momentum" not in own:
            asked["momentum"] = self._allowed("momentum", self._rows.coordinate(row))
        if asked:
            self.steering.set(**asked)

    def _allowed(self, name: str, value: float) -> float:
        """Return the value with three digits, within the parameter's range."""
        declared = self.frame.params.declaration(name)  # type: ignore[union-attr]
        return min(max(float(f"{value:.3g}"), declared.low), declared.high)

    def _say_none(self) -> None:
        self.map.set_busy("")
        self.map.set_message("No answer came. Hide and show this picture to ask again.")

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.map.apply_theme(tokens)

    def summary(self) -> str:
        """Return where the dot is, and how much of the map diverged."""
        if not self._loss.size or self.frame is None:
            return self.title
        share = float(np.mean(~(self._loss <= self._first)))
        now = settings(self.frame, learner(self.frame))
        here = f"You are at learning rate {number_text(now['lr'])}."
        return f"{self.map.accessibleName()}. {share:.0%} of the runs ended above the start or diverged. {here}"


def _short(told: Entry) -> str:
    name = told.optimizer.second
    return "momentum" if name == "momentum" else told.optimizer.setting(name).help.split(":")[0]


def _long(told: Entry) -> str:
    name = told.optimizer.second
    return "Momentum β" if name == "momentum" else f"{_short(told)} ({name})"
