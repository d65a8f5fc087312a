"""The experiment: networks of the same blocks, the same first weights and the same batches of digits."""

import copy
import math
from collections.abc import Collection, Iterator
from typing import Any

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.contract import Refused
from explainer.engine.experiment import Experiment, Parts
from explainer.engine.kept import kept
from explainer.lab.digits import standardized_digits
from explainer.lab.residual_network import ResidualNetwork
from explainer.scenes.residual import WAYS, Params, metrics_of
from explainer.scenes.residual.side_jobs import depths_job, lesions_job

TOO_LARGE = 1e4
"""A network whose loss is beyond so many nats has run away."""
PROBE = 360


def make_network(kind: str, blocks: int, width: int, generator: Generator) -> ResidualNetwork:
    """Return one of the networks; all kinds draw the same weights."""
    network = ResidualNetwork(
        64,
        width,
        10,
        blocks,
        generator,
        skip=not kind.startswith("plain"),
        norm=kind.endswith("norm") or kind == "pre-activation",
        pre=kind == "pre-activation",
        zero=kind == "residual-zero",
    )
    if kind == "plain-identity":
        for block in network.blocks:
            nn.init.eye_(block.first.weight)
            nn.init.eye_(block.second.weight)
    return network


def right_of(network: ResidualNetwork, x: Tensor, y: Tensor, routes: list[str]) -> Tensor:
    """Return the share of digits that are right by the running statistics."""
    network.eval()
    with torch.no_grad():
        found = (network(x, routes).argmax(1) == y).double().mean()
    network.train()
    return found


class Residual(Experiment[Params]):
    """A few networks that differ in what leads past their blocks, and in normalization."""

    networks: Any
    learns_from = ("train_x", "train_y", "index")

    def build(self) -> None:
        """Read the digits, and make the networks."""
        self.train_x, self.train_y, self.test_x, self.test_y = (
            torch.from_numpy(part).to(self.device) for part in standardized_digits()
        )
        self.networks = nn.ModuleList(
            make_network(kind, self.params.blocks, self.params.width, self.generator("weights"))
            for kind in self.params.variants
        ).to(self.device)
        self.routes = [list(network.routes) for network in self.networks]
        self.optimizer = torch.optim.SGD(self.networks.parameters(), lr=self.params.lr)
        self.order = self.generator("batches")
        self.index = torch.randint(len(self.train_x), (self.params.batch,), generator=self.order)
        self.rests = [False] * len(self.networks)
        self.losses = torch.full((len(self.networks),), math.log(10), device=self.device)
        self.rights = torch.zeros(len(self.networks), device=self.device)
        shape = len(self.networks), self.params.blocks
        self.deltas = torch.zeros(shape, dtype=torch.float64, device=self.device)
        self.sizes, self.changes = torch.zeros_like(self.deltas), torch.zeros_like(self.deltas)
        for k in range(len(self.networks)):
            self.look(k)

    def step(self) -> Iterator[str]:
        """One update of every network; one that has run away rests from then on."""
        x, y = self.train_x[self.index], self.train_y[self.index]
        self.optimizer.zero_grad()
        running = [k for k in range(len(self.networks)) if not self.rests[k]]
        passes = {k: self.networks[k].passed(x, self.routes[k]) for k in running}
        for k in running:
            for h in passes[k]:
                h.retain_grad()
            loss = F.cross_entropy(passes[k][-1], y)
            self.losses[k] = loss.detach().nan_to_num(TOO_LARGE).clamp(max=TOO_LARGE)
            self.rights[k] = (passes[k][-1].argmax(1) == y).float().mean()
            passes[k].append(loss)
        yield "forward"
        for k in running:
            passes[k].pop().backward()
        yield "backward"
        for k in running:
            self.measure(k, passes[k])
            if self.losses[k] >= TOO_LARGE or not self.deltas[k].isfinite().all():
                self.rests[k] = True
                self.networks[k].zero_grad()
        self.optimizer.step()
        self.index = torch.randint(len(self.train_x), (self.params.batch,), generator=self.order)
        self.record_each(metrics_of("loss", self.params.variants), self.losses)
        self.record_each(metrics_of("right", self.params.variants), self.rights)
        yield "update"

    def measure(self, k: int, passed: list[Tensor]) -> None:
        """Keep the gradient at what each block hands on, its size, and how far the block has changed it."""
        before = torch.stack(passed[:-2]).detach().double()
        after = torch.stack(passed[1:-1]).detach().double()
        gradients = torch.stack([h.grad for h in passed[1:-1] if h.grad is not None])
        self.deltas[k] = gradients.double().square().sum((1, 2)).sqrt()
        self.sizes[k] = after.square().mean((1, 2)).sqrt()
        self.changes[k] = ((after - before).square().sum((1, 2)) / before.square().sum((1, 2))).sqrt()

    def look(self, k: int) -> None:
        """Measure what the next step will see; a copy is asked, so that no running statistics change."""
        network = copy.deepcopy(self.networks[k])
        passed = network.passed(self.train_x[self.index], self.routes[k])
        for h in passed:
            h.retain_grad()
        F.cross_entropy(passed[-1], self.train_y[self.index]).backward()
        self.measure(k, passed)

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    def set_way(self, network: int, block: int, way: str) -> None:
        """Leave a block out, cut its skip or mend it; a network that rests tries again."""
        if network >= len(self.networks):
            raise Refused(
                f"network = {network} is refused: there are networks 0 to {len(self.networks) - 1}", about="network"
            )
        if block >= self.params.blocks:
            raise Refused(f"block = {block} is refused: there are blocks 0 to {self.params.blocks - 1}", about="block")
        self.routes[network][block] = way
        self.rests[network] = False
        with torch.enable_grad():
            self.look(network)

    def lesions(self, network: int) -> Parts:
        """Leave out or cut each block of a copy of a network."""
        return lesions_job(self, min(network, len(self.networks) - 1))

    def depths(self) -> Parts:
        """Train networks of several depths."""
        return depths_job(self)

    # arrays

    @kept
    def tried(self) -> Tensor:
        """Return what stays right as it is, without the block tried and with its skip cut (trial, network)."""
        block, x, y = min(self.params.block, self.params.blocks) - 1, self.train_x[:PROBE], self.train_y[:PROBE]
        rows = [self.correct()[0]]
        for way in ("skip", "branch"):
            changed = [[*routes[:block], way, *routes[block + 1 :]] for routes in self.routes]
            rows.append(torch.stack([right_of(self.networks[k], x, y, changed[k]) for k in range(len(changed))]))
        return torch.stack(rows)

    def ways(self) -> Tensor:
        """Return which ways of each block are open (network, block)."""
        return torch.tensor([[WAYS.index(way) for way in routes] for routes in self.routes])

    def resting(self) -> Tensor:
        """Return which networks rest (network,)."""
        return torch.tensor(self.rests)

    @kept
    def correct(self) -> Tensor:
        """Return the shares right of digits trained on and held out (part, network)."""
        parts = ((self.train_x[:PROBE], self.train_y[:PROBE]), (self.test_x, self.test_y))
        return torch.stack([
            torch.stack([right_of(self.networks[k], x, y, self.routes[k]) for k in range(len(self.networks))])
            for x, y in parts
        ])  # fmt: skip
