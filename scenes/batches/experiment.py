"""The experiment: lanes that are dealt the same examples, and update whenever these make up a batch."""

import copy
from collections.abc import Collection, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment, Parts
from explainer.engine.kept import kept
from explainer.lab.batches import order_of_epoch, updates_of_epoch
from explainer.lab.digits import standardized_digits
from explainer.scenes.batches import COUNT, DOTS, REFERENCE, Params, metrics_of, size_of
from explainer.scenes.batches.gradients import Factors, factors_of, plane, scatter
from explainer.scenes.batches.side_jobs import TRIED, cost_job, noise_job, over_job

TOO_LARGE = 1e4
"""A lane with a batch whose loss is beyond so many nats has run away."""
ROWS, COLUMNS, SHOWN, REACH = 24, 60, 48, 2.0
"""Of the strip of all examples; digits of a batch that are shown; where standardized pixels are cut off in pictures."""


def rate_of(size: int, lr: float, scaling: str) -> float:
    """Return a lane's learning rate."""
    power = {"none": 0.0, "sqrt": 0.5, "linear": 1.0}[scaling]
    return float(lr * (size / REFERENCE) ** power)


def order_of(name: str, epoch: int, seed: int, labels: Tensor) -> Tensor:
    """Return the order in which an epoch sees the examples (example,)."""
    if name == "sorted":
        found = labels.argsort(stable=True)
    elif name == "replacement":
        found = order_of_epoch(epoch, len(labels), seed, replacement=True)
    else:
        found = order_of_epoch(0 if name == "once" else epoch, len(labels), seed)
    return found.to(labels.device)


