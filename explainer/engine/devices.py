"""The devices a run can use."""

from __future__ import annotations

import torch

from explainer.contract.refused import Refused

AUTO = "auto"


def available() -> list[str]:
    """Return the devices of this machine, the processor first."""
    return ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]


def resolve(name: str) -> torch.device:
    """Return the device that ``cpu``, ``cuda`` or ``auto`` means here; raise :class:`Refused`."""
    known = available()
    if name == AUTO:
        return torch.device(known[-1])
    if name not in known:
        remedy = f"choose from {', '.join([*known, AUTO])}"
        why = "this machine has no CUDA device" if name == "cuda" else "there is no such device"
        raise Refused(f"device {name!r} is refused: {why}; {remedy}", about="device")
    return torch.device(name)
