"""The experiment: every step punches the holes anew, and every way fills the same ones."""

from collections.abc import Iterator

import torch
from torch import Tensor

from explainer.contract import Refused
from explainer.engine.experiment import Experiment, Parts
from explainer.engine.kept import kept
from explainer.scenes.missing_data import LEAST, Params, metrics_of
from explainer.scenes.missing_data.fills import estimates, filled, punched, slope_of, standardized
from explainer.scenes.missing_data.tables import drawn, names_of, real_table

SHARES, DRAWS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8), 10
BINS = 24
OF_KNOWN = ("drop", "indicator")
"""Ways whose line runs through what is known."""


class MissingData(Experiment[Params]):
    """``table`` (n, column), float64, x and y in front; holes ``missing`` (n,), set by hand ``pinned`` (n,)."""

    learns_from = ("table",)

    def build(self) -> None:
        """Take the whole table, and punch the first holes."""
        self.draw_from("data")
        if self.params.data == "drawn":
            self.table = drawn(self.params.rows, self.params.r, self.params.curve)
        else:
            self.table = real_table(self.params.data, self.params.path, self.params.columns)
        self.side = 0 if self.params.side == "x" else 1
        self.pinned = torch.zeros(len(self.table), dtype=torch.int64)
        self.chance, self.noisy = self.generator("holes"), self.generator("noise")
        self.forget()
        self.draw()

    def forget(self) -> None:
        """Forget the draws so far: there are none of this table yet."""
        self.draws = 0
        self.sums = torch.zeros(2, len(self.params.ways), 2, dtype=torch.float64)

    def draw(self) -> None:
        """Punch holes, those set by hand among them, and draw the noise that may fill them (3, m, n)."""
        n = len(self.table)
        if self.params.why == "mcar":
            leaning = torch.zeros(n, dtype=torch.float64)
        else:
            decides = self.side if self.params.why == "mnar" else 1 - self.side
            leaning = self.params.strength * standardized(self.table)[:, decides]
        count = min(max(round(self.params.share * n), 1), n - LEAST)
        uniform = torch.rand(n, generator=self.chance, dtype=torch.float64).clamp(min=1e-300)
        self.missing = punched(leaning + 1e9 * self.pinned, count, uniform)
        self.noise = torch.randn(3, self.params.m, n, generator=self.noisy, dtype=torch.float64)

    def step(self) -> Iterator[str]:
        """Punch the holes anew, fill them in every way, and compare what is found with the whole table."""
        self.draw()
        yield "punch"
        results = self.judged()
        yield "fill"
        self.draws += 1
        off = self.errors(results)
        self.sums += torch.stack([off, off.square()])
        bias = self.sums[0] / self.draws
        self.record_each(metrics_of("mean", self.params.ways), results[:, 0])
        self.record_each(metrics_of("sd", self.params.ways), results[:, 1])
        self.record_each(metrics_of("slope", self.params.ways), results[:, 2])
        self.record_each(metrics_of("mean_bias", self.params.ways), bias[:, 0])
        self.record_each(metrics_of("slope_bias", self.params.ways), bias[:, 1])
        yield "compare"

    def judged(self) -> Tensor:
        """Return mean, deviation, slope and error of what is filled, of every way (way, 4)."""
        column, others = self.table[:, self.side], self.helpers()
        rows = []
        for way in self.params.ways:
            full = filled(way, column, others, self.missing, self.params.k, self.noise)
            rows.append(estimates(way, self.table, self.side, self.missing, full))
        return torch.stack(rows)

    def helpers(self) -> Tensor:
        """Return all columns but the one with holes, standardized (n, column)."""
        return standardized(torch.cat([self.table[:, : self.side], self.table[:, self.side + 1 :]], 1))

    def errors(self, results: Tensor) -> Tensor:
        """Return how far mean and slope are off (way, 2): in the column's deviations, and as a share of the slope."""
        mean, deviation, slope, _ = self.target()
        return torch.stack([(results[:, 0] - mean) / deviation, results[:, 2] / slope - 1], 1)

    def target(self) -> Tensor:
        """Return mean, deviation and slope of the whole table, and no error (4,)."""
        column, nobody = self.table[:, self.side], torch.zeros(len(self.table), dtype=torch.bool)
        slope = slope_of(self.table[None, :, 0], self.table[None, :, 1], nobody)[0]
        return torch.stack([column.mean(), column.std(correction=0), slope, torch.zeros_like(slope)])

    # what a hand does

    def move(self, index: int, x: float, y: float) -> None:
        """Move a point; of a hole only what is known moves."""
        self.check(index)
        to = self.table.new_tensor([x, y])
        if self.missing[index]:
            to[self.side] = self.table[index, self.side]
        self.table[index, :2] = to
        self.forget()

    def punch(self, index: int) -> None:
        """Make a hole for good, or give the value back for good."""
        self.check(index)
        if not self.missing[index] and int((~self.missing).sum()) <= LEAST:
            raise Refused(f"row {index} is refused: {LEAST} known values are the least", about="index")
        self.missing[index] = ~self.missing[index]
        self.pinned[index] = 1 if self.missing[index] else -1
        self.forget()

    def check(self, index: int) -> None:
        """Refuse a row that is not there."""
        if index >= len(self.table):
            raise Refused(f"index = {index} is refused: there are rows 0 to {len(self.table) - 1}", about="index")

    # pictures

    @kept
    def found(self) -> Tensor:
        """Return what every way finds with the holes of this draw (way, 4)."""
        return self.judged()

    @kept
    def seen(self) -> Tensor:
        """Return the column as the chosen way fills it (n,), NaN where rows are dropped."""
        way = self.params.look if self.params.look in self.params.ways else self.params.ways[0]
        full = filled(way, self.table[:, self.side], self.helpers(), self.missing, self.params.k, self.noise)[0]
        return torch.where(self.missing, torch.nan, full) if way == "drop" else full

    @kept
    def points(self) -> Tensor:
        """Return x and y with the holes filled (n, 2)."""
        found = self.table[:, :2].clone()
        found[:, self.side] = self.seen()
        return found

    @kept
    def whole(self) -> Tensor:
        """Return x and y in truth (n, 2)."""
        return self.table[:, :2].clone()

    def names(self) -> list[str]:
        """Return what x and y are called."""
        return list(names_of(self.params.data, self.params.path, self.params.columns))

    @kept
    def lines(self) -> Tensor:
        """Return the ends of the least-squares lines of the whole table and of the filled one (2, 2, 2)."""
        way = self.params.look if self.params.look in self.params.ways else self.params.ways[0]
        slopes = (self.target()[2], self.found()[self.params.ways.index(way), 2])
        ends = torch.stack([self.table[:, 0].min(), self.table[:, 0].max()])
        found = []
        for slope, points in zip(slopes, (self.whole(), self.points()), strict=True):
            middle = points.mean(0) if points is self.whole() or way not in OF_KNOWN else points[~self.missing].mean(0)
            found.append(torch.stack([ends, middle[1] + slope * (ends - middle[0])], 1))
        return torch.stack(found)

    def bias(self) -> Tensor:
        """Return the mean errors over all draws (way, 2)."""
        return self.sums[0] / self.draws if self.draws > 1 else self.sums[0] * torch.nan

    def spread(self) -> Tensor:
        """Return the standard deviations over all draws (way, 2)."""
        if self.draws < 2:
            return self.sums[0] * torch.nan
        squares = self.sums[1] - self.sums[0].square() / self.draws
        return (squares.clamp(min=0) / (self.draws - 1)).sqrt()

    def binned(self, place: int) -> Tensor:
        """Return edges of bins over a column of the whole table (edge,)."""
        column = self.table[:, place]
        return torch.linspace(float(column.min()), float(column.max()), BINS + 1, dtype=torch.float64)

    @kept
    def edges(self) -> Tensor:
        """Return the edges for the column with holes (edge,)."""
        return self.binned(self.side)

    @kept
    def other_edges(self) -> Tensor:
        """Return the edges for the other column (edge,)."""
        return self.binned(1 - self.side)

    @kept
    def counts(self) -> Tensor:
        """Return how many of the whole and of the filled column are in each bin (2, bin), outliers in the last."""
        seen, edges = self.seen(), self.edges()
        each = (self.table[:, self.side], seen[seen.isfinite()].clamp(edges[0], edges[-1]))
        return torch.stack([torch.histogram(values, edges).hist for values in each]).long()

    @kept
    def other_counts(self) -> Tensor:
        """Return how many of the other column's known and punched rows are in each bin (2, bin)."""
        other = self.table[:, 1 - self.side]
        each = (other[~self.missing], other[self.missing])
        return torch.stack([torch.histogram(values, self.other_edges()).hist for values in each]).long()

    @kept
    def apart(self) -> Tensor:
        """Return how much higher the other column's mean is where there are holes, in deviations; Welch's t (2,)."""
        other = standardized(self.table)[:, 1 - self.side]
        punched_ones, rest = other[self.missing], other[~self.missing]
        gap = punched_ones.mean() - rest.mean()
        variances = [part.var(correction=1 if len(part) > 1 else 0) / len(part) for part in (punched_ones, rest)]
        return torch.stack([gap, gap / (variances[0] + variances[1]).sqrt()])

    # a side job

    def over_shares(self) -> Parts:
        """Yield ``mean_off``, ``slope_off`` and ``sd_ratio`` (way, tried) for ``shares`` (tried,), means of draws."""
        table, pinned, side = self.table.clone(), self.pinned.clone(), self.side
        params, draw, n = self.params, torch.Generator().manual_seed(self.seed + 1), len(self.table)
        others = standardized(torch.cat([table[:, :side], table[:, side + 1 :]], 1))
        target = self.target()
        decides = side if params.why == "mnar" else 1 - side
        leaning = standardized(table)[:, decides] * (0.0 if params.why == "mcar" else params.strength) + 1e9 * pinned
        found = torch.zeros(len(params.ways), len(SHARES), 4, dtype=torch.float64)
        for place, share in enumerate(SHARES):
            count = min(max(round(share * n), 1), n - LEAST)
            for _ in range(DRAWS):
                uniform = torch.rand(n, generator=draw, dtype=torch.float64).clamp(min=1e-300)
                missing = punched(leaning, count, uniform)
                noise = torch.randn(3, params.m, n, generator=draw, dtype=torch.float64)
                for row, way in enumerate(params.ways):
                    full = filled(way, table[:, side], others, missing, params.k, noise)
                    found[row, place] += estimates(way, table, side, missing, full) / DRAWS
            yield {}
        yield {
            "shares": torch.tensor(SHARES, dtype=torch.float64),
            "mean_off": (found[..., 0] - target[0]) / target[1],
            "sd_ratio": found[..., 1] / target[1],
            "slope_off": found[..., 2] / target[2],
        }
