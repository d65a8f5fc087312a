"""The experiment: one network for each normalization, from the same weights, on the same batches of digits."""

from collections.abc import Collection, Iterator
from typing import Any

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment
from explainer.engine.kept import kept
from explainer.lab.digits import standardized_digits
from explainer.lab.initial_weights import initialize
from explainer.scenes.normalization import COMPANIES, GROUPS, WIDTH, Params, metrics_of

CLASSES, EPS, RATE, TOO_LARGE = 10, 1e-5, 0.2, 1e4
"""Classes, PyTorch's ε, the share that dropout drops, and the loss from which a network has run away."""


def make_norm(kind: str, affine: bool, momentum: float) -> nn.Module:
    """Return a normalization of 32 units."""
    if kind == "batch":
        norm: nn.Module = nn.BatchNorm1d(WIDTH, EPS, momentum, affine)
    elif kind == "layer":
        norm = nn.LayerNorm(WIDTH, EPS, affine)
    elif kind == "group":
        norm = nn.GroupNorm(GROUPS, WIDTH, EPS, affine)
    elif kind == "rms":
        norm = nn.RMSNorm(WIDTH, EPS, affine)
    else:
        norm = nn.Identity()
    return norm


def make_network(kind: str, depth: int, place: str, affine: bool, momentum: float, draw: Generator) -> nn.Sequential:
    """Return a network of hidden layers of 32 ReLU units, each normalized, with He's first weights."""
    parts: list[nn.Module] = []
    for k in range(depth):
        linear = nn.Linear(WIDTH if k else 64, WIDTH)
        initialize(linear, "he-normal", draw)
        norm = make_norm(kind, affine, momentum)
        parts += [linear, norm, nn.ReLU()] if place == "before" else [linear, nn.ReLU(), norm]
        if kind == "dropout":
            parts.append(nn.Dropout(RATE))
    scores = nn.Linear(WIDTH, CLASSES)
    initialize(scores, "he-normal", draw)
    return nn.Sequential(*parts, scores)


def applied(part: nn.Module, x: Tensor, training: bool, draw: Generator | None = None) -> Tensor:
    """Return what a part of a network makes of x, and leave its running statistics alone.

    Dropout drops what ``draw`` says while training; without it nothing.
    """
    if isinstance(part, nn.BatchNorm1d):
        known = (None, None) if training else (part.running_mean, part.running_var)
        return F.batch_norm(x, *known, part.weight, part.bias, training, 0.0, EPS)
    if isinstance(part, nn.Dropout):
        if draw is None or not training:
            return x
        kept_units = torch.rand(x.shape, generator=draw).to(x.device) >= RATE
        return x * kept_units / (1 - RATE)
    return part(x)


