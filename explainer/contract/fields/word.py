"""Parameters that are words: a switch, one option, a list of options, a line of text."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, ClassVar

import numpy as np

from explainer.contract.fields.parameter import Parameter
from explainer.contract.files import path_of
from explainer.contract.refused import Refused

MAX_TEXT = 2_000

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

    def tell(self, value: bool) -> str:
        """Return ``on`` or ``off``."""
        return "on" if value else "off"


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

    def tell(self, value: str) -> str:
        """Return the option's words."""
        return self.options.get(value, value)

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
    first_colour: int = 0
    """The place in the palette that the pictures give the first entry; the others follow."""
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

    def tell(self, value: tuple[str, ...]) -> str:
        """Return the entries by their options' words, each with the settings of its own."""
        named = (entry.partition(":") for entry in value)
        return ", ".join(f"{self.options.get(name, name)}{f' ({own})' if own else ''}" for name, _, own in named)

    def limits(self) -> dict[str, Any]:
        """Return the options' names and how many are allowed."""
        return {"choices": list(self.options), "minimum": self.least, "maximum": self.most}


@dataclass(eq=False)
class Text(Parameter):
    """A line of text of at most ``most`` characters; ``reader`` refuses what it cannot read."""

    _: KW_ONLY
    most: int = MAX_TEXT
    reader: Callable[[str], object] | None = None
    names: str = ""
    """What it names outside, ``file`` or ``folder``: it is then kept as a path from the root."""
    read_when: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """Other parameters and the values of theirs for which what is named is read."""
    eager: bool = False
    """Taken with every key that leaves a text that is allowed, not on Enter alone: for what answers at once."""
    type: ClassVar[str] = "text"

    def check(self, value: object) -> str:
        """Return the text; a path as one from the root, so that it means the same wherever the program is started."""
        value = os.fspath(value) if self.names and isinstance(value, os.PathLike) else value
        if not isinstance(value, str) or len(value) > self.most or _UNPRINTABLE.search(value):
            raise self.refuse(value, f"give a line of text of at most {self.most} characters")
        if self.reader is not None:
            try:
                self.reader(value)
            except Refused as refused:
                raise Refused(f"{self.name}: {refused}", about=self.name) from None
        return self._from_root(value) if self.names and value.strip() else value

    def _from_root(self, value: str) -> str:
        try:
            found = os.path.abspath(path_of(value, self.name))
        except OSError:  # the folder in which the program was started is gone
            return value
        if len(found) > self.most:
            raise self.refuse(value, f"give a path of at most {self.most} characters from the root")
        return found

    def limits(self) -> dict[str, Any]:
        """Return the greatest length."""
        return {"maximum": self.most}
