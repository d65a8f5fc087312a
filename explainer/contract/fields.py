"""The types a parameter can have, each with its check, its text form and its description.

The lower-case functions (:func:`real`, :func:`choice`, …) are what a scene writes in its
declaration; the classes are what controls, command line and run files read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np

from explainer.contract.refused import Refused, shown

MAX_TEXT = 2_000
MAX_NUMBER = 100
"""How many characters a typed number may have."""


class Kind(StrEnum):
    """What changing a parameter does."""

    LIVE = "live"
    """Acts on the running experiment at the next step boundary; logged."""
    STRUCTURAL = "structural"
    """Starts a new run from the same seed."""
    VIEW = "view"
    """Shapes only what is drawn; never logged, never branches."""


@dataclass(eq=False)
class Parameter:
    """One declared parameter: default, kind and words; subclasses add the type and its range."""

    default: Any
    _: KW_ONLY
    kind: Kind = Kind.LIVE
    label: str = ""
    help: str = ""
    unit: str = ""
    when: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """Other parameters and the values of theirs for which this one applies; else its control is disabled."""
    follows: str = ""
    """For an entry's own setting: the parameter whose value it has until it is set itself."""
    suggests: Callable[[Any], Mapping[str, Any]] | None = None
    """Values of other parameters that go well with a value of this one; the window offers them along with it."""
    name: str = ""
    type: ClassVar[str] = ""

    def __post_init__(self) -> None:
        self.default = self.check(self.default)

    def check(self, value: object) -> Any:
        """Return ``value`` in canonical form; raise :class:`Refused` with the remedy."""
        raise NotImplementedError

    def parse(self, words: str) -> Any:
        """Return the value that typed ``words`` mean; raise :class:`Refused`."""
        return self.check(words)

    def format(self, value: Any) -> str:
        """Return text that :meth:`parse` turns back into ``value``."""
        return str(value)

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Return whether this parameter has an effect beside the other ``values``."""
        return all(values.get(name) in allowed for name, allowed in self.when.items())

    def describe(self) -> dict[str, Any]:
        """Return the declaration as plain data, as ``explainer list --json`` prints it."""
        return {
            "name": self.name,
            "type": self.type,
            "default": self.default,
            **self.limits(),
            "kind": self.kind.value,
            "live": self.kind is Kind.LIVE,
            "label": self.label or self.name,
            "help": self.help,
        }

    def limits(self) -> dict[str, Any]:
        """Return what is allowed as plain data."""
        return {}

    def refuse(self, value: object, allowed: str) -> Refused:
        """Return the refusal of ``value`` with what is ``allowed`` instead."""
        return Refused(f"{self.name or 'value'} = {shown(value)} is refused: {allowed}", about=self.name)


def _number(owner: Parameter, value: Any, allowed: str) -> float:
    """Return a finite float; booleans, text that is no number and infinities are refused."""
    wordless = isinstance(value, (bool, np.bool_)) or not (isinstance(value, str) or hasattr(value, "__float__"))
    if wordless or (isinstance(value, str) and len(value) > MAX_NUMBER):
        raise owner.refuse(value, allowed)
    try:
        number = float(value)
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


_UNPRINTABLE = re.compile("[\0-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
"""What a line of text cannot hold: control characters, line ends and halves of characters."""
_ON, _OFF = {"true", "on", "yes", "1"}, {"false", "off", "no", "0"}


@dataclass(eq=False)
class Switch(Parameter):
    """On or off."""

    type: ClassVar[str] = "bool"

    def check(self, value: object) -> bool:
        """Return a bool; the words true, on, yes, 1 and their opposites are understood."""
        if isinstance(value, (bool, np.bool_)):
            return bool(value)
        if isinstance(value, (int, np.integer)) and value in (0, 1):
            return bool(value)
        word = value.strip().lower() if isinstance(value, str) else ""
        if word not in _ON | _OFF:
            raise self.refuse(value, "give true or false")
        return word in _ON

    def format(self, value: bool) -> str:
        """Return ``true`` or ``false``."""
        return "true" if value else "false"


@dataclass(eq=False)
class Choice(Parameter):
    """One of a few named options; ``options`` maps the name to the words on the screen."""

    options: Mapping[str, str] = field(default_factory=dict)
    type: ClassVar[str] = "choice"

    def check(self, value: object) -> str:
        """Return the option's name."""
        if not isinstance(value, str) or value not in self.options:
            raise self.refuse(value, f"choose from {', '.join(self.options)}")
        return value

    def limits(self) -> dict[str, Any]:
        """Return the options' names."""
        return {"choices": list(self.options)}


