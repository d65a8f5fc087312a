"""The experiment: two networks of the same first weights on the same batches, one of whose weights are held back."""

import copy
from collections.abc import Collection, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Experiment, Parts
from explainer.lab.batches import batch_of_epoch, updates_of_epoch
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


def sizes_of(network: nn.Sequential) -> Tensor:
    """Return the sizes of all its weights (weight,)."""
    return torch.cat([weight.detach().flatten() for weight in weights_of(network)]).abs()


class Regularization(Experiment[Params]):
    """A 64-width-10 network whose weights are held back, and its twin whose weights are not."""

    learns_from = ("train_x", "given", "index")

    def build(self) -> None:
        """Draw the digits, and make the two networks."""
        parts = noisy_digits(self.params.examples, self.params.noise, self.generator("digits"))
        self.train_x, _, self.given, self.valid_x, _, self.valid_y, self.test_x, self.test_y = (
            part.to(self.device) for part in parts
        )
        self.draw_from("weights")
        self.held = make_network(self.params.width).to(self.device)
        self.plain = copy.deepcopy(self.held)
        both = [*self.held.parameters(), *self.plain.parameters()]
        self.optimizer = torch.optim.SGD(both, lr=self.params.lr, momentum=MOMENTUM)
        self.orders = self.generator("batches").initial_seed()
        self.index = batch_of_epoch(0, self.params.examples, self.params.batch, self.orders)
        self.done = 0
        begun = torch.stack([self.judge(self.held), self.judge(self.plain)])
        self.lowest, self.stopped = begun[:, 1], begun[:, 2]
        self.drawings = (Linear(self),)

    def step(self) -> Iterator[str]:
        """One update of both networks; the first one's weights are held back by a penalty, or after the update."""
        self.index = batch_of_epoch(self.done, self.params.examples, self.params.batch, self.orders)
        x, y = self.train_x[self.index], self.given[self.index]
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
        found = torch.stack([self.judge(self.held), self.judge(self.plain)])
        ends = self.done % updates_of_epoch(self.params.examples, self.params.batch) == 0
        better = (found[:, 1] < self.lowest) & ends
        self.lowest = torch.where(better, found[:, 1], self.lowest)
        self.stopped = torch.where(better, found[:, 2], self.stopped)
        sizes = sizes_of(self.held)
        self.record({
            "loss/held": loss,
            "loss/plain": other,
            "train/held": found[0, 0],
            "train/plain": found[1, 0],
            "test/held": found[0, 2],
            "test/plain": found[1, 2],
            "stopped/held": self.stopped[0],
            "stopped/plain": self.stopped[1],
            "norm/held": sizes.norm(),
            "norm/plain": sizes_of(self.plain).norm(),
            "near": (sizes < TINY).float().mean(),
            "zero": (sizes == 0).float().mean(),
            "units": (weights[0].detach().abs().amax(1) >= TINY).float().sum(),
        })  # fmt: skip
        yield "update"

    def judge(self, network: nn.Sequential) -> Tensor:
        """Return the share of training labels repeated, the validation loss, the share of test digits right (3,)."""
        with torch.no_grad():
            train, valid, test = (network(x) for x in (self.train_x, self.valid_x, self.test_x))
        found = [
            (train.argmax(1) == self.given).float().mean(),
            F.cross_entropy(valid, self.valid_y),
            (test.argmax(1) == self.test_y).float().mean(),
        ]
        return torch.stack(found)

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
        return weights_of(self.held)[0].detach().reshape(-1, 8, 8)

    def unit_largest(self) -> Tensor:
        """Return the size of the largest weight into each (unit,)."""
        return self.units_in().abs().amax((1, 2))

    def edges(self) -> Tensor:
        """Return the edges of the histogram's bins (edge,)."""
        return torch.linspace(-FARTHEST, FARTHEST, BINS + 1, dtype=torch.float64)

    def counts(self) -> Tensor:
        """Return the numbers of weights of both networks in each bin (lane, bin)."""
        every = [torch.cat([each.detach().flatten() for each in weights_of(net)]) for net in (self.held, self.plain)]
        ends = (-FARTHEST, FARTHEST)
        return torch.stack([torch.histc(each.clamp(*ends).cpu(), BINS, *ends) for each in every]).long()
