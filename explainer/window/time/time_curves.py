"""The curves on the time line: the progress of a run, and of those beside it, reduced to pixels on one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from explainer.contract.series import Series
from explainer.plots.base.lane_look import LETTERS, patterned
from explainer.plots.base.painting import draw_segments
from explainer.plots.base.reduction import columns
from explainer.plots.kinds.step_layers import spread
from explainer.stage.translation import tr
from explainer.theme.tokens import Tokens

DECADES = 1.5
"""A curve that spans more decades than this is drawn logarithmically."""
MOST_NAMED = 4
"""Of more values at one step only so many are named."""
ROOM = 12
"""Pixels for a letter at a curve's end."""


@dataclass(frozen=True)
class Curve:
    """A series, its name, its run and its place in the palette."""

    series: Series
    name: str
    lane: int
    colour: int


def curves_of(runs: Sequence[Mapping[str, Series]]) -> list[Curve]:
    """Return the curves of runs beside one another: where each has only one, each run has a colour of its own."""
    alone = all(len(series) <= 1 for series in runs)
    return [
        Curve(one, name, lane, lane if alone else index)
        for lane, series in enumerate(runs)
        for index, (name, one) in enumerate(series.items())
    ]


def values_at(curves: Sequence[Curve], step: int) -> str:
    """Return a step and what was recorded there, as much as is read at a glance, a line for each run."""
    lanes = sorted({curve.lane for curve in curves})
    lines = [_values_of([curve for curve in curves if curve.lane == lane], step) for lane in lanes]
    if len(lanes) < 2:
        return " · ".join([tr("step {step:,}").format(step=step), *(told for told in lines if told)])
    return "\n".join(
        [
            tr("step {step:,}").format(step=step),
            *(f"{LETTERS[lane]}: {told or '–'}" for lane, told in zip(lanes, lines, strict=True)),
        ]
    )


def _values_of(curves: Sequence[Curve], step: int) -> str:
    values = ((curve.name, curve.series.at(step)) for curve in curves)
    told = [f"{name} {value:.4g}" for name, value in values if not np.isnan(value)]
    more = [tr("{count} more").format(count=len(told) - MOST_NAMED)] if len(told) > MOST_NAMED else []
    return " · ".join([*told[:MOST_NAMED], *more])


def in_pixels(curves: Sequence[Curve], steps: tuple[float, float], place: QRectF) -> list[np.ndarray]:
    """Return the finite points of each curve between two steps, (n, 2) in pixels, all on one scale."""
    width = max(2, int(place.width()) // 2)  # a column for every two pixels looks the same and takes half the time
    pieces = [columns(curve.series.steps, curve.series.values, *steps, width)[0] for curve in curves]
    finite = np.concatenate([y[np.isfinite(y)] for _, y in pieces]) if pieces else np.empty(0)
    if not len(finite):
        return [np.empty((0, 2)) for _ in curves]
    low, high = float(finite.min()), float(finite.max())
    positive = finite[finite > 0]
    if low >= 0 and len(positive) and high > positive.min() * 10**DECADES:
        floor = max(float(positive.min()), high * 1e-12)
        pieces = [(x, np.log10(np.maximum(y, floor))) for x, y in pieces]
        low, high = float(np.log10(floor)), float(np.log10(high))
    scale = place.height() / (high - low) if high > low else 0.0
    along = place.width() / (steps[1] - steps[0])
    made = [np.stack([place.left() + (x - steps[0]) * along, place.bottom() - (y - low) * scale], 1) for x, y in pieces]
    return [curve[np.isfinite(curve[:, 1])] for curve in made]


def paint_curves(
    painter: QPainter, curves: Sequence[Curve], steps: tuple[float, float], place: QRectF, tokens: Tokens
) -> None:
    """Paint the curves within ``place``; of several runs, each with its pattern and its letter at the end."""
    several = len({curve.lane for curve in curves}) > 1
    ends: dict[int, tuple[QColor, np.ndarray]] = {}
    painter.save()
    painter.setClipRect(place.adjusted(0, -4, 0, 4))
    for curve, points in zip(curves, in_pixels(curves, steps, place), strict=True):
        colour = QColor(tokens.series_colour(curve.colour))
        painter.setPen(patterned(QPen(colour, 1.6), curve.lane if several else 0))
        draw_segments(painter, points[:-1], points[1:])
        if len(points):
            ends.setdefault(curve.lane, (colour, points[-1]))
    painter.restore()
    if several:
        _paint_letters(painter, ends, place)


def _paint_letters(painter: QPainter, ends: Mapping[int, tuple[QColor, np.ndarray]], place: QRectF) -> None:
    """Write each run's letter at the end of its first curve, none over another."""
    height = painter.fontMetrics().height() - 3.0
    downs = spread([end[1] - place.top() for _, end in ends.values()], height, place.height())
    for (lane, (colour, end)), down in zip(ends.items(), downs, strict=True):
        painter.setPen(colour)
        left = min(end[0] + 4, place.right() - ROOM) if end[0] < place.right() - ROOM else place.right() - ROOM - 2
        box = QRectF(left, place.top() + down - height, ROOM, 2 * height)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, LETTERS[lane])
