"""A recorded quantity: one value per step, thinned when there are too many.

Both processes keep series, by the same rule: up to ``LIMIT`` values every step is there; beyond,
each block of four neighbours keeps its smallest and its largest value, so spikes survive. All the
series of a run share ``SERIES_BUDGET`` evenly; when that is less room, they are thinned sooner.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

LIMIT = 1_000_000
SERIES_BUDGET = 64 * 2**20
"""How many bytes the series of one run may hold in one process, traces included."""


class Series:
    """Values at increasing steps; ``steps`` (n,) int64 and ``values`` (n,) or (n, …).

    ``limit`` counts numbers, so a traced array of m numbers a step keeps ``limit / m`` steps.
    """

    def __init__(self, shape: tuple[int, ...] = (), dtype: str = "float64", limit: int = LIMIT) -> None:
        self._steps = np.empty(64, np.int64)
        self._values = np.empty((64, *shape), dtype)
        self._count = 0
        self.thinned = False
        self.limit = max(8, limit // max(1, int(np.prod(shape))))

    def __len__(self) -> int:
        return self._count

    @property
    def steps(self) -> np.ndarray:
        """The steps that are kept, shape (n,), a view."""
        return self._steps[: self._count]

    @property
    def values(self) -> np.ndarray:
        """The values at :attr:`steps`, shape (n, …), a view."""
        return self._values[: self._count]

    @property
    def last_step(self) -> int:
        """The latest recorded step, −1 when there is none."""
        return int(self._steps[self._count - 1]) if self._count else -1

    @property
    def nbytes(self) -> int:
        """The memory that is held, in bytes."""
        return self._steps.nbytes + self._values.nbytes

    def extend(self, steps: np.ndarray, values: np.ndarray) -> None:
        """Append values at later steps, shape (m,) and (m, …); steps already known are passed over."""
        fresh = int(np.searchsorted(steps, self.last_step, side="right"))
        steps, values = steps[fresh:], values[fresh:]
        end = self._count + len(steps)
        self._reserve(end)
        self._steps[self._count : end] = steps
        self._values[self._count : end] = values
        self._count = end
        while self._count > self.limit:
            self._thin()

    def fit(self, nbytes: int) -> None:
        """Hold at most about ``nbytes`` from now on: lower the limit to that, and thin as far as it takes."""
        row = self._steps.itemsize + self._values[:1].nbytes
        self.limit = max(8, min(self.limit, nbytes // row))
        while self._count > self.limit:
            self._thin()
        if len(self._steps) > self.limit:
            self._steps, self._values = self.steps.copy(), self.values.copy()

    def truncate(self, step: int) -> None:
        """Forget everything after ``step``."""
        self._count = int(np.searchsorted(self.steps, step, side="right"))

    def up_to(self, step: int) -> np.ndarray:
        """Return the kept values at or before ``step``, a view."""
        return self._values[: int(np.searchsorted(self.steps, step, side="right"))]

    def since(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Return steps and values after ``step``, views."""
        start = int(np.searchsorted(self.steps, step, side="right"))
        return self.steps[start:], self.values[start:]

    def at(self, step: int) -> float:
        """Return the scalar value at ``step``, NaN where none is kept."""
        index = int(np.searchsorted(self.steps, step))
        return float(self.values[index]) if index < self._count and self.steps[index] == step else float("nan")

    def copy(self) -> Series:
        """Return an independent copy."""
        twin = Series(self._values.shape[1:], self._values.dtype.str, LIMIT)
        twin.limit, twin.thinned = self.limit, self.thinned
        twin._steps, twin._values, twin._count = self.steps.copy(), self.values.copy(), self._count
        return twin

    def part(self, step: int) -> Series:
        """Return an independent copy of the values at or after ``step``."""
        twin = self.copy()
        start = int(np.searchsorted(twin.steps, step))
        twin._steps, twin._values = twin.steps[start:].copy(), twin.values[start:].copy()
        twin._count -= start
        return twin

    def _reserve(self, size: int) -> None:
        if size <= len(self._steps):
            return
        room = max(size, min(2 * len(self._steps), self.limit))
        for name in ("_steps", "_values"):
            old = getattr(self, name)
            fresh = np.empty((room, *old.shape[1:]), old.dtype)
            fresh[: self._count] = old[: self._count]
            setattr(self, name, fresh)

    def _thin(self) -> None:
        kept = kept_indices(self.values)
        self._steps = self.steps[kept]
        self._values = self.values[kept]
        self._count = len(kept)
        self.thinned = True


def share_budget(series: Collection[Series], budget: int = SERIES_BUDGET) -> None:
    """Divide ``budget`` bytes evenly among all the series of a run; to be done when there are more of them."""
    for one in series:
        one.fit(budget // len(series))


def kept_indices(values: np.ndarray) -> np.ndarray:
    """Return which of ``values`` (n,) or (n, …) to keep: about half, sorted.

    Scalars keep the smallest and the largest of each four neighbours; vectors keep two successive
    ones of each four, so that a zigzag stays visible. The last value always stays.
    """
    whole = len(values) // 4 * 4
    starts = np.arange(0, whole, 4)
    if values.ndim == 1:
        blocks = values[:whole].reshape(-1, 4)
        pairs = np.stack([starts + blocks.argmin(1), starts + blocks.argmax(1)])
    else:
        pairs = np.stack([starts, starts + 1])
    return np.unique(np.concatenate([pairs.ravel(), np.arange(whole, len(values)), [len(values) - 1]]))
