"""The part of a surface's picture that stays while only balls move: box, ticks, shaded quads, level lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPainter

from explainer.plots.base.blank import blank_image
from explainer.plots.base.colours import pen
from explainer.plots.base.painting import draw_segments
from explainer.plots.relief.camera import Projection
from explainer.plots.relief.height_field import HeightField
from explainer.plots.relief.mesh import Mesh
from explainer.plots.relief.surface_box import paint_box, paint_ticks
from explainer.theme import colour_maps
from explainer.theme.tokens import Tokens

_LIGHT = np.array([-0.55, 0.65, 0.5])
"""Where the light comes from, as seen by the reader: left, above, behind them."""
_SHADES, _HEIGHTS = 32, 64
_UNDERSIDE = 110
"""The opacity, of 255, of the rim's outside, so that a bowl's inside can be seen."""
_MOST_PIXELS = 1_500_000
"""Larger pictures are painted at their own size, smaller ones at twice that and reduced."""


class Scenery:
    """All that the still part depends on besides the camera: the field, its mesh and the look."""

    def __init__(self, field: HeightField, titles: tuple[str, str, str]) -> None:
        self.field, self.mesh, self.titles = field, Mesh(field), titles


@dataclass(frozen=True)
class Look:
    """How a picture is painted: its size in pixels, device pixels to a pixel, and the look."""

    size: QSize
    ratio: float
    tokens: Tokens
    font: QFont
    map_name: str
    fine: bool = True
    """With smooth edges; while the surface is being turned they cost too much."""


def scenery_image(scenery: Scenery, projection: Projection, hidden: np.ndarray, look: Look) -> QImage:
    """Return the picture without balls and trails.

    ``hidden`` tells which grid points the surface hides (rows, columns): level lines end there.
    """
    image = blank_image(look.size * look.ratio, look.tokens.canvas)
    image.setDevicePixelRatio(look.ratio)
    painter = QPainter(image)
    paint_scenery(painter, scenery, projection, hidden, look)
    painter.end()
    return image


def paint_scenery(painter: QPainter, scenery: Scenery, projection: Projection, hidden: np.ndarray, look: Look) -> None:
    """Paint the picture without ground, balls and trails."""
    tokens = look.tokens
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(look.font)
    paint_box(painter, scenery.field, projection, tokens)
    if len(scenery.mesh.corners):
        painter.drawImage(0, 0, quads_image(scenery.mesh, projection, look))
        _paint_level_lines(painter, scenery, projection, hidden, tokens)
    paint_ticks(painter, scenery.field, projection, scenery.titles, tokens)


def quads_image(mesh: Mesh, projection: Projection, look: Look) -> QImage:
    """Return the shaded quads alone on a transparent ground.

    Painted without antialiasing, so that no seams show, at twice the size where that is affordable.
    """
    pixels = look.size * look.ratio
    double = 2 if look.fine and pixels.width() * pixels.height() <= _MOST_PIXELS else 1
    image = blank_image(pixels * double)
    order = mesh.back_to_front(projection.eye)
    points = [QPointF(x, y) for x, y in (projection(mesh.points)[0] * (look.ratio * double)).tolist()]
    shades = np.rint(mesh.light(_LIGHT @ projection.axes) * (_SHADES - 1)).astype(int)
    heights = np.rint(mesh.levels * (_HEIGHTS - 1)).astype(int)
    keys = (heights + _HEIGHTS * mesh.turned_away(projection.eye)) * _SHADES + shades
    brushes = _brushes(look.tokens, look.map_name)
    painter = QPainter(image)
    painter.setPen(Qt.PenStyle.NoPen)
    draw, set_brush = painter.drawConvexPolygon, painter.setBrush
    for (a, b, c, d), key in zip(mesh.around[order].tolist(), keys[order].tolist(), strict=True):
        set_brush(brushes[key])
        draw([points[a], points[b], points[c], points[d]])
    painter.end()
    if double == 2:
        image = image.scaled(pixels, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    image.setDevicePixelRatio(look.ratio)
    return image


@lru_cache(maxsize=8)
def _brushes(tokens: Tokens, map_name: str) -> list[QBrush]:
    """Return a brush for each height and shade, and see-through ones for undersides."""
    table = (
        colour_maps.depth(tokens, _HEIGHTS + _HEIGHTS // 5)[:_HEIGHTS]
        if map_name == "depth"
        else colour_maps.table(map_name, _HEIGHTS)
    )
    dark, bright = (0.75, 1.2) if tokens.dark else (0.72, 1.04)
    shaded = table[:, None, :].astype(float) * np.linspace(dark, bright, _SHADES)[:, None]
    parts = np.clip(shaded, 0, 255).astype(int).reshape(-1, 3).tolist()
    return [QBrush(QColor(red, green, blue, alpha)) for alpha in (255, _UNDERSIDE) for red, green, blue in parts]


def _paint_level_lines(
    painter: QPainter, scenery: Scenery, projection: Projection, hidden: np.ndarray, tokens: Tokens
) -> None:
    starts, ends = scenery.mesh.lines
    if not len(starts):
        return
    middles = (starts + ends) / 2
    seen = ~looked_up(hidden, scenery.field, middles)
    a, b = projection(starts[seen])[0], projection(ends[seen])[0]
    painter.setPen(pen("#ffffff" if tokens.dark else tokens.text, 1.0, 0.16 if tokens.dark else 0.22))
    draw_segments(painter, a, b)


def looked_up(hidden: np.ndarray, field: HeightField, points: np.ndarray) -> np.ndarray:
    """Return whether points (n, 3) of the surface are hidden, from the answer at the grid's points."""
    half_x, half_y, _ = field.extent
    columns = (points[:, 0] / half_x + 1) / 2 * (hidden.shape[1] - 1)
    rows = (points[:, 1] / half_y + 1) / 2 * (hidden.shape[0] - 1)
    column = np.clip(np.nan_to_num(columns), 0, hidden.shape[1] - 1.001)
    row = np.clip(np.nan_to_num(rows), 0, hidden.shape[0] - 1.001)
    i, j = row.astype(int), column.astype(int)
    down, right = row - i, column - j
    upper = hidden[i, j] * (1 - right) + hidden[i, j + 1] * right
    lower = hidden[i + 1, j] * (1 - right) + hidden[i + 1, j + 1] * right
    return upper * (1 - down) + lower * down > 0.5
