"""A glance at the runs that were kept the last time, without the modules that could live them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from explainer.contract.files import read_ordinary
from explainer.contract.places import beside_settings
from explainer.contract.refused import Refused

MOST_BYTES = 16 * 2**20


class _Recipe(msgspec.Struct):
    seed: int = 0


class _Position(msgspec.Struct):
    step: int = 0


class LastRun(msgspec.Struct):
    """What is said of a kept run."""

    recipe: _Recipe
    position: _Position = msgspec.field(default_factory=_Position)
    name: str = ""


def kept_glance(path: Path | None = None) -> dict[str, list[LastRun]]:
    """Return scene → the runs that were kept of it, the last one last; nothing is raised."""
    try:
        raw = read_ordinary(path or beside_settings("runs.json"), MOST_BYTES)
        return msgspec.json.decode(raw, type=dict[str, list[LastRun]])
    except (Refused, msgspec.MsgspecError, RecursionError):
        return {}
