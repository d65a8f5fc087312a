"""The names of profiles, each where it covers no profile and no other name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from explainer.plots.base.colours import colour, small_font
from explainer.plots.base.layer import Layer

if TYPE_CHECKING:
    from explainer.scenes.gradient_flow.profile_plot import Profile, ProfilePlot

STRIDE = 4
"""Pixels between the places at which a profile's height is looked up."""
LEFTS = 8
"""So many places from left to right are tried for a name, above the profile and below it."""
APART = 4.0
"""Pixels between a name and what it must not cover."""
OTHER_NAME = 1000
"""How much worse it is to cover another name than a place of a profile."""


class Heights(NamedTuple):
    """The profiles as pixels from the top, (profile, place), NaN where there is nothing, and where the places are."""

    across: np.ndarray
    down: np.ndarray


def heights_of(lines: Sequence[np.ndarray], width: float) -> Heights:
    """Return the heights of lines (points, 2) in pixels."""
    across = np.arange(0.0, max(STRIDE + 1, width), STRIDE)
    down = np.full((len(lines), len(across)), np.nan)
    for row, line in zip(down, lines, strict=True):
        seen = line[np.isfinite(line).all(1)]
        if len(seen):
            row[:] = np.interp(across, seen[:, 0], seen[:, 1], left=np.nan, right=np.nan)
    return Heights(across, down)


def candidate(place: int, index: int, heights: Heights, size: tuple[float, float], pane: QRectF) -> QRectF:
    """Return one of the places where a name of that size may stand: above or below its profile, the leftmost first."""
    (wide, high), across, own = size, heights.across, heights.down[index]
    there = across[np.isfinite(own)]
    first, last = (float(there[0]), float(there[-1]) - wide) if len(there) else (pane.left(), pane.left())
    first = max(pane.left(), first)
    left = first + max(0.0, min(last, pane.right() - wide) - first) * (place // 2) / (LEFTS - 1)
    under = own[(across >= left - APART) & (across <= left + wide + APART)]
    under = under[np.isfinite(under)]
    if not len(under):
        under = np.array([pane.bottom()])
    top = float(under.max()) + APART if place % 2 else float(under.min()) - high - APART
    return QRectF(left, min(max(top, pane.top()), pane.bottom() - high), wide, high)


def covered(box: QRectF, heights: Heights, taken: Sequence[QRectF]) -> int:
    """Return how much a name in this box covers."""
    inside = (heights.across >= box.left() - APART) & (heights.across <= box.right() + APART)
    down = heights.down[:, inside]
    lines = int(((down > box.top() - 1) & (down < box.bottom() + 1)).sum())
    return lines + OTHER_NAME * sum(box.intersects(other) for other in taken)


class ProfileNames(Layer):
    """The name of each profile in its colour, and what the triangles mean.

    A name stays where it is as long as it covers nothing there, so that it does not jump from step to step.
    """

    axes: ProfilePlot

    def __init__(self, axes: ProfilePlot, z: float) -> None:
        super().__init__(axes, z)
        self._kept: dict[str, int] = {}

    def view_changed(self) -> None:
        """Look for new places in another range or size."""
        self._kept.clear()
        super().view_changed()

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Write the names."""
        axes, tokens = self.axes, self.axes.tokens
        if not any(np.isfinite(profile.values).any() for profile in axes.profiles):
            self._say_nothing(painter, width, height)
            return
        painter.setFont(small_font(tokens, axes.font(), 12, bold=True))
        for box, profile in self.places(QFontMetricsF(painter.font()), width, height):
            painter.setPen(colour(tokens.series_colour(profile.index)))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, profile.label)
        if axes.has_zeros:
            painter.setFont(small_font(tokens, axes.font()))
            painter.setPen(colour(tokens.muted))
            box = QRectF(0, height - 36, width - 8, 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "▽ exactly 0")

    def places(self, metrics: QFontMetricsF, width: float, height: float) -> list[tuple[QRectF, Profile]]:
        """Return where each name stands."""
        axes = self.axes
        named = [profile for profile in axes.profiles if profile.label]
        lines = [axes.to_pixels(np.arange(1, len(each.values) + 1), each.values) for each in axes.profiles]
        heights = heights_of(lines, width)
        pane = QRectF(8, 0, width - 16, height - (22 if axes.has_zeros else 2))
        found: list[tuple[QRectF, Profile]] = []
        for profile in named:
            size = metrics.horizontalAdvance(profile.label) + 2, metrics.height()
            at = partial(candidate, index=axes.profiles.index(profile), heights=heights, size=size, pane=pane)
            taken = [box for box, _ in found]
            place = self._kept.get(profile.label, 0)
            if covered(at(place), heights, taken):
                place = min(range(2 * LEFTS), key=lambda other: covered(at(other), heights, taken))
            self._kept[profile.label] = place
            found.append((at(place), profile))
        return found

    def _say_nothing(self, painter: QPainter, width: float, height: float) -> None:
        if self.axes.profiles:
            painter.setFont(small_font(self.axes.tokens, self.axes.font(), 12))
            painter.setPen(colour(self.axes.tokens.muted))
            words = "Overflow: the numbers have left the finite ones"
            painter.drawText(QRectF(0, 0, width, height), Qt.AlignmentFlag.AlignCenter, words)
