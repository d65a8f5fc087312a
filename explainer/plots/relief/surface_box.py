"""The box around a surface: floor, far walls, and ticks with readable numbers on its near edges."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from explainer.contract.number_text import number_text
from explainer.plots.base.colours import blend, colour, pen
from explainer.plots.base.ticks import linear_text, linear_ticks
from explainer.plots.relief.camera import Projection
from explainer.plots.relief.height_field import HeightField
from explainer.theme.tokens import Tokens

_ABOUT = 4
"""How many ticks an axis has, about."""


def height_ticks(field: HeightField) -> list[tuple[float, str]]:
    """Return heights in the box and the losses they stand for.

    On a compressed axis the ticks are 1, 10, 100, … above the minimum.
    """
    if not field.compressed:
        ticks, spacing = linear_ticks(field.low, field.high, _ABOUT)
        return [(field.height_of(tick), linear_text(tick, spacing)) for tick in ticks]
    decades = int(field.scaled(np.array(field.high)))
    stride = max(1, -(-decades // (_ABOUT + 1)))
    values = [field.low] + [field.low + 10.0**power for power in range(0, decades + 1, stride)]
    places = [(field.height_of(value), _short(value)) for value in values if value <= field.high]
    return places[:1] + [place for place in places[1:] if place[0] > 0.06]


def _short(value: float) -> str:
    return f"{value:.4g}".replace("-", "−") if 1e-3 < abs(value) < 1e5 or value == 0 else number_text(value, 2)


def plan_ticks(field: HeightField, axis: int) -> list[tuple[float, str]]:
    """Return places in the box along x (0) or y (1) and their labels."""
    values = (field.x, field.y)[axis]
    half = field.extent[axis]
    first, last = float(values[0]), float(values[-1])
    ticks, spacing = linear_ticks(min(first, last), max(first, last), _ABOUT)
    span = (last - first) or 1.0
    return [(half * (2 * (tick - first) / span - 1), linear_text(tick, spacing)) for tick in ticks]


def _near(projection: Projection) -> tuple[float, float]:
    """Return the signs of the box's corner that is nearest to the eye."""
    eye = projection.eye
    return (1.0 if eye[0] >= 0 else -1.0), (1.0 if eye[1] >= 0 else -1.0)


