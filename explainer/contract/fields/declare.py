"""What a scene writes in its declaration; each returns the field that the class then collects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from explainer.contract.fields.number import Integer, Numbers, Point, Real
from explainer.contract.fields.word import Choice, Choices, Switch, Text


def real(default: float, low: float, high: float, **words: Any) -> Any:
    """Declare a real number in [low, high]; ``log=True`` for a logarithmic slider."""
    return Real(default, low, high, **words)


def integer(default: int, low: int, high: int, **words: Any) -> Any:
    """Declare a whole number in [low, high]."""
    return Integer(default, low, high, **words)


def switch(default: bool, **words: Any) -> Any:
    """Declare something that is on or off."""
    return Switch(default, **words)


def choice(default: str, options: Mapping[str, str] | Sequence[str], **words: Any) -> Any:
    """Declare one of several named options; a mapping gives each its words on the screen."""
    return Choice(default, _options(options), **words)


def choices(default: str | Sequence[str], options: Mapping[str, str] | Sequence[str], **words: Any) -> Any:
    """Declare a list of options; see :class:`Choices` for entries with settings."""
    return Choices(default, _options(options), **words)


def text(default: str, **words: Any) -> Any:
    """Declare a line of text."""
    return Text(default, **words)


def point(default: tuple[float, float], low: float, high: float, **words: Any) -> Any:
    """Declare a point (x, y)."""
    return Point(default, low, high, **words)


def numbers(default: Sequence[float], low: float, high: float, **words: Any) -> Any:
    """Declare a list of numbers."""
    return Numbers(default, low, high, **words)


def _options(options: Mapping[str, str] | Sequence[str]) -> Mapping[str, str]:
    return options if isinstance(options, Mapping) else {name: name for name in options}
