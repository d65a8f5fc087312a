"""Recurrent layers, unrolled in time: a plain one with its way back as a product of Jacobians; LSTM and GRU by part."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

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


def cell_step(
    cell: nn.RNNBase, fed: Tensor, before: Mapping[str, Tensor], held: Mapping[str, float] | None = None
) -> dict[str, Tensor]:
    """Return every part of one time step of ``nn.LSTM``, ``nn.GRU`` or ``nn.RNN`` (tanh) by its letter, each (…, B, H).

    ``fed`` (B, blocks · H) is W_ih x_t + b_ih, ``before`` has the states ``c`` and ``h`` before; where there is no
    cell, c is h. A gate in ``held`` has this value in every unit instead.
    """
    back = before["h"] @ cell.get_parameter("weight_hh_l0").mT + cell.get_parameter("bias_hh_l0")
    size, held = cell.hidden_size, held or {}
    if isinstance(cell, nn.LSTM):
        i, f, g, o = (fed + back).split(size, -1)
        part = {"i": i.sigmoid(), "f": f.sigmoid(), "g": g.tanh(), "o": o.sigmoid()}
        part |= {gate: torch.full_like(i, value) for gate, value in held.items()}
        c = part["f"] * before["c"] + part["i"] * part["g"]
        return part | {"c": c, "h": part["o"] * c.tanh()}
    if isinstance(cell, nn.GRU):
        gates, candidate = (fed + back)[..., : 2 * size].sigmoid(), back[..., 2 * size :]
        part = dict(zip("rz", gates.split(size, -1), strict=True))
        part |= {gate: torch.full_like(candidate, value) for gate, value in held.items()}
        part["n"] = (fed[..., 2 * size :] + part["r"] * candidate).tanh()
        h = (1 - part["z"]) * part["n"] + part["z"] * before["h"]
        return part | {"c": h, "h": h}
    h = (fed + back).tanh()
    return {"c": h, "h": h}


def unroll_cell(
    cell: nn.RNNBase, x: Tensor, held_at: int = -1, held: Mapping[str, float] | None = None, window: int = 0
) -> list[dict[str, Tensor]]:
    """Return :func:`cell_step` of every time step, from states of 0, of inputs x (B, T, inputs).

    ``held`` is for the time step ``held_at`` alone, counted from 0. No gradient leaves pieces of ``window`` time steps,
    counted from the last; 0 cuts nothing.
    """
    fed = (x @ cell.get_parameter("weight_ih_l0").mT + cell.get_parameter("bias_ih_l0")).transpose(0, 1)
    zero = x.new_zeros(len(x), cell.hidden_size)
    steps = [cell_step(cell, fed[0], {"c": zero, "h": zero}, held if held_at == 0 else None)]
    for t in range(1, len(fed)):
        cut = window > 0 and (len(fed) - t) % window == 0
        before = {name: steps[-1][name].detach() if cut else steps[-1][name] for name in "ch"}
        steps.append(cell_step(cell, fed[t], before, held if held_at == t else None))
    return steps
