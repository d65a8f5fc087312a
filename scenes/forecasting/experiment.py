"""The experiment: a network learns windows of a series, and is judged where nothing was learned from."""

import math
from collections.abc import Collection, Iterator

import numpy as np
import torch
from torch import Generator, Tensor, nn

from explainer.engine.experiment import Experiment, Parts
from explainer.engine.kept import kept
from explainer.scenes.forecasting import LEADS, NEAR, WALK, Params, known_values
from explainer.scenes.forecasting.examples import (
    QUANTILES,
    Examples,
    as_targets,
    baselines,
    ends_of,
    examples,
    in_units,
    roll,
)

BATCH, UNITS = 32, 32
KEPT_BACK = 1 / 3
"""The share of what is not tested that conformal intervals are made of."""
FIRST = {"airline": (1949.0, 12), "sunspots": (1700.0, 1), "walk": (1.0, 1), "file": (1.0, 1)}
"""When a series begins, and how many values there are in a unit of its axis."""
SHOWN = [2, 4, 5]
"""The models that are drawn as curves."""
NEIGHBOURS, TREES, SHUFFLES = 5, 100, 3


def values_of(series: str, path: str, generator: Generator) -> Tensor:
    """Return the series (n,); a random walk has normal steps of standard deviation 1."""
    known = known_values(series, path)
    if known is None:
        return torch.randn(WALK, generator=generator, dtype=torch.float64).cumsum(0)
    return torch.tensor(known, dtype=torch.float64)


class Forecaster(nn.Module):
    """A window (B, w) to forecasts (B, lead, level): by an LSTM that reads it, or by a layer of tanh units."""

    def __init__(self, model: str, window: int, leads: int, levels: int) -> None:
        super().__init__()
        self.shape = leads, levels
        if model == "lstm":
            self.body: nn.Module = nn.LSTM(1, UNITS, batch_first=True)
        else:
            self.body = nn.Sequential(nn.Linear(window, UNITS), nn.Tanh())
        self.out = nn.Linear(UNITS, leads * levels)

    def forward(self, windows: Tensor) -> Tensor:
        """Return the forecasts (B, lead, level) after windows (B, w)."""
        if isinstance(self.body, nn.LSTM):
            state = self.body(windows[..., None])[0][:, -1]
        else:
            state = self.body(windows)
        return self.out(state).unflatten(1, self.shape)

    def fed_back(self, windows: Tensor, leads: int) -> Tensor:
        """Return the next values (B, lead), each fed back; an LSTM reads on, from the state that it has."""
        if not isinstance(self.body, nn.LSTM):
            return roll(lambda known: self(known)[:, 0, 0], windows, leads)
        read, state = self.body(windows[..., None])
        found = [self.out(read[:, -1])]
        while len(found) < leads:
            read, state = self.body(found[-1][:, None], state)
            found.append(self.out(read[:, -1]))
        return torch.cat(found, 1)


def loss_of(said: Tensor, targets: Tensor, usable: Tensor) -> Tensor:
    """Return the mean squared error of forecasts (B, lead, 1), or the pinball loss of quantiles (B, lead, 3).

    Koenker & Bassett 1978. Targets and ``usable`` are (B, lead); what is not usable does not count.
    """
    error = torch.where(usable, targets, 0.0)[..., None] - said
    if said.shape[-1] == 1:
        each = error.square()
    else:
        share = torch.tensor(QUANTILES, device=said.device)
        each = torch.maximum(share * error, (share - 1) * error)
    return (each.mean(-1) * usable).sum() / usable.sum().clamp(min=1)


