"""The experiment: dropout, shuffled batches, an end after 200 steps."""

from collections.abc import Collection, Iterator
from copy import deepcopy

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from explainer.engine.experiment import Experiment, Parts
from explainer.scenes.small_network import Params

EXAMPLES, BATCH, END = 48, 16, 200


def noisy_plane(device: torch.device | str = "cpu") -> tuple[torch.Tensor, torch.Tensor]:
    """Return inputs (EXAMPLES, 3) and targets (EXAMPLES, 1), each drawn afresh."""
    x = torch.randn(EXAMPLES, 3, device=device)
    slopes = torch.tensor([[1.0], [-2.0], [0.5]], device=device)
    return x, x @ slopes + 0.1 * torch.randn(EXAMPLES, 1, device=device)


def predict(x: torch.Tensor, hidden: nn.Linear, out: nn.Linear, dropout: float) -> torch.Tensor:
    """Return the network's answers (n, 1) to inputs (n, 3), some hidden units left out."""
    return out(F.dropout(torch.tanh(hidden(x)), dropout))


def draw_afresh(hidden: nn.Linear, first: int, scale: float) -> None:
    """Give the hidden units from ``first`` on new random weights."""
    with torch.no_grad():
        hidden.weight[first:] = scale * torch.randn_like(hidden.weight[first:])


class SmallNetwork(Experiment[Params]):
    """A 3-w-1 network on a noisy plane."""

    learns_from = ("x", "y", "order")

    def build(self) -> None:
        self.draw_from("data")
        self.x, self.y = noisy_plane(self.device)
        self.draw_from("weights")
        self.hidden = nn.Linear(3, self.params.width, device=self.device)
        self.out = nn.Linear(self.params.width, 1, device=self.device)
        kind = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[self.params.optimizer]
        self.optimizer = kind([*self.hidden.parameters(), *self.out.parameters()], lr=self.params.lr)
        self.batches = self.generator("batches")
        self.order = torch.randperm(EXAMPLES, generator=self.batches)
        self.draw_from("dropout")
        self.count = 0
        self.fails = False
        self.trace(bias_path=self.hidden.bias)

    def step(self) -> Iterator[str]:
        if self.fails:
            raise RuntimeError("this step was told to fail")
        place = self.count * BATCH % EXAMPLES
        if place == 0:
            self.order = torch.randperm(EXAMPLES, generator=self.batches)
        rows = self.order[place : place + BATCH]
        error = F.mse_loss(predict(self.x[rows], self.hidden, self.out, self.params.dropout), self.y[rows])
        yield "forward"
        self.optimizer.zero_grad()
        error.backward()
        yield "backward"
        self.optimizer.step()
        self.count += 1
        self.finished = self.count >= END
        self.record(error=error, epoch=self.count * BATCH // EXAMPLES)
        self.trace(bias_path=self.hidden.bias)
        yield "update"

    def changed(self, names: Collection[str]) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.lr

    def weight(self) -> torch.Tensor:
        return self.hidden.weight.detach()

    def gradient(self) -> torch.Tensor:
        grad = self.hidden.weight.grad
        return torch.zeros_like(self.hidden.weight) if grad is None else grad

    def singular(self) -> torch.Tensor:
        return torch.linalg.svdvals(self.hidden.weight.detach().nan_to_num())

    def canvas(self) -> torch.Tensor:
        size = 1024 if self.params.large else 8
        return self.hidden.weight.detach().sum() + torch.arange(size * size).reshape(size, size).float()

    def reinitialise(self, first: int, scale: float) -> None:
        draw_afresh(self.hidden, first, scale)

    def poison(self) -> None:
        with torch.no_grad():
            self.out.weight[0, 0] = float("inf")

    def fail(self) -> None:
        self.fails = True

    def noisy_copy(self, steps: int) -> Parts:
        hidden = deepcopy(self.hidden)
        for step in range(steps):
            with torch.no_grad():
                hidden.weight += 0.01 * torch.randn_like(hidden.weight)
            if step % 5 == 4:
                yield {"copy_weight": hidden.weight.detach().clone()}
        yield {"copy_weight": hidden.weight.detach().clone()}
