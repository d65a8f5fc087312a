"""A side job: recurrent networks that read real digits pixel by pixel, and how long their gradients are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from explainer.engine.experiment import Parts
from explainer.lab.digits import standardized_digits

if TYPE_CHECKING:
    from explainer.scenes.clipping.experiment import Clipping

WIDTH, BATCH, UPDATES, LR = 32, 32, 150, 0.01


class Reader(nn.Module):
    """Reads 64 pixels one after the other; tanh by PyTorch's default, ReLU from the identity (Le et al. 2015)."""

    def __init__(self, nonlinearity: str) -> None:
        super().__init__()
        cell: Any = nn.RNN(1, WIDTH, nonlinearity=nonlinearity, batch_first=True)
        self.cell = cell
        self.head = nn.Linear(WIDTH, 10)
        if nonlinearity == "relu":
            nn.init.eye_(cell.weight_hh_l0)
            nn.init.zeros_(cell.bias_hh_l0)
            nn.init.zeros_(cell.bias_ih_l0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the scores (B, 10) of images (B, 64)."""
        states, _ = self.cell(x[:, :, None])
        found: torch.Tensor = self.head(states[:, -1])
        return found


def networks_job(experiment: Clipping, threshold: float) -> Parts:
    """Yield ``network_norms`` and ``network_losses`` (network, update), NaN where an update has not been made."""
    images, labels, _, _ = (torch.from_numpy(part).to(experiment.device) for part in standardized_digits())
    norms = torch.full((4, UPDATES), torch.nan, dtype=torch.float64)
    losses = norms.clone()
    for row, (kind, most) in enumerate([(kind, most) for kind in ("relu", "tanh") for most in (math.inf, threshold)]):
        torch.manual_seed(experiment.seed)
        reader = Reader(kind).to(experiment.device)
        optimizer = torch.optim.SGD(reader.parameters(), lr=LR)
        for update in range(UPDATES):
            chosen = torch.randint(len(images), (BATCH,)).to(experiment.device)
            optimizer.zero_grad()
            with torch.enable_grad():
                loss = F.cross_entropy(reader(images[chosen]), labels[chosen])
                loss.backward()
            norm = nn.utils.clip_grad_norm_(reader.parameters(), most)
            if not norm.isfinite():
                break
            optimizer.step()
            norms[row, update], losses[row, update] = norm, loss.detach()
            yield {}
        yield {"network_norms": norms.clone(), "network_losses": losses.clone()}
    yield {"networks_complete": torch.tensor(1)}
