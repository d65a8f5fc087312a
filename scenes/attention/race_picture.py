"""Attention against a recurrent network: the time of a pass for sequences of growing length, measured here and now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.number_text import number_text
from explainer.plots.base.axes import Axes
from explainer.plots.base.colours import colour, pen, small_font
from explainer.plots.base.layer import Layer
from explainer.plots.base.painting import draw_segments
from explainer.plots.base.reduction import clip_segments
from explainer.plots.picture import Picture
from explainer.theme.tokens import Tokens

NAMES = ("recurrent (GRU)", "attention")
AGAIN = 4_000
"""Milliseconds after which an unfinished measurement is asked for again: its run may have been replaced."""


class Race(Picture):
    """Milliseconds of a forward and a backward pass against the length of the sequence, both axes logarithmic."""

    key: ClassVar[str] = "race"
    title: ClassVar[str] = "Attention and recurrence"
    about: ClassVar[str] = "Sequential steps and time for sequences of 16 to 1024 tokens, measured on this machine"

    def build(self) -> None:
        """Make the plot and the clock that asks again."""
        self.lengths, self.times = np.zeros(0), np.full((2, 0), np.nan)
        self.plot = Axes(
            "Time of a pass", x_label="tokens", y_label="milliseconds", log_x=True, log_y=True, parent=self
        )
        self.plot.set_whole(14.0, 1200.0, 0.1, 200.0)
        self.plot.setToolTip(
            "One sequence forward and backward, width 64, on the processor: a GRU and one head of attention"
        )
        self._layer = TimesLayer(self)
        self._clock = QTimer(self, interval=AGAIN)
        self._clock.timeout.connect(self._ask)
        self.plot.pointer_moved.connect(self._read)
        self.plot.pointer_left.connect(lambda: self.plot.read_out(""))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: measure when it can be seen."""
        super().showEvent(event)
        if not self.complete:
            self._clock.start()
            QTimer.singleShot(0, self, self._ask)

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: do not ask for what nobody sees."""
        super().hideEvent(event)
        self._clock.stop()

    @property
    def complete(self) -> bool:
        """Whether every length has been measured."""
        return bool(self.times.size) and bool(np.isfinite(self.times).all())

    def _ask(self) -> None:
        if self.complete:
            self._clock.stop()
        else:
            self.steering.job("race")

    def draw_job(self, job: str, arguments: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        """Show what has been measured so far."""
        if job != "race":
            return
        self._clock.start()
        self.lengths = arrays.get("race_length", self.lengths)
        self.times = arrays.get("race_time", self.times)
        known = self.times[np.isfinite(self.times)]
        if known.size:
            self.plot.set_whole(14.0, 1200.0, float(known.min()) / 2, float(known.max()) * 2)
        if self.complete:
            self._clock.stop()
            title = f"Attention {self.times[0, -1] / self.times[1, -1]:.1f} × as fast at {self.lengths[-1]}"
            self.setAccessibleName(title)
            self.title_changed.emit(title)
        self._layer.update()

    def _read(self, x: float, _: float) -> None:
        if self.times.size and self.lengths.size:
            at = int(np.abs(np.log(self.lengths) - np.log(max(x, 1e-9))).argmin())
            n = int(self.lengths[at])
            ms = [f"{number_text(float(value))} ms" if np.isfinite(value) else "…" for value in self.times[:, at]]
            self.plot.read_out(f"{n} tokens   GRU: {n} steps one after another, {ms[0]}   attention: 1 step, {ms[1]}")

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        super().apply_theme(tokens)
        self.plot.apply_theme(tokens)

    def summary(self) -> str:
        """Return the last measurement."""
        return self.accessibleName()


class TimesLayer(Layer):
    """The two curves with their names, or that it is being measured."""

    def __init__(self, picture: Race) -> None:
        super().__init__(picture.plot, 10)
        self.picture = picture

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw what is known."""
        picture, tokens = self.picture, self.picture.tokens
        known = np.isfinite(picture.times).all(0) if picture.times.size else np.zeros(0, bool)
        if not known.any():
            painter.setFont(small_font(tokens, self.axes.font(), 12))
            painter.setPen(colour(tokens.muted))
            painter.drawText(self.boundingRect(), Qt.AlignmentFlag.AlignCenter, "measuring …")
            return
        for index, name in enumerate(NAMES):
            pixels = self.axes.to_pixels(picture.lengths[known], picture.times[index][known])
            painter.setPen(pen(tokens.series_colour(1 - index), 2.4))
            draw_segments(painter, *clip_segments(pixels[:-1], pixels[1:], width, height))
            painter.setBrush(colour(tokens.series_colour(1 - index)))
            painter.setFont(small_font(tokens, self.axes.font(), 12, bold=True))
            painter.setPen(colour(tokens.series_colour(1 - index)))
            words = f"{name}: {'n steps in turn' if index == 0 else '1 step'}"
            wide = painter.fontMetrics().horizontalAdvance(words) + 2.0
            at = pixels[-1 - len(pixels) // 3]
            left = 8.0 if index == 0 else min(at[0] + 10, width - wide - 4)
            end = float(np.interp(left + wide, *pixels.T))
            place = QRectF(left, end - 22 if index == 0 else at[1] + 8, wide, 18)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
