"""Parameters that are numbers: one real, one whole, a list of them, a point."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

import numpy as np

from explainer.contract.fields.parameter import Parameter
from explainer.contract.number_words import Ambiguous, read_number, split_numbers
from explainer.contract.refused import Refused

MAX_NUMBER = 100
"""How many characters a typed number may have."""


def _number(owner: Parameter, value: Any, allowed: str) -> float:
    """Return a finite float; booleans, text that is no number and infinities are refused."""
    wordless = isinstance(value, (bool, np.bool_)) or not (isinstance(value, str) or hasattr(value, "__float__"))
    if wordless or (isinstance(value, str) and len(value) > MAX_NUMBER):
        raise owner.refuse(value, allowed)
    try:
        number = read_number(value) if isinstance(value, str) else float(value)
    except Ambiguous as ambiguous:
        raise Refused(f"{owner.name or 'value'} = {ambiguous}", about=owner.name) from None
    except (ValueError, OverflowError, TypeError):
        raise owner.refuse(value, allowed) from None
    if not math.isfinite(number):
        raise owner.refuse(value, allowed)
    return number


@dataclass(eq=False)
class Real(Parameter):
    """A real number in [low, high]; on a logarithmic scale ``zero`` allows exactly 0 below low."""

    low: float = 0.0
    high: float = 1.0
    _: KW_ONLY
    log: bool = False
    zero: bool = False
    type: ClassVar[str] = "float"

    def _range(self) -> str:
        zero = "0 or " if self.zero else ""
        return f"give a number, {zero}from {self.low:g} to {self.high:g}"

    def check(self, value: object) -> float:
        """Return a float within the range."""
        number = _number(self, value, self._range())
        if not (self.low <= number <= self.high or (self.zero and number == 0)):
            raise self.refuse(value, self._range())
        return number

    def format(self, value: float) -> str:
        """Return the shortest decimal that reads back as the same float."""
        return repr(value)

    def limits(self) -> dict[str, Any]:
        """Return minimum, maximum and scale."""
        low = 0.0 if self.zero else self.low
        return {"minimum": low, "maximum": self.high, "scale": "log" if self.log else "linear"}


@dataclass(eq=False)
class Integer(Parameter):
    """A whole number in [low, high]."""

    low: int = 0
    high: int = 100
    _: KW_ONLY
    log: bool = False
    type: ClassVar[str] = "int"

    def check(self, value: object) -> int:
        """Return an int within the range; 3.0 and "3" are 3, and 3.5 is refused."""
        allowed = f"give a whole number from {self.low} to {self.high}"
        number = _number(self, value, allowed)
        whole = value if type(value) is int else int(number)
        if number != int(number) or not self.low <= whole <= self.high:
            raise self.refuse(value, allowed)
        return whole

    def limits(self) -> dict[str, Any]:
        """Return minimum, maximum and scale."""
        return {"minimum": self.low, "maximum": self.high, "scale": "log" if self.log else "linear"}


@dataclass(eq=False)
class Numbers(Parameter):
    """A list of numbers, each in [low, high]; ``reader`` refuses what it cannot read.

    In a text, commas or spaces stand between them.
    """

    low: float = 0.0
    high: float = 1.0
    _: KW_ONLY
    least: int = 0
    most: int = 64
    reader: Callable[[tuple[float, ...]], object] | None = None
    """Refuses what is no sensible list, such as one of the wrong length."""
    type: ClassVar[str] = "numbers"

    def _allowed(self) -> str:
        count = f"{self.least} to {self.most}" if self.least < self.most else f"{self.most}"
        return f"give {count} numbers separated by commas, each from {self.low:g} to {self.high:g}"

    def check(self, value: object) -> tuple[float, ...]:
        """Return a tuple of floats within the range."""
        items = self._items(value)
        if not self.least <= len(items) <= self.most:
            raise self.refuse(value, self._allowed())
        found = tuple(_number(self, item, self._allowed()) for item in items)
        if not all(self.low <= number <= self.high for number in found):
            raise self.refuse(value, self._allowed())
        if self.reader is not None:
            self.reader(found)
        return found

    def _items(self, value: object) -> Sequence[object]:
        if isinstance(value, str):
            bare = value.strip(" ()[]")
            if len(bare) > MAX_NUMBER * (self.most + 1):
                raise self.refuse(value, self._allowed())
            try:
                return split_numbers(bare, self.most) if bare else []
            except Ambiguous as ambiguous:
                raise Refused(f"{self.name or 'value'} = {ambiguous}", about=self.name) from None
        if isinstance(value, np.ndarray) and value.ndim == 1:
            return list(value)
        if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
            return value
        raise self.refuse(value, self._allowed())

    def format(self, value: tuple[float, ...]) -> str:
        """Return the numbers separated by commas."""
        return ",".join(repr(number) for number in value)

    def tell(self, value: tuple[float, ...]) -> str:
        """Return the numbers in parentheses."""
        return f"({', '.join(f'{number:g}' for number in value)})"

    def limits(self) -> dict[str, Any]:
        """Return the range of each number."""
        return {"minimum": self.low, "maximum": self.high, "scale": "linear"}


@dataclass(eq=False)
class Point(Numbers):
    """A point (x, y), both coordinates in [low, high]."""

    _: KW_ONLY
    least: int = 2
    most: int = 2
    type: ClassVar[str] = "point"

    def _allowed(self) -> str:
        return f"give x,y with both from {self.low:g} to {self.high:g}"