def one_ahead(said: Tensor, data: Examples, rows: Tensor) -> Tensor:
    """Return the mean |error| in the units of the series of forecasts (row, lead, level), of their first lead."""
    scaled = said[:, :1, said.shape[2] // 2].double().cpu()
    return (in_units(scaled, data, rows)[:, 0] - data.values[data.origins[rows] + 1]).abs().mean()


class Forecasting(Experiment[Params]):
    """A network that is trained, and baselines that are not, on the same windows."""

    learns_from = ("values",)

    def build(self) -> None:
        """Cut the series into windows, deal them to training and test, and make the network."""
        self.values = values_of(self.params.series, self.params.path, self.generator("data"))
        count = len(self.values) - self.params.window + 1 - int("difference" in self.params.transform)
        order = torch.randperm(count, generator=self.generator("split")) if self.params.shuffle else None
        kept_back = KEPT_BACK if self.params.interval == "conformal" else 0.0
        self.data = examples(
            self.values, self.params.transform, self.params.window, self.params.test_size, kept_back, order
        )
        self.batches = self.generator("batches")
        self.draw_from("weights")
        at_once = self.params.strategy == "direct" or self.params.interval == "quantile"
        self.leads, self.levels = LEADS if at_once else 1, 3 if self.params.interval == "quantile" else 1
        self.network = Forecaster(self.params.model, self.params.window, self.leads, self.levels).to(self.device)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=self.params.lr)

    def step(self) -> Iterator[str]:
        """One update on 32 windows; before it the tested ones are forecast one step ahead."""
        tested, learned = self.data.rows(2, 1), self.data.rows(0, 1)
        with torch.no_grad():
            judged = self.network(self.data.windows[tested].to(self.device))
        yield "judge"
        chosen = learned.nonzero()[:, 0][torch.randint(int(learned.sum()), (BATCH,), generator=self.batches)]
        said = self.network(self.data.windows[chosen].to(self.device))
        targets, usable = self.data.targets[chosen, : self.leads], self.data.usable[chosen, : self.leads]
        loss = loss_of(said, targets.to(self.device), usable.to(self.device))
        yield "forward"
        self.optimizer.zero_grad()
        loss.backward()
        yield "backward"
        self.optimizer.step()
        self.record({
            "loss": loss.detach(),
            "error/train": one_ahead(said.detach(), self.data, chosen),
            "error/test": one_ahead(judged, self.data, tested),
        })  # fmt: skip
        yield "update"

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    # forecasts, up to the horizon

    @torch.no_grad()
    def says(self, leads: int) -> Tensor:
        """Return what the network says (origin, lead, level) on the scale of the targets."""
        windows = self.data.windows.to(self.device)
        if self.leads > 1:
            return self.network(windows)[:, :leads].double().cpu()
        return as_targets(self.network.fed_back(windows, leads).double().cpu(), self.data)[..., None]

    @kept
    def said(self) -> Tensor:
        """Return what the network says up to the horizon (origin, lead, level)."""
        return self.says(self.params.horizon)

    @kept("data")
    def simple(self) -> Tensor:
        """Return what the others say up to the last lead (model, origin, lead)."""
        return baselines(self.data, self.params.season)

    def everybody(self, said: Tensor) -> Tensor:
        """Return all forecasts (model, origin, lead), the network's last."""
        return torch.cat([self.simple()[..., : said.shape[1]], in_units(said[..., self.levels // 2], self.data)[None]])

    @kept
    def forecasts(self) -> Tensor:
        """Return all forecasts up to the horizon (model, origin, lead)."""
        return self.everybody(self.said())

    @kept
    def band(self) -> Tensor:
        """Return the network's 80 % interval (end, origin, lead)."""
        said, data, conformal = self.said(), self.data, self.params.interval == "conformal"
        if self.levels > 1:
            return torch.stack([in_units(said[..., level], data) for level in (0, 2)])
        ends = []
        for lead in range(said.shape[1]):
            rows = data.rows(int(conformal), lead + 1)
            ends.append(ends_of(data.targets[rows, lead].double() - said[rows, lead, 0], conformal))
        return torch.stack([in_units(said[..., 0] + end, data) for end in torch.tensor(ends).T])

    def errors_at(self, forecasts: Tensor, part: int, lead: int) -> Tensor:
        """Return forecast minus value (model, row) so many steps ahead, in a part."""
        return forecasts[:, self.data.rows(part, lead), lead - 1] - self.data.came(part, lead)

    # arrays

    def place_in_time(self, places: Tensor) -> Tensor:
        """Return when values are taken."""
        first, per = FIRST[self.params.series]
        return first + places.double() / per

    @kept("values")
    def times(self) -> Tensor:
        """Return when the values were taken (time,)."""
        return self.place_in_time(torch.arange(len(self.values)))

    @kept
    def ahead(self) -> Tensor:
        """Return what was forecast for each time step h steps before it (shown model, time)."""
        lead, found = self.params.horizon, torch.full((3, len(self.values)), math.nan, dtype=torch.float64)
        origins = self.data.origins[: len(self.data.origins) - lead]
        found[:, origins + lead] = self.forecasts()[SHOWN, : len(origins), lead - 1]
        return found

    def fan_row(self) -> int:
        """Return the row of the origin that the fan begins at."""
        at = len(self.values) - self.params.test_size - 1 + self.params.origin
        return min(max(at - int(self.data.origins[0]), 0), len(self.data.origins) - 1)

    def near(self) -> Tensor:
        """Return the places around the origin (near,): 24 up to it, and those up to the last lead."""
        return self.data.origins[self.fan_row()] + torch.arange(1 - NEAR, LEADS + 1)

    def near_times(self) -> Tensor:
        """Return when these are (near,), beyond the series too."""
        return self.place_in_time(self.near())

    def near_values(self) -> Tensor:
        """Return the series there (near,); NaN where it is not."""
        at, last = self.near(), len(self.values) - 1
        return torch.where((at >= 0) & (at <= last), self.values[at.clamp(0, last)], math.nan)

    def fan(self, forecasts: Tensor) -> Tensor:
        """Return forecasts (k, origin, lead) as curves that begin at the origin's own value (k, near)."""
        row, found = self.fan_row(), torch.full((len(forecasts), NEAR + LEADS), math.nan, dtype=torch.float64)
        found[:, NEAR - 1] = self.values[self.data.origins[row]]
        found[:, NEAR : NEAR + forecasts.shape[2]] = forecasts[:, row]
        return found

    def near_forecasts(self) -> Tensor:
        """Return the fan's curves (shown model, near)."""
        return self.fan(self.forecasts()[SHOWN])

    def near_band(self) -> Tensor:
        """Return the network's interval (end, near)."""
        return self.fan(self.band())

    def errors(self) -> Tensor:
        """Return mean |error| in training and test one ahead, in the test h ahead, and R² there (model, measure)."""
        found, lead = self.forecasts(), self.params.horizon
        means = [self.errors_at(found, part, at).abs().nanmean(1) for part, at in ((0, 1), (2, 1), (2, lead))]
        unexplained = self.errors_at(found, 2, lead).square().nanmean(1)
        came = self.data.came(2, lead)
        return torch.stack([*means, 1 - unexplained / (came - came.mean()).square().mean()], 1)

    def by_lead(self) -> Tensor:
        """Return everybody's mean |error| in the test part (model, lead)."""
        found = self.everybody(self.says(LEADS))
        return torch.stack([self.errors_at(found, 2, lead).abs().nanmean(1) for lead in range(1, LEADS + 1)], 1)

    def coverage(self) -> Tensor:
        """Return the share of values h ahead within the interval (part,)."""
        lead, found = self.params.horizon, []
        for part in range(3):
            came = self.data.came(part, lead)
            low, high = self.band()[:, self.data.rows(part, lead), lead - 1]
            found.append(((low <= came) & (came <= high)).double().mean())
        return torch.stack(found)

    def counted(self) -> Tensor:
        """Return how many values that is the share of (part,)."""
        return torch.stack([self.data.rows(part, self.params.horizon).sum() for part in range(3)])

    # a side job

    def compare_splits(self) -> Parts:
        """Yield ``split_errors`` (way, learner): mean |error| h ahead, of three random splits and of that by time."""
        from sklearn.ensemble import RandomForestRegressor
        from sklearn.linear_model import LinearRegression
        from sklearn.neighbors import KNeighborsRegressor

        values, params, lead, found = self.values, self.params, self.params.horizon, np.zeros((2, 3))
        draws, windows = torch.Generator().manual_seed(self.seed + 1), len(self.data.origins)
        orders = [torch.randperm(windows, generator=draws) for _ in range(SHUFFLES)]
        for order in (*orders, None):
            data = examples(values, params.transform, params.window, params.test_size, 0.0, order)
            train, test = data.rows(0, lead), data.rows(2, lead)
            x, y = data.windows.double().numpy(), data.targets[:, lead - 1].double().numpy()
            learners = (
                LinearRegression(),
                KNeighborsRegressor(min(NEIGHBOURS, int(train.sum()))),
                RandomForestRegressor(TREES, random_state=self.seed),
            )
            for place, learner in enumerate(learners):
                said = torch.tensor(learner.fit(x[train], y[train]).predict(x))
                error = in_units(said[:, None], data, None, lead)[test, 0] - data.came(2, lead)
                found[int(order is None), place] += float(error.abs().mean()) / (1 if order is None else SHUFFLES)
                yield {}
        yield {"split_errors": found}
