"""Everything of the process, random numbers apart, on which the numbers of a run depend.

A notebook may have changed any of it: the default dtype, recording of gradients, the number of threads.
A run has its own values while it computes and gives the caller's back; one thread at a time may do so,
for most of this is one for the whole process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import numpy as np
import torch

from explainer.contract.refused import Refused

_NUMPY_ERRORS = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
_SMALL = torch.tensor([1e-310], dtype=torch.float64)
_PROCESSOR = torch.device("cpu")


class Setting(NamedTuple):
    """One setting: how it is read and written, and what it is for a run."""

    read: Callable[[], Any]
    write: Callable[[Any], object]
    value: Any


def settings(threads: int, device: torch.device) -> Sequence[Setting]:
    """Return the settings of a run on that device with so many threads."""
    deterministic = device.type == "cuda"
    return (
        Setting(torch.get_num_threads, torch.set_num_threads, threads),
        Setting(torch.get_default_dtype, torch.set_default_dtype, torch.float32),
        Setting(torch.is_grad_enabled, torch.set_grad_enabled, True),
        Setting(_deterministic, _be_deterministic, (deterministic, deterministic)),
        Setting(_anomaly, lambda told: torch.autograd.set_detect_anomaly(*told), (False, True)),
        Setting(lambda: torch.is_autocast_enabled("cpu"), lambda on: torch.set_autocast_enabled("cpu", on), False),
        Setting(lambda: torch.is_autocast_enabled("cuda"), lambda on: torch.set_autocast_enabled("cuda", on), False),
        Setting(torch.get_float32_matmul_precision, torch.set_float32_matmul_precision, "highest"),
        Setting(lambda: bool((_SMALL * 1).item() == 0), torch.set_flush_denormal, False),
        *(_attribute(owner, name, value) for owner, name, value in _BACKENDS),
        *(Setting(read, write, True) for read, write in _ATTENTION),
        Setting(np.geterr, lambda told: np.seterr(**told), _NUMPY_ERRORS),
    )


def _attribute(owner: Any, name: str, value: object) -> Setting:
    return Setting(lambda: getattr(owner, name), lambda told: setattr(owner, name, told), value)


def _deterministic() -> tuple[bool, bool]:
    return torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()


def _be_deterministic(told: tuple[bool, bool]) -> None:
    torch.use_deterministic_algorithms(told[0], warn_only=told[1])


def _anomaly() -> tuple[bool, bool]:
    return torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()


_BACKENDS = (
    (torch.backends.mkldnn, "enabled", True),
    (torch.backends.cudnn, "enabled", True),
    (torch.backends.cudnn, "benchmark", False),
    (torch.backends.cudnn, "deterministic", False),
    (torch.backends.cudnn, "allow_tf32", True),
    (torch.backends.cuda.matmul, "allow_tf32", False),
    (torch.backends.opt_einsum, "enabled", torch.backends.opt_einsum.is_available()),
)
"""Which implementations torch may choose, with its defaults."""
_ATTENTION = (
    (torch.backends.cuda.flash_sdp_enabled, torch.backends.cuda.enable_flash_sdp),
    (torch.backends.cuda.mem_efficient_sdp_enabled, torch.backends.cuda.enable_mem_efficient_sdp),
    (torch.backends.cuda.math_sdp_enabled, torch.backends.cuda.enable_math_sdp),
    (torch.backends.mha.get_fastpath_enabled, torch.backends.mha.set_fastpath_enabled),
)
"""The same for attention; these hold for the processor too."""


@contextmanager
def in_force(told: Sequence[Setting]) -> Iterator[None]:
    """Have the settings of a run for the body and the caller's afterwards.

    Raises :class:`Refused` in a second thread.
    """
    with ExitStack() as back:
        back.enter_context(_alone())
        if torch.is_inference_mode_enabled():
            back.enter_context(torch.inference_mode(False))
        if torch.get_default_device() != _PROCESSOR:
            back.enter_context(_PROCESSOR)
        for read, write, value in told:
            before = read()
            if before != value:
                back.callback(write, before)
                write(value)
        yield


_turn = threading.RLock()
_computing = ""
"""The name of the thread that has the turn."""


@contextmanager
def _alone() -> Iterator[None]:
    global _computing
    here = threading.current_thread().name
    if not _turn.acquire(blocking=False):
        raise Refused(
            f"thread {here!r} is refused: {_computing!r} is computing a run, and torch's random numbers and settings "
            "are one for all threads; wait for it, or give each run a process of its own",
            about="threads",
        )
    before, _computing = _computing, here
    try:
        yield
    finally:
        _computing = before
        _turn.release()
