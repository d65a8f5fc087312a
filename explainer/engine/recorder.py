"""Keeps what an experiment records at every step, and notices the first number that is not finite."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from explainer.contract.series import Series, share_budget


class Recorder:
    """Metrics and traced arrays of one run.

    Values are kept as they come and read (synchronised, on a GPU) by :meth:`flush`, which whoever
    drives the run calls when a picture is due. While known steps are replayed nothing is recorded.
    """

    def __init__(self) -> None:
        self.series: dict[str, Series] = {}
        self.traces: dict[str, Series] = {}
        self.bad: tuple[int, str, float] | None = None
        """The first non-finite metric as (step, name, value)."""
        self.step = 0
        """The number of the step that is being done: k for the k-th, 0 while building."""
        self.known = -1
        """The last step whose rows are complete."""
        self._rows: list[tuple[int, Mapping[str, Any]]] = []
        self._traced: dict[str, list[tuple[int, Any]]] = {}
        self._vectors: dict[tuple[str, ...], list[tuple[int, torch.Tensor]]] = {}

    def record(self, values: Mapping[str, Any]) -> None:
        """Keep one step's metrics."""
        if self.step > self.known:
            self._rows.append((self.step, {name: _detached(value) for name, value in values.items()}))

    def record_each(self, names: Sequence[str], values: torch.Tensor) -> None:
        """Keep one step's metrics that come together in a tensor (len(names),)."""
        if self.step > self.known:
            self._vectors.setdefault(tuple(names), []).append((self.step, values.detach().clone()))

    def trace(self, arrays: Mapping[str, torch.Tensor | np.ndarray]) -> None:
        """Keep one step's row of each traced array, as a copy."""
        if self.step > self.known:
            for name, array in arrays.items():
                row = array.detach().clone() if isinstance(array, torch.Tensor) else np.array(array)
                self._traced.setdefault(name, []).append((self.step, row))

    def copy(self) -> Recorder:
        """Return a recorder of its own with everything recorded so far."""
        self.flush()
        twin = Recorder()
        twin.series = {name: series.copy() for name, series in self.series.items()}
        twin.traces = {name: series.copy() for name, series in self.traces.items()}
        twin.bad, twin.step, twin.known = self.bad, self.step, self.known
        return twin

    def stop(self, metric: str, value: float) -> None:
        """Note that the run cannot go on, unless something earlier already said so."""
        if self.bad is None or self.step < self.bad[0]:
            self.bad = (self.step, metric, value)

    def complete(self) -> None:
        """Say that the rows of the present step are complete."""
        if self.step > self.known:
            self.known = self.step

    def flush(self) -> None:
        """Read the values kept so far into the series, and look for the first bad one."""
        before = len(self.series) + len(self.traces)
        self._flush_rows()
        self._flush_vectors()
        self._flush_traced()
        if len(self.series) + len(self.traces) > before:
            share_budget([*self.series.values(), *self.traces.values()])

    def _flush_rows(self) -> None:
        columns: dict[str, tuple[list[int], list[Any]]] = {}
        for step, row in self._rows:
            for name, value in row.items():
                steps, values = columns.setdefault(name, ([], []))
                steps.append(step)
                values.append(value)
        self._rows.clear()
        for name, (steps, values) in columns.items():
            self._extend_metric(name, np.array(steps), _numbers(values))

    def _flush_vectors(self) -> None:
        for names, vectors in self._vectors.items():
            if vectors:
                steps, table = np.array([step for step, _ in vectors]), _stacked([row for _, row in vectors])
                for name, column in zip(names, table.T, strict=True):
                    self._extend_metric(name, steps, column.astype(np.float64))
                vectors.clear()

    def _flush_traced(self) -> None:
        for name, rows in self._traced.items():
            if rows:
                self._extend_trace(name, np.array([step for step, _ in rows]), _stacked([row for _, row in rows]))
                rows.clear()

    def abandon(self) -> None:
        """Forget what was recorded in a step that was not completed."""
        self._rows = [row for row in self._rows if row[0] <= self.known]
        for rows in (*self._traced.values(), *self._vectors.values()):
            rows[:] = [row for row in rows if row[0] <= self.known]
        self.forget(self.known)

    def forget(self, step: int) -> None:
        """Forget everything after ``step``: an action has undone it."""
        self.flush()
        for series in (*self.series.values(), *self.traces.values()):
            series.truncate(step)
        self.known = min(self.known, step)
        if self.bad is not None and self.bad[0] > step:
            self.bad = None

    @property
    def nbytes(self) -> int:
        """The memory that the series hold, in bytes."""
        return sum(series.nbytes for series in (*self.series.values(), *self.traces.values()))

    def _extend_metric(self, name: str, steps: np.ndarray, values: np.ndarray) -> None:
        if name not in self.series:
            self.series[name] = Series()
        self.series[name].extend(steps, values)
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad) and (self.bad is None or steps[bad[0]] < self.bad[0]):
            self.bad = (int(steps[bad[0]]), name, float(values[bad[0]]))

    def _extend_trace(self, name: str, steps: np.ndarray, values: np.ndarray) -> None:
        if name not in self.traces:
            self.traces[name] = Series(values.shape[1:], values.dtype.str)
        self.traces[name].extend(steps, values)


def _detached(value: Any) -> Any:
    return value.detach() if isinstance(value, torch.Tensor) else value


def _numbers(values: list[Any]) -> np.ndarray:
    """Return floats; tensors are read together so that a GPU is waited for once."""
    if any(isinstance(value, torch.Tensor) for value in values):
        tensors = [torch.as_tensor(value, dtype=torch.float64).reshape(()) for value in values]
        return torch.stack([tensor.to(tensors[0].device) for tensor in tensors]).cpu().numpy()
    return np.array([_as_float(value) for value in values])


def _as_float(value: Any) -> float:
    return float(value) if value is not None else math.nan


def _stacked(rows: list[Any]) -> np.ndarray:
    return torch.stack(rows).cpu().numpy() if isinstance(rows[0], torch.Tensor) else np.stack(rows)
