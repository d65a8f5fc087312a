"""The experiment: one network for each schedule, from the same weights, on the same batches of digits."""

import copy
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment, Parts
from explainer.lab.batches import batch_of_epoch
from explainer.lab.digits import standardized_digits
from explainer.lab.schedules import factor, risen
from explainer.scenes.lr_schedules import HANDLES, PLACES, Params, metrics_of
from explainer.scenes.lr_schedules.side_jobs import cut_job, over_job, range_job, sharpness_job

SPREAD = 50
"""The loss is watched over so many steps."""
EVERY, PATIENCE, LESS = 20, 2, 0.3
"""A plateau: the loss, seen every so many steps, has not been better for more than so many times; the rate times."""


def sketched(drawn: Sequence[float], step: int, steps: int) -> float:
    """Return the drawn share at step 1, 2, …: straight from handle to handle, these evenly spaced."""
    place = min((step - 1) / steps, 1.0) * (len(drawn) - 1)
    left = min(int(place), len(drawn) - 2)
    return drawn[left] + (place - left) * (drawn[left + 1] - drawn[left])


class LrSchedules(Experiment[Params]):
    """A few networks that differ in their schedule only."""

    networks: Any
    learns_from = ("train_x", "train_y")

    def build(self) -> None:
        """Read the digits, and give every lane the same first weights."""
        parts = [torch.tensor(part).to(self.device) for part in standardized_digits()]
        self.train_x, self.train_y, self.test_x, self.truth = parts
        self.draw_from("weights")
        self.first = nn.Sequential(nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 10)).to(self.device)
        self.names = self.params.schedules
        self.networks = nn.ModuleList(copy.deepcopy(self.first) for _ in self.names)
        if self.params.optimizer == "adam":
            self.optimizers: Any = [torch.optim.Adam(each.parameters(), lr=self.params.lr) for each in self.networks]
        else:
            self.optimizers = [
                torch.optim.SGD(each.parameters(), lr=self.params.lr, momentum=self.params.momentum)
                for each in self.networks
            ]
        self.orders = self.generator("order").initial_seed()
        self.done = 0
        self.recent = torch.zeros(0, len(self.names), device=self.device)
        self.best = [float("inf") for _ in self.names]
        self.waits = [0 for _ in self.names]
        self.lowered = [1.0 for _ in self.names]

    def share(self, k: int, at: int) -> float:
        """Return what a lane's schedule multiplies η by at step 1, 2, …."""
        if self.names[k] == "custom":
            found = sketched(self.params.drawn, at, self.params.total)
        elif self.names[k] == "plateau":
            found = self.lowered[k] * factor("constant", at, self.params.total, self.params.warmup)
        else:
            found = factor(self.names[k], at, self.params.total, self.params.warmup)
        return found

    def step(self) -> Iterator[str]:
        """One update of every network, at its schedule's rate."""
        places = batch_of_epoch(self.done, len(self.train_x), self.params.batch, self.orders)
        x, y = self.train_x[places], self.train_y[places]
        self.done += 1
        rates = [self.params.lr * self.share(k, self.done) for k in range(len(self.names))]
        for k, optimizer in enumerate(self.optimizers):
            optimizer.param_groups[0]["lr"] = rates[k]
            if self.params.optimizer == "sgd":
                optimizer.param_groups[0]["momentum"] = self.momentum_of(k, self.done)
        yield "schedule"
        seen = []
        for network, optimizer in zip(self.networks, self.optimizers, strict=True):
            optimizer.zero_grad()
            loss = F.cross_entropy(network(x), y)
            loss.backward()
            optimizer.step()
            seen.append(loss.detach())
        yield "update"
        with torch.no_grad():
            losses = torch.stack([F.cross_entropy(each(self.train_x), self.train_y) for each in self.networks])
            scores = [each(self.test_x) for each in self.networks]
        if self.done % EVERY == 0:
            held_out = [F.cross_entropy(each, self.truth) for each in scores]
            self.watch(held_out if self.params.watched == "held-out" else seen)
        right = torch.stack([(each.argmax(1) == self.truth).float().mean() for each in scores])
        self.recent = torch.cat([self.recent, losses[None]])[-SPREAD:]
        self.record_each(metrics_of("loss", self.params.schedules), losses)
        self.record_each(metrics_of("accuracy", self.params.schedules), right)
        self.record_each(metrics_of("rate", self.params.schedules), torch.tensor(rates, dtype=torch.float64))
        self.record_each(metrics_of("spread", self.params.schedules), self.recent.std(0, correction=0))
        yield "test"

    def momentum_of(self, k: int, at: int) -> float:
        """Return a lane's momentum: one cycle moves it against the rate."""
        found = self.params.momentum
        if self.names[k] == "one-cycle":
            found = found + 0.05 - 0.1 * risen(at, self.params.total) if found >= 0.05 else found
        return found

    def watch(self, losses: Sequence[Tensor]) -> None:
        """Lower the rate of a lane whose loss has not been better for too long, as ReduceLROnPlateau does."""
        for k, loss in enumerate(losses):
            if loss.item() < self.best[k] * (1 - 1e-4):
                self.best[k] = loss.item()
                self.waits[k] = 0
            else:
                self.waits[k] += 1
            if self.waits[k] > PATIENCE:
                self.lowered[k] *= LESS
                self.waits[k] = 0

    def changed(self, names: Collection[str]) -> None:
        """Do nothing: rates are found anew in each step."""

    # side jobs

    def ahead(self, steps: int) -> list[Tensor]:
        """Return the batches of so many steps from here on."""
        count, batch = len(self.train_x), self.params.batch
        return [batch_of_epoch(self.done + k, count, batch, self.orders) for k in range(steps)]

    def range_test(self) -> Parts:
        """Let the rate grow within one run."""
        count, batch = len(self.train_x), self.params.batch
        batches = [batch_of_epoch(k, count, batch, self.orders) for k in range(200)]
        return range_job(list(self.first.parameters()), self.train_x, self.train_y, batches, self.params.momentum)

    def over(self) -> Parts:
        """Train under every schedule with every highest rate."""
        count, batch = len(self.train_x), self.params.batch
        batches = [batch_of_epoch(k, count, batch, self.orders) for k in range(self.params.total)]
        told = (self.params.warmup, self.params.momentum)
        return over_job(list(self.first.parameters()), self.train_x, self.train_y, batches, *told)

    def cut(self, lane: int) -> Parts:
        """See what lowering the rate now would do."""
        k = min(lane, len(self.names) - 1)
        weights = [each.detach().clone() for each in self.networks[k].parameters()]
        known = self.optimizers[k].state
        speeds = (
            [
                known[each]["momentum_buffer"].clone() if "momentum_buffer" in known[each] else torch.zeros_like(each)
                for each in self.networks[k].parameters()
            ]
            if self.params.optimizer == "sgd"
            else [torch.zeros_like(each) for each in weights]
        )
        rate = self.params.lr * self.share(k, self.done + 1)
        momentum = self.momentum_of(k, self.done + 1)
        return cut_job((weights, speeds), self.train_x, self.train_y, self.ahead, rate, momentum)

    def sharpness(self) -> Parts:
        """Find the largest curvature of each lane's loss, and how large its rate allows it to be."""
        networks = [[each.detach().clone() for each in network.parameters()] for network in self.networks]
        lanes = range(len(self.names))
        rates = [self.params.lr * self.share(k, self.done + 1) for k in lanes]
        return sharpness_job(
            networks, self.train_x, self.train_y, rates, [self.momentum_of(k, self.done + 1) for k in lanes]
        )

    # what is drawn

    def places(self) -> Tensor:
        """Return the steps at which the schedules are drawn (place,)."""
        return torch.linspace(0, self.params.total, PLACES, device=self.device)

    def plan(self) -> list[list[float]]:
        """Return each lane's rate there (lane, place)."""
        steps = [max(1, round(at)) for at in self.places().tolist()]
        return [[self.params.lr * self.share(k, step) for step in steps] for k in range(len(self.names))]

    def handles(self) -> Tensor:
        """Return the drawn schedule's handles (handle, coordinate)."""
        at = torch.linspace(0, self.params.total, HANDLES, device=self.device)
        return torch.stack([at, self.params.lr * torch.tensor(self.params.drawn, device=self.device)], 1)

    def now(self) -> list[list[float]]:
        """Return rate, momentum, loss, spread and share right (lane, fact)."""
        present = max(1, self.done)
        rows = []
        with torch.no_grad():
            for k, network in enumerate(self.networks):
                loss = F.cross_entropy(network(self.train_x), self.train_y).item()
                right = (network(self.test_x).argmax(1) == self.truth).float().mean().item()
                spread = self.recent[:, k].std(correction=0).item() if len(self.recent) else 0.0
                momentum = self.momentum_of(k, present) if self.params.optimizer == "sgd" else 0.9
                rows.append([self.params.lr * self.share(k, present), momentum, loss, spread, right])
        return rows
