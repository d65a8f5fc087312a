"""The experiment: two networks of the same first weights on the same batches, one of whose weights are held back."""

import copy
from collections.abc import Collection, Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment, Parts
from explainer.lab.batches import batch_of_epoch
from explainer.lab.noisy_digits import noisy_digits
from explainer.lab.regularizers import decay, l1, l2, max_norm, soft_threshold
from explainer.scenes.regularization import TINY, Params
from explainer.scenes.regularization.linear import Linear
from explainer.scenes.regularization.side_jobs import decays_job, sweep_job

MOMENTUM, BINS, FARTHEST = 0.9, 61, 0.61
"""Of SGD; bins of the histogram of weights, and where it ends."""


def make_network(width: int) -> nn.Sequential:
    """Return a network of one hidden layer for images of 64 pixels."""
    return nn.Sequential(nn.Linear(64, width), nn.ReLU(), nn.Linear(width, 10))


def weights_of(network: nn.Sequential) -> list[Tensor]:
    """Return its weights without its biases, layer by layer."""
    return [each for name, each in network.named_parameters() if name.endswith("weight")]


@torch.no_grad()
def judge(network: nn.Sequential, parts: Sequence[Tensor]) -> tuple[float, float, float]:
    """Return the share of given labels repeated, the validation loss in nats, and the share of test digits right."""
    x, _, given, valid_x, _, valid_y, test_x, test_y = parts
    train = (network(x).argmax(1) == given).float().mean()
    test = (network(test_x).argmax(1) == test_y).float().mean()
    return float(train), float(F.cross_entropy(network(valid_x), valid_y)), float(test)


class Regularization(Experiment[Params]):
    """A 64-width-10 network whose weights are held back, and its twin whose weights are not."""

    learns_from = ("parts", "index")

    def build(self) -> None:
        """Draw the digits, and make the two networks."""
        drawn = noisy_digits(self.params.examples, self.params.noise, self.generator("digits"))
        self.parts = [part.to(self.device) for part in drawn]
        self.draw_from("weights")
        self.held = make_network(self.params.width).to(self.device)
        self.plain = copy.deepcopy(self.held)
        both = [*self.held.parameters(), *self.plain.parameters()]
        self.optimizer = torch.optim.SGD(both, lr=self.params.lr, momentum=MOMENTUM)
        self.orders = self.generator("batches").initial_seed()
        self.index = batch_of_epoch(0, self.params.examples, self.params.batch, self.orders)
        self.done = 0
        self.lowest = [float("inf"), float("inf")]
        self.stopped = [0.0, 0.0]
        self.drawings = (Linear(self),)

    def step(self) -> Iterator[str]:
        """One update of both networks; the first one's weights are held back by a penalty, or after the update."""
        self.index = batch_of_epoch(self.done, self.params.examples, self.params.batch, self.orders)
        x, y = self.parts[0][self.index], self.parts[2][self.index]
        weights = weights_of(self.held)
        self.optimizer.zero_grad()
        loss = F.cross_entropy(self.held(x), y, label_smoothing=self.params.label_smoothing)
        other = F.cross_entropy(self.plain(x), y)
        total = loss + other
        if self.params.penalty == "l1":
            total = total + self.params.weight_decay * l1(weights)
        if self.params.penalty == "l2":
            total = total + self.params.weight_decay * l2(weights)
        if self.params.penalty == "elastic":
            total = total + self.params.weight_decay * (l1(weights) + l2(weights)) / 2
        yield "forward"
        total.backward()
        yield "backward"
        if self.params.penalty == "decay":
            decay(weights, self.params.lr * self.params.weight_decay)
        self.optimizer.step()
        if self.params.penalty == "prox":
            soft_threshold(weights, self.params.lr * self.params.weight_decay)
        if self.params.penalty == "max_norm":
            max_norm(weights, self.params.max_norm)
        self.done += 1
        found = [judge(self.held, self.parts), judge(self.plain, self.parts)]
        for lane, (_, valid, test) in enumerate(found):
            if valid < self.lowest[lane]:
                self.lowest[lane], self.stopped[lane] = valid, test
        sizes = torch.cat([weight.detach().flatten() for weight in weights]).abs()
        self.record({
            "loss/held": loss,
            "loss/plain": other,
            "train/held": found[0][0],
            "train/plain": found[1][0],
            "test/held": found[0][2],
            "test/plain": found[1][2],
            "stopped/held": self.stopped[0],
            "stopped/plain": self.stopped[1],
            "norm/held": sizes.norm(),
            "norm/plain": torch.cat([weight.detach().flatten() for weight in weights_of(self.plain)]).norm(),
            "near": (sizes < TINY).float().mean(),
            "zero": (sizes == 0).float().mean(),
            "units": (self.held[0].weight.detach().abs().amax(1) >= TINY).sum(),
        })  # fmt: skip
        yield "update"

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    def sweep(self) -> Parts:
        """Train with several strengths."""
        return sweep_job(self)

    def decays(self) -> Parts:
        """Train with either decay under three optimizers."""
        return decays_job(self)

    # arrays

    def units_in(self) -> Tensor:
        """Return the weights into each hidden unit (unit, row, column)."""
        return self.held[0].weight.detach().reshape(-1, 8, 8)

    def unit_largest(self) -> Tensor:
        """Return the size of the largest weight into each (unit,)."""
        return self.units_in().abs().amax((1, 2))

    def edges(self) -> Tensor:
        """Return the edges of the histogram's bins (edge,)."""
        return torch.linspace(-FARTHEST, FARTHEST, BINS + 1, dtype=torch.float64)

    def counts(self) -> Tensor:
        """Return the numbers of weights of both networks in each bin (lane, bin)."""
        sizes = [torch.cat([each.detach().flatten() for each in weights_of(net)]) for net in (self.held, self.plain)]
        return torch.stack(
            [torch.histc(each.clamp(-FARTHEST, FARTHEST), BINS, -FARTHEST, FARTHEST) for each in sizes]
        ).long()
