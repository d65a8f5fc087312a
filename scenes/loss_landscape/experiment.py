"""The experiment: a few deep networks learn the digits; side jobs look around in their loss."""

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
from explainer.scenes.loss_landscape import Params, metrics_of
from explainer.scenes.loss_landscape.landscape import Landscape, flat, put
from explainer.scenes.loss_landscape.side_jobs import directions_of, lines_job, path_job, sharpness_job, slices_job

TOO_LARGE, PROBE, SEEN, KEPT = 1e4, 360, 200, 33
"""A loss in nats that has run away; digits that are counted; digits whose loss is drawn; snapshots at the most."""


def make_network(kind: str, blocks: int, width: int, generator: Generator) -> ResidualNetwork:
    """Return one of the networks; without normalization the branches of residual blocks begin at 0."""
    skip, norm = not kind.startswith("plain"), not kind.endswith("bare")
    return ResidualNetwork(64, width, 10, blocks, generator, skip=skip, norm=norm, zero=kind == "residual-bare")


class LossLandscape(Experiment[Params]):
    """Networks that differ in what leads past their blocks, and in normalization."""

    networks: Any
    learns_from = ("train_x", "train_y", "index")

    def build(self) -> None:
        """Read the digits, and make the networks."""
        self.train_x, self.train_y, self.test_x, self.test_y = (
            torch.from_numpy(part).to(self.device) for part in standardized_digits()
        )
        self.networks = nn.ModuleList(
            make_network(
                kind,
                self.params.blocks,
                self.params.width,
                self.generator("twin") if kind == "twin" else self.generator("weights"),
            )
            for kind in self.params.networks
        ).to(self.device)
        self.optimizer = torch.optim.SGD(self.networks.parameters(), lr=self.params.lr)
        self.order = self.generator("batches")
        self.index = torch.arange(self.params.batch)
        self.rests = [False] * len(self.networks)
        self.done, self.every, self.steps_kept = 0, 5, [0]
        self.snapshots = [flat(network)[None] for network in self.networks]

    def step(self) -> Iterator[str]:
        """One update of every network; one that has run away rests from then on."""
        self.index = torch.randint(len(self.train_x), (self.params.batch,), generator=self.order).to(self.device)
        x, y = self.train_x[self.index], self.train_y[self.index]
        self.optimizer.zero_grad()
        scores = [network(x) for network in self.networks]
        losses = [F.cross_entropy(said, y) for said in scores]
        yield "forward"
        for k in range(len(losses)):
            if not losses[k] < TOO_LARGE:
                self.rests[k] = True
            if not self.rests[k]:
                losses[k].backward()
        yield "backward"
        self.optimizer.step()
        found = torch.stack(losses).detach().nan_to_num(TOO_LARGE).clamp(max=TOO_LARGE)
        self.record_each(metrics_of("loss", self.params.networks), found)
        self.record_each(
            metrics_of("right", self.params.networks), torch.stack([(s.argmax(1) == y).float().mean() for s in scores])
        )
        self.remember()
        yield "update"

    def remember(self) -> None:
        """Keep the weights of every fifth step; when there are too many, every second one, and half as often on."""
        self.done += 1
        if self.done % self.every == 0:
            self.steps_kept = [*self.steps_kept, self.done]
            self.snapshots = [
                torch.cat([old, flat(network)[None]])
                for old, network in zip(self.snapshots, self.networks, strict=True)
            ]
            if len(self.steps_kept) >= KEPT:
                self.every, self.steps_kept = 2 * self.every, self.steps_kept[::2]
                self.snapshots = [old[::2].clone() for old in self.snapshots]

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    def jump(self, network: int, x: float, y: float, normalization: str, directions: int) -> None:
        """Move a network's weights along the two directions of its slice; one that rests tries again."""
        self.check(network)
        landscape = self.looked_at(network)
        one, other = directions_of(landscape, landscape.theta, normalization, directions)
        put(self.networks[network], landscape.theta + x * one + y * other)
        self.rests[network] = False

    def check(self, network: int) -> None:
        """Refuse a network that is not there."""
        if network >= len(self.networks):
            raise Refused(
                f"network = {network} is refused: there are networks 0 to {len(self.networks) - 1}", about="network"
            )

    def looked_at(self, k: int) -> Landscape:
        """Return the loss of a copy of a network on the digits that are drawn."""
        return Landscape(self.networks[k], self.train_x[:SEEN], self.train_y[:SEEN])

    # side jobs

    def slices(self, normalization: str, directions: int, reach: float, stretch: float) -> Parts:
        """Look around each network in a plane."""
        landscapes = [self.looked_at(k) for k in range(len(self.networks))]
        return slices_job(landscapes, normalization, directions, reach, stretch, self.done)

    def path(self, network: int) -> Parts:
        """Find the plane of a network's path."""
        k = min(network, len(self.networks) - 1)
        snapshots = torch.cat([self.snapshots[k], flat(self.networks[k])[None]])
        return path_job(self.looked_at(k), snapshots, [*self.steps_kept, self.done])

    def lines(self) -> Parts:
        """Go straight from the first weights to the present ones, and to the twin."""
        landscapes = [self.looked_at(k) for k in range(len(self.networks))]
        kinds = list(self.params.networks)
        pair = (kinds.index("residual"), kinds.index("twin")) if "twin" in kinds else None
        return lines_job(landscapes, [old[0].clone() for old in self.snapshots], pair)

    def sharpness(self) -> Parts:
        """Find how steep the steepest direction is."""
        return sharpness_job([self.looked_at(k) for k in range(len(self.networks))], self.generator("power"))

    # arrays

    @kept
    def correct(self) -> Tensor:
        """Return the shares right of digits trained on and held out (part, network)."""
        parts = ((self.train_x[:PROBE], self.train_y[:PROBE]), (self.test_x, self.test_y))
        self.networks.eval()
        with torch.no_grad():
            rows = [[(net(x).argmax(1) == y).double().mean() for net in self.networks] for x, y in parts]
        self.networks.train()
        return torch.stack([torch.stack(row) for row in rows])

    def weights(self) -> list[int]:
        """Return how many numbers each learns (network,)."""
        return [old.shape[1] for old in self.snapshots]

    def moved(self) -> Tensor:
        """Return how far each has moved (network,)."""
        first = [old[0] for old in self.snapshots]
        return torch.stack([
            ((flat(network) - old).norm() / old.norm()).double()
            for network, old in zip(self.networks, first, strict=True)
        ])  # fmt: skip

    def resting(self) -> Tensor:
        """Return which networks rest (network,)."""
        return torch.tensor(self.rests)

    def kept_steps(self) -> list[int]:
        """Return the steps of the snapshots (snapshot,)."""
        return self.steps_kept
