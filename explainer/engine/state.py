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

_NOT_STATE = frozenset({"scene", "params", "seed", "device", "recorder"})
_PLAIN = (bool, int, float, complex, str, bytes, type(None), np.generic)
_SKIP = object()
_STATEFUL = (nn.Module, torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler)


def capture(owner: object) -> dict[str, Any]:
    """Return a copy of the attributes of ``owner`` that can change."""
    found = {name: _copy(value) for name, value in vars(owner).items() if name not in _NOT_STATE}
    return {name: value for name, value in found.items() if value is not _SKIP}


def restore(owner: object, state: Mapping[str, Any]) -> None:
    """Put back what :func:`capture` returned, into the same modules, optimizers and tensors.

    An attribute that came into being later is taken away again.
    """
    for name in [name for name in vars(owner) if name not in state and name not in _NOT_STATE]:
        if _copy(getattr(owner, name)) is not _SKIP:
            delattr(owner, name)
    filled: Filled = set()
    for name, saved in state.items():
        setattr(owner, name, _put_back(getattr(owner, name, None), saved, filled))


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
        return _SKIP if any(item is _SKIP for item in items) else _like(value, items)
    return _SKIP


def _like(sequence: Any, items: list[Any]) -> Any:
    """Return ``items`` as a sequence of the same type; a named tuple takes them one by one."""
    kind = type(sequence)
    return kind(*items) if hasattr(sequence, "_fields") else kind(items)


Filled = set[int]
"""The addresses of the tensors that have been written to while restoring."""


def _put_back(present: Any, saved: Any, filled: Filled) -> Any:
    if isinstance(present, _STATEFUL):
        return _load(present, saved)
    if isinstance(present, torch.Generator):
        present.set_state(saved)
        return present
    if isinstance(present, np.random.Generator):
        present.bit_generator.state = copy.deepcopy(saved)
        return present
    if isinstance(saved, torch.Tensor):
        return _fill(present, saved, filled)
    if isinstance(present, dict) and isinstance(saved, dict) and present.keys() == saved.keys():
        return {key: _put_back(present[key], item, filled) for key, item in saved.items()}
    if isinstance(present, (list, tuple)) and isinstance(saved, (list, tuple)) and len(present) == len(saved):
        return _like(saved, [_put_back(old, item, filled) for old, item in zip(present, saved, strict=True)])
    return _clone(saved)


def _load(present: Any, saved: Any) -> Any:
    """Load a state dictionary; gradients of the abandoned future are dropped with it."""
    if isinstance(present, torch.optim.Optimizer):
        _load_optimizer(present, _clone(saved))
        present.zero_grad(set_to_none=True)
        return present
    present.load_state_dict(saved)
    if isinstance(present, nn.Module):
        present.zero_grad(set_to_none=True)
    return present


def _load_optimizer(optimizer: torch.optim.Optimizer, saved: Any) -> None:
    """Load exactly what was saved: by itself torch casts states such as NAdam's to the parameter's dtype."""
    optimizer.load_state_dict(saved)
    numbers = [number for group in saved["param_groups"] for number in group["params"]]
    tensors = [tensor for group in optimizer.param_groups for tensor in group["params"]]
    for number, tensor in zip(numbers, tensors, strict=True):
        if number in saved["state"]:
            optimizer.state[tensor] = saved["state"][number]


def _fill(present: Any, saved: torch.Tensor, filled: Filled) -> torch.Tensor:
    """Write into the tensor that others (an optimizer) may hold, where it still fits.

    Two names may have had one tensor then and two now, or the other way round: what was already
    written to is never overwritten with something else.
    """
    if not isinstance(present, torch.Tensor) or not present.is_leaf or not _fits(present, saved):
        return saved.clone()
    place = present.untyped_storage().data_ptr()
    if place in filled and not torch.equal(present.detach(), saved):
        return saved.clone()
    filled.add(place)
    with torch.no_grad():
        present.copy_(saved)
    present.grad = None
    return present


def _fits(present: torch.Tensor, saved: torch.Tensor) -> bool:
    return present.shape == saved.shape and present.dtype == saved.dtype and present.device == saved.device
