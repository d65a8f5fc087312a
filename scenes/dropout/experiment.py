"""The experiment: two networks of the same first weights on the same batches, one with dropout."""

import copy
from collections.abc import Collection, Iterator

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.contract import Refused
from explainer.engine.experiment import Experiment
from explainer.lab.batches import batch_of_epoch
from explainer.lab.noisy_digits import noisy_digits
from explainer.scenes.dropout import Params
from explainer.scenes.dropout.drawings import Drawings

MOMENTUM = 0.9


class Network(nn.Module):
    """64-width-width-10, ReLU; what the inputs and both hidden layers are multiplied by is told to every pass."""

    def __init__(self, width: int, norm: bool) -> None:
        super().__init__()
        self.first = nn.Linear(64, width)
        self.second = nn.Linear(width, width)
        self.norm = nn.BatchNorm1d(width) if norm else nn.Identity()
        self.last = nn.Linear(width, 10)

    def sums(self, x: Tensor, inputs: Tensor | float, first: Tensor | float) -> Tensor:
        """Return the sums of the second layer (n, width)."""
        found: Tensor = self.second(torch.relu(self.first(x * inputs)) * first)
        return found

    def forward(
        self, x: Tensor, inputs: Tensor | float = 1.0, first: Tensor | float = 1.0, second: Tensor | float = 1.0
    ) -> Tensor:
        """Return the scores (n, 10)."""
        found: Tensor = self.last(torch.relu(self.norm(self.sums(x, inputs, first))) * second)
        return found


def draw_mask(count: int, units: int, rate: float, generator: Generator) -> Tensor:
    """Return which units each example keeps (count, units): each is left out at that rate."""
    return torch.rand(count, units, generator=generator) >= rate


class Dropout(Experiment[Params]):
    """A network with dropout and its twin without."""

    learns_from = ("train_x", "given", "index")

    def build(self) -> None:
        """Draw the digits, and make the two networks."""
        parts = noisy_digits(self.params.examples, self.params.noise, self.generator("digits"))
        self.train_x, self.given, self.test_x, self.test_y = (parts[k].to(self.device) for k in (0, 2, 6, 7))
        self.draw_from("weights")
        self.network = Network(self.params.width, self.params.norm).to(self.device)
        self.plain = copy.deepcopy(self.network)
        both = [*self.network.parameters(), *self.plain.parameters()]
        self.optimizer = torch.optim.SGD(both, lr=self.params.lr, momentum=MOMENTUM)
        self.orders = self.generator("batches").initial_seed()
        self.draws = self.generator("masks")
        self.done = 0
        self.index = batch_of_epoch(0, self.params.examples, self.params.batch, self.orders)
        self.kept_units = draw_mask(len(self.index), self.params.width, self.params.p, self.generator("first"))
        self.left = torch.ones(self.params.width, device=self.device)
        self.drawings = (Drawings(self),)

    def step(self) -> Iterator[str]:
        """One update of both, with fresh masks for every example."""
        self.index = batch_of_epoch(self.done, self.params.examples, self.params.batch, self.orders)
        x, y = self.train_x[self.index], self.given[self.index]
        inputs = draw_mask(len(x), 64, self.params.p_input, self.draws).to(self.device)
        self.kept_units = draw_mask(len(x), self.params.width, self.params.p, self.draws).to(self.device)
        second = draw_mask(len(x), self.params.width, self.params.p, self.draws).to(self.device)
        by_input = self.while_training(self.params.p_input)
        by = self.while_training(self.params.p)
        self.optimizer.zero_grad()
        masked = self.network(x, inputs * by_input, self.kept_units * by * self.left, second * by)
        loss, other = F.cross_entropy(masked, y), F.cross_entropy(self.plain(x, first=self.left), y)
        yield "forward"
        (loss + other).backward()
        yield "backward"
        self.optimizer.step()
        self.done += 1
        rights = self.judge()
        self.record({
            "loss/dropout": loss,
            "loss/plain": other,
            "train/dropout": rights[0],
            "train/plain": rights[1],
            "test/dropout": rights[2],
            "test/plain": rights[3],
        })  # fmt: skip
        yield "update"

    def while_training(self, rate: float) -> float:
        """Return what the units that are kept are multiplied by while training."""
        return 1 / (1 - rate) if self.params.scaling == "inverted" else 1.0

    def afterwards(self, rate: float) -> float:
        """Return what all units are multiplied by at evaluation."""
        return 1.0 if self.params.scaling == "inverted" else 1 - rate

    def evaluated(self, x: Tensor, present: Tensor) -> Tensor:
        """Return the scores of the network with dropout at evaluation (n, 10), by the running statistics."""
        self.network.eval()
        by = self.afterwards(self.params.p)
        with torch.no_grad():
            found: Tensor = self.network(x, self.afterwards(self.params.p_input), by * present, by)
        self.network.train()
        return found

    def evaluated_plain(self, x: Tensor, present: Tensor) -> Tensor:
        """Return the scores of the network without dropout at evaluation (n, 10)."""
        self.plain.eval()
        with torch.no_grad():
            found: Tensor = self.plain(x, first=present)
        self.plain.train()
        return found

    def judge(self) -> Tensor:
        """Return the shares right: trained on and new digits of both (4,)."""
        found = [
            (self.evaluated(self.train_x, self.left).argmax(1) == self.given).float().mean(),
            (self.evaluated_plain(self.train_x, self.left).argmax(1) == self.given).float().mean(),
            (self.evaluated(self.test_x, self.left).argmax(1) == self.test_y).float().mean(),
            (self.evaluated_plain(self.test_x, self.left).argmax(1) == self.test_y).float().mean(),
        ]
        return torch.stack(found)

    def changed(self, names: Collection[str]) -> None:
        """Hand a new learning rate to the optimizer."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    def remove(self, unit: int, out: bool) -> None:
        """Take a unit of the first layer out of both networks, or put it back."""
        if unit >= self.params.width:
            raise Refused(f"unit = {unit} is refused: there are units 0 to {self.params.width - 1}", about="unit")
        self.left[unit] = 0.0 if out else 1.0