class Normalization(Experiment[Params]):
    """A few networks that differ in their normalization only."""

    networks: Any
    learns_from = ("train_x", "train_y", "chosen")

    def build(self) -> None:
        """Read the digits, and make the networks: the same random numbers for each."""
        self.train_x, self.train_y, self.held_x, self.held_y = (
            torch.tensor(each).to(self.device) for each in standardized_digits()
        )
        self.norms = self.params.norms
        self.norm_at = 1 if self.params.place == "before" else 2
        made = [
            make_network(
                kind, self.params.depth, self.params.place, self.params.affine, self.params.momentum,
                self.generator("weights"),
            )
            for kind in self.norms
        ]  # fmt: skip
        self.networks = nn.ModuleList(made).to(self.device)
        self.optimizer = torch.optim.SGD(self.networks.parameters(), lr=self.params.lr)
        self.order = self.generator("batches")
        self.chosen = self.draw_batch()
        self.losses = torch.zeros(len(self.norms), device=self.device)
        self.resting = torch.zeros(len(self.norms), dtype=torch.bool)
        self.draw_from("dropout")

    def draw_batch(self) -> Tensor:
        """Return the places of the next batch's digits (example,): of all classes, or of one that is drawn first."""
        if self.params.batches == "shuffled":
            chosen = torch.randint(len(self.train_x), (self.params.batch,), generator=self.order).to(self.device)
        else:
            digit = int(torch.randint(CLASSES, (), generator=self.order))
            among = (self.train_y == digit).nonzero()[:, 0]
            chosen = among[torch.randint(len(among), (self.params.batch,), generator=self.order).to(self.device)]
        return chosen

    def step(self) -> Iterator[str]:
        """One update of every network; one that has run away rests from then on."""
        self.chosen = self.draw_batch()
        x, y = self.train_x[self.chosen], self.train_y[self.chosen]
        self.networks.train()
        if "batch" in self.params.norms:
            number = self.params.norms.index("batch")
            with torch.no_grad():
                given = self.networks[number][: self.norm_at](x)[:, 0]
        self.optimizer.zero_grad()
        scores = torch.stack([network(x) for network in self.networks])
        found = torch.stack([F.cross_entropy(each, y) for each in scores])
        yield "forward"
        found.sum().backward()
        yield "backward"
        for k, network in enumerate(self.networks):
            finite = all(each.grad.isfinite().all() for each in network.parameters())
            if not (found[k] < TOO_LARGE and finite):
                self.resting[k] = True
            if self.resting[k]:
                network.zero_grad()
        self.losses = torch.where(self.resting.to(self.device), self.losses, found.detach())
        self.optimizer.step()
        self.networks.eval()
        with torch.no_grad():
            answers = torch.stack([network(self.held_x).argmax(1) for network in self.networks])
        if "batch" in self.params.norms:
            norm = self.networks[number][self.norm_at]
            self.record({
                "mean/batch": given.mean().nan_to_num(0, 0, 0),
                "mean/running": norm.running_mean[0].nan_to_num(0, 0, 0),
                "deviation/batch": given.std().nan_to_num(0, 0, 0),
                "deviation/running": norm.running_var[0].sqrt().nan_to_num(0, 0, 0),
            })  # fmt: skip
        self.record_each(metrics_of("loss", self.params.norms), self.losses)
        self.record_each(metrics_of("right", self.params.norms), (scores.argmax(2) == y).float().mean(1))
        self.record_each(metrics_of("accuracy", self.params.norms), (answers == self.held_y).float().mean(1))
        yield "update"

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    # what is drawn

    @property
    def _training(self) -> bool:
        """Whether it is looked at in training mode."""
        return self.params.mode == "train"

    @kept
    def inputs(self) -> Tensor:
        """Return what each network's first normalization is given (network, example, unit)."""
        x = self.train_x[self.chosen]
        with torch.no_grad():
            return torch.stack([network[: self.norm_at](x) for network in self.networks])

    @kept
    def results(self) -> Tensor:
        """Return what it makes of that (network, example, unit)."""
        return self._normalized(self.inputs())

    def _normalized(self, given: Tensor) -> Tensor:
        norms = [network[self.norm_at] for network in self.networks]
        with torch.no_grad():
            return torch.stack([applied(norm, x, self._training) for norm, x in zip(norms, given, strict=True)])

    def given(self) -> Tensor:
        """Return what the first normalization looked into is given (example, unit)."""
        return self.inputs()[self.params.shown]

    def normalized(self) -> Tensor:
        """Return what it makes of that (example, unit)."""
        return self.results()[self.params.shown]

    def moved(self) -> Tensor:
        """Return by how much the outputs change when one number is pushed (network, example, unit)."""
        pushed = self.inputs().clone()
        row, column = self.params.cell
        pushed[:, row, column] += self.params.push
        return self._normalized(pushed) - self.results()

    @kept("held_x")
    def others(self) -> Tensor:
        """Return the digits that share a batch with the one looked at (company, example), always the same ones."""
        draw = torch.Generator().manual_seed(0)
        size = (COMPANIES, max(self.params.batch - 1, 0))
        return torch.randint(1, len(self.held_x), size, generator=draw).to(self.device)

    @kept
    def company(self) -> Tensor:
        """Return the probability of the first held-out digit's class in each company (network, company)."""
        found, draw = [], torch.Generator().manual_seed(1)
        for network in self.networks:
            row = []
            for others in self.others():
                x = torch.cat([self.held_x[:1], self.held_x[others]])
                with torch.no_grad():
                    for part in network:
                        x = applied(part, x, self._training, draw)
                row.append(x[0].softmax(0)[self.held_y[0]])
            found.append(torch.stack(row))
        return torch.stack(found)

    def _first_norm(self, name: str, otherwise: float) -> Tensor:
        """Return the weight or bias of the normalization looked into (unit,)."""
        found = getattr(self.networks[self.params.shown][self.norm_at], name, None)
        return torch.full((WIDTH,), otherwise, device=self.device) if found is None else found.detach()

    def scale(self) -> Tensor:
        """Return γ (unit,)."""
        return self._first_norm("weight", 1.0)

    def shift(self) -> Tensor:
        """Return β (unit,)."""
        return self._first_norm("bias", 0.0)

    @kept
    def gradients(self) -> Tensor:
        """Return the norm of ∂L/∂z of each hidden layer in training mode, without dropout (network, layer)."""
        found = []
        with torch.enable_grad():
            for network in self.networks:
                x, sums = self.train_x[self.chosen], []
                for part in network:
                    x = applied(part, x, True)
                    if isinstance(part, nn.Linear):
                        sums.append(x)
                slopes = torch.autograd.grad(F.cross_entropy(x, self.train_y[self.chosen]), sums[:-1])
                found.append(torch.stack([slope.norm() for slope in slopes]))
        return torch.stack(found)

    def runaway(self) -> Tensor:
        """Return which networks have run away (network,)."""
        return self.resting
