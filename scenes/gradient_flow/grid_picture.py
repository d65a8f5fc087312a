"""A grid of networks, one for each pair of settings, coloured by what happens to the gradient in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.plots.base.axis import Axis
from explainer.plots.base.number_text import number_text
from explainer.plots.base.shading import Shading
from explainer.plots.heat_map import HeatMap
from explainer.plots.picture import Picture
from explainer.plots.question import Question
from explainer.scenes.gradient_flow.grid_axes import AXES, SHOWS, axis_names, axis_values, long_names, sides
from explainer.scenes.gradient_flow.lanes import resolve, titles, with_setting
from explainer.scenes.gradient_flow.layer_pictures import selected
from explainer.theme.tokens import Tokens

STEPS = 8
FARTHEST = 20.0
"""Powers of ten at which the colours of a ratio end."""


class Grid(Picture):
    """Small multiples in numbers: each cell a real forward and backward pass."""

    key: ClassVar[str] = "grid"
    title: ClassVar[str] = "The grid · activation × initialization"
    about: ClassVar[str] = "A network for each pair of settings: what arrives at its first layer; click to go there"
    arrays: ClassVar[Sequence[str]] = ("label",)
    weight: ClassVar[float] = 1.6
    hint: ClassVar[str] = "click to go there"

    def build(self) -> None:
        """Make the map and its question."""
        self.frame: Frame | None = None
        self._parts: dict[str, np.ndarray] = {}
        self._shown: tuple[Any, ...] = ()
        self._values = np.empty(0)
        self._asked_sides: tuple[str, str] = ("activation", "init")
        self.map = HeatMap(self)
        self.map.setAccessibleName("Grid of networks")
        self.map.setToolTip("Hover for the number · click to take these settings · arrow keys and Return do the same")
        self.map.set_message("The grid is computed once the run is there.")
        self.map.set_reading(self._reading)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.map)
        self._question = Question(self, "grid", f"grid_end/{next(iter(SHOWS))}")
        self._question.asked.connect(self._say_busy)
        self._question.given_up.connect(lambda: self.map.set_busy(""))
        self.map.cell_clicked.connect(self._go_to)

    def draw(self, frame: Frame) -> None:
        """Ask anew when anything but the colouring has changed."""
        self.frame = frame
        params = frame.params
        rows, columns = sides(params)
        index = selected(params)
        told = resolve(params)[index]
        fixed = tuple(value for name, value in vars(told).items() if name not in (rows, columns))
        key = (rows, columns, fixed, params.depth, params.width, params.data, params.batch)
        self._question.need(key, frame.step, rows=rows, columns=columns, network=index, steps=STEPS)
        self._show()
        title = f"{AXES[rows]} × {AXES[columns].lower()}, else as {titles(params)[index]}"
        title += " in layers" if params.architecture == "recurrent" else ""
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.title_changed.emit(title)

    def draw_job(self, job: str, arguments: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        """Show what is known so far."""
        found = self._question.take(job, arguments, arrays)
        if job != "grid":
            return
        if any(name.startswith("grid_start") for name in arrays):
            self._parts = {}
            self._asked_sides = arguments["rows"], arguments["columns"]
            self.map.set_busy("")
        self._parts |= arrays
        if found is not None:
            self._parts |= found
        self._show()
        if found is not None:
            self.map.set_busy("")

    def _show(self) -> None:
        assert self.frame is not None
        params = self.frame.params
        after = params.grid_after and f"grid_end/{params.grid_shows}" in self._parts
        values = self._parts.get(f"{'grid_end' if after else 'grid_start'}/{params.grid_shows}")
        if values is None:
            return
        rows, columns = self._asked_sides
        if values.shape != (len(axis_values(rows)), len(axis_values(columns))):
            return
        self._frame_own(rows, columns)
        shown = (rows, columns, after, params.grid_after, params.grid_shows)
        if shown == self._shown and values is self._values:
            return
        self._shown, self._values = shown, values
        shading, numbers = self._coloured(np.asarray(values, float), params.grid_shows)
        self.map.set_values(
            numbers, Axis("", names=axis_names(rows)), Axis("", names=axis_names(columns)), shading, bad="0 or overflow"
        )
        when = f"after {STEPS} steps of SGD" if after else "at initialization"
        when += ", the steps are under way" if params.grid_after and not after else ""
        self.map.set_caption(f"{SHOWS[params.grid_shows]}, {when}")

    def _coloured(self, values: np.ndarray, shows: str) -> tuple[Shading, np.ndarray]:
        """Return log₁₀ of a ratio in two colours about zero, of a scale in one; the loss as it is."""
        if shows == "loss":
            return Shading(title="loss", high=min(10.0, _most(values))), values
        with np.errstate(divide="ignore", invalid="ignore"):
            logarithm = np.where(values > 0, np.log10(values), np.nan)
        if shows == "gradient_scale":
            return Shading(title="log₁₀"), logarithm
        finite = np.abs(logarithm[np.isfinite(logarithm)])
        most = float(np.clip(np.ceil(finite.max()), 2.0, FARTHEST)) if finite.size else 2.0
        return Shading("signed", low=-most, high=most, title="log₁₀"), logarithm

    def _frame_own(self, rows: str, columns: str) -> None:
        assert self.frame is not None
        told = resolve(self.frame.params)[selected(self.frame.params)]
        places = []
        for side in (rows, columns):
            values = list(axis_values(side))
            here = getattr(told, side)
            places.append(values.index(here) if here in values else None)
        self.map.set_framed(*places)

    def _reading(self, row: int, column: int) -> str:
        assert self.frame is not None
        rows, columns = self._asked_sides
        words = f"{long_names(rows)[row]} · {long_names(columns)[column]}"
        said = []
        for when, name in (("start", "grid_start"), (f"after {STEPS}", "grid_end")):
            values = self._parts.get(f"{name}/{self.frame.params.grid_shows}")
            if values is not None and values.shape == (len(axis_values(rows)), len(axis_values(columns))):
                said.append(f"{when} {number_text(float(values[row, column]))}")
        return f"{words} · {SHOWS[self.frame.params.grid_shows]}: {', '.join(said)}"

    def _go_to(self, row: int, column: int) -> None:
        """Give the selected network the settings of a cell."""
        if self.frame is None:
            return
        params, index = self.frame.params, selected(self.frame.params)
        asked: dict[str, Any] = {}
        for side, place in zip(self._asked_sides, (row, column), strict=True):
            change = with_setting(params.replace(**asked), index, side, axis_values(side)[place])
            asked |= change
        self.steering.set(**asked)

    def _say_busy(self) -> None:
        rows, columns = sides(self.frame.params) if self.frame else ("activation", "init")
        self.map.set_busy(f"computing {len(axis_values(rows)) * len(axis_values(columns))} networks…")

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.map.apply_theme(tokens)

    def summary(self) -> str:
        """Return how many cells keep their gradient within a factor of a thousand."""
        values = self._parts.get("grid_start/delta_ratio")
        if values is None:
            return self.accessibleName()
        with np.errstate(divide="ignore", invalid="ignore"):
            kept = np.abs(np.log10(values)) < 3
        return (
            f"{self.accessibleName()}. In {int(kept.sum())} of {values.size} cells δ changes by less than a thousand."
        )


def _most(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return max(float(finite.max()), 1e-6) if finite.size else 1.0
