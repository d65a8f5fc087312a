"""Where the nodes and edges of a graph are, in pixels; found once for a layout and a size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

SIDE, TOP = 46.0, 20.0
"""Pixels beside the outer nodes' middles, and above the nodes for the columns' names."""
PIECES = 20
"""An edge is drawn as so many straight pieces."""
BEND = 0.45
"""How far an edge leaves its nodes straight on, as a share of its width."""
THUMBNAIL, WIDE, NARROW, APART = 52.0, 92.0, 18.0, 16.0
"""Pixels: a thumbnail's side, a node's greatest and least width, what lies between two columns of narrow ones."""


@dataclass(frozen=True, eq=False)
class GraphShape:
    """The nodes' boxes (n, 4) as left, top, width, height, and the edges' curves (e, points, 2)."""

    boxes: np.ndarray
    curves: np.ndarray

    def box(self, node: int) -> QRectF:
        """Return a node's box."""
        return QRectF(*self.boxes[node].tolist())

    def middle(self, edge: int) -> QPointF:
        """Return the middle of an edge."""
        return QPointF(*self.curves[edge, PIECES // 2].tolist())

    def path(self, edge: int) -> QPainterPath:
        """Return an edge as one curve."""
        (x0, y0), (x1, y1) = self.curves[edge, 0].tolist(), self.curves[edge, -1].tolist()
        path = QPainterPath(QPointF(x0, y0))
        bend = BEND * (x1 - x0)
        path.cubicTo(QPointF(x0 + bend, y0), QPointF(x1 - bend, y1), QPointF(x1, y1))
        return path

    def nearest(self, place: QPointF, edges: Sequence[int], reach: float) -> int | None:
        """Return which of these edges is nearest to a pixel, None where none is within reach."""
        if not len(edges):
            return None
        curves, here = self.curves[list(edges)], np.array([place.x(), place.y()])
        starts, along = curves[:, :-1], np.diff(curves, axis=1)
        length = np.maximum((along**2).sum(-1), 1e-12)
        share = np.clip(((here - starts) * along).sum(-1) / length, 0, 1)
        away = np.hypot(*np.moveaxis(starts + share[..., None] * along - here, -1, 0)).min(1)
        best = int(away.argmin())
        return int(edges[best]) if away[best] < reach else None


def shape_of(
    spots: np.ndarray, edges: np.ndarray, size: tuple[float, float], head: float, scale: float, *, lines: int
) -> GraphShape:
    """Return where everything is for ``spots`` in the unit square: below ``head``, in a widget of ``size``.

    ``lines`` is how many lines of words a node has below its name, −1: it is a thumbnail.
    """
    width, height = size
    left = SIDE * scale + spots[:, 0] * max(1.0, width - 2 * SIDE * scale)
    top = head + spots[:, 1] * max(1.0, height - head - 4)
    columns, place, counts = np.unique(spots[:, 0], return_inverse=True, return_counts=True)
    room = (height - head) / counts[place] if len(spots) else np.zeros(0)
    if lines < 0:
        wide = high = np.minimum(THUMBNAIL * scale, np.maximum(8.0, room - 6))
    else:
        pitch = (width - 2 * SIDE * scale) / max(1, len(columns) - 1)
        widest = min(WIDE, 2 * SIDE - 4) * scale
        wide = np.full(len(spots), min(widest, max(NARROW, pitch - APART * scale)))
        high = np.minimum((20 + 14 * lines) * scale, np.maximum(9.0, room - 5))
    boxes = np.stack([left - wide / 2, top - high / 2, wide, high], 1)
    return GraphShape(boxes, _curves(boxes, edges))


def _curves(boxes: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the edges' points: from the right side of one node to the left one of the other, or the way back."""
    source, to = boxes[edges[:, 0]], boxes[edges[:, 1]]
    onward = (source[:, 0] + source[:, 2] / 2 <= to[:, 0] + to[:, 2] / 2)[:, None]
    sides = [np.where(onward, [1.0, 0.0], [0.0, 1.0])[:, k] for k in (0, 1)]
    (x0, y0), (x1, y1) = (
        (b[:, 0] + s * b[:, 2], b[:, 1] + b[:, 3] / 2) for b, s in zip((source, to), sides, strict=True)
    )
    bend = BEND * (x1 - x0)
    t = np.linspace(0, 1, PIECES + 1)[None]
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x = sum(w * at[:, None] for w, at in zip(weights, (x0, x0 + bend, x1 - bend, x1), strict=True))
    y = sum(w * at[:, None] for w, at in zip(weights, (y0, y0, y1, y1), strict=True))
    return np.stack([x, y], -1)
