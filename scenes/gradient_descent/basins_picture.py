"""Which minimum each start reaches, in one colour per minimum over the shaded surface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.frame import Frame
from explainer.contract.number_text import pair_text
from explainer.plots.base.axis import Axis
from explainer.plots.base.colours import blend
from explainer.plots.heat_map import HeatMap
from explainer.plots.picture import Picture
from explainer.plots.question import Question
from explainer.plots.relief.height_field import TOP, HeightField, resampled
from explainer.scenes.gradient_descent.formulas import entry, learner, settings
from explainer.scenes.gradient_descent.question import place_key
from explainer.theme.tokens import Tokens

STEPS = 500
_NAMED = 8
"""Minima that the legend names; the others are too small to tell apart."""
_MARKED = 30
"""More minima than this would bury the picture under crosses."""
_DEEP, _HIGH = 0.25, 0.75
"""How far a colour is blended into the canvas at the lowest and at the highest loss."""


class Basins(Picture):
    """Basins of attraction under the selected optimizer with its present settings."""

    key: ClassVar[str] = "basins"
    title: ClassVar[str] = "Basins · which minimum each start reaches"
    about: ClassVar[str] = "One colour per minimum, 4,096 starts; click to choose the start"
    hint: ClassVar[str] = "click to start there"
    arrays: ClassVar[Sequence[str]] = ("points", "label", "surface_x", "surface_y", "surface_loss")
    weight: ClassVar[float] = 2.0

    def build(self) -> None:
        """Make the map and its question."""
        self.frame: Frame | None = None
        self._found: dict[str, np.ndarray] = {}
        self._rows = self._columns = Axis()
        self.map = HeatMap(self, upward=True)
        self.map.setAccessibleName("Minimum reached from each start")
        self.map.setToolTip("Hover for the minimum · click to start there · arrow keys and Return do the same")
        self.map.set_message("The basins are computed once the run is there.")
        self.map.set_caption(f"Where {STEPS} steps lead · the dot is the start")
        self.map.set_reading(self._reading)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.map)
        self._question = Question(self, "basins", "basin")
        self._question.asked.connect(lambda: self.map.set_busy("computing 4,096 starts…"))
        self._question.given_up.connect(self._say_none)
        self.map.cell_clicked.connect(self._start_at)

    def draw(self, frame: Frame) -> None:
        """Move the start's dot, and ask anew when surface, optimizer or settings have changed."""
        self.frame = frame
        chosen = learner(frame)
        told = entry(frame, chosen)
        if self.steering.preview_allowed or frame.step > 0 or self.map.values is not None:
            key = (chosen, told.text(), tuple(settings(frame, chosen).items()), *place_key(frame))
            self._question.need(key, frame.step, learner=chosen, steps=STEPS)
            self._place_start()
        else:
            self.map.set_message(
                "Make your prediction, or press play: before that the basins would give the answer away."
            )
        title = f"{self.title} · {told.optimizer.label}"
        if title != self.map.accessibleName():
            self.map.setAccessibleName(title)
            self.title_changed.emit(title)

    def draw_job(self, job: str, arguments: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        """Show the basins when they are there."""
        found = self._question.take(job, arguments, arrays)
        if found is None or not {"basin_x", "basin_y", "basin_minima"} <= found.keys():
            return
        self._found = dict(found)
        self._show()
        self.map.set_busy("")

    def _show(self) -> None:
        basin, minima = self._found["basin"], self._found["basin_minima"]
        x, y = self._found["basin_x"], self._found["basin_y"]
        letters = ("w", "b") if self.frame and self.frame.params.surface == "regression" else ("x", "y")
        self._columns, self._rows = Axis.spaced(letters[0], x), Axis.spaced(letters[1], y)
        self.map.aspect = float(np.ptp(x) / np.ptp(y)) if np.ptp(y) > 0 and np.ptp(x) > 0 else None
        self.map.set_values(
            np.where(basin >= 0, basin, np.nan),
            self._rows,
            self._columns,
            bad="none",
            colours=self._colours(basin, len(minima)),
            legend=self._legend(basin, minima),
        )
        marked = minima.tolist() if len(minima) <= _MARKED else []
        self.map.set_crosses([(self._rows.cell(b), self._columns.cell(a)) for a, b in marked])
        self._place_start()

    def _colour(self, index: int) -> QColor:
        """Return a minimum's colour; after the palette's end the same colours come paler."""
        paler = 0.4 * (index // len(self.tokens.series) % 2)
        return blend(self.tokens.series_colour(index), self.tokens.canvas, paler)

    def _colours(self, basin: np.ndarray, count: int) -> np.ndarray:
        """Return a colour for each cell, (y, x, 3) uint8, paler where the loss is higher."""
        palette = np.array([self._colour(index).getRgb()[:3] for index in range(count)] or [(0, 0, 0)], float)
        canvas = np.array(QColor(self.tokens.canvas).getRgb()[:3], float)
        share = (_DEEP + (_HIGH - _DEEP) * self._steepness(basin.shape))[..., None]
        chosen = palette[np.clip(basin, 0, None)]
        return np.rint(chosen + (canvas - chosen) * share).astype(np.uint8)

    def _steepness(self, shape: tuple[int, ...]) -> np.ndarray:
        """Return the height of the surface below each cell, 0 to 1; a half where it is not known."""
        arrays = self.frame.arrays if self.frame else {}
        if not {"surface_x", "surface_y", "surface_loss"} <= arrays.keys():
            return np.full(shape, 0.5)
        x, y = self._found["basin_x"], self._found["basin_y"]
        below = resampled(arrays["surface_x"], arrays["surface_y"], arrays["surface_loss"], x, y)
        return np.nan_to_num(HeightField(x, y, below).heights / TOP, nan=1.0)

    def _legend(self, basin: np.ndarray, minima: np.ndarray) -> list[tuple[str, str]]:
        """Return colour, place and share of the minima that most starts reach."""
        shares = np.bincount(basin[basin >= 0].ravel(), minlength=len(minima)) / max(1, basin.size)
        order = [index for index in np.argsort(-shares, kind="stable").tolist() if shares[index] > 0]
        entries = [
            (self._colour(index).name(), f"{pair_text(*minima[index].tolist(), 2)} · {shares[index]:.0%}")
            for index in order[:_NAMED]
        ]
        rest = len(order) - len(entries)
        return [*entries, (self.tokens.card, f"and {rest} more")] if rest > 0 else entries

    def _place_start(self) -> None:
        if self.frame is not None and self._found:
            x, y = self.frame.params.start
            self.map.set_marker(self._rows.cell(y), self._columns.cell(x))

    def _reading(self, row: int, column: int) -> str:
        index, minima = int(self._found["basin"][row, column]), self._found["basin_minima"]
        ends = f"reaches {pair_text(*minima[index].tolist())}" if index >= 0 else "reaches no minimum"
        return f"start {pair_text(self._columns.coordinate(column), self._rows.coordinate(row))} · {ends}"

    def _start_at(self, row: int, column: int) -> None:
        place = (self._columns.coordinate(column), self._rows.coordinate(row))
        self.steering.set(start=tuple(float(f"{part:.4g}") for part in place))

    def _say_none(self) -> None:
        self.map.set_busy("")
        self.map.set_message("No answer came. Hide and show this picture to ask again.")

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.map.apply_theme(tokens)
        if self._found and self.map.values is not None:
            self._show()

    def summary(self) -> str:
        """Return how many starts reach which minimum."""
        if not self._found:
            return self.title
        said = "; ".join(words for _, words in self._legend(self._found["basin"], self._found["basin_minima"]))
        return f"{self.map.accessibleName()}. {said or 'No start reaches a minimum.'}"
