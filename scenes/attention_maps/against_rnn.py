"""Attention against a recurrent network: steps that must wait for one another, and time, by length."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from explainer.contract.frame import Frame
from explainer.contract.number_text import number_text
from explainer.plots.base.colours import colour, pen
from explainer.scenes.attention_maps.bars import CENTRE, LEFT, RIGHT, Bars

NAMES = ("GRU", "block")
SERIES = (1, 0)
"""Their places in the palette."""


class AgainstRecurrence(Bars):
    """A line for each length, a bar for each of the two; measured here when it is asked for."""

    key: ClassVar[str] = "race"
    title: ClassVar[str] = "Against a recurrent network"
    about: ClassVar[str] = (
        "Steps in turn and time of a GRU and of a block of attention, lengths 16 to 1024, measured here"
    )
    arrays: ClassVar[Sequence[str]] = ()
    weight: ClassVar[float] = 1.4

    def build(self) -> None:
        """Start with nothing measured."""
        super().build()
        self.found: dict[str, np.ndarray] = {}
        self._asked = False

    def draw(self, frame: Frame) -> None:
        """Measure once the run is there and the picture is seen."""
        super().draw(frame)
        if not self._asked and self.isVisible():
            self._ask()

    def _ask(self) -> None:
        self._asked = True
        self.steering.job("race")

    def draw_job(self, job: str, arguments: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        """Show what has been measured so far."""
        if job == "race" and arrays:
            self.found = dict(arrays)
            self.update()

    def paint(self, painter: QPainter, width: float, height: float) -> None:
        """Paint the table."""
        tokens = self.tokens
        again = QRectF(width - tokens.size(120), height - tokens.size(24), tokens.size(112), tokens.size(22))
        if not self.found:
            waiting = "Measuring a GRU and a block of attention, one length after the other …"
            self.say(painter, waiting if self._asked else "Nothing has been measured yet.")
        else:
            self._paint_table(painter, width, height - tokens.size(28))
        if self.found or not self._asked:
            self._paint_button(painter, again, "measure again" if self.found else "measure")

    def _paint_button(self, painter: QPainter, again: QRectF, words: str) -> None:
        tokens = self.tokens
        painter.setPen(pen(tokens.accent if self.under == "again" else tokens.border))
        painter.setBrush(colour(tokens.raised))
        painter.drawRoundedRect(again, 4, 4)
        self.words(painter, again, CENTRE, words, tokens.text)
        self.mark(again, "again")

    def _paint_table(self, painter: QPainter, width: float, height: float) -> None:
        tokens = self.tokens
        lengths, steps, times = (self.found[f"race_{name}"] for name in ("length", "steps", "time"))
        line, name = tokens.size(22), tokens.size(64)
        half = (width - name - tokens.size(16)) / 2
        for column, said in enumerate(("steps in turn", "milliseconds")):
            place = QRectF(name + column * half, 0, half - 8, line)
            self.words(painter, place, LEFT, said, tokens.muted, 11)
        for row, said in enumerate(NAMES):
            place = QRectF(name + row * tokens.size(72), height + 2, tokens.size(70), line)
            self.words(painter, place, LEFT, said, tokens.series_colour(SERIES[row]), 12)
        rows, step = self.rows(len(lengths), height - line, 44, 22)
        for number, length in list(enumerate(lengths.tolist()))[-rows:]:
            top = line + (number + rows - len(lengths)) * step
            self.words(painter, QRectF(4, top, name - 12, step), RIGHT, str(length), tokens.text)
            for column, values in enumerate((steps, times)):
                for row in range(2):
                    value, most = float(values[row, number]), float(np.nanmax(values))
                    left, room = name + column * half, half - tokens.size(72)
                    box = QRectF(left, top + step * (0.12 + 0.4 * row), max(1.0, room * value / most), step * 0.32)
                    self.bar(painter, box, colour(tokens.series_colour(SERIES[row])))
                    words = QRectF(left + box.width() + 4, box.center().y() - 9, tokens.size(64), 18)
                    self.words(
                        painter, words, LEFT, number_text(value) if column else str(int(value)), tokens.muted, 11
                    )

    def clicked(self, part: Hashable) -> None:
        """Measure again."""
        if part == "again":
            self._ask()

    def summary(self) -> str:
        """Return the measured times at the longest length."""
        if not self.found:
            return self.title
        length, (recurrent, block) = int(self.found["race_length"][-1]), self.found["race_time"][:, -1].tolist()
        return (
            f"At length {length} a GRU takes {length} steps in turn, {recurrent:.1f} ms; "
            f"a block of attention 1, {block:.1f} ms."
        )
