"""What is drawn of the groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from explainer.engine.kept import kept
from explainer.lab.clusters import silhouettes
from explainer.scenes.clustering import SHOWN
from explainer.scenes.clustering.data import Flat
from explainer.scenes.clustering.methods import by_size, expectation, nearest

if TYPE_CHECKING:
    from explainer.scenes.clustering.experiment import Clustering

COLOURS, NOBODY = 8, 7
"""The palette's colours; the last, a grey, is no group's."""
ROWS, COLUMNS, SMALL = 72, 96, 30
"""Cells of the map; while groups merge, those with less than one in so many points are grey."""
POINT, CENTRE = 7.0, 17.0


class Drawings:
    """The arrays that only pictures need."""

    def __init__(self, own: Clustering, base: Tensor, scale: Tensor) -> None:
        self.own, self.flat = own, Flat(base.to(own.device), scale.to(own.device))

    @kept
    def places(self) -> Tensor:
        """Return where points and centres are drawn (place, 2)."""
        return torch.cat([self.flat.drawn(self.own.x), self.own.drawn_centres()])

    @kept
    def group(self) -> Tensor:
        """Return each point's group (point,), −1 for none; where groups merge, numbered from the largest on."""
        return by_size(self.own.group) if self.own.params.method == "agglomerative" else self.own.group

    def painted(self, group: Tensor) -> Tensor:
        """Return the colour of each group (…,): its number, the last one for no group, or one still too small."""
        if self.own.params.method == "agglomerative" and len(group):
            counts = torch.bincount(group)[group]
            group = torch.where(counts * SMALL < max(len(group), 2 * SMALL), -1, group)
        return torch.where(group < 0, NOBODY, group % NOBODY)

    def _with_centres(self, found: Tensor) -> Tensor:
        """Return what is said of points (n,) and then of centres: their own colour."""
        return torch.cat([found, torch.arange(len(self.own.drawn_centres()), device=found.device) % NOBODY])

    def colours(self) -> Tensor:
        """Return each place's colour (place,)."""
        return self._with_centres(self.painted(self.group()))

    def truth_colours(self) -> Tensor:
        """Return the same by the labels (place,)."""
        return self._with_centres(torch.where(self.own.truth < 0, NOBODY, self.own.truth % NOBODY))

    def diameters(self) -> Tensor:
        """Return how large each place is drawn (place,)."""
        n, count = len(self.own.x), len(self.own.drawn_centres())
        return torch.cat([torch.full((n,), POINT if n <= 400 else 5.0), torch.full((count,), CENTRE)]).double()

    def hollow(self) -> Tensor:
        """Return which points DBSCAN does not count as core points (place,)."""
        if self.own.params.method == "dbscan":
            return ~self.own.core
        return torch.zeros(len(self.places()), dtype=torch.bool)

    # the map

    def column_at(self) -> Tensor:
        """Return where columns lie (column,)."""
        return self._line(0, COLUMNS)

    def row_at(self) -> Tensor:
        """Return where rows lie (row,)."""
        return self._line(1, ROWS)

    def _line(self, axis: int, count: int) -> Tensor:
        low, high = (float(end[axis]) for end in (self.flat.low, self.flat.high))
        return torch.linspace(low, high, count, dtype=torch.float64, device=self.own.device)

    @kept
    def territory(self) -> Tensor:
        """Return how much of each colour every place of the plane belongs to (colour, row, column)."""
        own, nothing = self.own, torch.full((COLOURS, ROWS, COLUMNS), torch.nan, dtype=torch.float64)
        if not self.flat.is_whole:
            return nothing
        cells = torch.cartesian_prod(self.row_at(), self.column_at()).flip(1) * self.flat.scale
        if own.params.method == "kmeans":
            shares, colour = torch.eye(len(own.centres)).to(cells)[nearest(cells, own.centres)], None
        elif own.params.method == "mixture":
            shares, colour = expectation(cells, own.weights, own.centres, own.covariances)[0], None
        else:
            shares, colour = None, self._by_points(cells)
        if shares is not None:
            known = torch.arange(shares.shape[1]) % NOBODY
            found = cells.new_zeros(len(cells), COLOURS).index_add(1, known, shares)
        else:
            found = torch.eye(COLOURS).to(cells)[colour]
            found[colour == NOBODY] = torch.nan
        return found.T.reshape(COLOURS, ROWS, COLUMNS).contiguous()

    def _by_points(self, cells: Tensor) -> Tensor:
        """Return each cell's colour (cell,): of the nearest point, or of the nearest core point within reach."""
        own = self.own
        away = torch.cdist(cells, own.x)
        if own.params.method == "dbscan":
            away = torch.where(own.core & (own.group >= 0), away, torch.inf)
        least, which = away.min(1)
        colour = self.painted(self.group())[which]
        if own.params.method == "dbscan":
            colour = torch.where(least <= own.params.eps, colour, NOBODY)
        return colour

    def ellipse_at(self) -> Tensor:
        """Return the middles of the ellipses (ellipse, 2)."""
        if self.own.params.method == "dbscan" and self.flat.is_whole:
            return self.flat.drawn(self.own.x[self.own.front])
        return self.own.drawn_centres() if self.own.params.method == "mixture" else torch.zeros(0, 2).double()

    def ellipse_shape(self) -> Tensor:
        """Return their covariances (ellipse, 2, 2)."""
        if self.own.params.method == "dbscan" and self.flat.is_whole:
            ball = self.own.params.eps**2 * torch.eye(2).to(self.own.x)
            return self.flat.shape(ball.expand(int(self.own.front.sum()), 2, 2))
        if self.own.params.method == "mixture":
            return self.flat.shape(self.own.covariances)
        return torch.zeros(0, 2, 2).double()

    # point by point

    @kept
    def silhouettes(self) -> Tensor:
        """Return each point's silhouette (point,)."""
        return silhouettes(self.own.x, self.own.group)

    @kept
    def profile(self) -> Tensor:
        """Return the silhouettes of the twelve largest groups, best first (group number, rank); NaN where it ends."""
        found, group = self.silhouettes().cpu().numpy(), self.group().cpu().numpy()
        count = min(int(group.max()) + 1, SHOWN)
        sorted_ones = [np.sort(found[group == k])[::-1] for k in range(count)]
        lines = np.full((count, max([1, *map(len, sorted_ones)])), np.nan)
        for line, values in zip(lines, sorted_ones, strict=True):
            line[: len(values)] = values
        return torch.tensor(lines)

    @kept
    def counts(self) -> Tensor:
        """Return points by label and group (label, largest group), of the first twelve groups."""
        labels, group = self.own.truth.clamp(min=0), self.group()
        count = max(1, min(int(group.max()) + 1, SHOWN))
        seen = (group >= 0) & (group < count)
        found = torch.bincount(count * labels[seen] + group[seen], minlength=count * (int(labels.max()) + 1))
        return found.reshape(-1, count)

    # the tree

    @kept("own.x")
    def whole_tree(self) -> tuple[np.ndarray, np.ndarray]:
        """Return SciPy's tree of the same merges: the corners of each (merge, 5, 2), and its middle (merge, 2)."""
        if self.own.params.method != "agglomerative":
            return np.zeros((0, 5, 2)), np.zeros((0, 2))
        from scipy.cluster.hierarchy import leaves_list, linkage

        merges, n = linkage(self.own.x.cpu().numpy(), self.own.params.linkage), len(self.own.x)
        at = np.zeros((2 * n - 1, 2))
        at[leaves_list(merges), 0] = np.arange(n)
        corners = np.full((n - 1, 5, 2), np.nan)
        for k, (one, two, height, _) in enumerate(merges):
            (a, low), (b, other) = at[int(one)], at[int(two)]
            at[n + k] = (a + b) / 2, height
            corners[k, :4] = (a, low), (a, height), (b, height), (b, other)
        return corners, at[n:]

    def tree(self) -> np.ndarray:
        """Return the lines of all merges (corner, 2)."""
        return self.whole_tree()[0].reshape(-1, 2)

    def branches(self) -> np.ndarray:
        """Return the lines of those done (corner done, 2)."""
        return self.whole_tree()[0][: self.done()].reshape(-1, 2)

    def tops(self) -> np.ndarray:
        """Return where each merge stands (merge, 2)."""
        return self.whole_tree()[1]

    def done(self) -> int:
        """Return how many merges are done."""
        return len(self.own.x) - len(self.own.group.unique())
