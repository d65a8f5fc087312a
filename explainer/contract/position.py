"""Where a run is."""

from __future__ import annotations

import msgspec


class Position(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """A place in time: ``step`` steps are complete, and ``phase`` phases of the next one."""

    step: int = 0
    phase: int = 0