def paint_box(painter: QPainter, field: HeightField, projection: Projection, tokens: Tokens) -> None:
    """Paint what lies behind the surface: the floor and the two far walls with their lines."""
    half_x, half_y, top = field.extent
    sign_x, sign_y = _near(projection)
    far_x, far_y = -sign_x * half_x, -sign_y * half_y
    floor = [(-half_x, -half_y, 0), (half_x, -half_y, 0), (half_x, half_y, 0), (-half_x, half_y, 0)]
    wall_x = [(far_x, -half_y, 0), (far_x, half_y, 0), (far_x, half_y, top), (far_x, -half_y, top)]
    wall_y = [(-half_x, far_y, 0), (half_x, far_y, 0), (half_x, far_y, top), (-half_x, far_y, top)]
    faces = [
        QPolygonF([QPointF(*p) for p in projection(np.array(face, float))[0].tolist()])
        for face in (floor, wall_x, wall_y)
    ]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for face, share in zip(faces, (0.5, 0.28, 0.4), strict=True):
        painter.setBrush(blend(tokens.canvas, tokens.raised, share))
        painter.drawPolygon(face)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen(tokens.border, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for face in faces:
        painter.drawPolygon(face)
    lines = [((far_x, -half_y, z), (far_x, half_y, z)) for z, _ in height_ticks(field)]
    lines += [((-half_x, far_y, z), (half_x, far_y, z)) for z, _ in height_ticks(field)]
    lines += [((x, -half_y, 0), (x, half_y, 0)) for x, _ in plan_ticks(field, 0)]
    lines += [((-half_x, y, 0), (half_x, y, 0)) for y, _ in plan_ticks(field, 1)]
    painter.setPen(pen(tokens.border, 1.0, 0.7))
    for a, b in projection(np.array(lines, float))[0].tolist() if lines else ():
        painter.drawLine(QPointF(*a), QPointF(*b))


def paint_ticks(
    painter: QPainter, field: HeightField, projection: Projection, titles: tuple[str, str, str], tokens: Tokens
) -> None:
    """Paint numbers and names along the near edges of the floor and the leftmost upright edge."""
    half_x, half_y, _top = field.extent
    sign_x, sign_y = _near(projection)
    front, side = sign_y * half_y, sign_x * half_x
    painter.setPen(pen(tokens.faint, 1.0))
    corner = projection(np.array([[-half_x, front, 0], [half_x, front, 0], [side, -half_y, 0], [side, half_y, 0]]))[0]
    for a, b in ((corner[0], corner[1]), (corner[2], corner[3])):
        painter.drawLine(QPointF(*a), QPointF(*b))
    _labels(painter, projection, [((x, front, 0), text) for x, text in plan_ticks(field, 0)], (0, sign_y, 0), tokens)
    _labels(painter, projection, [((side, y, 0), text) for y, text in plan_ticks(field, 1)], (sign_x, 0, 0), tokens)
    uprights = np.array([[x, y, 0] for x in (-half_x, half_x) for y in (-half_y, half_y)])
    left = uprights[int(np.argmin(projection(uprights)[0][:, 0]))]
    out = left / np.linalg.norm(left)
    _labels(painter, projection, [((left[0], left[1], z), text) for z, text in height_ticks(field)], tuple(out), tokens)
    _titles(painter, projection, field, (front, side), left, titles, tokens)


def _labels(
    painter: QPainter,
    projection: Projection,
    ticks: list[tuple[tuple[float, float, float], str]],
    out: tuple[float, float, float],
    tokens: Tokens,
) -> None:
    """Paint ticks that point outwards, each number beyond its tick; numbers that would overlap are passed over."""
    taken: list[QRectF] = []
    for place, text in ticks:
        foot, direction = _outwards(projection, np.array(place, float), np.array(out))
        painter.setPen(pen(tokens.faint, 1.0))
        painter.drawLine(QPointF(*foot), QPointF(*(foot + 4 * direction)))
        box = _text_box(painter, text, foot + 8 * direction, direction)
        if not any(box.intersects(other) for other in taken):
            painter.setPen(colour(tokens.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            taken.append(box.adjusted(-4, -1, 4, 1))


def _titles(
    painter: QPainter,
    projection: Projection,
    field: HeightField,
    near: tuple[float, float],
    left: np.ndarray,
    titles: tuple[str, str, str],
    tokens: Tokens,
) -> None:
    _half_x, _half_y, top = field.extent
    front, side = near
    painter.setPen(colour(tokens.text))
    places = (((0.0, front, 0.0), (0, np.sign(front), 0)), ((side, 0.0, 0.0), (np.sign(side), 0, 0)))
    for (place, out), text in zip(places, titles[:2], strict=True):
        foot, direction = _outwards(projection, np.array(place), np.array(out, float))
        painter.drawText(
            _text_box(painter, text, foot + tokens.size(30) * direction, direction), Qt.AlignmentFlag.AlignCenter, text
        )
    head = projection(np.array([[left[0], left[1], top]]))[0][0]
    painter.drawText(
        _text_box(painter, titles[2], head + np.array([0.0, -8.0]), np.array([0.0, -1.0])),
        Qt.AlignmentFlag.AlignCenter,
        titles[2],
    )


def _outwards(projection: Projection, place: np.ndarray, out: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a place in pixels and the direction away from the box there, of length 1."""
    foot, tip = projection(np.stack([place, place + 0.1 * out]))[0]
    direction = tip - foot
    return foot, direction / max(1e-6, float(np.hypot(*direction)))


def _text_box(painter: QPainter, text: str, anchor: np.ndarray, direction: np.ndarray) -> QRectF:
    """Return the text's rectangle beyond the anchor in that direction."""
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(text) + 2, metrics.height()
    x = anchor[0] + direction[0] * width / 2 - width / 2
    y = anchor[1] + direction[1] * height / 2 - height / 2
    return QRectF(x, y, width, height)
