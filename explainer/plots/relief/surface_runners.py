"""Balls and trails on a surface: painted over the still picture at every frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from explainer.plots.base.colours import colour, pen
from explainer.plots.base.painting import draw_segments
from explainer.plots.relief.camera import Projection
from explainer.plots.relief.height_field import HeightField
from explainer.plots.relief.surface_image import looked_up
from explainer.theme.tokens import Tokens

_REACH, _RECENT = 10.0, 4_000
"""Pixels within which the pointer finds a step, among so many of the latest."""
Pieces = tuple[np.ndarray, np.ndarray]
"""Starts and ends (n, 3) of a trail's pieces."""


@dataclass(frozen=True)
class Ball:
    """A runner on the surface: where it is, where it was (step + 1, 2) and how it looks."""

    position: tuple[float, float]
    path: np.ndarray
    colour: str
    label: str = ""
    retired: bool = False


def places_of(balls: Sequence[Ball], field: HeightField) -> np.ndarray:
    """Return where the balls are on the surface, (ball, 3); NaN outside."""
    return field.on_surface(field.box_xy(np.array([ball.position for ball in balls], float).reshape(-1, 2)))


def paint_trail(
    painter: QPainter, ball: Ball, pieces: Pieces, field: HeightField, projection: Projection, hidden: np.ndarray
) -> None:
    """Paint a trail; what hills hide, as told for the grid's points by ``hidden``, is faint and dashed."""
    starts, ends = pieces
    if not len(starts):
        return
    behind = looked_up(hidden, field, (starts + ends) / 2)
    lines = np.stack([projection(starts)[0], projection(ends)[0]])
    painter.setPen(_many(pen(ball.colour, 1.2, 0.4)))
    draw_segments(painter, *lines[:, behind][:, ::2])
    painter.setPen(_many(pen(ball.colour, 2.0)))
    draw_segments(painter, *lines[:, ~behind])


def paint_step(
    painter: QPainter, balls: Sequence[Ball], step: int, field: HeightField, projection: Projection, tokens: Tokens
) -> None:
    """Ring where every ball was at a step."""
    for ball in balls:
        if 0 <= step < len(ball.path):
            place = field.on_surface(field.box_xy(np.array(ball.path[step : step + 1], float)))
            if np.isfinite(place).all():
                painter.setPen(pen(tokens.text, 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QPointF(*projection(place)[0][0].tolist()), 5, 5)


def paint_balls(
    painter: QPainter, balls: Sequence[Ball], field: HeightField, projection: Projection, tokens: Tokens
) -> None:
    """Paint the balls, the farthest first; a hidden one is a dotted ring, a retired one is crossed out."""
    places = places_of(balls, field)
    pixels, depth = projection(places)
    hidden = field.hidden(places, projection.eye)
    for index in np.argsort(-np.nan_to_num(depth)).tolist():
        if np.isfinite(places[index]).all():
            _paint_ball(painter, balls[index], QPointF(*pixels[index].tolist()), bool(hidden[index]), tokens)


def _paint_ball(painter: QPainter, ball: Ball, at: QPointF, hidden: bool, tokens: Tokens) -> None:
    radius = tokens.size(7)
    if hidden:
        painter.setPen(pen(ball.colour, 1.5, 0.7, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setPen(pen(tokens.bar if tokens.dark else tokens.card, 2.0))
        painter.setBrush(colour(ball.colour))
    painter.drawEllipse(at, radius, radius)
    if ball.retired:
        painter.setPen(pen(tokens.text, 2.0))
        arm = radius * 0.45
        painter.drawLine(at + QPointF(-arm, -arm), at + QPointF(arm, arm))
        painter.drawLine(at + QPointF(-arm, arm), at + QPointF(arm, -arm))


def nearest_step(balls: Sequence[Ball], at: QPointF, field: HeightField, projection: Projection) -> int | None:
    """Return the step whose place on a trail is nearest to a pixel, None beyond ten pixels."""
    found, nearest = None, _REACH
    for ball in balls:
        first = max(0, len(ball.path) - _RECENT)
        path = np.asarray(ball.path[first:], float)
        pixels, _ = projection(field.on_surface(field.box_xy(path)))
        away = np.nan_to_num(np.hypot(*(pixels - np.array([at.x(), at.y()])).T), nan=np.inf)
        if len(away) and away.min() < nearest:
            found, nearest = first + int(away.argmin()), float(away.min())
    return found


def _many(line: QPen) -> QPen:
    """Return a pen for thousands of short lines: round ends take Qt six times as long as square ones."""
    line.setCapStyle(Qt.PenCapStyle.SquareCap)
    return line
