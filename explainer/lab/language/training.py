"""How the small language models are trained: AdamW, a warm-up and a cosine, gradients clipped by their norm."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

PEAK, WARM_UP, BATCH, LONGEST_GRADIENT = 4e-3, 100, 8, 1.0
"""The learning rate, steps until it is reached, sequences in a batch, and the norm that gradients are cut to."""


def make_optimizer(model: nn.Module, lr: float = PEAK) -> torch.optim.AdamW:
    """Return AdamW with PyTorch's defaults over all weights that are trained, done in one go."""
    return torch.optim.AdamW([w for w in model.parameters() if w.requires_grad], lr=lr, fused=True)


def rate(step: int, peak: float, steps: int, warm_up: int = WARM_UP) -> float:
    """Return the learning rate of step 1, 2, …: up in a line, then down along half a cosine to 0 at ``steps``."""
    if step < warm_up:
        return peak * step / warm_up
    along = min(1.0, (step - warm_up) / max(1, steps - warm_up))
    return peak * 0.5 * (1.0 + math.cos(math.pi * along))


def set_rate(optimizer: torch.optim.Optimizer, lr: float) -> None:
    """Hand a learning rate to an optimizer."""
    for group in optimizer.param_groups:
        group["lr"] = lr


def loss_of(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the mean cross-entropy in nats of scores (B, T, symbols) and what follows (B, T)."""
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def learn(model: nn.Module, optimizer: torch.optim.Optimizer, inputs: Tensor, targets: Tensor, lr: float) -> Tensor:
    """Do one update and return the loss before it."""
    optimizer.zero_grad()
    loss = loss_of(model(inputs), targets)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), LONGEST_GRADIENT)
    set_rate(optimizer, lr)
    optimizer.step()
    return loss.detach()


@torch.no_grad()
def held_out_loss(model: nn.Module, inputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean loss over pieces of text (n, context) in nats per symbol."""
    return loss_of(model(inputs), targets)
