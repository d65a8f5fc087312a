"""What an expression finds in one moment of a run."""

from __future__ import annotations

from typing import Any

import numpy as np

from explainer.contract.frame import Frame
from explainer.contract.refused import Refused

__all__ = ["KINDS", "OF_RUN", "Evidence"]

KINDS = ("metric", "array", "param")
"""What can be asked for by a name in quotation marks."""
OF_RUN = ("step", "stopped", "finished")
"""What a run says of itself."""


class Evidence:
    """A moment's metrics, arrays and parameters by name; each raises :class:`Refused` where it is not there."""

    def __init__(self, moment: Frame) -> None:
        self._moment = moment

    def value(self, name: str) -> Any:
        """Return the array of that name, or what the run says of itself."""
        moment = self._moment
        if name in moment.arrays:
            return self.array(name)
        own = {"step": float(moment.step), "stopped": moment.stopped is not None, "finished": moment.finished}
        if name in own:
            return own[name]
        raise self._missing(name)

    def named(self, kind: str, name: str) -> Any:
        """Return what ``kind`` calls by that name."""
        return {"metric": self.metric, "array": self.array, "param": self.param}[kind](name)

    def metric(self, name: str) -> np.ndarray:
        """Return the values at steps 1 to now."""
        if name in self._moment.series:
            return self._moment.series[name].up_to(self._moment.step)
        if self._moment.step == 0:
            return np.empty(0)
        raise self._missing(name)

    def array(self, name: str) -> np.ndarray:
        """Return an array as it is now."""
        if name in self._moment.arrays:
            return self._moment.arrays[name]
        raise self._missing(name)

    def param(self, name: str) -> Any:
        """Return the value of a parameter in force."""
        return getattr(self._moment.params, name)

    def _missing(self, name: str) -> Refused:
        there = ", ".join([*self._moment.series, *self._moment.arrays]) or "nothing yet"
        return Refused(f"this run has no {name!r}; it has {there}")
