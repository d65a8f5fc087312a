"""What lies over points and planes: lines through points, arrows, ellipses; painted in a pane's pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QPainter, QPen, QPolygonF

from explainer.plots.base.axes import Axes
from explainer.plots.base.colours import colour, pen
from explainer.plots.base.painting import draw_segments, paint_name
from explainer.plots.base.reduction import clip_segments

HEAD = 8.0
"""The length of an arrow's head in pixels."""
AROUND = np.stack([np.cos(np.linspace(0, 2 * np.pi, 65)), np.sin(np.linspace(0, 2 * np.pi, 65))])


def paint_overlays(
    painter: QPainter, axes: Axes, told: Sequence[Any], now: Sequence[Any], font: QFont, size: tuple[float, float]
) -> None:
    """Paint each of ``told`` (as cards say it) from what it is just now; names make room for one another."""
    taken: list[QRectF] = []
    for one, moment in zip(told, now, strict=True):
        kind = type(one).__name__
        if kind == "Trail" and isinstance(moment.points, np.ndarray):
            _paint_trail(painter, axes, moment, font, size, taken)
        elif kind == "Arrows" and isinstance(moment.at, np.ndarray) and isinstance(moment.by, np.ndarray):
            token = axes.tokens.series_colour(moment.place)
            paint_arrows(painter, axes, np.asarray(moment.at, float), np.asarray(moment.by, float), token)
        elif kind == "Ellipses" and isinstance(moment.centres, np.ndarray):
            _paint_ellipses(painter, axes, moment, size)


def _paint_trail(
    painter: QPainter, axes: Axes, moment: Any, font: QFont, size: tuple[float, float], taken: list[QRectF]
) -> None:
    token = axes.tokens.series_colour(moment.place)
    style = Qt.PenStyle.DashLine if moment.dashed else Qt.PenStyle.SolidLine
    points = np.asarray(moment.points, float).reshape(-1, 2)
    line = axes.to_pixels(points[:, 0], points[:, 1])
    painter.setPen(pen(token, moment.width * axes.tokens.scale, 1.0, style))
    draw_segments(painter, *clip_segments(line[:-1], line[1:], *size))
    seen = line[np.isfinite(line).all(1)]
    inside = seen[(seen >= 0).all(1) & (seen[:, 0] <= size[0]) & (seen[:, 1] <= size[1])]
    if moment.name and len(inside):
        painter.setFont(font)
        metrics = painter.fontMetrics()
        where = free_place(inside[-1], metrics.horizontalAdvance(moment.name), metrics.height(), size, taken)
        taken.append(where)
        paint_name(painter, where, moment.name, token, axes.tokens.card)


def free_place(end: np.ndarray, wide: float, high: float, size: tuple[float, float], taken: Sequence[QRectF]) -> QRectF:
    """Return where a name stands: right of the end of its line, else left above it, as near as others let it."""
    right = end[0] + 6 + wide <= size[0]
    left = float(end[0]) + 6 if right else min(max(2.0, float(end[0]) - wide - 4), size[0] - wide - 2)
    top = float(end[1]) - (high / 2 if right else high + 3)
    lowest = max(0.0, size[1] - high)
    tops = sorted(np.arange(0.0, lowest + 1, 3.0).clip(0, lowest).tolist(), key=lambda at: abs(at - top))
    places = [QRectF(left, at, wide, high) for at in (min(max(top, 0.0), lowest), *tops)]
    return next((each for each in places if not any(each.intersects(other) for other in taken)), places[0])


def paint_arrows(painter: QPainter, axes: Axes, at: np.ndarray, by: np.ndarray, token: str, width: float = 1.8) -> None:
    """Paint arrows from ``at`` (n, 2) by ``by`` (n, 2) in data coordinates; a short one keeps a small head."""
    starts = axes.to_pixels(at[:, 0], at[:, 1])
    ends = axes.to_pixels(at[:, 0] + by[:, 0], at[:, 1] + by[:, 1])
    seen = np.isfinite(starts).all(1) & np.isfinite(ends).all(1)
    starts, ends = starts[seen].clip(-1e5, 1e5), ends[seen].clip(-1e5, 1e5)
    painter.setPen(pen(token, width * axes.tokens.scale))
    draw_segments(painter, starts, ends)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(token))
    for start, end in zip(starts, ends, strict=True):
        way = end - start
        length = float(np.hypot(*way))
        if length < 1.0:
            continue
        head = min(HEAD * axes.tokens.scale, 0.6 * length)
        along = way / length * head
        side = np.array([-along[1], along[0]]) * 0.45
        corners = (end, end - along + side, end - along - side)
        painter.drawPolygon(QPolygonF([QPointF(*corner.tolist()) for corner in corners]))


def _paint_ellipses(painter: QPainter, axes: Axes, moment: Any, size: tuple[float, float]) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(axes.tokens.series_colour(moment.place), 1.6))
    for centre, covariance in zip(
        np.asarray(moment.centres, float), np.asarray(moment.covariances, float), strict=True
    ):
        values, vectors = np.linalg.eigh(covariance)
        around = (vectors * np.sqrt(np.clip(values, 0, None))) @ AROUND + centre[:, None]
        line = axes.to_pixels(around[0], around[1])
        draw_segments(painter, *clip_segments(line[:-1], line[1:], *size))


def paint_points(
    painter: QPainter,
    places: np.ndarray,
    fills: Sequence[str],
    sizes: np.ndarray,
    edge: str,
    hollow: np.ndarray | None = None,
) -> None:
    """Paint round points at pixels (n, 2) with colours, diameters (n,) and an edge; hollow ones without a filling."""
    looks: dict[tuple[str, bool], tuple[QPen, QBrush]] = {}
    opened = [False] * len(fills) if hollow is None else np.asarray(hollow, bool).tolist()
    here = None
    for (across, down), look, size in zip(
        places.tolist(), zip(fills, opened, strict=True), sizes.tolist(), strict=True
    ):
        if look != here:
            here = look
            if look not in looks:
                looks[look] = _look_of_point(*look, edge)
            painter.setPen(looks[look][0])
            painter.setBrush(looks[look][1])
        painter.drawEllipse(QRectF(across - size / 2, down - size / 2, size, size))


def _look_of_point(token: str, hollow: bool, edge: str) -> tuple[QPen, QBrush]:
    if hollow:
        return pen(token, 1.6), QBrush(Qt.BrushStyle.NoBrush)
    return pen(edge, 1.0), QBrush(colour(token))
