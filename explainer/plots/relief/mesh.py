"""The quads of a height field: which there are, how they face and in which order to paint them; NumPy only."""

from __future__ import annotations

import numpy as np

from explainer.plots.relief.height_field import HeightField

LEVELS = 12
"""How many level lines are drawn on a surface."""


class Mesh:
    """The whole quads of a height field, those beside holes left out, and its level lines."""

    def __init__(self, field: HeightField) -> None:
        grid, normals = field.grid(), field.normals()
        corners = np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]], 2)
        whole = np.isfinite(corners[..., 2]).all(2)
        self.rows, self.columns = np.nonzero(whole)
        self.corners = corners[whole]
        """The quads' corners going round, (quad, 4, 3)."""
        self.points = np.nan_to_num(grid.reshape(-1, 3))
        """Every grid point, (point, 3), and in ``around`` the four of each quad, (quad, 4)."""
        first = self.rows * grid.shape[1] + self.columns
        self.around = first[:, None] + np.array([0, 1, grid.shape[1] + 1, grid.shape[1]])
        facing = (normals[:-1, :-1] + normals[:-1, 1:] + normals[1:, 1:] + normals[1:, :-1])[whole]
        self.normals = facing / np.linalg.norm(facing, axis=1, keepdims=True)
        top = field.extent[2]
        self.levels = self.corners[:, :, 2].mean(1) / top
        """The quads' heights as a share of the box's, (quad,)."""
        self.shape = whole.shape
        self.extent = field.extent
        self.lines = contour_segments(grid, np.linspace(0.0, top, LEVELS + 2)[1:-1])

    def back_to_front(self, eye: np.ndarray) -> np.ndarray:
        """Return the order in which no quad is painted over one that is nearer to the eye.

        Above a height field every line of sight crosses the cells with growing distance in rows
        plus columns from the eye's own cell, so that distance is the order.
        """
        half_x, half_y, _ = self.extent
        row = (eye[1] + half_y) / (2 * half_y) * self.shape[0] - 0.5
        column = (eye[0] + half_x) / (2 * half_x) * self.shape[1] - 0.5
        return np.argsort(-(np.abs(self.rows - row) + np.abs(self.columns - column)), kind="stable")

    def light(self, direction: np.ndarray) -> np.ndarray:
        """Return how bright each quad is, 0 to 1, with light from a direction."""
        return np.clip(self.normals @ (direction / np.linalg.norm(direction)), 0.0, 1.0)

    def turned_away(self, eye: np.ndarray) -> np.ndarray:
        """Return which quads show the eye their underside."""
        return ((eye - self.corners[:, 0]) * self.normals).sum(1) < 0


def contour_segments(points: np.ndarray, levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends (n, 3) and (n, 3) of level lines on a grid of points (rows, columns, 3).

    Within each quad the two places where its edges cross the level are joined; a quad that is
    crossed four times gets two lines.
    """
    corners = np.stack([points[:-1, :-1], points[:-1, 1:], points[1:, 1:], points[1:, :-1]], 2).reshape(-1, 4, 3)
    corners = corners[np.isfinite(corners[:, :, 2]).all(1)]
    following = np.roll(corners, -1, axis=1)
    starts, ends = [], []
    for level in levels:
        a, b = corners[:, :, 2] - level, following[:, :, 2] - level
        crossed = (a < 0) != (b < 0)
        share = np.where(crossed, a / np.where(crossed, a - b, 1.0), 0.0)
        places = corners + share[:, :, None] * (following - corners)
        count = crossed.sum(1)
        twice = places[count == 2][crossed[count == 2]].reshape(-1, 2, 3)
        four = places[count == 4].reshape(-1, 2, 3)
        starts += [twice[:, 0], four[:, 0]]
        ends += [twice[:, 1], four[:, 1]]
    return (np.concatenate(starts), np.concatenate(ends)) if starts else (np.empty((0, 3)), np.empty((0, 3)))
