"""The world of one run: its random numbers and settings, swapped in while it computes.

Two runs in one process, or a run in a notebook that draws numbers itself, would otherwise disturb
each other.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import get_ident
from typing import Any, NamedTuple

import numpy as np
import torch

from explainer.engine.surroundings import in_force, settings

DETERMINISTIC_CUBLAS = ":4096:8"
"""What cuBLAS needs in ``CUBLAS_WORKSPACE_CONFIG`` to add in the same order every time."""


class RandomState(NamedTuple):
    """The state of every generator that an experiment may draw from."""

    torch: torch.Tensor
    cuda: torch.Tensor | None
    numpy: dict[str, Any]
    python: tuple[Any, ...]


class World:
    """The random state and the settings of the process that belong to one run."""

    def __init__(self, seed: int, device: torch.device, threads: int) -> None:
        self._device = device
        self._inside = 0
        """The thread that is in this world, 0 for none."""
        self._told = settings(threads, device)
        if device.type == "cuda":
            os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", DETERMINISTIC_CUBLAS)
        with in_force(self._told):
            outer = capture(device)
            seed_all(seed)
            self._own = capture(device)
            install(outer, device)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Swap this run's world in for the body and the caller's back afterwards; re-entrant.

        Raises :class:`Refused` while another thread is in a world.
        """
        if self._inside == get_ident():
            yield
            return
        with in_force(self._told):
            outer = capture(self._device)
            self._inside = get_ident()
            try:
                install(self._own, self._device)
                yield
            finally:
                self._own = capture(self._device)
                install(outer, self._device)
                self._inside = 0

    def settings(self) -> AbstractContextManager[None]:
        """Put this run's settings in force for a body that draws no random numbers."""
        return nullcontext() if self._inside == get_ident() else in_force(self._told)

    def capture(self) -> RandomState:
        """Return this run's random state; only inside :meth:`entered`."""
        return capture(self._device)

    def restore(self, state: RandomState) -> None:
        """Take back a random state; only inside :meth:`entered`."""
        install(state, self._device)


def seed_all(seed: int) -> None:
    """Begin the random numbers of torch, CUDA, NumPy and Python anew."""
    torch.manual_seed(seed)
    np.random.seed(seed % 2**32)
    random.seed(seed)


def capture(device: torch.device) -> RandomState:
    """Return the random state of the process."""
    cuda = torch.cuda.get_rng_state(device) if device.type == "cuda" else None
    return RandomState(torch.get_rng_state(), cuda, np.random.get_state(legacy=False), random.getstate())


def install(state: RandomState, device: torch.device) -> None:
    """Make ``state`` the random state of the process."""
    torch.set_rng_state(state.torch)
    np.random.set_state(state.numpy)
    random.setstate(state.python)
    if state.cuda is not None:
        torch.cuda.set_rng_state(state.cuda, device)
