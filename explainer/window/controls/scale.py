"""How a slider's whole-number positions stand for values: linear, logarithmic, whole numbers.

Positions run from 0 to ``last``; 0 is exactly ``low`` (or 0 where zero is allowed below a
logarithmic scale) and ``last`` exactly ``high``. Values between are short numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from explainer.contract.fields import Integer, Real

LOG_POSITIONS = 1_000
LEAST_POSITIONS = 200


class Scale(Protocol):
    """A mapping between slider positions and values."""

    @property
    def last(self) -> int:
        """The highest position."""

    @property
    def decimals(self) -> int | None:
        """Decimal places that every position's value fits into, None on a logarithmic scale."""

    def value(self, position: int) -> float:
        """Return what a position stands for."""

    def position(self, value: float) -> int:
        """Return the position nearest to a value."""


@dataclass(frozen=True)
class Linear:
    """Multiples of 10**exponent between ``low`` and ``high``."""

    low: float
    high: float
    exponent: int

    @property
    def _first(self) -> int:
        return math.floor(self.low / 10.0**self.exponent + 1e-9)

    @property
    def last(self) -> int:
        """The highest position."""
        return math.ceil(self.high / 10.0**self.exponent - 1e-9) - self._first

    @property
    def decimals(self) -> int:
        """Decimal places of the multiples."""
        return max(0, -self.exponent)

    def value(self, position: int) -> float:
        """Return the multiple at a position; the ends are exact."""
        if position <= 0:
            return self.low
        if position >= self.last:
            return self.high
        count = self._first + position
        return count / 10**-self.exponent if self.exponent < 0 else float(count * 10**self.exponent)

    def position(self, value: float) -> int:
        """Return the nearest position."""
        return min(max(round(value / 10.0**self.exponent) - self._first, 0), self.last)


@dataclass(frozen=True)
class Logarithmic:
    """Equal ratios from ``low`` to ``high`` in three significant digits; perhaps 0 at the left end."""

    low: float
    high: float
    zero: bool = False
    whole: bool = False

    @property
    def last(self) -> int:
        """The highest position."""
        return LOG_POSITIONS

    @property
    def decimals(self) -> None:
        """None: the digits that count are the significant ones."""
        return None

    def value(self, position: int) -> float:
        """Return the value at a position; the ends are exact."""
        if self.zero and position <= 0:
            return 0.0
        if position <= self.zero:
            return self.low
        if position >= self.last:
            return self.high
        share = (position - self.zero) / (self.last - self.zero)
        value = math.exp(math.log(self.low) * (1 - share) + math.log(self.high) * share)
        rounded = round(value) if self.whole else float(f"{value:.2e}")
        return min(max(rounded, self.low), self.high)

    def position(self, value: float) -> int:
        """Return the nearest position."""
        if self.zero and value < self.low:
            return 0
        share = math.log(value / self.low) / math.log(self.high / self.low) if self.high > self.low else 0.0
        return min(max(round(self.zero + share * (self.last - self.zero)), self.zero), self.last)


def scale_of(parameter: Real | Integer) -> Scale:
    """Return the scale of a declared number."""
    whole = isinstance(parameter, Integer)
    if parameter.log and parameter.low > 0:
        return Logarithmic(parameter.low, parameter.high, getattr(parameter, "zero", False), whole)
    span = parameter.high - parameter.low
    exponent = math.floor(math.log10(span / LEAST_POSITIONS)) if span > 0 else 0
    return Linear(parameter.low, parameter.high, max(exponent, 0) if whole else exponent)
