"""Side jobs: the network trained with other strengths, and L2 beside decoupled decay under three optimizers.

Networks that differ in their strength alone learn side by side, as one batch of matrices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Parts
from explainer.lab.batches import batch_of_epoch
from explainer.lab.regularizers import decay, l1, l2, max_norm, soft_threshold
from explainer.scenes.regularization import OPTIMIZERS, USUAL

if TYPE_CHECKING:
    from explainer.scenes.regularization.experiment import Regularization

STEPS, CHECKED, SHORT, DECAY, UNBOUND = 400, 20, 200, 0.01, 1e9
"""Steps of the sweep, how often it is judged; steps of the comparison, its strength; a radius that holds nothing."""
RADII = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0)
TIMES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""What the usual strength is multiplied by; the radii of max-norm."""


class Side(nn.Module):
    """Networks (lane) of the run's first weights, side by side."""

    def __init__(self, own: Regularization, lanes: int) -> None:
        from explainer.scenes.regularization.experiment import make_network

        super().__init__()
        own.draw_from("weights")
        first = make_network(own.params.width).to(own.device).parameters()
        self.all = nn.ParameterList(each.detach().repeat(lanes, *(1 for _ in each.shape)) for each in first)

    def forward(self, x: Tensor) -> Tensor:
        """Return the scores (lane, n, 10)."""
        w1, b1, w2, b2 = self.all
        found: Tensor = torch.relu(x @ w1.mT + b1[:, None]) @ w2.mT + b2[:, None]
        return found

    def weights(self) -> list[Tensor]:
        """Return the weights of both layers (lane, out, in)."""
        return [self.all[0], self.all[2]]


def trained(own: Regularization, held: Mapping[str, Tensor], name: str, steps: int) -> Iterator[Side]:
    """Yield networks after each update on the run's batches; ``held`` has the strength in each lane for penalties."""
    x, given = own.train_x, own.given
    strong = {penalty: each.to(own.device)[:, None, None] for penalty, each in held.items()}
    side = Side(own, len(next(iter(held.values()))))
    weights, lanes = side.weights(), len(side.all[0])
    if name == "Adam":
        optimizer: torch.optim.Optimizer = torch.optim.Adam(side.parameters(), lr=own.params.lr / 30)
    else:
        optimizer = torch.optim.SGD(side.parameters(), lr=own.params.lr, momentum=0.9 if "momentum" in name else 0.0)
    lr = float(optimizer.param_groups[0]["lr"])
    for step in range(steps):
        index = batch_of_epoch(step, len(x), own.params.batch, own.orders)
        with torch.enable_grad():
            loss = lanes * F.cross_entropy(side(x[index]).flatten(0, 1), given[index].repeat(lanes))
            if "l1" in strong:
                loss = loss + l1(strong["l1"] * weight for weight in weights)
            if "l2" in strong:
                loss = loss + l2(strong["l2"].sqrt() * weight for weight in weights)
            optimizer.zero_grad()
            loss.backward()
        if "decay" in strong:
            decay(weights, lr * strong["decay"])
        optimizer.step()
        if "prox" in strong:
            soft_threshold(weights, lr * strong["prox"])
        if "max_norm" in strong:
            max_norm(weights, strong["max_norm"])
        yield side


def right(side: Side, x: Tensor, y: Tensor) -> Tensor:
    """Return the share of digits right (lane,)."""
    return (side(x).argmax(-1) == y).double().mean(1).cpu()


def sweep_job(own: Regularization) -> Parts:
    """Yield ``sweep_right`` (5, strength): training, test, test at the lowest validation loss; the last two without."""
    penalty = own.params.penalty
    strengths = torch.tensor(RADII if penalty == "max_norm" else [USUAL[penalty] * each for each in TIMES])
    every = torch.cat([torch.tensor([UNBOUND if penalty == "max_norm" else 0.0]), strengths])
    held = {"l1": every / 2, "l2": every / 2} if penalty == "elastic" else {penalty: every}
    lowest, stopped = torch.full((len(every),), torch.inf), torch.zeros(len(every), dtype=torch.float64)
    for step, side in enumerate(trained(own, held, OPTIMIZERS[1], STEPS), start=1):
        if step % CHECKED == 0:
            valid_y = own.valid_y.expand(len(every), -1)
            losses = F.cross_entropy(side(own.valid_x).mT, valid_y, reduction="none").mean(1).cpu()
            test = right(side, own.test_x, own.test_y)
            stopped = torch.where(losses < lowest, test, stopped)
            lowest = torch.minimum(losses, lowest)
            yield {}
    without = torch.stack([test[0], stopped[0]])[:, None].expand(2, len(strengths))
    found = torch.cat([torch.stack([right(side, own.train_x, own.given), test, stopped])[:, 1:], without])
    yield {"strengths": strengths.double(), "sweep_right": found}


def decays_job(own: Regularization) -> Parts:
    """Yield ``decay_norms`` (optimizer, 4): ‖w‖ without, with L2, decoupled; how far L2's and decoupled are apart."""
    found, held = [], {"l2": torch.tensor([0.0, DECAY, 0.0]), "decay": torch.tensor([0.0, 0.0, DECAY])}
    for name in OPTIMIZERS:
        for side in trained(own, held, name, SHORT):  # noqa: B007 - the last one is looked at
            yield {}
        ends = torch.cat([each.detach().flatten(1) for each in side.weights()], 1).double()
        found.append(torch.cat([ends.norm(dim=1), (ends[1] - ends[2]).norm()[None]]))
    yield {"decay_norms": torch.stack(found)}
