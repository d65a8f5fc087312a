"""Where a three-dimensional picture is seen from, and where its points fall on the screen; NumPy only."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

LOWEST, HIGHEST = 6.0, 89.0
"""The elevations, in degrees, between which a camera stays: always above the ground."""
NEAREST, FARTHEST = 0.5, 6.0
"""How far a reader can zoom out and in."""
STRETCH = 2.0
"""How much wider a picture becomes, at the most, where the screen is wide."""
DISTANCE = 7.0
"""From the eye to the middle of the box, in half widths of the box: a gentle perspective."""


@dataclass(frozen=True)
class Camera:
    """A direction to look from, in degrees, and a zoom; 1 shows the whole box."""

    azimuth: float = -62.0
    elevation: float = 46.0
    zoom: float = 1.0

    def orbited(self, azimuth: float, elevation: float) -> Self:
        """Return the camera turned by so many degrees, kept above the ground."""
        turned = (self.azimuth + azimuth + 180.0) % 360.0 - 180.0
        return replace(self, azimuth=turned, elevation=float(np.clip(self.elevation + elevation, LOWEST, HIGHEST)))

    def zoomed(self, factor: float) -> Self:
        """Return the camera with its zoom multiplied, kept within reason."""
        return replace(self, zoom=float(np.clip(self.zoom * factor, NEAREST, FARTHEST)))

    def axes(self) -> np.ndarray:
        """Return the unit vectors right, up and backwards (towards the eye) as rows of (3, 3)."""
        a, e = math.radians(self.azimuth), math.radians(self.elevation)
        right = (-math.sin(a), math.cos(a), 0.0)
        up = (-math.cos(a) * math.sin(e), -math.sin(a) * math.sin(e), math.cos(e))
        back = (math.cos(a) * math.cos(e), math.sin(a) * math.cos(e), math.sin(e))
        return np.array([right, up, back])


class Projection:
    """A camera aimed at the middle of a box, on a screen of so many pixels.

    The box is [−half_x, half_x] × [−half_y, half_y] × [0, height]; at zoom 1 it fills the screen less the margin
    from wherever it is seen. On a wide screen it is stretched across, up to :data:`STRETCH` times: its axes have
    units of their own.
    """

    def __init__(
        self, camera: Camera, extent: tuple[float, float, float], width: float, height: float, margin: float = 28.0
    ) -> None:
        half_x, half_y, top = extent
        self.camera = camera
        self.centre = np.array([0.0, 0.0, top / 2])
        self.axes = camera.axes()
        self.eye = self.centre + DISTANCE * self.axes[2]
        self.scale, self.stretch, self._middle = 1.0, 1.0, np.zeros(2)
        corners = [[x, y, z] for x in (-half_x, half_x) for y in (-half_y, half_y) for z in (0.0, top)]
        pixels = self(np.array(corners))[0]
        low, high = pixels.min(0), pixels.max(0)
        fits = (np.array([width, height]) - 2 * margin) / (high - low)
        self.scale = camera.zoom * max(1.0, float(fits.min()))
        self.stretch = float(np.clip(fits[0] / max(float(fits[1]), 1e-9), 1.0, STRETCH))
        self._middle = np.array([width, height]) / 2 - self.scale * np.array([self.stretch, 1.0]) * (low + high) / 2

    def __call__(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return pixels (…, 2) and distances along the line of sight (…,) of points (…, 3)."""
        seen = (points - self.centre) @ self.axes.T
        depth = DISTANCE - seen[..., 2]
        factor = self.scale * DISTANCE / np.maximum(depth, 1e-3)
        pixels = np.stack([seen[..., 0] * factor * self.stretch, -seen[..., 1] * factor], -1) + self._middle
        return pixels, depth
