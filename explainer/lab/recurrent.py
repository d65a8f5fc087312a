"""A plain recurrent layer, unrolled in time: forwards, and its gradient on the way back as a product of Jacobians."""

from __future__ import annotations

import torch
from torch import Tensor

NONLINEARITIES = {"tanh": torch.tanh, "relu": torch.relu}


def unroll(inputs: Tensor, w_hh: Tensor, nonlinearity: str, cut: int = 0) -> list[Tensor]:
    """Return h₁ to h_T of h_t = φ(a_t + W_hh h_{t−1}) from h₀ = 0, each (…, B, H), as ``nn.RNN`` has them.

    ``inputs`` (T, …, B, H) are a_t = W_ih x_t + b, ``w_hh`` (…, H, H) has a row for each unit that is fed. No gradient
    passes from h_{cut + 1} to h_cut; 0 cuts nothing.
    """
    activation, states = NONLINEARITIES[nonlinearity], [NONLINEARITIES[nonlinearity](inputs[0])]
    for t in range(1, len(inputs)):
        before = states[-1].detach() if t == cut else states[-1]
        states.append(activation(inputs[t] + before @ w_hh.mT))
    return states


def slopes(states: Tensor, nonlinearity: str) -> Tensor:
    """Return φ′ of what the states (…) were made of."""
    return 1 - states**2 if nonlinearity == "tanh" else (states > 0).to(states.dtype)


def sent_back(gradient: Tensor, states: Tensor, w_hh: Tensor, nonlinearity: str, cut: int = 0) -> Tensor:
    """Return ∂L/∂h₁ to ∂L/∂h_s (s, …, B, H) of the gradient in the last of the states (s, …, B, H).

    ∂L/∂h_{t−1} = W_hhᵀ (φ′(a_t + W_hh h_{t−1}) ∘ ∂L/∂h_t); 0 for t ≤ cut.
    """
    found = torch.zeros_like(states)
    found[-1] = gradient
    for t in range(len(states) - 1, cut, -1):
        found[t - 1] = (found[t] * slopes(states[t], nonlinearity)) @ w_hh
    return found
