"""Random numbers and process-wide torch settings of one run, swapped in while it computes.

Two runs in one process, or a run in a notebook that draws numbers itself, would otherwise disturb
each other.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import torch

DETERMINISTIC_CUBLAS = ":4096:8"
"""What cuBLAS needs in ``CUBLAS_WORKSPACE_CONFIG`` to add in the same order every time."""


class RandomState(NamedTuple):
    """The state of every generator that an experiment may draw from."""

    torch: torch.Tensor
    cuda: torch.Tensor | None
    numpy: dict[str, Any]
    python: tuple[Any, ...]


class Settings(NamedTuple):
    """Process-wide settings on which the bits of a result depend."""

    threads: int
    deterministic: bool
    benchmark: bool


class World:
    """The random state and torch settings that belong to one run."""

    def __init__(self, seed: int, device: torch.device, threads: int) -> None:
        self._device = device
        self._inside = False
        self._settings = Settings(threads, device.type == "cuda", False)
        if device.type == "cuda":
            os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", DETERMINISTIC_CUBLAS)
        outer = capture(device)
        torch.manual_seed(seed)
        np.random.seed(seed % 2**32)
        random.seed(seed)
        self._own = capture(device)
        install(outer, device)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Swap this run's world in for the body and the caller's back afterwards; re-entrant."""
        if self._inside:
            yield
            return
        outer, settings = capture(self._device), current_settings()
        self._inside = True
        try:
            apply_settings(self._settings)
            install(self._own, self._device)
            yield
        finally:
            self._own = capture(self._device)
            install(outer, self._device)
            apply_settings(settings)
            self._inside = False

    @contextmanager
    def settings(self) -> Iterator[None]:
        """Put this run's torch settings in force for a body that draws no random numbers."""
        before = current_settings()
        apply_settings(self._settings)
        try:
            yield
        finally:
            apply_settings(before)

    def capture(self) -> RandomState:
        """Return this run's random state; only inside :meth:`entered`."""
        return capture(self._device)

    def restore(self, state: RandomState) -> None:
        """Take back a random state; only inside :meth:`entered`."""
        install(state, self._device)


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


def current_settings() -> Settings:
    """Return the process-wide settings in force."""
    deterministic = torch.are_deterministic_algorithms_enabled()
    return Settings(torch.get_num_threads(), deterministic, torch.backends.cudnn.benchmark)


def apply_settings(settings: Settings) -> None:
    """Put process-wide settings in force, touching only those that differ."""
    if torch.get_num_threads() != settings.threads:
        torch.set_num_threads(settings.threads)
    if torch.are_deterministic_algorithms_enabled() != settings.deterministic:
        torch.use_deterministic_algorithms(settings.deterministic, warn_only=True)
    torch.backends.cudnn.benchmark = settings.benchmark
