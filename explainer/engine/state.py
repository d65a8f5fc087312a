"""What a checkpoint holds by default: everything in an experiment's attributes that a step changes.

A checkpoint is what the *next* step needs. What pictures show of the *last* step (gradients,
activations) is made again by replaying that step, so it need not be captured.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

_NOT_STATE = frozenset({"params", "device", "recorder"})
_PLAIN = (bool, int, float, complex, str, bytes, type(None))
_SKIP = object()
_STATEFUL = (nn.Module, torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler)


def capture(owner: object) -> dict[str, Any]:
    """Return a copy of the attributes of ``owner`` that can change."""
    found = {name: _copy(value) for name, value in vars(owner).items() if name not in _NOT_STATE}
    return {name: value for name, value in found.items() if value is not _SKIP}


def restore(owner: object, state: Mapping[str, Any]) -> None:
    """Put back what :func:`capture` returned, into the same modules, optimizers and tensors."""
    for name, saved in state.items():
        setattr(owner, name, _put_back(getattr(owner, name, None), saved))


def nbytes(state: Any) -> int:
    """Return roughly how many bytes a captured state holds."""
    if isinstance(state, (torch.Tensor, np.ndarray)):
        return state.nbytes + 100
    if isinstance(state, Mapping):
        return 100 + sum(nbytes(value) for value in state.values())
    if isinstance(state, (list, tuple)):
        return 60 + sum(nbytes(value) for value in state)
    return 50


def _copy(value: Any) -> Any:
    if isinstance(value, _STATEFUL):
        return _clone(value.state_dict())
    if isinstance(value, torch.Generator):
        return value.get_state()
    if isinstance(value, np.random.Generator):
        return copy.deepcopy(value.bit_generator.state)
    return _clone(value)


def _clone(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Mapping):
        return {key: kept for key, item in value.items() if (kept := _copy(item)) is not _SKIP}
    if isinstance(value, (list, tuple)):
        items = [_copy(item) for item in value]
        return _SKIP if any(item is _SKIP for item in items) else type(value)(items)
    return _SKIP


def _put_back(present: Any, saved: Any) -> Any:
    if isinstance(present, _STATEFUL):
        return _load(present, saved)
    if isinstance(present, torch.Generator):
        present.set_state(saved)
        return present
    if isinstance(present, np.random.Generator):
        present.bit_generator.state = copy.deepcopy(saved)
        return present
    if isinstance(saved, torch.Tensor):
        return _fill(present, saved)
    if isinstance(present, dict) and isinstance(saved, dict) and present.keys() == saved.keys():
        return {key: _put_back(present[key], item) for key, item in saved.items()}
    if isinstance(present, (list, tuple)) and isinstance(saved, (list, tuple)) and len(present) == len(saved):
        return type(saved)(_put_back(old, item) for old, item in zip(present, saved, strict=True))
    return _clone(saved)


def _load(present: Any, saved: Any) -> Any:
    """Load a state dictionary; gradients of the abandoned future are dropped with it."""
    if isinstance(present, torch.optim.Optimizer):
        present.load_state_dict(_clone(saved))
        present.zero_grad(set_to_none=True)
        return present
    present.load_state_dict(saved)
    if isinstance(present, nn.Module):
        present.zero_grad(set_to_none=True)
    return present


def _fill(present: Any, saved: torch.Tensor) -> torch.Tensor:
    """Write into the tensor that others (an optimizer) may hold, where it still fits."""
    fits = isinstance(present, torch.Tensor) and present.shape == saved.shape and present.dtype == saved.dtype
    if not fits or (not present.is_leaf):
        return saved.clone()
    with torch.no_grad():
        present.copy_(saved)
    present.grad = None
    return present