@dataclass(eq=False)
class Choices(Parameter):
    """A list of options, in order; ``entry`` reads one entry that may carry settings of its own.

    The value is a tuple of canonical entries such as ``("sgd", "adam:lr=0.1")``. Without
    ``entry`` an entry is an option's bare name, and each is allowed once.
    """

    options: Mapping[str, str] = field(default_factory=dict)
    _: KW_ONLY
    least: int = 1
    most: int = 16
    entry: Callable[[str], str] | None = None
    """Returns the canonical form of one entry or raises :class:`Refused`; repeats are then allowed."""
    settings: Callable[[str], Mapping[str, Parameter]] | None = None
    """Returns what an entry of that name may be told for itself, as in ``name:setting=value``."""
    type: ClassVar[str] = "choices"

    def check(self, value: object) -> tuple[str, ...]:
        """Return a tuple of canonical entries from comma-separated text or a sequence of text."""
        words = value.split(",") if isinstance(value, str) else value
        if not isinstance(words, Sequence) or not all(isinstance(word, str) for word in words):
            raise self.refuse(value, f"give names separated by commas, from {', '.join(self.options)}")
        entries = tuple(self._entry(word.strip()) for word in words if word.strip())
        if not self.least <= len(entries) <= self.most:
            raise self.refuse(value, f"give {self.least} to {self.most} of {', '.join(self.options)}")
        if self.entry is None and len(set(entries)) < len(entries):
            raise self.refuse(value, "name each one once")
        return entries

    def _entry(self, word: str) -> str:
        if self.entry is not None:
            try:
                return self.entry(word)
            except Refused as refused:
                raise Refused(f"{self.name}: {refused}", about=self.name) from None
        if word not in self.options:
            raise self.refuse(word, f"choose from {', '.join(self.options)}")
        return word

    def format(self, value: tuple[str, ...]) -> str:
        """Return the entries separated by commas."""
        return ",".join(value)

    def limits(self) -> dict[str, Any]:
        """Return the options' names and how many are allowed."""
        return {"choices": list(self.options), "minimum": self.least, "maximum": self.most}


@dataclass(eq=False)
class Text(Parameter):
    """A line of text of at most ``most`` characters; ``reader`` refuses what it cannot read."""

    _: KW_ONLY
    most: int = MAX_TEXT
    reader: Callable[[str], object] | None = None
    type: ClassVar[str] = "text"

    def check(self, value: object) -> str:
        """Return the text."""
        if not isinstance(value, str) or len(value) > self.most or _UNPRINTABLE.search(value):
            raise self.refuse(value, f"give a line of text of at most {self.most} characters")
        if self.reader is not None:
            try:
                self.reader(value)
            except Refused as refused:
                raise Refused(f"{self.name}: {refused}", about=self.name) from None
        return value

    def limits(self) -> dict[str, Any]:
        """Return the greatest length."""
        return {"maximum": self.most}


@dataclass(eq=False)
class Numbers(Parameter):
    """A list of numbers, each in [low, high]; text separates them by commas."""

    low: float = 0.0
    high: float = 1.0
    _: KW_ONLY
    least: int = 0
    most: int = 64
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
        return found

    def _items(self, value: object) -> Sequence[object]:
        if isinstance(value, str):
            bare = value.strip(" ()[]")
            return bare.split(",", self.most) if bare else []
        if isinstance(value, np.ndarray) and value.ndim == 1:
            return list(value)
        if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
            return value
        raise self.refuse(value, self._allowed())

    def format(self, value: tuple[float, ...]) -> str:
        """Return the numbers separated by commas."""
        return ",".join(repr(number) for number in value)

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
