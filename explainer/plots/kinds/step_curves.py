"""Several quantities against the step: lines that stay fast up to a million values, and a cursor to seek with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explainer.contract.frame import Ghost
from explainer.contract.number_text import number_text
from explainer.contract.series import Series
from explainer.plots.base.axes import Axes
from explainer.plots.base.colours import small_font
from explainer.plots.base.grip import Grip
from explainer.plots.base.lane_look import lane_of, own_lane
from explainer.plots.base.reduction import columns
from explainer.plots.base.view_box import LARGEST
from explainer.plots.kinds.step_layers import CursorLayer, EndLabels, Levels, Line, LinesLayer, Nothing
from explainer.theme.tokens import Tokens

LEAST_STEPS = 10
"""How many steps the axis shows at least: there is no step 0.2."""


class StepCurves(QWidget):
    """Curves against step. The cursor can be dragged; :attr:`step_chosen` says to which step."""

    step_chosen = Signal(int)

    def __init__(self, name: str, *, y_label: str = "", log_y: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: dict[str, Line] = {}
        self.here = 0
        self.lit: int | None = None
        self.label_room = 0.0
        self._seen: tuple[Any, ...] = ()
        self.axes = Axes(name, x_label="step", y_label=y_label, log_y=log_y, parent=self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.axes)
        self.axes.view_box.free = (True, False)
        self.axes.read_out_at_right = True
        LinesLayer(self, 10)
        EndLabels(self, 20)
        self._level_layer = Levels(self, 12)
        self._nothing = Nothing(self, 5)
        self._cursor_layer = CursorLayer(self, 15)
        self.axes.grips.append(
            Grip(self._from_cursor, self._cursor_dragged, self._cursor_dragged, 8.0, Qt.CursorShape.SizeHorCursor)
        )
        self.axes.pointer_moved.connect(self._say_values)
        self.axes.pointer_left.connect(lambda: self.axes.read_out(""))
        self.axes.view_changed.connect(self._view_changed)
        self.axes.moved_by_hand.connect(self._moved_by_hand)
        self.axes.pane_resized.connect(self._pane_resized)

    @property
    def named_lines(self) -> list[Line]:
        """The curves that have a name at their end."""
        return [line for line in self.lines.values() if not line.faint]

    @property
    def own_lines(self) -> list[Line]:
        """The curves of this run."""
        return [line for line in self.named_lines if not line.beside]

    def set_series(
        self,
        series: Mapping[str, Series],
        labels: Mapping[str, str] | None = None,
        indices: Sequence[int] = (),
        ghosts: Sequence[Ghost] = (),
    ) -> None:
        """Show these series, and behind them what other runs recorded under the same names.

        Only what is new since the last call is taken in.
        """
        labels = labels or {}
        beside = [ghost.name for ghost in ghosts if ghost.beside]
        lane, alone = own_lane(beside) if beside else 0, bool(beside) and len(series) == 1
        places = {name: indices[index] if index < len(indices) else index for index, name in enumerate(series)}
        places |= {name: index for index, name in enumerate(labels) if name not in places}
        behind = {
            f"{ghost.name} {number} {name}": _line_of(ghost, name, place, labels.get(name, name), alone)
            for number, ghost in enumerate(ghosts)
            for name, place in places.items()
            if name in ghost.series
        }
        kept = {key: self.lines[key] for key, line in behind.items() if _shows(self.lines.get(key), line)}
        self.lines = {**behind, **kept, **{name: line for name, line in self.lines.items() if line.own}}
        for index, (name, values) in enumerate(series.items()):
            number = lane if alone else indices[index] if index < len(indices) else index
            line = self.lines.setdefault(name, Line(values, name, number))
            line.series, line.label, line.index, line.lane = values, labels.get(name, name), number, lane
        for name in [name for name, line in self.lines.items() if line.own and name not in series]:
            del self.lines[name]
        self._take_in()

    def set_levels(self, levels: Sequence[tuple[float | None, str]]) -> None:
        """Draw lines across at these values, with their words."""
        self._level_layer.set_levels(levels)

    def set_nothing(self, words: str) -> None:
        """Say this while there is no curve."""
        self._nothing.set_words(words)

    def set_cursor(self, step: int) -> None:
        """Show where the run is."""
        if step != self.here:
            self.here = step
            self._cursor_layer.update()
            if step > self.axes.whole[1]:
                self._take_in()

    def light(self, step: int | None) -> None:
        """Mark the step that another picture's pointer is on."""
        self.lit = step
        self._cursor_layer.update()

    def set_log(self, *, x: bool | None = None, y: bool | None = None) -> None:
        """Switch the axes between logarithmic and linear and fit them anew."""
        before = self.axes.log
        self.axes.set_log(x=x, y=y)
        if self.axes.log != before:
            self._seen = ()
            self._take_in()

    # what the lines show

    def _take_in(self) -> None:
        last = max([line.series.last_step for line in self.lines.values()] + [self.here, LEAST_STEPS])
        self._make_label_room()
        width = max(1.0, self.axes.view_box.rect().width())
        share = min(0.5, (self.label_room + 10) / width)
        self.axes.set_whole(0.0, _rounded(int(last)) / (1 - share), *self.axes.whole[2:])
        self._reduce()
        self._fit_y()

    def _make_label_room(self) -> None:
        metrics = QFontMetricsF(small_font(self.axes.tokens, self.font(), 12, bold=True))
        self.label_room = max([metrics.horizontalAdvance(line.label) for line in self.lines.values()] + [0.0]) + 8

    def _reduce(self) -> None:
        x0, x1 = self.axes.view_box.viewRange()[0]
        width = int(self.axes.view_box.rect().width())
        sizes = tuple((id(line.series), len(line.series), line.series.last_step) for line in self.lines.values())
        seen = (x0, x1, width, self.axes.log, sizes, tuple(_newest(line.series) for line in self.lines.values()))
        if seen == self._seen:
            return
        self._seen = seen
        for line in self.lines.values():
            line.blocks.follow(line.series.steps, line.series.values)
            line.reduced, line.dense = columns(
                line.series.steps, line.series.values, x0, x1, max(2, width // 2), line.blocks
            )
        for layer in self.axes.layers:
            layer.update()

    def _fit_y(self) -> None:
        shown = [line.reduced[1] for line in self.lines.values()]
        values = np.concatenate(shown) if shown else np.empty(0)
        values = values[np.isfinite(values)]
        values = values[values > 0] if self.axes.log[1] else values
        low, high = (float(values.min()), float(values.max())) if len(values) else (0.1, 1.0)
        low, high = max(low, -LARGEST), min(high, LARGEST)
        if self.axes.log[1]:
            low, high = max(low, 1e-300), max(high, 1e-300)
            pad = 0.06 * max(0.5, np.log10(high) - np.log10(low))
            box = (10.0 ** (np.log10(low) - pad), 10.0 ** (np.log10(high) + pad))
        else:
            pad = 0.06 * (high - low) or 0.05 * max(abs(high), 1e-12)
            box = (low - pad, high + pad)
        self._look_up(*box)

    def _look_up(self, low: float, high: float) -> None:
        """Take a range of y, whether the reader has zoomed in x or not."""
        if self.axes.whole[2:] != (low, high):
            self.axes.set_whole(*self.axes.whole[:2], low, high)
        if not self.axes.fitted:
            x0, x1 = self.axes.view_box.viewRange()[0]
            shared = np.array(self.axes.shared()[2:])
            ys = np.log10(shared) if self.axes.log[1] else shared
            self.axes.view_box.look_at(x0, x1, float(ys[0]), float(ys[1]))

    def _view_changed(self) -> None:
        if self.lines:
            self._reduce()

    def _moved_by_hand(self) -> None:
        self._reduce()
        self._fit_y()

    def _pane_resized(self) -> None:
        if self.lines:
            self._take_in()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take colours and text sizes from a theme."""
        self.axes.apply_theme(tokens)
        if self.lines:
            self._take_in()

    # the pointer

    def _from_cursor(self, across: float, down: float) -> float:
        return abs(float(self.axes.to_pixels(self.here, 1.0)[0]) - across)

    def _cursor_dragged(self, x: float, y: float) -> None:
        last = max([line.series.last_step for line in self.own_lines] + [self.here, 0])
        step = int(np.clip(round(x), 0, last))
        if step != self.here:
            self.set_cursor(step)
            self.step_chosen.emit(step)

    def values_at(self, x: float) -> tuple[int, list[tuple[str, float]]]:
        """Return the recorded step nearest to ``x`` and each named curve's value there, this run's first."""
        found, step = [], round(x)
        for line in sorted(self.named_lines, key=lambda line: line.beside):
            if len(line.series):
                steps = line.series.steps
                place = int(np.clip(np.searchsorted(steps, x), 1, max(1, len(steps) - 1)))
                place = min(place, len(steps) - 1)
                if place and x - steps[place - 1] < steps[place] - x:
                    place -= 1
                step = int(steps[place])
                found.append((line.label, float(line.series.values[place])))
        return step, found

    def _say_values(self, x: float, y: float) -> None:
        step, values = self.values_at(x)
        words = [f"{label} {number_text(value)}" for label, value in values]
        own = len([line for line in self.own_lines if len(line.series)])
        lines = [[f"step {step}", *words[:own]], *(words[at : at + own] for at in range(own, len(words), own or 1))]
        self.axes.read_out("\n".join("   ".join(line) for line in lines) if values else "")


def _rounded(last: int) -> int:
    """Return the last step or a little more (1.6 % at most): most pictures leave the axis as it is."""
    grain = 1 << max(0, last.bit_length() - 7)
    return -(-last // grain) * grain


def _line_of(ghost: Ghost, name: str, place: int, label: str, alone: bool) -> Line:
    """Return the curve of another run: of one that is shown beside this one with a name, else faint.

    Where each run has one curve ``alone``, each has a colour of its own.
    """
    if ghost.beside:
        lane = lane_of(ghost.name)
        return Line(ghost.series[name], f"{label} · {ghost.name}", lane if alone else place, beside=True, lane=lane)
    return Line(ghost.series[name], "", place, faint=True)


def _shows(known: Line | None, line: Line) -> bool:
    return known is not None and known.series is line.series and (known.index, known.label) == (line.index, line.label)


def _newest(series: Series) -> bytes:
    """Return the last value as it is stored, so that NaN is the same as NaN."""
    return series.values[-1:].tobytes()