class Batches(Experiment[Params]):
    """The same network in lanes, one for each batch size."""

    networks: Any
    learns_from = ("train_x", "train_y")

    def build(self) -> None:
        """Read the digits, and give every lane the same first weights."""
        parts = [torch.tensor(part).to(self.device) for part in standardized_digits()]
        self.train_x, self.train_y, self.test_x, self.truth = parts
        self.draw_from("weights")
        self.first = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)).to(self.device)
        self.sizes = [size_of(name) for name in self.params.batch_sizes]
        self.networks = nn.ModuleList(copy.deepcopy(self.first) for _ in self.sizes)
        self.optimizers = [
            torch.optim.SGD(network.parameters(), lr=rate_of(size, self.params.lr, self.params.scaling))
            for network, size in zip(self.networks, self.sizes, strict=True)
        ]
        self.orders = self.generator("order").initial_seed()
        self.dealt = 0
        self.used = [0 for _ in self.sizes]
        self.updates = [0 for _ in self.sizes]
        self.away = [False for _ in self.sizes]
        self.losses = torch.zeros(len(self.sizes), device=self.device)

    def batch(self, k: int, update: int) -> Tensor:
        """Return which examples a lane's update 0, 1, … learns from; an epoch's last batch may be smaller."""
        epoch, place = divmod(update, updates_of_epoch(COUNT, self.sizes[k], self.params.drop_last))
        order = order_of(self.params.order, epoch, self.orders, self.train_y)
        return order[place * self.sizes[k] : (place + 1) * self.sizes[k]]

    def step(self) -> Iterator[str]:
        """Deal every lane as many examples; it makes as many updates as they are batches."""
        self.dealt += self.params.per_step
        for k in range(len(self.sizes)):
            places = self.batch(k, self.updates[k])
            while self.used[k] + len(places) <= self.dealt:
                self.update(k, places)
                self.used[k] += len(places)
                self.updates[k] += 1
                places = self.batch(k, self.updates[k])
        yield "updates"
        with torch.no_grad():
            found = torch.stack([F.cross_entropy(network(self.train_x), self.train_y) for network in self.networks])
            right = torch.stack(
                [(network(self.test_x).argmax(1) == self.truth).float().mean() for network in self.networks]
            )
        self.losses = torch.where(found.isfinite(), found, self.losses)
        self.record_each(metrics_of("loss", self.params.batch_sizes), self.losses)
        self.record_each(metrics_of("accuracy", self.params.batch_sizes), right)
        self.record_each(metrics_of("updates", self.params.batch_sizes), torch.tensor(self.updates).float())
        yield "test"

    def update(self, k: int, places: Tensor) -> None:
        """Make one update of a lane, its gradient added up piece by piece; one that has run away rests."""
        self.optimizers[k].zero_grad()
        total = 0.0
        for piece in places.chunk(self.params.pieces):
            loss = F.cross_entropy(self.networks[k](self.train_x[piece]), self.train_y[piece])
            share = loss * (len(piece) / len(places))
            share.backward()
            total += share.item()
        if not total < TOO_LARGE:
            self.away[k] = True
        if not self.away[k]:
            self.optimizers[k].step()

    def changed(self, names: Collection[str]) -> None:
        """Hand every lane its new learning rate."""
        for optimizer, size in zip(self.optimizers, self.sizes, strict=True):
            optimizer.param_groups[0]["lr"] = rate_of(size, self.params.lr, self.params.scaling)

    def over(self) -> Parts:
        """Train one epoch at every pair of batch size and learning rate."""
        order = order_of(self.params.order, 0, self.orders, self.train_y)
        return over_job(self.first, (self.train_x, self.train_y), (self.test_x, self.truth), order)

    def noise(self, lane: int) -> Parts:
        """Measure how far batches' gradients lie from the full one."""
        return noise_job(self.factors(min(lane, len(self.sizes) - 1)), self.draws())

    def cost(self) -> Parts:
        """Measure how long an update takes at each batch size."""
        return cost_job(self.first, self.train_x, self.train_y)

    # how far each lane is

    def counts(self) -> Tensor:
        """Return updates, epochs begun, updates an epoch, examples and the last batch's size (lane, counted)."""
        rows = []
        for k, size in enumerate(self.sizes):
            made, each = self.updates[k], updates_of_epoch(COUNT, size, self.params.drop_last)
            last = len(self.batch(k, made - 1)) if made else 0
            rows.append([made, (made - 1) // each + 1 if made else 0, each, self.used[k], last])
        return torch.tensor(rows)

    def rates(self) -> list[float]:
        """Return each lane's learning rate (lane,)."""
        return [rate_of(size, self.params.lr, self.params.scaling) for size in self.sizes]

    def resting(self) -> list[bool]:
        """Return which lanes have run away (lane,)."""
        return self.away

    def used_by(self) -> Tensor:
        """Return which batch of its epoch used each digit in the lane looked into (row, column)."""
        k = self.params.lane
        found = torch.zeros(COUNT, device=self.device)
        if self.updates[k]:
            each = updates_of_epoch(COUNT, self.sizes[k], self.params.drop_last)
            epoch, place = divmod(self.updates[k] - 1, each)
            order = order_of(self.params.order, epoch, self.orders, self.train_y)[: (place + 1) * self.sizes[k]]
            numbers = torch.arange(len(order), device=self.device) // self.sizes[k] + 1
            found[order] = numbers.float()
        by_digit = found[self.train_y.argsort(stable=True)]
        return F.pad(by_digit, (0, ROWS * COLUMNS - COUNT), value=torch.nan).reshape(ROWS, COLUMNS)

    # the cloud of batches' gradients

    def factors(self, k: int) -> Factors:
        """Return δ and input of every layer for all examples, by a lane's weights."""
        return factors_of(self.networks[k], self.train_x, self.train_y)

    @kept("orders")
    def draws(self) -> Tensor:
        """Return orders of all examples whose beginnings are the cloud's batches (dot, example)."""
        draws = self.generator("cloud")
        if self.params.order == "replacement":
            found = torch.randint(COUNT, (DOTS, COUNT), generator=draws)
        else:
            found = torch.rand(DOTS, COUNT, generator=draws).argsort(1)
        return found.to(self.device)

    def drawn(self) -> Tensor:
        """Return the examples of the cloud's batches (dot, B)."""
        return self.draws()[:, : self.params.cloud]

    @kept
    def singles(self) -> Tensor:
        """Return each example's gradient in the plane (example, coordinate)."""
        return plane(self.factors(self.params.lane)).nan_to_num(posinf=0, neginf=0)

    @kept
    def dots(self) -> Tensor:
        """Return the mean gradient of each batch (dot, coordinate)."""
        return self.singles()[self.drawn()].mean(1)

    @kept
    def centre(self) -> Tensor:
        """Return the full gradient (1, coordinate)."""
        return self.singles().mean(0, keepdim=True)

    def spread(self) -> Tensor:
        """Return the examples' covariance over the expected number in a batch (1, coordinate, coordinate)."""
        away = self.singles() - self.centre()
        return (away.T @ away / COUNT * self.shrink(self.params.cloud))[None]

    def shrink(self, size: int) -> float:
        """Return the variance of the mean of so many examples over that of one: 1/B, less without replacement."""
        left = 1.0 if self.params.order == "replacement" else (COUNT - size) / (COUNT - 1)
        return left / size

    def radii(self) -> Tensor:
        """Return measured and expected root mean square distances (what, coordinate)."""
        measured = (self.dots() - self.centre()).square().mean(0).sqrt()
        variance = (self.singles() - self.centre()).square().mean(0)
        return torch.stack([measured, (variance * self.shrink(self.params.cloud)).sqrt()])

    def chosen(self) -> Tensor:
        """Return the examples of the dot looked into that are shown (n,)."""
        return self.drawn()[self.params.dot, :SHOWN]

    def picture(self) -> Tensor:
        """Return its digits (shown digit, row, column)."""
        return self.train_x[self.chosen()].clamp(-REACH, REACH).reshape(-1, 8, 8)

    def labels(self) -> Tensor:
        """Return what they are (shown digit,)."""
        return self.train_y[self.chosen()]

    def tried(self) -> list[int]:
        """Return the batch sizes at which the noise is measured."""
        return list(TRIED)

    @kept
    def scatter(self) -> tuple[Tensor, Tensor]:
        """Return the full gradient's length and the trace of the examples' covariance, in the lane looked into."""
        return scatter(self.factors(self.params.lane))

    def formula(self) -> Tensor:
        """Return √(tr Σ / B), less without replacement (tried size,)."""
        shrink = torch.tensor([self.shrink(size) for size in TRIED], device=self.device)
        return (self.scatter()[1] * shrink).sqrt().nan_to_num(posinf=0)

    def signal(self) -> Tensor:
        """Return the full gradient's length, at every size the same (tried size,)."""
        return self.scatter()[0].nan_to_num(posinf=0).repeat(len(TRIED))

    def checks(self) -> list[float]:
        """Return how far the next batch's gradient, had in five ways, lies from the one taken at once (check,)."""
        k = self.params.lane
        places = self.batch(k, self.updates[k])
        pieces = places.chunk(self.params.pieces if self.params.pieces > 1 else 3)
        weights = [len(piece) / len(places) for piece in pieces]
        even = [1 / len(pieces) for _ in pieces]
        once, exact = self.added(k, [places], [1.0]), self.added(k, [places], [1.0], torch.float64)
        ways = [
            (self.added(k, [places.flip(0)], [1.0]), once),
            (self.added(k, pieces, weights), once),
            (self.added(k, pieces, weights, torch.float64), exact),
            (self.added(k, pieces, even), once),
            (self.added(k, pieces, [1.0 for _ in pieces]), once),
        ]
        return [float(((way - at_once).norm() / at_once.norm().clamp(min=1e-30)).nan_to_num()) for way, at_once in ways]

    def added(self, k: int, pieces: Any, weights: list[float], dtype: torch.dtype = torch.float32) -> Tensor:
        """Return a lane's gradient as the weighted sum of its pieces' mean gradients (parameter,)."""
        network = copy.deepcopy(self.networks[k]).to(dtype)
        total = torch.zeros(sum(each.numel() for each in network.parameters()), dtype=dtype, device=self.device)
        for piece, weight in zip(pieces, weights, strict=True):
            with torch.enable_grad():
                loss = F.cross_entropy(network(self.train_x[piece].to(dtype)), self.train_y[piece])
                found = torch.autograd.grad(loss, list(network.parameters()))
            total = total + weight * torch.cat([each.flatten() for each in found])
        return total
