"""The ground of a plane: banded colours with thin lines, and the field of downhill strokes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from explainer.plots.base.axes import Axes
from explainer.plots.base.colours import blend, pen
from explainer.plots.base.isolines import contour_levels, isolines, resample
from explainer.plots.base.layer import CachedLayer
from explainer.plots.base.painting import draw_segments, is_vector, pixel_ratio
from explainer.theme.colour_maps import depth

if TYPE_CHECKING:
    from explainer.plots.kinds.plane import PlanePart


class Ground:
    """A surface sampled on a grid: ``loss`` (y, x) at ``x`` (ascending) and ``y`` (ascending)."""

    def __init__(self, x: np.ndarray, y: np.ndarray, loss: np.ndarray) -> None:
        self.x, self.y, self.loss = (np.array(array, float) for array in (x, y, loss))
        self._given = (x, y, loss)
        self.levels = contour_levels(self.loss)

    def same(self, x: np.ndarray, y: np.ndarray, loss: np.ndarray) -> bool:
        """Return whether these are the arrays it was made from, or the same numbers."""
        if all(one is other for one, other in zip(self._given, (x, y, loss), strict=True)):
            return True
        pairs = ((self.x, x), (self.y, y), (self.loss, loss))
        return all(a.shape == np.shape(b) and np.array_equal(a, b, equal_nan=True) for a, b in pairs)

    def at(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the surface at ``y`` × ``x``, NaN outside and where it is unknown."""
        return resample(self.loss, _index(y, self.y), _index(x, self.x))


def _index(places: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """Return where ``places`` lie among ascending samples as fractional indices, outside beyond the ends."""
    found = np.interp(places, samples, np.arange(len(samples)))
    return np.where(places < samples[0], -1.0, np.where(places > samples[-1], float(len(samples)), found))


class GroundLayer(CachedLayer):
    """A layer of what is below the runners."""

    def __init__(self, plane: PlanePart, z: float) -> None:
        super().__init__(plane.axes, z)
        self.plane = plane


class SurfaceLayer(GroundLayer):
    """Bands of the ``depth`` colours, one for each pair of levels, and the lines between them."""

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Sample the visible part at every other pixel for the bands, and at every fourth for the lines.

        A file is looked at from nearer than the screen: there the bands are sampled four times as densely.
        """
        ground = self.plane.ground
        if ground is None or self.axes.log != (False, False):
            return
        apart = 0.5 if is_vector(painter) else 2.0 / pixel_ratio(painter)
        across, down = (np.arange(0.0, size + 2, apart) for size in (width, height))
        losses = ground.at(*_data(self.axes, across, down, width, height))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        image = self._bands(losses, ground.levels)
        painter.drawImage(QRectF(-apart / 2, -apart / 2, apart * len(across), apart * len(down)), image)
        stride = max(1, round(4 / apart))
        starts, ends, _ = isolines(losses[::stride, ::stride], ground.levels)
        tokens = self.axes.tokens
        painter.setPen(pen(tokens.accent if tokens.dark else tokens.muted, 1.0, 0.28))
        draw_segments(painter, starts * (stride * apart), ends * (stride * apart))

    def _bands(self, losses: np.ndarray, levels: np.ndarray) -> QImage:
        count = len(levels) + 1
        table = depth(self.axes.tokens, 256).astype(np.uint32)
        picked = table[np.linspace(0, 255, count).round().astype(int)] if count > 1 else table[[128]]
        packed = (0xFF << 24) | (picked[:, 0] << 16) | (picked[:, 1] << 8) | picked[:, 2]
        packed = np.append(packed, 0).astype(np.uint32)
        band = np.searchsorted(levels, losses)
        band[np.isnan(losses)] = count
        pixels = np.ascontiguousarray(packed[band])
        rows, columns = pixels.shape
        return QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32).copy()


class FieldLayer(GroundLayer):
    """Short strokes downhill on a grid of pixels; only their direction means something."""

    SPACING = 40.0

    def paint_pixels(self, painter: QPainter, width: float, height: float) -> None:
        """Draw a stroke with a small head wherever the surface is known and not flat."""
        ground = self.plane.ground
        if ground is None or not self.plane.field_shown:
            return
        points, directions = self._directions(width, height)
        tokens = self.axes.tokens
        painter.setPen(pen(blend(tokens.muted, tokens.canvas, 0.25).name(), 1.2))
        tails, tips = points - 9 * directions, points + 9 * directions
        draw_segments(painter, tails, tips)
        normals = directions[:, ::-1] * np.array([1.0, -1.0])
        for side in (-3.0, 3.0):
            draw_segments(painter, tips, tips - 5 * directions + side * normals)

    def _directions(self, width: float, height: float) -> tuple[np.ndarray, np.ndarray]:
        """Return points and unit vectors downhill, both in pixels (n, 2), from central differences."""
        ground = self.plane.ground
        assert ground is not None
        across = np.arange(self.SPACING / 2, width, self.SPACING)
        down = np.arange(self.SPACING / 2, height, self.SPACING)
        x, y = _data(self.axes, across, down, width, height)
        (x0, x1), (y0, y1) = self.axes.view_box.viewRange()
        step_x, step_y = 1.5 * (x1 - x0) / width, 1.5 * (y1 - y0) / height
        slope_x = (ground.at(x + step_x, y) - ground.at(x - step_x, y)) / (2 * step_x)
        slope_y = (ground.at(x, y + step_y) - ground.at(x, y - step_y)) / (2 * step_y)
        downhill = np.stack([-slope_x * width / (x1 - x0), slope_y * height / (y1 - y0)], -1)
        length = np.hypot(downhill[..., 0], downhill[..., 1])
        good = np.isfinite(length) & (length > 1e-12 * np.nanmax(np.append(length[np.isfinite(length)], 1e-300)))
        points = np.stack(np.meshgrid(across, down), -1)
        return points[good], downhill[good] / length[good, None]


def _data(
    axes: Axes, across: np.ndarray, down: np.ndarray, width: float, height: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return x of pixel columns and y of pixel rows."""
    (x0, x1), (y0, y1) = axes.view_box.viewRange()
    return x0 + across * (x1 - x0) / width, y1 - down * (y1 - y0) / height
